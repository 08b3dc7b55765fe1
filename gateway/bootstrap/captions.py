"""The rooms of captions put together."""

from collections.abc import Callable

from gateway.bootstrap.jobs import build_job_queue
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.merging import Rules
from gateway.captions.migration.departing_cameras import DepartingCameras
from gateway.captions.migration.migration import CaptionMigration, MigrationTerms
from gateway.captions.migration.migration_history_repository import MigrationHistory
from gateway.captions.migration.migration_lots import MigrationLots
from gateway.captions.migration.migration_totals import CountedHistory, MigrationTotalsStore
from gateway.captions.rules import RulesInForce
from gateway.captions.rules_repository import CaptionRules
from gateway.captions.troubles import captions_off


def graph_of(parts: Parts) -> EventGraph:
    """The graph. Raises UnavailableError `captions_off` where none is set."""
    if parts.graph is None:
        raise captions_off()
    return parts.graph


def build_caption_cache(parts: Parts) -> CaptionCache:
    """Captions of the last hours, and their journals."""
    settings, sharing = parts.settings.captions, parts.redis_sharing
    return CaptionCache(
        parts.captions_redis,
        ttl_s=settings.ttl_s,
        migrate_below_s=settings.migrate_below_s,
        memory_share_percent=lambda: sharing.share_percent(settings.memory_share_percent),
        new_epoch=new_id(),
    )


def build_caption_rules(parts: Parts) -> CaptionRules:
    """The rules of all cameras, and of single ones."""
    settings = parts.settings.captions
    merging = Rules(settings.similarity_threshold, settings.min_duration_s, settings.max_duration_s)
    return CaptionRules(parts.engine, RulesInForce(merging, settings.retention_days))


def build_migration(parts: Parts, rules: Callable[[str], Rules] | None = None) -> CaptionMigration:
    """The migration of single cameras, by other `rules` than are set where given.

    Raises UnavailableError (`captions_off`) where no graph is set.
    """
    settings, kept = parts.settings.captions, build_caption_rules(parts)
    return CaptionMigration(
        build_caption_cache(parts),
        graph_of(parts),
        CountedHistory(MigrationHistory(parts.engine), MigrationTotalsStore(parts.captions_redis)),
        rules or (lambda camera_id: kept.in_force(camera_id).merging),
        parts.clock,
        new_id,
        MigrationTerms(settings.batch, settings.lock_s),
    )


def build_migration_lots(parts: Parts) -> MigrationLots:
    """What puts cameras into jobs that migrate them."""
    # Where jobs are: the captions' own may be full, and is emptied by these.
    return MigrationLots(parts.redis, build_job_queue(parts), new_id, parts.settings.captions.cameras_a_job)


def build_departing_cameras(parts: Parts) -> DepartingCameras:
    """What a camera's deletion waits for."""
    return DepartingCameras(
        build_caption_cache(parts), None if parts.graph is None else build_migration(parts)
    )
