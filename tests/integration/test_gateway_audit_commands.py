"""What commands on the gateway's machine did is kept in the audit log; and what whoever went away did."""

import json
import os
import pwd
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tomli_w
from click.testing import CliRunner
from sqlalchemy import inspect

from gateway.__main__ import main
from gateway.audit.audit_filter import AuditFilter
from gateway.audit.entry import AuditEntry
from gateway.audit.repository import AuditStore
from gateway.db.engine import create_database
from tests.support.gateway_under_test import WEB, GatewayUnderTest

BEFORE_THE_LOG = "009_cameras"
DEADLINE_S = 10.0
PASSWORD = "a sentence nobody hears of"


@pytest.fixture
def config(tmp_path: Path, migrated_database_url: str) -> Path:
    return settings_file(tmp_path, migrated_database_url)


def settings_file(folder: Path, database_url: str) -> Path:
    path = folder / "gateway.toml"
    security = {"secret_key": secrets.token_urlsafe(32)}
    path.write_text(tomli_w.dumps({"database": {"url": database_url}, "security": security}))
    return path


def run(config: Path, *command: str, typed: str = "") -> str:
    done = CliRunner().invoke(main, [*command, "--config", str(config)], input=typed)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@contextmanager
def audit(database_url: str) -> Iterator[AuditStore]:
    engine = create_database(database_url, pool_size=1)
    try:
        yield AuditStore(engine)
    finally:
        engine.dispose()


def kept(database_url: str) -> list[AuditEntry]:
    """All rows, the oldest first."""
    with audit(database_url) as store:
        return store.older(AuditFilter(), None, 100)[::-1]


def test_users_who_are_made_by_commands_are_kept(config: Path, migrated_database_url: str) -> None:
    boss = ("--email", "boss@example.com", "--username", "boss")
    run(config, "seed", *boss, "--password-stdin", typed="a secret sentence\n")
    run(config, "seed", *boss, "--password-stdin")  # is there already: nothing is done
    guard = ("--email", "guard@example.com", "--username", "guard", "--role", "viewer")
    run(config, "create-user", *guard, "--password-stdin", typed="another secret sentence\n")
    first, second = kept(migrated_database_url)
    assert (first.action, first.subject, first.details["command"]) == ("user.create", "boss", "seed")
    assert (second.action, second.subject, second.details["command"]) == (
        "user.create",
        "guard",
        "create-user",
    )
    assert (second.user_id, second.username) == (None, "command on the gateway's machine")
    assert second.details["run_by"] == pwd.getpwuid(os.getuid()).pw_name
    assert "secret" not in f"{first}{second}"


def test_moves_of_the_schema_are_kept_while_it_has_a_log(tmp_path: Path, database_url: str) -> None:
    config = settings_file(tmp_path, database_url)
    run(config, "db", "upgrade", BEFORE_THE_LOG)  # there is no log yet, and that is no error
    run(config, "db", "upgrade")
    (entry,) = kept(database_url)
    assert (entry.action, entry.subject_kind) == ("database.upgrade", "database")
    changes = entry.details["changes"]
    assert isinstance(changes, dict) and changes["revision"]["from"] == BEFORE_THE_LOG
    assert changes["revision"]["to"] == entry.subject
    run(config, "db", "upgrade")  # nothing is left to do
    run(config, "db", "upgrade", "--sql")
    assert kept(database_url) == [entry]
    run(config, "db", "downgrade", BEFORE_THE_LOG, "--yes")
    engine = create_database(database_url, pool_size=1)
    try:
        assert not inspect(engine).has_table("audit_log")
    finally:
        engine.dispose()


def test_what_somebody_asked_who_went_away_is_done_and_kept(
    tmp_path: Path, migrated_database_url: str, redis_url: str
) -> None:
    gateway = GatewayUnderTest(tmp_path / "gateway", migrated_database_url, redis_url)
    with ExitStack() as stack:
        stack.push(gateway)
        gateway.start(WEB)
        token = gateway.api().http.headers["Authorization"]
        body = json.dumps(
            {"email": "a@example.com", "username": "abandoned", "password": PASSWORD, "role": "viewer"}
        )
        send_and_leave(gateway.url, "/api/v1/users", token, body)
        deadline = time.monotonic() + DEADLINE_S
        while (entry := kept(migrated_database_url)[-1]).subject != "abandoned":
            assert time.monotonic() < deadline, entry
            time.sleep(0.02)
        assert (entry.action, entry.username, entry.address) == ("user.create", "admin", "127.0.0.1")


def send_and_leave(url: str, path: str, authorization: str, body: str) -> None:
    """Send a request and close the connection at once, so that the answer finds nobody."""
    parts = urlsplit(url)
    request = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=DEADLINE_S) as connection:
        connection.sendall(request.encode())
