"""Which assignment an agent says that it has: one that it can read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from host_agent.fleet.assignment_keeper import AssignmentKeeper
from host_agent.journal.assignment_records import OF_ANOTHER_GATEWAY, AssignmentRecords
from host_agent.journal.journal import Journal
from tests.support.set_clock import SetClock

DOOR = [{"name": "door", "settings": {"source": "rtsp://camera/1"}}]


@pytest.fixture
def records(tmp_path: Path) -> AssignmentRecords:
    clock = SetClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
    return AssignmentRecords(Journal(tmp_path / "journal.db", clock).database)


@pytest.mark.parametrize(
    ("kept", "overrides"),
    [
        ('[{"name": "door"', "[]"),
        ('[{"label": "door"}]', "[]"),
        ('[{"name": "Door", "settings": {}}]', "[]"),
        (json.dumps(DOOR), '[{"name": "own", "detection_sensitivity": 7}]'),
    ],
)
def test_what_cannot_be_read_is_told_again_and_taken_over(
    records: AssignmentRecords, kept: str, overrides: str
) -> None:
    changes: list[int] = []
    keeper = AssignmentKeeper(records, lambda: changes.append(records.revision()), structlog.get_logger())
    keeper.belong_to("host-1")
    records.keep(kept, overrides, digest="d-1", told_to="host-1")
    assert keeper.digest() == OF_ANOTHER_GATEWAY
    keeper.take(DOOR, "d-1")
    assert keeper.digest() == "d-1"
    found = records.kept()
    assert found is not None and json.loads(found.cameras) == DOOR
    assert changes == [found.revision]


def camera(name: str, number: int = 1) -> dict[str, object]:
    return {"name": name, "settings": {"source": f"rtsp://camera/{number}"}}


def kept_names(records: AssignmentRecords) -> dict[str, str]:
    found = records.kept()
    assert found is not None
    return {each["name"]: each["settings"]["source"] for each in json.loads(found.cameras)}


def test_a_camera_whose_settings_the_gateway_cannot_say_now_stays_as_it_was_told(
    records: AssignmentRecords,
) -> None:
    changes: list[str] = []
    keeper = AssignmentKeeper(records, lambda: changes.append(keeper.digest()), structlog.get_logger())
    keeper.belong_to("host-1")
    keeper.take([camera("door"), camera("gate")], "d-1")
    keeper.take([camera("gate", 2)], "d-2", None, ["door", "gate", "never-told"])
    assert kept_names(records) == {"door": "rtsp://camera/1", "gate": "rtsp://camera/2"}
    # Still so the next time, and gone when it is not named any more.
    keeper.take([], "d-3", None, ["door"])
    assert kept_names(records) == {"door": "rtsp://camera/1"}
    keeper.take([], "d-4", None, [])
    assert kept_names(records) == {}
    assert changes == ["d-1", "d-2", "d-3", "d-4"]


def test_a_camera_of_another_gateway_does_not_stay(records: AssignmentRecords) -> None:
    keeper = AssignmentKeeper(records, lambda: None, structlog.get_logger())
    keeper.belong_to("host-1")
    keeper.take([camera("door")], "d-1")
    keeper.belong_to("host-at-another-gateway")
    keeper.take([camera("gate")], "d-2", None, ["door"])
    assert list(kept_names(records)) == ["gate"]


@pytest.mark.parametrize("kept", ["door", [1], ["../door"], {"door": True}])
def test_nonsense_about_what_stays_changes_nothing(records: AssignmentRecords, kept: object) -> None:
    keeper = AssignmentKeeper(records, lambda: None, structlog.get_logger())
    keeper.belong_to("host-1")
    keeper.take([camera("door")], "d-1")
    keeper.take([], "d-2", None, kept)
    assert (kept_names(records), keeper.digest()) == ({"door": "rtsp://camera/1"}, "d-1")
    assert "kept is not as agreed" in keeper.problem
