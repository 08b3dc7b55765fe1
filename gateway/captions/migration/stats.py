"""How the migration did at one moment, as it is kept. Plain."""

from dataclasses import dataclass
from datetime import datetime

from gateway.captions.migration.migration_status import MigrationStatus
from shared.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class StatsRow:
    """`events` None: the graph could not be asked."""

    at: datetime
    keys_near_expiry: int
    cached: int
    cameras: int
    oldest_due_seconds: float
    redis_used_bytes: int
    events: int | None
    behind: bool

    def as_json(self) -> dict[str, int | float | bool | None]:
        """All but the time."""
        return {
            "keys_near_expiry": self.keys_near_expiry,
            "cached": self.cached,
            "cameras": self.cameras,
            "oldest_due_seconds": self.oldest_due_seconds,
            "redis_used_bytes": self.redis_used_bytes,
            "events": self.events,
            "behind": self.behind,
        }


def row_of(status: MigrationStatus, at: datetime) -> StatsRow:
    """What is kept of `status`. Raises UnavailableError where the captions' Redis did not answer."""
    cache = status.measured.cache
    if cache is None:
        raise UnavailableError(
            "The captions' Redis does not answer, so there is nothing to write down.",
            remedy="Is Redis running, and CAPTIONS_REDIS_URL right?",
            code="captions_unavailable",
        )
    return StatsRow(
        at=at,
        keys_near_expiry=cache.near_expiry,
        cached=cache.cached,
        cameras=cache.cameras,
        oldest_due_seconds=cache.oldest_due_s,
        redis_used_bytes=cache.used_memory_bytes,
        events=status.measured.graph.events,
        behind=status.behind,
    )
