"""The cameras that a gateway assigned last are kept as it told them, and under its own name for them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_agent.journal.assignment_records import (
    NO_REVISION,
    OF_ANOTHER_GATEWAY,
    AssignmentRecords,
    KeptAssignment,
)
from host_agent.journal.journal import Journal
from tests.support.set_clock import SetClock

DOOR = '[{"name": "door", "settings": {"source": "rtsp://cam:s3cret@camera/1"}}]'


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.db", SetClock(datetime(2026, 11, 21, 12, tzinfo=UTC)))


def test_nothing_is_assigned_before_anything_was_told(journal: Journal) -> None:
    records = AssignmentRecords(journal.database)
    assert (records.kept(), records.revision(), records.digest("host-1")) == (None, NO_REVISION, "")


def test_another_assignment_has_another_revision_and_the_same_one_has_not(journal: Journal) -> None:
    records = AssignmentRecords(journal.database)
    assert records.keep(DOOR, digest="d-1", told_to="host-1")
    first = records.revision()
    assert not records.keep(DOOR, digest="d-2", told_to="host-1")
    assert (records.revision(), records.digest("host-1")) == (first, "d-2")
    assert records.keep("[]", digest="", told_to="host-1")
    kept = AssignmentRecords(journal.database).kept()
    assert kept is not None and (kept.cameras, kept.revision > first) == ("[]", True)


def test_another_gateways_assignment_is_told_under_a_name_that_none_gives(journal: Journal) -> None:
    records = AssignmentRecords(journal.database)
    records.keep(DOOR, digest="d-1", told_to="host-1")
    assert records.digest("host-2") == OF_ANOTHER_GATEWAY
    # Nothing assigned is nothing assigned, whoever says so.
    records.keep("[]", digest="d-2", told_to="host-1")
    assert records.digest("host-2") == ""


def test_what_is_kept_is_for_the_agents_user_alone_and_shows_no_password(
    journal: Journal, tmp_path: Path
) -> None:
    records = AssignmentRecords(journal.database)
    records.keep(DOOR, digest="d-1", told_to="host-1")
    assert "s3cret" not in repr(records.kept())
    for path in (tmp_path / "state").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


OVERRIDE = '[{"name": "own", "enable_detection": false, "detection_sensitivity": null}]'


def test_overrides_are_kept_with_the_cameras_and_another_one_is_another_assignment(journal: Journal) -> None:
    records = AssignmentRecords(journal.database)
    records.keep(DOOR, digest="d-1", told_to="host-1")
    assert records.keep(DOOR, OVERRIDE, digest="d-2", told_to="host-1")
    kept = AssignmentRecords(journal.database).kept()
    assert kept is not None and (kept.cameras, kept.overrides) == (DOOR, OVERRIDE)
    assert not records.keep(DOOR, OVERRIDE, digest="d-3", told_to="host-1")
    records.keep("[]", OVERRIDE, digest="d-4", told_to="host-1")
    assert records.digest("host-2") == OF_ANOTHER_GATEWAY


def test_what_an_older_agent_kept_without_overrides_is_told_again(journal: Journal) -> None:
    records = AssignmentRecords(journal.database)
    records.keep(DOOR, OVERRIDE, digest="d-1", told_to="host-1")
    with journal.database.writing() as db:
        db.execute("UPDATE assignment SET digest = 'd-2'")
    assert records.digest("host-1") == OF_ANOTHER_GATEWAY
    kept = records.kept()
    # Until then the last that was told counts.
    assert kept is not None and kept.overrides == OVERRIDE
    with journal.database.writing() as db:
        db.execute("DELETE FROM assignment_overrides")
    assert records.digest("host-1") == OF_ANOTHER_GATEWAY
    assert records.kept() == KeptAssignment(1, DOOR, "[]", "host-1")
