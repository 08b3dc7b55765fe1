"""Upgrades beside each other and beside programs that use the database."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.db.commands import current, upgrade
from gateway.db.migrations.patience import ADVISORY_LOCK, Patience
from gateway.db.migrations.refusal import MigrationError
from gateway.db.schema_state import known_revisions
from tests.support.schema_stand import PHASE_1, connected, listing, run, value

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60.0
TAKE_TURN = f"SELECT pg_advisory_lock({ADVISORY_LOCK})"
WAITING_FOR_THEIR_TURN = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""
WAITING_FOR_A_ROW = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def start_upgrade(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(url: str, query: str, count: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while value(url, query) != count:
        assert time.monotonic() < deadline, f"not {count}: {query}"
        time.sleep(0.05)


def test_of_two_upgrades_at_a_time_one_does_it_and_the_other_finds_it_done(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(TAKE_TURN)
        both = [start_upgrade(database_url) for _ in range(2)]
        wait_for(database_url, WAITING_FOR_THEIR_TURN, 2)
    said = [process.communicate(timeout=DEADLINE_S)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    newest, _known = known_revisions()
    assert current(database_url) == newest
    assert sorted("Running upgrade" in lines for lines in said) == [False, True]


def test_a_killed_upgrade_is_in_nobodys_way(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(TAKE_TURN)
        killed = start_upgrade(database_url)
        wait_for(database_url, WAITING_FOR_THEIR_TURN, 1)
        killed.kill()
        killed.communicate(timeout=DEADLINE_S)
    upgrade(database_url)
    newest, _known = known_revisions()
    assert current(database_url) == newest


def test_a_video_that_is_added_while_its_pin_moves_is_in_the_new_mall(migrated_database_url: str) -> None:
    url = migrated_database_url
    run(
        url,
        "INSERT INTO malls (id, name) SELECT md5('mall' || n)::uuid, 'Mall' FROM generate_series(1, 2) n",
        "INSERT INTO camera_pins (id, mall_id, name) VALUES (md5('pin')::uuid, md5('mall1')::uuid, 'Pin')",
    )
    add = """
        INSERT INTO videos (id, camera_pin_id, file_path, original_filename, upload_timestamp)
        VALUES (md5('video')::uuid, md5('pin')::uuid, 'a.mp4', 'a.mp4', now())
    """
    with ThreadPoolExecutor(1) as beside, connected(url) as connection:
        with connection.transaction():
            connection.execute("UPDATE camera_pins SET mall_id = md5('mall2')::uuid")
            added = beside.submit(run, url, add)
            wait_for(url, WAITING_FOR_A_ROW, 1)
        added.result(timeout=DEADLINE_S)
    assert value(url, "SELECT mall_id = md5('mall2')::uuid FROM videos") is True


def test_a_table_in_use_stops_the_upgrade_soon_and_nothing_is_changed(database_url: str) -> None:
    upgrade(database_url, PHASE_1)
    schema = listing(database_url)
    with connected(database_url) as connection, connection.transaction():
        connection.execute("SELECT count(*) FROM videos")
        with pytest.raises(MigrationError, match="holds a lock") as refused:
            upgrade(database_url, patience=Patience(lock_ms=100))
    assert refused.value.code == "schema_busy"
    assert (current(database_url), listing(database_url)) == (PHASE_1, schema)
    upgrade(database_url)
