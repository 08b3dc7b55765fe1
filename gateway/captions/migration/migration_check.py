"""Finds the cameras that have captions to migrate, and has them migrated."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.migration.migration_lots import MigrationLots
from shared.clock import Clock
from shared.spans import utc_ms

# What waits longest goes first; the rest is found by the next check.
MOST_CAMERAS = 10_000


@dataclass(frozen=True, slots=True)
class Check:
    """`cameras`: that have something due; `jobs`: that were begun for them."""

    cameras: int
    jobs: Sequence[str]


class MigrationCheck:
    """Looks once; what it begins is done by other jobs."""

    def __init__(self, cache: CaptionCache, lots: MigrationLots, clock: Clock) -> None:
        self._cache = cache
        self._lots = lots
        self._clock = clock

    def check(self) -> Check:
        """Begin what is to be begun. Raises UnavailableError (`captions_unavailable`), redis.RedisError."""
        due = self._cache.due_cameras(utc_ms(self._clock.now()), MOST_CAMERAS)
        cameras = [camera.camera_id for camera in due]
        return Check(len(cameras), self._lots.start_due(cameras).begun if cameras else [])
