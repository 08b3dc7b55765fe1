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
    "kept", ['[{"name": "door"', '[{"label": "door"}]', '[{"name": "Door", "settings": {}}]']
)
def test_what_cannot_be_read_is_told_again_and_taken_over(records: AssignmentRecords, kept: str) -> None:
    changes: list[int] = []
    keeper = AssignmentKeeper(records, lambda: changes.append(records.revision()), structlog.get_logger())
    keeper.belong_to("host-1")
    records.keep(kept, digest="d-1", told_to="host-1")
    assert keeper.digest() == OF_ANOTHER_GATEWAY
    keeper.take(DOOR, "d-1")
    assert keeper.digest() == "d-1"
    found = records.kept()
    assert found is not None and json.loads(found.cameras) == DOOR
    assert changes == [found.revision]
