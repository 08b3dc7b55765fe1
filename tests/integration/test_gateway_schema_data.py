"""Rows of Phase 1 through the upgrade and back, and what stops an upgrade before it changes anything."""

import io

import psycopg
import pytest

from gateway.db.commands import current, downgrade, upgrade
from gateway.db.migrations.patience import Patience
from gateway.db.migrations.refusal import MigrationError
from tests.support.schema_stand import IN_STEP, PHASE_1, PHASE_2, listing, rows, run, value

VIDEOS = 100_000
PHASE_1_COLUMNS = """
    id, camera_pin_id, file_path, original_filename, file_size_bytes, duration_seconds, upload_timestamp,
    processed, processing_status, created_at
"""
# One number for all Phase 1 columns of all rows.
PHASE_1_ROWS = (
    f"SELECT md5(string_agg(v::text, '' ORDER BY id)) FROM (SELECT {PHASE_1_COLUMNS} FROM videos) v"
)
# Rows whose Phase 2 columns are not what the Phase 1 columns say.
WRONGLY_FILLED = """
    SELECT count(*) FROM videos v JOIN camera_pins p ON p.id = v.camera_pin_id
    WHERE (v.mall_id, v.pin_id, v.filename, v.original_path, v.upload_status, v.uploaded_at, v.updated_at)
       IS DISTINCT FROM
          (p.mall_id, v.camera_pin_id, v.original_filename, v.file_path, 'uploaded', v.upload_timestamp,
           v.created_at)
"""
PHASE_1_WORLD = (
    "INSERT INTO malls (id, name) SELECT md5('mall' || n)::uuid, 'Mall ' || n FROM generate_series(1, 20) n",
    """
    INSERT INTO camera_pins (id, mall_id, name)
    SELECT md5('pin' || n)::uuid, md5('mall' || 1 + n % 20)::uuid, 'Pin ' || n FROM generate_series(1, 200) n
    """,
)


def insert_videos(count: int) -> str:
    return f"""
    INSERT INTO videos ({PHASE_1_COLUMNS})
    SELECT md5('video' || n)::uuid, md5('pin' || 1 + n % 200)::uuid, 'videos/' || n || '.mp4', n || '.mp4',
           n * 1000, CASE WHEN n % 7 > 0 THEN n / 10.0 END,
           timestamptz '2025-01-01' + n * interval '1 minute', n % 3 = 0,
           (ARRAY['completed', 'failed', 'pending'])[1 + n % 3],
           timestamptz '2025-01-02' + n * interval '1 minute'
    FROM generate_series(1, {count}) n
    """


def phase_1(url: str, *, videos: int) -> None:
    upgrade(url, PHASE_1)
    run(url, *PHASE_1_WORLD, insert_videos(videos))


def test_a_hundred_thousand_videos_of_phase_1_go_there_and_back(database_url: str) -> None:
    phase_1(database_url, videos=VIDEOS)
    schema, before = listing(database_url), value(database_url, PHASE_1_ROWS)

    upgrade(database_url)
    assert value(database_url, "SELECT count(*) FROM videos") == VIDEOS
    assert value(database_url, WRONGLY_FILLED) == 0
    assert value(database_url, PHASE_1_ROWS) == before

    downgrade(database_url, PHASE_1)
    assert listing(database_url) == schema
    assert value(database_url, PHASE_1_ROWS) == before

    upgrade(database_url)
    assert value(database_url, WRONGLY_FILLED) == 0
    assert value(database_url, PHASE_1_ROWS) == before


def test_a_video_of_phase_2_is_a_video_of_phase_1_after_a_downgrade(database_url: str) -> None:
    phase_1(database_url, videos=1)
    upgrade(database_url)
    run(
        database_url,
        """
        INSERT INTO videos (id, mall_id, pin_id, filename, original_path, upload_status, uploaded_at,
            processing_status, checksum_sha256)
        VALUES (md5('new')::uuid, md5('mall2')::uuid, md5('pin1')::uuid, 'new.mp4', 'originals/new.mp4',
            'uploaded', '2026-01-01T00:00:00Z', 'completed', repeat('a', 64))
        """,
        "INSERT INTO processing_jobs (id, video_id, job_type, status, queued_at)"
        " VALUES (md5('job')::uuid, md5('new')::uuid, 'proxy_generation', 'running', now())",
    )
    downgrade(database_url, PHASE_1)
    (video,) = rows(database_url, "SELECT * FROM videos WHERE id = md5('new')::uuid")
    assert video["file_path"] == "originals/new.mp4"
    assert video["original_filename"] == "new.mp4"
    assert video["upload_timestamp"].isoformat() == "2026-01-01T00:00:00+00:00"
    assert (video["processed"], video["processing_status"]) == (True, "completed")
    assert value(database_url, "SELECT to_regclass('processing_jobs')") is None


