"""What files cannot say survives reopening, and numbers are never given out twice."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.journal.facts import ClockPair, Fact, Lease, Receipt, WantedState
from host_agent.journal.journal import Journal
from shared.spans import Span
from tests.support.set_clock import SetClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def span(start_s: float, end_s: float) -> Span:
    return Span(at(start_s), at(end_s))


class Bench:
    """A journal on disk that can be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock(NOON)
        self.path = folder / "state" / "journal.db"
        self.journal = Journal(self.path, self.clock)

    def reopen(self) -> None:
        self.journal.close()
        self.journal = Journal(self.path, self.clock)

    def note(
        self, seconds: float, code: str, device: str | None = "capture1", kind: str = "state_changed"
    ) -> None:
        self.clock.set_to(at(seconds))
        self.journal.note(kind, code, f"{code}.", device=device)

    def codes(self, start_s: float, end_s: float, device: str | None = "capture1") -> list[str]:
        return [fact.code for fact in self.journal.facts(span(start_s, end_s), device)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# -- opening -----------------------------------------------------------------------------------------


def test_the_journal_is_for_the_agents_user_alone(bench: Bench) -> None:
    bench.journal.note("agent_started", "agent_started", "The agent started.")
    assert bench.path.parent.stat().st_mode & 0o777 == 0o700
    for file in bench.path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_processes_that_start_at_the_same_time_share_a_new_journal(tmp_path: Path) -> None:
    failures: list[sqlite3.Error] = []

    def open_and_write(path: Path, ready: threading.Barrier) -> None:
        ready.wait()
        try:
            journal = Journal(path, SetClock(NOON))
            journal.note("agent_started", "agent_started", "The agent started.")
            journal.close()
        except sqlite3.Error as error:
            failures.append(error)

    for attempt in range(12):
        ready = threading.Barrier(6)
        path = tmp_path / str(attempt) / "journal.db"
        threads = [threading.Thread(target=open_and_write, args=(path, ready)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


# -- numbers -----------------------------------------------------------------------------------------


def test_reserved_numbers_follow_each_other_for_each_device_and_kind(bench: Bench) -> None:
    reserve = bench.journal.reserve_numbers
    assert not bench.journal.knows_numbers("capture1", "segments")
    assert reserve("capture1", "segments", 100) == range(1, 101)
    assert bench.journal.knows_numbers("capture1", "segments")
    assert reserve("capture1", "segments", 10) == range(101, 111)
    assert reserve("capture1", "captures", 10) == range(1, 11)
    assert reserve("capture2", "segments", 10) == range(1, 11)
    assert reserve("capture1", "segments", 10, at_least=1000) == range(1000, 1010)
    assert reserve("capture1", "segments", 10, at_least=5) == range(1010, 1020)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 200), st.booleans()), max_size=8))
def test_numbers_never_repeat_over_any_reopening(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool]]
) -> None:
    bench = Bench(tmp_path_factory.mktemp("numbers"))
    last = 0
    for count, at_least, reopened in steps:
        if reopened:
            bench.reopen()
        given_out = bench.journal.reserve_numbers("capture1", "segments", count, at_least=at_least)
        assert len(given_out) == count
        assert given_out.start > last and given_out.start >= at_least
        last = given_out[-1]
    bench.journal.close()


def test_two_connections_do_not_get_the_same_numbers(bench: Bench) -> None:
    other = Journal(bench.path, bench.clock)
    ranges = [
        journal.reserve_numbers("c", "segments", 5) for journal in (bench.journal, other, bench.journal)
    ]
    other.close()
    assert [numbers.start for numbers in ranges] == [1, 6, 11]


# -- facts -------------------------------------------------------------------------------------------


