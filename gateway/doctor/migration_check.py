"""Whether captions become events as they come: judged from what waits in their Redis."""

from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.parts import Parts
from gateway.captions.caption_cache import CacheStats
from gateway.captions.migration_status import BEHIND_AFTER_S
from gateway.settings import GatewaySettings
from shared.errors import UnavailableError
from shared.finding import Finding, ok, warning
from shared.spans import utc_ms

_SUBJECT = "migration"


def examine_migration(settings: GatewaySettings) -> list[Finding]:
    """Look once; where captions are off, or their Redis is away (which is told elsewhere), at nothing."""
    if not settings.graph.uri:
        return []
    parts = Parts(settings)
    try:
        stats = build_caption_cache(parts).stats(utc_ms(parts.clock.now()))
    except UnavailableError:
        return []
    finally:
        parts.engine.dispose()
        parts.redis.close()
        parts.captions_redis.close()
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