@pytest.mark.parametrize("orphans", [1, 25])
def test_orphans_stop_the_upgrade_and_are_named(database_url: str, orphans: int) -> None:
    phase_1(database_url, videos=50)
    run(
        database_url,
        f"UPDATE videos SET camera_pin_id = md5('gone' || id)::uuid"
        f" WHERE id IN (SELECT id FROM videos ORDER BY id LIMIT {orphans})",
    )
    schema, before = listing(database_url), value(database_url, PHASE_1_ROWS)
    with pytest.raises(MigrationError) as refused:
        upgrade(database_url)
    assert refused.value.code == "schema_refused"
    assert refused.value.message.startswith(f"{orphans} of videos ")
    query = refused.value.remedy.removeprefix("Find them with: ").partition(";")[0]
    found = rows(database_url, query)
    assert len(found) == orphans
    for number, row in enumerate(found):
        is_named = f"{row['id']} (camera_pin_id {row['camera_pin_id']})" in refused.value.message
        assert is_named == (number < 10)
    assert (current(database_url), listing(database_url)) == (PHASE_1, schema)
    assert value(database_url, PHASE_1_ROWS) == before

    run(database_url, f"DELETE FROM videos WHERE id IN (SELECT id FROM ({query}) AS orphans)")
    upgrade(database_url)
    assert value(database_url, "SELECT count(*) FROM videos") == 50 - orphans


def test_orphans_stop_the_script_too(database_url: str) -> None:
    phase_1(database_url, videos=1)
    run(database_url, "UPDATE videos SET camera_pin_id = id")
    script = io.StringIO()
    upgrade(database_url, f"{PHASE_1}:{PHASE_2}", sql=True, output=script)
    with pytest.raises(psycopg.Error, match="1 of videos name a row of camera_pins"):
        run(database_url, script.getvalue())
    assert current(database_url) == PHASE_1


def test_columns_that_somebody_made_stop_the_upgrade_and_are_named(database_url: str) -> None:
    phase_1(database_url, videos=1)
    run(
        database_url,
        "ALTER TABLE videos ADD COLUMN mall_id uuid, ADD COLUMN fps double precision",
        "CREATE INDEX ix_videos_mall_id ON videos (mall_id)",
    )
    schema = listing(database_url)
    with pytest.raises(MigrationError) as refused:
        upgrade(database_url)
    assert refused.value.code == "schema_refused"
    assert refused.value.message.endswith("already: videos.mall_id, videos.fps, ix_videos_mall_id.")
    assert "videos.pin_id" in refused.value.remedy
    assert "videos.fps" not in refused.value.remedy
    assert f"alembic stamp {PHASE_2}" in refused.value.remedy
    assert (current(database_url), listing(database_url)) == (PHASE_1, schema)


def test_a_phase_2_that_is_not_marked_as_applied_is_told_how_to_be_marked(database_url: str) -> None:
    upgrade(database_url, PHASE_2)
    run(database_url, f"UPDATE alembic_version SET version_num = '{PHASE_1}'")
    with pytest.raises(MigrationError) as refused:
        upgrade(database_url)
    assert "All of it is there." in refused.value.remedy
    assert f"alembic stamp {PHASE_2}" in refused.value.remedy


def test_a_phase_1_database_without_a_history_is_told_how_to_be_marked(database_url: str) -> None:
    upgrade(database_url, PHASE_1)
    run(database_url, "DROP TABLE alembic_version")
    with pytest.raises(MigrationError, match="malls, camera_pins, users, videos") as refused:
        upgrade(database_url)
    assert f"alembic stamp {PHASE_1}" in refused.value.remedy


def test_rows_that_drifted_apart_under_phase_2_are_brought_into_step(database_url: str) -> None:
    phase_1(database_url, videos=6)
    run(
        database_url,
        "UPDATE videos SET processed = true, processing_status = 'pending' WHERE original_filename = '1.mp4'",
    )
    upgrade(database_url, PHASE_2)
    run(
        database_url,
        "UPDATE videos SET filename = 'renamed.mp4', original_path = NULL WHERE original_filename = '2.mp4'",
        "UPDATE videos SET original_path = 'originals/3.mp4' WHERE filename = '3.mp4'",
        "UPDATE videos SET processing_status = 'completed' WHERE filename = '4.mp4'",
        "UPDATE camera_pins SET mall_id = md5('mall9')::uuid WHERE id = md5('pin6')::uuid",
    )
    upgrade(database_url, IN_STEP)
    found = {row["filename"]: row for row in rows(database_url, "SELECT * FROM videos")}
    assert (found["1.mp4"]["processed"], found["1.mp4"]["processing_status"]) == (True, "completed")
    renamed = found["renamed.mp4"]
    assert (renamed["original_filename"], renamed["file_path"]) == ("renamed.mp4", "")
    assert found["3.mp4"]["file_path"] == "originals/3.mp4"
    assert found["4.mp4"]["processed"] is True
    moved = "SELECT count(*) FROM videos WHERE filename = '5.mp4' AND mall_id = md5('mall9')::uuid"
    assert value(database_url, moved) == 1
    assert value(database_url, "SELECT count(*) FROM videos WHERE updated_at <> created_at") == 0


def test_a_statement_that_takes_too_long_is_ended_and_leaves_nothing(database_url: str) -> None:
    phase_1(database_url, videos=5_000)
    schema = listing(database_url)
    with pytest.raises(MigrationError) as refused:
        upgrade(database_url, patience=Patience(statement_ms=4))
    assert refused.value.code == "schema_timeout"
    assert (current(database_url), listing(database_url)) == (PHASE_1, schema)
