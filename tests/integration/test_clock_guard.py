"""A wrong clock deletes nothing: the guard, its memory in the journal, and the cleaner that asks it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_agent.journal.journal import Journal
from host_agent.retention import alarm
from host_agent.retention.clock_guard import CLOCK_SUSPECT, CLOCK_TRUSTED, ClockGuard
from host_agent.retention.disk_space import DiskSpace, Room
from host_agent.ring.layout import Kind, RingFile
from shared.clock import SystemClock
from shared.kernel import clock_is_synchronised
from shared.spans import Span, utc_ms
from tests.support.clean_host import CleanHost, record_hour

DAY_S = 86_400.0


def make_host(tmp_path: Path, **options: object) -> CleanHost:
    host = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"}, **options)  # type: ignore[arg-type]
    host.start()
    return host


def to_1970(clock: SystemClock) -> float:
    return (datetime(1970, 1, 2, tzinfo=UTC) - clock.now()).total_seconds()


@pytest.mark.parametrize(
    ("name", "step_s"),
    [("a day ahead", DAY_S), ("a year ahead", 365 * DAY_S), ("an hour back", -3700.0), ("1970", None)],
)
@pytest.mark.parametrize("disk_is_full", [False, True])
def test_a_step_of_the_clock_in_a_running_agent_deletes_nothing(
    tmp_path: Path, name: str, step_s: float | None, disk_is_full: bool
) -> None:
    full = DiskSpace(1, Room(1, 1), Room(10_000, 10_000), read_only=False)
    host = make_host(tmp_path, **({"measure": lambda _root: full} if disk_is_full else {}))
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(0), range(100, 103))
    assert host.cleaner.run_cycle().departed == []
    for position, ago in enumerate((30, 20, 2)):
        record_hour(store, Kind.SEGMENTS, host.hour(ago), range(position * 10 + 1, position * 10 + 4))
    hours = store.hours(Kind.SEGMENTS)

    host.clock.offset_s += to_1970(host.clock) if step_s is None else step_s
    for _ in range(3):
        report = host.cleaner.run_cycle()
        host.emptier.empty()
        assert report.departed == []
        assert report.clock is not None and report.clock.is_suspect
        codes = [one.code for one in report.alarms]
        assert codes == [alarm.CLOCK_SUSPECT, *([alarm.DISK_STUCK] if disk_is_full else [])]

    assert store.hours(Kind.SEGMENTS) == hours
    assert host.journal.receipts("capture1") == []


def test_the_suspicion_survives_a_restart_and_ends_with_an_operators_word(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(10), range(1, 4))
    host.cleaner.run_cycle()
    host.clock.offset_s += DAY_S
    assert len(host.cleaner.run_cycle().departed) == 0
    offset_s = host.clock.offset_s

    after_restart = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"})
    after_restart.clock.offset_s = offset_s
    assert after_restart.cleaner.run_cycle().departed == []

    # The operator asks another process (the one that serves HTTP, or a command).
    other = ClockGuard(Journal(tmp_path / "state" / "journal.sqlite", host.clock), host.clock, lambda: None)
    suspicion = other.suspicion()
    assert suspicion is not None and "+24.0 h" in suspicion.sentence
    assert other.confirm("anna") is True

    report = after_restart.cleaner.run_cycle()
    assert len(report.departed) == 1 and report.alarms == []
    assert other.suspicion() is None and other.confirm("anna") is False
    span = Span(after_restart.clock.now() - timedelta(days=3), after_restart.clock.now() + timedelta(days=3))
    codes = [fact.code for fact in host.journal.facts(span, None)]
    assert codes == [CLOCK_SUSPECT, CLOCK_TRUSTED]


def test_a_jump_while_the_agent_was_off_is_seen_at_its_start(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(10), range(1, 4))
    host.cleaner.run_cycle()
    after_restart = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"})
    after_restart.clock.offset_s = host.clock.offset_s + 2 * DAY_S
    report = after_restart.cleaner.run_cycle()
    assert report.departed == [] and report.clock is not None and report.clock.is_suspect


def test_a_jump_before_the_first_look_is_seen_by_the_pairs_that_capture_wrote(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(10), range(1, 4))
    host.journal.note_clock()
    host.clock.offset_s += 2 * DAY_S
    assert host.cleaner.run_cycle().departed == []


def test_the_suspicion_ends_when_the_kernel_says_that_the_clock_is_synchronised(tmp_path: Path) -> None:
    synchronised: list[bool | None] = [False]
    host = make_host(tmp_path, is_synchronised=lambda: synchronised[0])
    record_hour(host.stores["capture1"], Kind.SEGMENTS, host.hour(10), range(1, 4))
    host.cleaner.run_cycle()
    host.clock.offset_s += DAY_S
    assert host.cleaner.run_cycle().departed == []
    synchronised[0] = True
    assert len(host.cleaner.run_cycle().departed) == 1


def test_footage_newer_than_now_makes_the_clock_suspect(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 4))
    staged = store.folders.staging / "ahead.ts"
    staged.write_bytes(b"x")
    published = store.publish(
        staged, RingFile(Kind.SEGMENTS, 9), utc_ms(host.clock.now() + timedelta(minutes=5))
    )
    report = host.cleaner.run_cycle()
    assert report.departed == [] and report.clock is not None and report.clock.is_suspect
    published.unlink()
    assert host.cleaner.run_cycle().departed == [], "what raised it may be gone; the clock is no better"


def test_an_unreadable_memory_is_told_and_replaced(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    host.journal.remember("clock_guard", "{")
    report = host.cleaner.run_cycle()
    assert report.clock is not None and not report.clock.is_suspect
    span = Span(host.clock.now() - timedelta(hours=1), host.clock.now() + timedelta(hours=1))
    assert [fact.code for fact in host.journal.facts(span, None)] == ["clock_memory"]
    assert CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"}).guard.suspicion() is None


def test_the_kernel_answers_when_it_is_asked_for_its_clock() -> None:
    assert clock_is_synchronised() in (True, False, None)