def test_a_fact_is_read_as_it_was_written(bench: Bench) -> None:
    bench.clock.monotonic_s = 12.3456
    bench.journal.note("state_changed", "live", "Recording.", device="capture1", state="live", by="ann")
    bench.reopen()
    assert bench.journal.facts(span(-1, 1), "capture1") == [
        Fact(
            NOON,
            12_345,
            "boot-1",
            "capture1",
            "state_changed",
            "live",
            "Recording.",
            {"state": "live", "by": "ann"},
        )
    ]


def test_facts_of_a_span_come_with_what_held_when_it_began(bench: Bench) -> None:
    for seconds, code in ((0, "live"), (10, "stalled"), (20, "live"), (30, "source_refused"), (40, "live")):
        bench.note(seconds, code)
    bench.note(5, "agent_started", None, "agent_started")
    bench.note(15, "live", "capture2")
    assert bench.codes(20, 40) == ["stalled", "live", "source_refused", "agent_started"]
    assert bench.codes(0, 1) == ["live"]
    assert bench.codes(-9, 0) == []
    assert bench.codes(100, 101) == ["live", "agent_started"]


def test_how_a_stretch_came_to_an_end_is_the_first_of_each_kind_after_it(bench: Bench) -> None:
    for seconds, code in ((0, "live"), (10, "stalled"), (20, "live")):
        bench.note(seconds, code)
    bench.note(30, "agent_stopped", None, "agent_stopped")
    after = bench.journal.first_facts_after(at(5), "capture1")
    assert [fact.code for fact in after] == ["stalled", "agent_stopped"]


# -- clocks ------------------------------------------------------------------------------------------


def test_clock_pairs_come_in_the_order_they_were_written_with_their_neighbours(bench: Bench) -> None:
    for seconds in (0, 5, 10, 3600, 15, 20):
        bench.clock.set_to(at(seconds))
        bench.clock.monotonic_s += 5
        bench.journal.note_clock()
    seen = [(pair.wall - NOON).total_seconds() for pair in bench.journal.clock_pairs(span(5, 16))]
    assert seen == [0, 5, 10, 3600, 15, 20]
    assert bench.journal.last_clock_pairs(2) == [
        ClockPair(at(15), 1_025_000, "boot-1"),
        ClockPair(at(20), 1_030_000, "boot-1"),
    ]


def test_a_span_without_a_pair_has_its_neighbours(bench: Bench) -> None:
    for seconds in (0, 100):
        bench.clock.set_to(at(seconds))
        bench.journal.note_clock()
    seen = [(pair.wall - NOON).total_seconds() for pair in bench.journal.clock_pairs(span(40, 50))]
    assert seen == [0, 100]
    assert bench.journal.clock_pairs(span(200, 201))[0].wall == at(100)


# -- receipts, leases --------------------------------------------------------------------------------


def receipt(seconds: float, kind: str = "segments") -> Receipt:
    return Receipt(at(seconds), "capture1", kind, "2026-11-20T14", 3600, 12_345, "expired")


def test_a_deletion_has_one_receipt_however_often_it_is_written(bench: Bench) -> None:
    for _ in range(2):
        bench.journal.write_receipt(receipt(0), deletion_id="one")
    bench.journal.write_receipt(receipt(1), deletion_id="two")
    bench.journal.write_receipt(receipt(2, "captures"))
    bench.journal.write_receipt(receipt(3, "captures"))
    assert bench.journal.receipts("capture1", "segments") == [receipt(0), receipt(1)]
    assert len(bench.journal.receipts("capture1")) == 4
    assert bench.journal.receipts("capture2") == []


def test_a_lease_holds_until_it_runs_out_or_is_given_back(bench: Bench) -> None:
    lease = Lease("clip-1", "capture1", span(0, 60), at(100))
    bench.journal.take_lease(lease)
    assert bench.journal.leases(at(99)) == [lease]
    assert bench.journal.leases(at(100)) == []
    longer = Lease("clip-1", "capture1", span(0, 60), at(200))
    bench.journal.take_lease(longer)
    assert bench.journal.leases(at(100)) == [longer]
    bench.journal.end_lease("clip-1")
    bench.journal.end_lease("unknown")
    assert bench.journal.leases(at(0)) == []


