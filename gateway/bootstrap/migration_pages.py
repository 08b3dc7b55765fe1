"""The pages of the migration put together: how it does, its preview, what is asked of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from redis import RedisError

from gateway.bootstrap.captions import (
    build_caption_cache,
    build_caption_rules,
    build_migration,
    build_migration_lots,
)
from gateway.bootstrap.jobs import Jobs
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.cache_clearing import CacheClearing
from gateway.captions.camera_rules import CameraRules
from gateway.captions.caption_cache import CacheStats, CaptionCache
from gateway.captions.captioned_cameras import CaptionedCameras, NewestCaption
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration_history_repository import MigrationHistory
from gateway.captions.migration_orders import MigrationOrders
from gateway.captions.migration_preview import MigrationPreviews
from gateway.captions.migration_runs import MigrationRuns
from gateway.captions.migration_status import MigrationOverview, WorkNumbers
from gateway.captions.prompt_graph import GraphNumbers, PromptGraph
from gateway.captions.recent_captions import Wanted, newest_first
from gateway.jobs.job_maker import open_queue
from shared.errors import UnavailableError
from shared.spans import utc_ms

# Jobs of the migration wait there.
QUEUE = "default"
# Cameras that one order has migrated; more are for the next check.
MOST_DUE = 10_000
GRAPH_WAIT_S = 2.0
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
        )


def build_migration_pages(parts: Parts, jobs: Jobs) -> MigrationPages:
    """Put the room together."""
    settings = parts.settings.captions
    is_on = parts.graph is not None
    cameras = KnownCameras(parts.engine, parts.clock.monotonic)
    cache = build_caption_cache(parts)
    rules = build_caption_rules(parts)
    prompt = None if parts.graph is None else PromptGraph(parts.graph, GRAPH_WAIT_S)

    def due() -> list[str]:
        return [camera.camera_id for camera in cache.due_cameras(_now_ms(parts), MOST_DUE)]

    def newest(camera_id: str) -> NewestCaption | None:
        wanted = Wanted([camera_id], 0, _ANY_TIME_MS, limit=1)
        for caption in newest_first(parts.captions_redis, wanted, settings.ttl_s).captions:
            return NewestCaption(caption.captured_ms, caption.text)
        return None

    def cached(camera_id: str) -> int:
        return cache.camera_counts([camera_id], _now_ms(parts))[camera_id].cached

    def event_counts(camera_ids: Collection[str]) -> Mapping[str, int] | None:
        return None if prompt is None else prompt.event_counts(camera_ids)

    return MigrationPages(
        build_migration_overview(parts, jobs, cache, prompt),
        CaptionedCameras(cameras, cache, newest, event_counts, rules, parts.clock, is_on=is_on),
        MigrationPreviews(cameras, rules, cache, parts.graph, batch=settings.batch),
        MigrationOrders(cameras, due, build_migration_lots(parts), is_on=is_on),
        CacheClearing(
            cameras, cache, build_migration(parts) if is_on else None, cached, new_id, lock_s=settings.lock_s
        ),
        MigrationRuns(MigrationHistory(parts.engine), parts.clock, is_on=is_on),
        CameraRules(cameras, rules, is_on=is_on),
    )


def build_migration_overview(
    parts: Parts, jobs: Jobs, cache: CaptionCache, graph: PromptGraph | None
) -> MigrationOverview:
    """How it does, for people. `graph` None: captions are off."""

    def stats() -> CacheStats | None:
        try:
            return cache.stats(_now_ms(parts))
        except UnavailableError:  # which is told, and logged where it was raised
            return None

    return MigrationOverview(
        is_on=graph is not None,
        ttl_s=parts.settings.captions.ttl_s,
        cache=stats,
        graph=(lambda: GraphNumbers(None)) if graph is None else graph.numbers,
        work=lambda: work_numbers(parts, jobs),
    )


def work_numbers(parts: Parts, jobs: Jobs) -> WorkNumbers | None:
    """Who migrates, and how many jobs wait for them; None where the Redis of jobs does not answer."""
    try:
        queue = open_queue(parts.redis, QUEUE)
        heartbeat_at = jobs.schedule.heartbeat_at()
        return WorkNumbers(
            waiting=queue.count,
            running=queue.started_job_registry.get_job_count(cleanup=False),
            failed=queue.failed_job_registry.get_job_count(cleanup=False),
            workers=sum(worker.is_alive and QUEUE in worker.queues for worker in jobs.workers.workers()),
            scheduler_silent_s=None
            if heartbeat_at is None
            else max(0.0, round((parts.clock.now() - heartbeat_at).total_seconds(), 1)),
        )
    except RedisError as error:
        parts.log.warning("jobs_are_not_counted", error=str(error))
        return None


def _now_ms(parts: Parts) -> int:
    return utc_ms(parts.clock.now())
