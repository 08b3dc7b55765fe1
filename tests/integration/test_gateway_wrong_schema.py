"""A schema that was changed by hand, and what is said of it: to who asks, and to who runs the commands."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.gateway_under_test import GatewayUnderTest
from tests.support.schema_stand import run


def _command(database_url: str, *words: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "gateway", *words],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout


def test_a_column_that_is_gone_is_called_that_and_not_a_database_that_is_away(
    tmp_path: Path, migrated_database_url: str, redis_url: str
) -> None:
    with GatewayUnderTest(tmp_path, migrated_database_url, redis_url) as gateway:
        run(migrated_database_url, "ALTER TABLE devices DROP COLUMN label")
        answer = gateway.login().get("/api/v1/devices")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "wrong_schema"
    assert "doctor" in answer.json()["error"]["remedy"]
    status, said = _command(migrated_database_url, "verify-schema")
    assert status == 1
    assert "column devices.label is missing" in said
    assert "backup" in said


def test_upgrade_and_downgrade_say_which_schema_there_is_now(database_url: str) -> None:
    newest = "The schema is now 016_own_devices.\n"
    assert _command(database_url, "db", "upgrade") == (0, newest)
    status, said = _command(database_url, "db", "downgrade", "007_activity_minutes", "--yes")
    assert (status, said) == (0, "The schema is now 007_activity_minutes.\n")
    status, script = _command(database_url, "db", "upgrade", "--sql")
    assert status == 0
    assert "The schema is now" not in script
