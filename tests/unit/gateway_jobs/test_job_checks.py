"""What the doctor says of workers and the schedule."""

from datetime import UTC, datetime, timedelta

from gateway.doctor.job_checks import judge_plan, judge_schedule, judge_workers
from gateway.jobs.schedule import ScheduleEntry
from gateway.jobs.worker_view import WorkerView

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def worker(state: str, *queues: str) -> WorkerView:
    return WorkerView("w-1", state, queues, "machine", None, NOW, NOW, 0, 0)


def said(*workers: WorkerView) -> list[tuple[str, str]]:
    return [(found.verdict, found.remedy) for found in judge_workers(workers)]


def test_without_a_worker_jobs_wait() -> None:
    assert said() == [("warning", "Start one: python -m gateway worker")]


def test_a_queue_that_nobody_serves_is_named() -> None:
    assert said(worker("idle", "default", "critical")) == [
        ("warning", "Start one: python -m gateway worker video")
    ]
    assert said(worker("busy", "default", "critical"), worker("idle", "video")) == [("ok", "")]


def test_a_lost_worker_serves_nothing() -> None:
    levels = [level for level, _remedy in said(worker("lost", "default", "critical", "video"))]
    assert levels == ["warning", "warning"]


def test_a_schedule_is_run_stands_still_or_never_was() -> None:
    def level(age_s: float | None) -> tuple[str, str]:
        at = None if age_s is None else NOW - timedelta(seconds=age_s)
        found = judge_schedule(at, NOW, 20.0)
        return found.verdict, found.remedy

    start = "Start it: python -m gateway scheduler"
    assert [level(1), level(19)] == [("ok", "")] * 2
    assert [level(21), level(None)] == [("warning", start)] * 2
    assert level(-19) == ("ok", "")
    verdict, remedy = level(-86_400)
    assert verdict == "warning" and remedy.startswith("Set the clocks of all machines right")


def test_an_entry_that_is_planned_later_than_its_interval_allows_is_named() -> None:
    entries = (
        ScheduleEntry("health", "health", "Check.", every_s=60),
        ScheduleEntry("hourly", "hourly", "Hourly.", every_s=3600),
        ScheduleEntry("new", "new", "New.", every_s=60),
    )
    planned = {
        "health": NOW + timedelta(days=1, seconds=60),
        "hourly": NOW + timedelta(hours=1),
        "new": None,
    }
    (found,) = judge_plan(entries, planned, NOW)
    assert found.verdict == "warning" and "python -m gateway scheduler" in found.remedy
    assert found.sentence == ("health is planned for 2026-11-22 14:01 UTC, later than its interval allows.")
