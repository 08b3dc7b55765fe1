"""Whether captions become events as they come: judged from what waits in their Redis."""

from gateway.bootstrap.caption_stores import captions_redis, has_address_alone, jobs_redis
from gateway.bootstrap.redis_sharing import RedisSharing
from gateway.captions.cache.cache_counts import CacheStats
from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.cache.memory_room import MAKE_ROOM, room_problem
from gateway.captions.migration.migration_status import BEHIND_AFTER_S
from gateway.settings import GatewaySettings
from shared.clock import SystemClock
from shared.errors import UnavailableError
from shared.finding import Finding, ok, warning
from shared.spans import utc_ms

_SUBJECT = "migration"
_ROOM_SUBJECT = "captions"


def examine_migration(settings: GatewaySettings) -> list[Finding]:
    """Look once; where captions are off, or their Redis is away (which is told elsewhere), at nothing."""
    if not settings.graph.uri:
        return []
    captions, client = settings.captions, captions_redis(settings)
    clock = SystemClock(settings.testing.clock_offset_s)
    sharing = RedisSharing(
        client, jobs_redis(settings) if has_address_alone(settings) else None, clock.monotonic
    )
    cache = CaptionCache(
        client,
        ttl_s=captions.ttl_s,
        migrate_below_s=captions.migrate_below_s,
        memory_share_percent=lambda: sharing.share_percent(captions.memory_share_percent),
        new_epoch="",  # nothing is written
    )
    try:
        stats = cache.stats(utc_ms(clock.now()))
    except UnavailableError:
        return []
    return [judge_migration(stats), *judge_room(stats)]


def judge_room(stats: CacheStats) -> list[Finding]:
    """Whether captions have room; nothing where they have."""
    problem = room_problem(stats.filled_percent)
    return [] if problem is None else [warning(_ROOM_SUBJECT, problem, MAKE_ROOM)]


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
