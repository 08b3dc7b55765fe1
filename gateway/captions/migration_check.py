"""Finds the cameras that have captions to migrate, and has them migrated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.captions.migration import MigrationTerms
from gateway.captions.migration_lots import MigrationLots
from shared.clock import Clock


class DueCameras(Protocol):
    """What is due, in Redis."""

    def cameras_due(self, before_ms: int) -> Sequence[str]:
        """Cameras with a caption that arrived before then, those first that wait longest. Raises
        redis.RedisError."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """`cameras`: that have something due; `jobs`: that were begun for them."""

    cameras: int
    jobs: Sequence[str]


class MigrationCheck:
    """Looks once; what it begins is done by other jobs."""

    def __init__(self, due: DueCameras, lots: MigrationLots, clock: Clock, terms: MigrationTerms) -> None:
        self._due = due
        self._lots = lots
        self._clock = clock
        self._terms = terms

    def check(self) -> Check:
        """Begin what is to be begun. Raises redis.RedisError."""
        cameras = self._due.cameras_due(self._terms.due_before_ms(self._clock.now()))
        return Check(len(cameras), self._lots.start_due(cameras) if cameras else [])
