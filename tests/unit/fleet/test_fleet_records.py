"""What host and gateway agreed on survives the process, and is forgotten with the footage."""

import sqlite3
from pathlib import Path

import pytest

from host_agent.journal.fleet_records import NEVER, FleetRecords
from host_agent.journal.journal import Journal
from tests.support.http_agent import NOW
from tests.support.set_clock import SetClock

HOUR = 29_000_040


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def journal(tmp_path: Path, clock: SetClock) -> Journal:
    return Journal(tmp_path / "journal.db", clock)


@pytest.fixture
def records(journal: Journal, clock: SetClock) -> FleetRecords:
    return FleetRecords(journal.database, clock)


def test_acknowledged_revisions_are_kept_and_never_go_back(
    records: FleetRecords, journal: Journal, clock: SetClock
) -> None:
    assert records.acknowledged("a", HOUR) == [NEVER] * 60
    records.acknowledge({("a", HOUR): {HOUR: 1, HOUR + 59: 3}, ("b", HOUR): {HOUR + 1: 1}})
    records.acknowledge({("a", HOUR): {HOUR + 59: 2, HOUR + 5: 0}})
    again = FleetRecords(journal.database, clock)
    expected = [1, *[NEVER] * 4, 0, *[NEVER] * 53, 3]
    assert again.acknowledged("a", HOUR) == expected
    assert again.acknowledged("b", HOUR)[1] == 1


def test_only_old_hours_that_are_gone_are_forgotten(records: FleetRecords) -> None:
    for hour in (HOUR, HOUR + 60, HOUR + 120):
        records.acknowledge({("a", hour): {hour: 1}})
    records.keep_hours([("a", HOUR)], before_minute=HOUR + 120)
    assert [records.acknowledged("a", hour)[0] for hour in (HOUR, HOUR + 60, HOUR + 120)] == [1, NEVER, 1]


def test_another_identity_has_acknowledged_nothing(records: FleetRecords) -> None:
    records.belong_to("host-1")
    records.acknowledge({("a", HOUR): {HOUR: 1}})
    records.belong_to("host-1")
    assert records.acknowledged("a", HOUR)[0] == 1
    records.belong_to("host-2")
    assert records.acknowledged("a", HOUR)[0] == NEVER


def test_a_command_is_carried_out_once_and_reported_until_it_is_known(records: FleetRecords) -> None:
    done: list[str] = []

    def carry_out() -> tuple[bool, str]:
        done.append("c1")
        return True, "Done."

    assert records.carry_out_once("c1", carry_out)
    assert not records.carry_out_once("c1", carry_out)
    assert done == ["c1"]
    assert [outcome.id for outcome in records.unreported(10)] == ["c1"]
    records.reported(["c1"])
    assert records.unreported(10) == []
    # It comes again: the gateway does not know what became of it.
    assert not records.carry_out_once("c1", carry_out)
    assert [outcome.sentence for outcome in records.unreported(10)] == ["Done."]


def test_a_command_and_the_note_of_it_are_one_transaction(records: FleetRecords, journal: Journal) -> None:
    def fails_after_its_first_write() -> tuple[bool, str]:
        journal.want_restart("capture1", "anna")
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError):
        records.carry_out_once("c1", fails_after_its_first_write)
    assert journal.wanted("capture1").restart_count == 0
    assert records.unreported(10) == []

    def restarts() -> tuple[bool, str]:
        journal.want_restart("capture1", "anna")
        return True, ""

    assert records.carry_out_once("c1", restarts)
    assert journal.wanted("capture1").restart_count == 1


def test_commands_are_forgotten_a_day_after_they_were_reported(
    records: FleetRecords, clock: SetClock
) -> None:
    def never() -> tuple[bool, str]:
        raise AssertionError("it was carried out before")

    for name in ("old", "young"):
        records.carry_out_once(name, lambda: (True, ""))
        clock.pass_time(23 * 3600)
    records.reported(["old", "young"])
    assert not records.carry_out_once("young", never)
    assert records.carry_out_once("old", lambda: (True, ""))
