"""Programs of Phase 1 and of Phase 2 on the same videos: each writes the columns that it knows."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.errors import ForeignKeyViolation, NotNullViolation, UniqueViolation
from psycopg.rows import DictRow

from deploy.local.postgres import PrivatePostgres
from tests.support.schema_stand import connected
from tests.support.servers import fresh_database

MALL, OTHER_MALL = (f"00000000-0000-0000-0000-00000000001{n}" for n in (1, 2))
PIN, SECOND_PIN, FAR_PIN = (f"00000000-0000-0000-0000-00000000002{n}" for n in (1, 2, 3))
NOBODY = "00000000-0000-0000-0000-0000000000ff"
EARLY, LATE, LATER = (f"2025-06-0{day}T12:00:00+00:00" for day in (1, 2, 3))
Database = psycopg.Connection[DictRow]


@pytest.fixture(scope="module")
def connection(postgres: PrivatePostgres, migrated_template: str) -> Iterator[Database]:
    with fresh_database(postgres, migrated_template) as url, connected(url) as opened:
        yield opened


@pytest.fixture
def database(connection: Database) -> Iterator[Database]:
    """Two malls; the first has two pins, the other one. What a test writes goes with it."""
    with connection.transaction(force_rollback=True):
        connection.execute(f"INSERT INTO malls (id, name) VALUES ('{MALL}', 'A'), ('{OTHER_MALL}', 'B')")
        for pin, mall in ((PIN, MALL), (SECOND_PIN, MALL), (FAR_PIN, OTHER_MALL)):
            connection.execute(
                "INSERT INTO camera_pins (id, mall_id, name) VALUES (%s, %s, 'Pin')", (pin, mall)
            )
        yield connection


def insert(database: Database, **columns: object) -> DictRow:
    """The row as it stands in the table afterwards."""
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    query = f"INSERT INTO videos (id, {names}) VALUES (gen_random_uuid(), {values}) RETURNING *"
    with database.transaction():
        (row,) = database.execute(query, columns).fetchall()
    return shown(row)


def update(database: Database, row: DictRow, **columns: object) -> DictRow:
    changes = ", ".join(f"{name} = %({name})s" for name in columns)
    query = f"UPDATE videos SET {changes} WHERE id = %(id)s RETURNING *"
    with database.transaction():
        (after,) = database.execute(query, {**columns, "id": row["id"]}).fetchall()
    return shown(after)


def shown(row: DictRow) -> DictRow:
    """With ids and times as text, as they are written in these tests."""
    return {
        name: found.isoformat()
        if hasattr(found, "isoformat")
        else str(found)
        if name.endswith("id")
        else found
        for name, found in row.items()
    }


def by_phase_1(database: Database, **columns: object) -> DictRow:
    """What a program of Phase 1 writes."""
    written: dict[str, Any] = {
        "camera_pin_id": PIN,
        "file_path": "videos/door.mp4",
        "original_filename": "door.mp4",
        "upload_timestamp": EARLY,
    }
    return insert(database, **{**written, **columns})


def by_phase_2(database: Database, **columns: object) -> DictRow:
    """What a program of Phase 2 writes."""
    written: dict[str, Any] = {
        "mall_id": MALL,
        "pin_id": PIN,
        "filename": "door.mp4",
        "original_path": "originals/door.mp4",
        "upload_status": "uploaded",
        "uploaded_at": EARLY,
    }
    return insert(database, **{**written, **columns})


def test_a_program_of_phase_1_can_add_a_video(database: Database) -> None:
    row = by_phase_1(database, created_at=LATE)
    assert (row["pin_id"], row["mall_id"]) == (PIN, MALL)
    assert (row["filename"], row["original_path"]) == ("door.mp4", "videos/door.mp4")
    assert (row["upload_status"], row["uploaded_at"]) == ("uploaded", EARLY)
    assert (row["processed"], row["processing_status"]) == (False, "pending")
    assert row["updated_at"] == LATE


def test_a_program_of_phase_2_can_add_a_video(database: Database) -> None:
    row = by_phase_2(database)
    assert (row["camera_pin_id"], row["original_filename"]) == (PIN, "door.mp4")
    assert (row["file_path"], row["upload_timestamp"]) == ("originals/door.mp4", EARLY)
    assert row["updated_at"] == row["created_at"]


def test_a_program_of_phase_2_may_leave_the_mall_to_the_pin(database: Database) -> None:
    assert by_phase_2(database, mall_id=None, pin_id=FAR_PIN)["mall_id"] == OTHER_MALL


def test_a_program_of_phase_2_says_how_far_an_upload_is(database: Database) -> None:
    with pytest.raises(NotNullViolation, match="upload_status"):
        by_phase_2(database, upload_status=None)


def test_an_upload_without_its_file_has_an_empty_path_until_it_is_there(database: Database) -> None:
    row = by_phase_2(database, original_path=None, upload_status="uploading")
    assert (row["original_path"], row["file_path"]) == (None, "")
    row = update(database, row, filename="gate.mp4")
    assert (row["original_path"], row["file_path"]) == (None, "")
    row = update(database, row, original_path="originals/gate.mp4", upload_status="uploaded")
    assert row["file_path"] == "originals/gate.mp4"
    row = update(database, row, file_path="")
    assert row["original_path"] is None


@pytest.mark.parametrize(
    ("column", "written", "other"),
    [
        ("camera_pin_id", SECOND_PIN, "pin_id"),
        ("pin_id", SECOND_PIN, "camera_pin_id"),
        ("file_path", "moved.mp4", "original_path"),
        ("original_path", "moved.mp4", "file_path"),
        ("original_filename", "gate.mp4", "filename"),
        ("filename", "gate.mp4", "original_filename"),
        ("upload_timestamp", LATE, "uploaded_at"),
        ("uploaded_at", LATE, "upload_timestamp"),
    ],
)
def test_a_change_of_one_column_changes_the_other(
    database: Database, column: str, written: str, other: str
) -> None:
    before = by_phase_1(database, created_at=EARLY)
    after = update(database, before, **{column: written})
    assert after[column] == after[other] == written
    untouched = set(before) - {column, other, "updated_at"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    assert after["updated_at"] > before["updated_at"]


@pytest.mark.parametrize(
    ("legacy", "new", "written", "wins"),
    [
        ("camera_pin_id", "pin_id", PIN, SECOND_PIN),
        ("file_path", "original_path", "legacy.mp4", "new.mp4"),
        ("original_filename", "filename", "legacy.mp4", "new.mp4"),
        ("upload_timestamp", "uploaded_at", LATER, LATE),
    ],
)
def test_where_both_columns_are_written_the_new_one_wins(
    database: Database, legacy: str, new: str, written: str, wins: str
) -> None:
    added = by_phase_2(database, **{legacy: written, new: wins})
    assert added[legacy] == added[new] == wins
    changed = update(database, by_phase_1(database, camera_pin_id=FAR_PIN), **{legacy: written, new: wins})
    assert changed[legacy] == changed[new] == wins


@pytest.mark.parametrize(
    ("written", "processed", "status"),
    [
        ({"processed": True}, True, "completed"),
        ({"processing_status": "completed"}, True, "completed"),
        ({"processing_status": "running"}, False, "running"),
        ({"processed": True, "processing_status": "failed"}, False, "failed"),
        ({"processed": True, "processing_status": "pending"}, True, "completed"),
    ],
)
def test_a_video_that_is_added_is_processed_when_its_status_says_so(
    database: Database, written: dict[str, object], processed: bool, status: str
) -> None:
    row = by_phase_1(database, **written)
    assert (row["processed"], row["processing_status"]) == (processed, status)


@pytest.mark.parametrize(
    ("before", "written", "processed", "status"),
    [
        ("pending", {"processed": True}, True, "completed"),
        ("failed", {"processed": True}, True, "completed"),
        ("completed", {"processed": False}, False, "pending"),
        ("completed", {"processing_status": "running"}, False, "running"),
        ("running", {"processing_status": "completed"}, True, "completed"),
        ("running", {"processed": True, "processing_status": "failed"}, False, "failed"),
        ("running", {"file_path": "x.mp4"}, False, "running"),
        ("completed", {"file_path": "x.mp4"}, True, "completed"),
    ],
)
def test_processed_and_its_status_stay_in_step(
    database: Database, before: str, written: dict[str, object], processed: bool, status: str
) -> None:
    row = update(database, by_phase_1(database, processing_status=before), **written)
    assert (row["processed"], row["processing_status"]) == (processed, status)


def test_a_change_that_changes_nothing_leaves_the_time_of_the_last_change(database: Database) -> None:
    row = by_phase_1(database, created_at=EARLY)
    assert update(database, row, filename="door.mp4") == row
    assert update(database, row, filename="gate.mp4", updated_at=LATE)["updated_at"] == LATE


@pytest.mark.parametrize("column", ["camera_pin_id", "pin_id"])
def test_a_video_that_is_put_on_a_pin_of_another_mall_is_in_that_mall(
    database: Database, column: str
) -> None:
    assert update(database, by_phase_1(database), **{column: FAR_PIN})["mall_id"] == OTHER_MALL


def test_a_pin_that_moves_to_another_mall_takes_its_videos_along(database: Database) -> None:
    moved, stays = by_phase_1(database), by_phase_1(database, camera_pin_id=SECOND_PIN)
    database.execute("UPDATE camera_pins SET mall_id = %s WHERE id = %s", (OTHER_MALL, PIN))
    malls = {
        str(row["id"]): (str(row["pin_id"]), str(row["camera_pin_id"]), str(row["mall_id"]))
        for row in database.execute("SELECT * FROM videos").fetchall()
    }
    assert malls[moved["id"]] == (PIN, PIN, OTHER_MALL)
    assert malls[stays["id"]] == (SECOND_PIN, SECOND_PIN, MALL)


def test_a_video_and_its_pin_cannot_be_in_different_malls(database: Database) -> None:
    with pytest.raises(ForeignKeyViolation, match="fk_videos_pin_in_mall"):
        by_phase_2(database, mall_id=OTHER_MALL)
    row = by_phase_2(database)
    with pytest.raises(ForeignKeyViolation, match="fk_videos_pin_in_mall"):
        update(database, row, mall_id=OTHER_MALL)
    with pytest.raises(ForeignKeyViolation, match="fk_videos_pin_in_mall"):
        update(database, row, mall_id=OTHER_MALL, pin_id=SECOND_PIN)


def test_a_video_of_a_pin_that_does_not_exist_is_refused_as_that(database: Database) -> None:
    with pytest.raises(ForeignKeyViolation, match=NOBODY) as refused:
        by_phase_1(database, camera_pin_id=NOBODY)
    assert refused.value.diag.constraint_name == "fk_videos_pin_id"


@pytest.mark.parametrize(
    ("column", "constraint"),
    [
        ("mall_id", "fk_videos_"),
        ("pin_id", "fk_videos_pin"),
        ("uploaded_by_user_id", "fk_videos_uploaded_by"),
    ],
)
def test_foreign_keys_are_enforced(database: Database, column: str, constraint: str) -> None:
    with pytest.raises(ForeignKeyViolation, match=constraint):
        by_phase_2(database, **{column: NOBODY})


def test_what_belongs_to_what_is_deleted_with_it(database: Database) -> None:
    user = (
        "INSERT INTO users (id, email, username, hashed_password, role) VALUES (%s, 'a@b', 'a', '', 'viewer')"
    )
    database.execute(user, (NOBODY,))
    for pin in (PIN, SECOND_PIN, FAR_PIN):
        row = by_phase_2(database, pin_id=pin, mall_id=None, uploaded_by_user_id=NOBODY)
        database.execute(
            "INSERT INTO processing_jobs (id, video_id, job_type, status, queued_at)"
            " VALUES (gen_random_uuid(), %s, 'proxy_generation', 'pending', now())",
            (row["id"],),
        )
    left = "SELECT pin_id, uploaded_by_user_id, count(j.id) FROM videos v LEFT JOIN processing_jobs j"
    left += " ON j.video_id = v.id GROUP BY v.id ORDER BY pin_id"
    database.execute("DELETE FROM users")
    assert [row["uploaded_by_user_id"] for row in database.execute(left).fetchall()] == [None] * 3
    database.execute("DELETE FROM camera_pins WHERE id = %s", (SECOND_PIN,))
    assert [str(row["pin_id"]) for row in database.execute(left).fetchall()] == [PIN, FAR_PIN]
    database.execute("DELETE FROM malls WHERE id = %s", (OTHER_MALL,))
    assert [(str(row["pin_id"]), row["count"]) for row in database.execute(left).fetchall()] == [(PIN, 1)]
    database.execute("DELETE FROM videos")
    assert database.execute("SELECT 1 FROM processing_jobs").fetchall() == []


def test_a_checksum_is_there_once_on_a_pin_and_none_any_number_of_times(database: Database) -> None:
    by_phase_2(database, checksum_sha256="a" * 64)
    by_phase_2(database, checksum_sha256="b" * 64)
    by_phase_2(database, checksum_sha256="a" * 64, pin_id=SECOND_PIN)
    by_phase_1(database)
    by_phase_1(database)
    with pytest.raises(UniqueViolation, match="ix_videos_unique_checksum_pin"):
        by_phase_2(database, checksum_sha256="a" * 64)
