"""What all migrations have done since the captions' Redis began, for numbers over time.

The history is cleaned up, so its sums would fall; these only grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import redis
import structlog

from gateway.captions.migration.migration import History
from gateway.captions.migration.migration_run import RunCounts, Trigger

# A redis.Redis that gives bytes. The types of its methods say that each might be asynchronous; none is.
RedisClient: TypeAlias = Any
TOTALS = "captions:migrated"


@dataclass(frozen=True, slots=True)
class MigrationTotals:
    """`runs`, `failures`: runs that ended so; `run_s`, `failed_s`: how long these took together, seconds."""

    counts: RunCounts
    runs: int
    run_s: float
    failures: int
    failed_s: float


class Totals(Protocol):
    """Where they are added up."""

    def add(self, amounts: Mapping[str, int]) -> None: ...


class MigrationTotalsStore:
    """A hash in Redis. Every method raises redis.RedisError."""

    def __init__(self, client: RedisClient) -> None:
        self._redis = client

    def add(self, amounts: Mapping[str, int]) -> None:
        """Add to each of them."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for name, amount in amounts.items():
                if amount:
                    pipeline.hincrby(TOTALS, name, amount)
            pipeline.execute()

    def read(self) -> MigrationTotals:
        """All of them as they are."""
        found = {name.decode(): int(amount) for name, amount in self._redis.hgetall(TOTALS).items()}
        counts = RunCounts(**{name: found.get(name, 0) for name in _NAMES})
        return MigrationTotals(
            counts,
            runs=found.get("runs", 0),
            run_s=found.get("run_ms", 0) / 1000,
            failures=found.get("failures", 0),
            failed_s=found.get("failed_ms", 0) / 1000,
        )


_NAMES = ("read", "created", "extended", "late", "repeated")


class CountedHistory:
    """A history that also adds up what is written down in it. What cannot be added is logged: a number that
    is too small stops no migration."""

    def __init__(self, history: History, totals: Totals) -> None:
        self._history = history
        self._totals = totals
        self._added: dict[int, RunCounts] = {}

    def begin(self, camera_id: str, trigger: Trigger, job_id: str, started_at: datetime) -> int:
        return self._history.begin(camera_id, trigger, job_id, started_at)

    def go_on(self, run_id: int, counts: RunCounts, duration_ms: int) -> None:
        self._history.go_on(run_id, counts, duration_ms)
        self._add(self._fresh(run_id, counts))

    def end(
        self, run_id: int, counts: RunCounts, duration_ms: int, failure: tuple[str, str] | None = None
    ) -> None:
        self._history.end(run_id, counts, duration_ms, failure)
        amounts = self._fresh(run_id, counts)
        del self._added[run_id]
        names = ("runs", "run_ms") if failure is None else ("failures", "failed_ms")
        self._add(amounts | dict(zip(names, (1, duration_ms), strict=True)))

    def _fresh(self, run_id: int, counts: RunCounts) -> dict[str, int]:
        """What of `counts` is not added yet."""
        before = self._added.get(run_id, RunCounts())
        self._added[run_id] = counts
        return {name: getattr(counts, name) - getattr(before, name) for name in _NAMES}

    def _add(self, amounts: Mapping[str, int]) -> None:
        try:
            self._totals.add(amounts)
        except redis.RedisError as error:
            structlog.get_logger().warning("migrations_are_not_counted", error=str(error))
