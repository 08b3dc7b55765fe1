"""What migrations add up, run by run."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

import redis

from gateway.captions.migration.migration_run import RunCounts, Trigger
from gateway.captions.migration.migration_totals import CountedHistory

AT = datetime(2026, 11, 21, 14, tzinfo=UTC)


class Kept:
    """A history that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def begin(self, camera_id: str, trigger: Trigger, job_id: str, started_at: datetime) -> int:
        self.told.append((camera_id, trigger, job_id, started_at))
        return len(self.told)

    def go_on(self, run_id: int, counts: RunCounts, duration_ms: int) -> None:
        self.told.append((run_id, counts, duration_ms))

    def end(
        self, run_id: int, counts: RunCounts, duration_ms: int, failure: tuple[str, str] | None = None
    ) -> None:
        self.told.append((run_id, counts, duration_ms, failure))


class Sums:
    def __init__(self) -> None:
        self.amounts: Counter[str] = Counter()

    def add(self, amounts: Mapping[str, int]) -> None:
        self.amounts.update(amounts)


class NoRedis:
    def add(self, amounts: Mapping[str, int]) -> None:
        raise redis.ConnectionError("nobody is there")


def test_a_run_is_added_up_batch_by_batch_and_no_batch_twice() -> None:
    sums = Sums()
    history = CountedHistory(Kept(), sums)
    run, other = history.begin("cam_001", "schedule", "job", AT), history.begin("cam_002", "force", "", AT)
    history.go_on(run, RunCounts(read=1000, created=10), 20)
    history.end(other, RunCounts(read=5, created=1, late=2), 3, ("graph_unreachable", "Away."))
    history.go_on(run, RunCounts(read=2000, created=15, extended=1), 40)
    history.end(run, RunCounts(read=2400, created=20, extended=2, repeated=7), 50)
    assert sums.amounts == Counter(
        read=2405, created=21, extended=2, late=2, repeated=7, runs=1, run_ms=50, failures=1, failed_ms=3
    )


def test_what_is_written_down_stays_as_it_is_and_does_not_depend_on_the_sums() -> None:
    kept = Kept()
    history = CountedHistory(kept, NoRedis())
    run = history.begin("cam_001", "schedule", "job", AT)
    history.go_on(run, RunCounts(read=1), 1)
    history.end(run, RunCounts(read=2), 2)
    assert kept.told == [
        ("cam_001", "schedule", "job", AT),
        (run, RunCounts(read=1), 1),
        (run, RunCounts(read=2), 2, None),
    ]
