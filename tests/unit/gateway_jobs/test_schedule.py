"""When entries of the schedule run."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.bootstrap.tasks import TASKS
from gateway.jobs.keys import QUEUES
from gateway.jobs.schedule import SCHEDULE, ScheduleEntry, first_run, is_too_far_ahead, next_run

DUE = datetime(2026, 11, 21, 14, 0, 0, tzinfo=UTC)
EVERY_MINUTE = ScheduleEntry("a", "a", "A.", every_s=60)


def cron(line: str) -> ScheduleEntry:
    return ScheduleEntry("c", "c", "C.", cron=line)


@pytest.mark.parametrize(
    ("late_s", "next_s"),
    [(0, 60), (0.4, 60), (59.9, 60), (60, 120), (61, 120), (3600, 3660), (-5, 60)],
)
def test_an_interval_keeps_its_beat_and_makes_up_for_nothing(late_s: float, next_s: int) -> None:
    assert next_run(EVERY_MINUTE, DUE, DUE + timedelta(seconds=late_s)) == DUE + timedelta(seconds=next_s)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 2 * * *", datetime(2026, 11, 22, 2, tzinfo=UTC)),
        ("0 3 * * 0", datetime(2026, 11, 22, 3, tzinfo=UTC)),  # the 21st is a Saturday
        ("0 14 * * *", datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("30 14 * * *", datetime(2026, 11, 21, 14, 30, tzinfo=UTC)),
    ],
)
def test_cron_is_read_in_utc(line: str, expected: datetime) -> None:
    assert next_run(cron(line), DUE - timedelta(days=3), DUE) == expected
    assert first_run(cron(line), DUE) == expected


@pytest.mark.parametrize(
    ("entry", "planned_s", "is_too_far"),
    [
        (EVERY_MINUTE, -3600, False),
        (EVERY_MINUTE, 60, False),
        (EVERY_MINUTE, 60.5, False),  # a clock that was set right by half a second
        (EVERY_MINUTE, 62, True),
        (EVERY_MINUTE, 86_460, True),
        (cron("30 14 * * *"), 1800, False),
        (cron("30 14 * * *"), 86_400 + 1800, True),
    ],
)
def test_only_a_clock_that_was_ahead_plans_later_than_the_next_run(
    entry: ScheduleEntry, planned_s: float, is_too_far: bool
) -> None:
    assert is_too_far_ahead(entry, DUE + timedelta(seconds=planned_s), DUE) is is_too_far


def test_an_entry_with_an_interval_begins_at_once() -> None:
    assert first_run(EVERY_MINUTE, DUE) == DUE


@pytest.mark.parametrize(
    "times", [{}, {"every_s": 60, "cron": "0 2 * * *"}, {"every_s": 0}, {"cron": "every day"}]
)
def test_an_entry_says_in_one_way_when_it_runs(times: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="x: "):
        ScheduleEntry("x", "x", "X.", **times)  # type: ignore[arg-type]


def test_every_entry_has_a_task_a_queue_and_a_name_of_its_own() -> None:
    assert {entry.task for entry in SCHEDULE} <= TASKS.keys()
    assert {entry.queue for entry in SCHEDULE} <= set(QUEUES)
    assert len({entry.name for entry in SCHEDULE}) == len(SCHEDULE)


def test_what_is_done_by_the_schedule_and_when() -> None:
    assert {entry.name: entry.cron or entry.every_s for entry in SCHEDULE} == {
        "cameras.health": 60,
        "cameras.expired_snapshots": "0 2 * * *",
        "cameras.old_health": "0 3 * * 0",
        "captions.prune": "0 1 * * *",
        "captions.old_history": "30 2 * * *",
        "migration.check_and_migrate": 60,
        "migration.get_migration_stats": 300,
        "hosts.minute_partitions": 3600,
        "storage.unfinished_uploads": 3600,
        "database.vacuum": "0 4 * * 0",
    }
