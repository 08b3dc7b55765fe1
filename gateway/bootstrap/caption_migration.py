"""The pages of the migration put together: how it does, its preview, what is asked of it."""

from dataclasses import dataclass

from gateway.bootstrap.parts import Parts
from gateway.captions.cache_clearing import CacheClearing
from gateway.captions.camera_rules import CameraRules
from gateway.captions.captioned_cameras import CaptionedCameras
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.merging import Rules
from gateway.captions.migration_history_repository import MigrationHistory
from gateway.captions.migration_orders import MigrationOrders
from gateway.captions.migration_preview import MigrationPreviews
from gateway.captions.migration_runs import MigrationRuns
from gateway.captions.migration_status import MigrationOverview
from gateway.captions.rules import RulesInForce
from gateway.captions.rules_repository import CaptionRules
from gateway.settings import CaptionSettings


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


def build_migration_pages(parts: Parts) -> MigrationPages:
    """Put the room together."""
    settings = parts.settings
    is_on = bool(settings.graph.uri)
    known = KnownCameras(parts.engine, parts.clock.monotonic)
    rules = CaptionRules(parts.engine, rules_of_all(settings.captions))
    return MigrationPages(
        MigrationOverview(
            is_on=is_on,
            ttl_s=settings.captions.ttl_s,
            cache=lambda: None,
            events=lambda: None,
            work=lambda: None,
        ),
        CaptionedCameras(),
        MigrationPreviews(),
        MigrationOrders(),
        CacheClearing(),
        MigrationRuns(MigrationHistory(parts.engine), parts.clock, is_on=is_on),
        CameraRules(known, rules, is_on=is_on),
    )


def rules_of_all(settings: CaptionSettings) -> RulesInForce:
    """What counts where a camera has no rules of its own."""
    return RulesInForce(
        Rules(settings.similarity_threshold, settings.min_duration_s, settings.max_duration_s),
        settings.retention_days,
    )
