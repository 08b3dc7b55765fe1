"""Whether captions become events as they come: judged from what waits in their Redis."""

from gateway.bootstrap.caption_stores import captions_redis
from gateway.captions.cache.caption_cache import CacheStats, CaptionCache
from gateway.captions.migration.migration_status import BEHIND_AFTER_S
from gateway.settings import GatewaySettings
from shared.clock import SystemClock
from shared.errors import UnavailableError
from shared.finding import Finding, ok, warning
from shared.spans import utc_ms

_SUBJECT = "migration"


def examine_migration(settings: GatewaySettings) -> list[Finding]:
    """Look once; where captions are off, or their Redis is away (which is told elsewhere), at nothing."""
    if not settings.graph.uri:
        return []
    captions = settings.captions
    cache = CaptionCache(
        captions_redis(settings),
        ttl_s=captions.ttl_s,
        migrate_below_s=captions.migrate_below_s,
        memory_share_percent=captions.memory_share_percent,
        new_epoch="",  # nothing is written
    )
    clock = SystemClock(settings.testing.clock_offset_s)
    try:
        stats = cache.stats(utc_ms(clock.now()))
    except UnavailableError:
        return []
    return [judge_migration(stats)]


def judge_migration(stats: CacheStats) -> Finding:
    """Whether what is due waits for too long."""
    if stats.oldest_due_s > BEHIND_AFTER_S:
        return warning(
            _SUBJECT,
            f"is behind: {stats.near_expiry} captions of {stats.cameras_affected} cameras are due, the oldest"
            f" for {stats.oldest_due_s:.0f} s.",
            "Nothing is lost. Do worker, scheduler and graph run? Else the history of migrations says why.",
        )
    return ok(_SUBJECT, f"keeps up: {stats.cached} captions wait, {stats.near_expiry} of them due.")