# -- states ------------------------------------------------------------------------------------------


def test_each_part_says_what_a_device_is_doing_now(bench: Bench) -> None:
    bench.journal.set_state("capture1", "capture", {"state": "starting"})
    bench.clock.set_to(at(1))
    bench.journal.set_state("capture1", "capture", {"state": "live", "notes": ["é"]})
    bench.journal.set_state("capture1", "frames", {"mode": "all"})
    assert bench.journal.states("capture1") == {
        "capture": {"state": "live", "notes": ["é"], "at_utc_ms": 1_795_262_401_000},
        "frames": {"mode": "all", "at_utc_ms": 1_795_262_401_000},
    }
    assert bench.journal.states("capture2") == {}


def test_a_wish_survives_restarts_and_a_restart_is_asked_for_once(bench: Bench) -> None:
    assert bench.journal.wanted("capture1") == WantedState("running", "", None, 0)
    bench.journal.want("capture1", "stopped", "ann")
    bench.reopen()
    assert bench.journal.wanted("capture1") == WantedState("stopped", "ann", NOON, 0)
    bench.journal.want_restart("capture1", "bob")
    assert bench.journal.wanted("capture1") == WantedState("running", "bob", NOON, 1)
    bench.journal.want("capture1", "running", "ann")
    assert bench.journal.wanted("capture1").restart_count == 1
    bench.journal.want_restart("capture2", "bob")
    assert bench.journal.wanted("capture2").restart_count == 1


def test_named_values_are_kept(bench: Bench) -> None:
    assert bench.journal.recall("disk") is None
    bench.journal.remember("disk", "one")
    bench.journal.remember("disk", "two")
    bench.reopen()
    assert bench.journal.recall("disk") == "two"


# -- pruning -----------------------------------------------------------------------------------------


def test_pruning_forgets_what_is_old_but_not_what_held_when_the_kept_span_began(bench: Bench) -> None:
    for seconds, code in ((0, "live"), (10, "stalled"), (20, "live")):
        bench.note(seconds, code)
    bench.note(1, "agent_started", None, "agent_started")
    bench.journal.write_receipt(receipt(0))
    bench.journal.write_receipt(receipt(30))
    bench.journal.take_lease(Lease("old", "capture1", span(0, 1), at(5)))
    bench.clock.set_to(at(30))
    bench.journal.prune(at(15))
    assert bench.codes(-100, 100) == ["stalled", "live", "agent_started"]
    assert bench.journal.receipts("capture1") == [receipt(30)]
    assert bench.journal.leases(at(0)) == []


def test_pruning_keeps_the_last_hundred_clock_pairs_whatever_they_show(bench: Bench) -> None:
    for seconds in range(150):
        bench.clock.set_to(at(seconds))
        bench.journal.note_clock()
    bench.journal.prune(at(1_000_000))
    kept = bench.journal.last_clock_pairs(1000)
    assert 100 <= len(kept) <= 101
    assert kept[-1].wall == at(149)


def test_numbers_and_wishes_are_never_pruned(bench: Bench) -> None:
    bench.journal.reserve_numbers("capture1", "segments", 10)
    bench.journal.want("capture1", "stopped", "ann")
    bench.journal.remember("disk", "one")
    bench.journal.prune(at(10**8))
    assert bench.journal.reserve_numbers("capture1", "segments", 1) == range(11, 12)
    assert bench.journal.wanted("capture1").wanted == "stopped"
    assert bench.journal.recall("disk") == "one"


def test_a_write_that_fails_half_way_leaves_nothing(bench: Bench) -> None:
    with pytest.raises(TypeError):
        bench.journal.set_state("capture1", "capture", {"state": object()})
    assert bench.journal.states("capture1") == {}
    bench.journal.set_state("capture1", "capture", {})
