"""The pages of the migration put together: how it does, its preview, what is asked of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.bootstrap.caption_numbers import (
    build_migration_overview,
    build_prompt_graph,
    work_numbers,
)
from gateway.bootstrap.captions import (
    build_caption_cache,
    build_caption_rules,
    build_migration,
    build_migration_lots,
)
from gateway.bootstrap.jobs import Jobs
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.cache_clearing import CacheClearing
from gateway.captions.migration.camera_rules import CameraRules
from gateway.captions.migration.captioned_cameras import CaptionedCameras, NewestCaption
from gateway.captions.migration.ended_events import EndedEventsCount
from gateway.captions.migration.migration_history_repository import MigrationHistory
from gateway.captions.migration.migration_orders import MigrationOrders
from gateway.captions.migration.migration_preview import MigrationPreviews
from gateway.captions.migration.migration_runs import MigrationRuns
from gateway.captions.migration.migration_status import MigrationOverview
from shared.spans import utc_ms

# Cameras that one order has migrated; more are for the next check.
MOST_DUE = 10_000
_ANY_TIME_MS = 2**53


@dataclass(frozen=True, slots=True)
class MigrationPages:
    """What the routes of the migration stand on."""

    overview: MigrationOverview
    cameras: CaptionedCameras
    previews: MigrationPreviews
    orders: MigrationOrders
    clearing: CacheClearing
    runs: MigrationRuns
    rules: CameraRules
    ended: EndedEventsCount

    @property
    def services(self) -> tuple[object, ...]:
        return (
            self.overview,
            self.cameras,
            self.previews,
            self.orders,
            self.clearing,
            self.runs,
            self.rules,
            self.ended,
        )


def build_migration_pages(parts: Parts, jobs: Jobs) -> MigrationPages:
    """Put the room together."""
    settings = parts.settings.captions
    is_on = parts.graph is not None
    cameras = KnownCameras(parts.engine, parts.clock.monotonic)
    cache = build_caption_cache(parts)
    rules = build_caption_rules(parts)
    prompt = build_prompt_graph(parts)

    def due() -> list[str]:
        return [camera.camera_id for camera in cache.due_cameras(_now_ms(parts), MOST_DUE)]

    def newest(camera_id: str) -> NewestCaption | None:
        for caption in cache.recent([camera_id], 0, _ANY_TIME_MS, limit=1).captions:
            return NewestCaption(caption.captured_ms, caption.text)
        return None

    def cached(camera_id: str) -> int:
        return cache.camera_counts([camera_id], _now_ms(parts))[camera_id].cached

    def event_counts(camera_ids: Collection[str]) -> Mapping[str, int] | None:
        return None if prompt is None else prompt.event_counts(camera_ids)

    def ended_count(camera_id: str, before_ms: int) -> int | None:
        return None if prompt is None else prompt.ended_count(camera_id, before_ms)

    return MigrationPages(
        build_migration_overview(parts, prompt, lambda: work_numbers(parts, jobs)),
        CaptionedCameras(cameras, cache, newest, event_counts, rules, parts.clock, is_on=is_on),
        MigrationPreviews(cameras, rules, cache, parts.graph, batch=settings.batch),
        MigrationOrders(cameras, due, build_migration_lots(parts), is_on=is_on),
        CacheClearing(
            cameras, cache, build_migration(parts) if is_on else None, cached, new_id, lock_s=settings.lock_s
        ),
        MigrationRuns(MigrationHistory(parts.engine), parts.clock, is_on=is_on),
        CameraRules(cameras, rules, is_on=is_on),
        EndedEventsCount(cameras, ended_count, parts.clock, of_all_days=settings.retention_days, is_on=is_on),
    )


def _now_ms(parts: Parts) -> int:
    return utc_ms(parts.clock.now())
