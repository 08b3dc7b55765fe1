"""Secrets in the database that are closed anew, so that an old key can go."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner
from sqlalchemy import Engine, text

from gateway.__main__ import _checked, main
from gateway.closed_secrets_repository import CLOSED_COLUMNS, ClosedSecretsRepository
from gateway.db.all_tables import METADATA
from gateway.db.engine import create_database
from gateway.secret_box import SecretBox
from gateway.secret_rotation import SecretRotation
from shared.errors import SettingsError

OLD, NEW, LOST = (secrets.token_urlsafe(32) for _ in range(3))
NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    made = create_database(migrated_database_url, pool_size=2)
    yield made
    made.dispose()


def add_host(engine: Engine, name: str, key: str) -> None:
    with engine.begin() as connection:
        host_id = uuid.uuid4()
        connection.execute(
            text("INSERT INTO hosts (id, name) VALUES (:id, :name)"), {"id": host_id, "name": name}
        )
        connection.execute(
            text(
                "INSERT INTO host_enrolments (host_id, public_url, networks, credential_sha256,"
                " calling_secret_encrypted, enrolled_at)"
                " VALUES (:id, 'http://10.0.0.5:8101', '{10.0.0.0/8}', :sha256, :closed, :now)"
            ),
            {
                "id": host_id,
                "sha256": uuid.uuid4().hex * 2,
                "closed": SecretBox([key]).close(f"calls {name}"),
                "now": NOW,
            },
        )


def add_camera(engine: Engine, name: str, key: str | None) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO cameras (id, external_id, name, rtsp_url, password_encrypted)"
                " VALUES (:name, :name, :name, 'rtsp://10.0.0.9/1', :closed)"
            ),
            {"name": name, "closed": None if key is None else SecretBox([key]).close(f"opens {name}")},
        )


def rotation(engine: Engine, *keys: str) -> SecretRotation:
    return SecretRotation(ClosedSecretsRepository(engine), SecretBox(keys))


def stored(engine: Engine) -> dict[str, str]:
    repository = ClosedSecretsRepository(engine)
    return {name: closed for column in CLOSED_COLUMNS for name, closed in repository.closed(column)}


def opened(engine: Engine, key: str) -> dict[str, str]:
    """All of them, by this key alone."""
    return {name: SecretBox([key]).open(closed) for name, closed in stored(engine).items()}


def test_every_encrypted_column_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if column.name.endswith("_encrypted")
    }
    assert found == {(one.table, one.column) for one in CLOSED_COLUMNS}


def test_after_a_rotation_the_new_key_alone_opens_everything_and_doing_it_again_changes_nothing(
    engine: Engine,
) -> None:
    add_host(engine, "lab-1", OLD)
    add_host(engine, "lab-2", NEW)
    add_camera(engine, "door", OLD)
    add_camera(engine, "gate", OLD)
    add_camera(engine, "open-to-all", None)
    told = rotation(engine, NEW, OLD).rotate()
    assert [(one.column.table, one.total, one.renewed) for one in told] == [
        ("host_enrolments", 2, 1),
        ("cameras", 2, 2),
    ]
    assert opened(engine, NEW) == {
        "lab-1": "calls lab-1",
        "lab-2": "calls lab-2",
        "door": "opens door",
        "gate": "opens gate",
    }
    after = stored(engine)
    assert [one.renewed for one in rotation(engine, NEW, OLD).rotate()] == [0, 0]
    assert [one.renewed for one in rotation(engine, NEW).rotate()] == [0, 0]
    assert stored(engine) == after


def test_what_no_key_opens_is_named_and_nothing_is_changed(engine: Engine) -> None:
    add_host(engine, "lab-1", OLD)
    add_camera(engine, "door", LOST)
    add_camera(engine, "gate", OLD)
    before = stored(engine)
    with pytest.raises(SettingsError) as refused:
        rotation(engine, NEW, OLD).rotate()
    assert "the password of camera door" in refused.value.message
    assert "gate" not in refused.value.message and "lab-1" not in refused.value.message
    assert "COLDFRAME_SECRET_KEY=new,old" in refused.value.remedy
    assert stored(engine) == before


def test_of_many_that_no_key_opens_some_are_named(engine: Engine) -> None:
    for number in range(12):
        add_camera(engine, f"door-{number:02}", LOST)
    with pytest.raises(SettingsError, match=r"door-00, .*door-09 and 2 more"):
        rotation(engine, NEW).rotate()


def test_a_table_is_renewed_whole_or_not_at_all(engine: Engine) -> None:
    add_camera(engine, "door", OLD)
    add_camera(engine, "gate", OLD)
    before = stored(engine)
    box = SecretBox([NEW, OLD])
    seen: list[str] = []

    def fails_at_the_second(closed: str) -> str:
        seen.append(closed)
        if len(seen) == 2:
            raise SettingsError("It was closed with a key of another process.", remedy="")
        return box.renew(closed)

    cameras = next(one for one in CLOSED_COLUMNS if one.table == "cameras")
    with pytest.raises(SettingsError):
        ClosedSecretsRepository(engine).renew(cameras, fails_at_the_second)
    assert (stored(engine), len(seen)) == (before, 2)


# -- the command ---------------------------------------------------------------------------------


def settings_file(folder: Path, database_url: str, *keys: str) -> Path:
    path = folder / "gateway.toml"
    told = {"database": {"url": database_url}, "security": {"secret_key": ",".join(keys)}}
    path.write_text(tomli_w.dumps(told))
    return path


def test_the_command_says_counts_and_is_kept_in_the_log_without_a_secret(
    engine: Engine, migrated_database_url: str, tmp_path: Path
) -> None:
    add_host(engine, "lab-1", OLD)
    add_camera(engine, "door", OLD)
    config = settings_file(tmp_path, migrated_database_url, NEW, OLD)
    for renewed in (1, 0):
        done = CliRunner().invoke(main, ["rotate-secrets", "--config", str(config)])
        assert done.exit_code == 0, (done.output, done.exception)
        assert f"host_enrolments.calling_secret_encrypted: {renewed} of 1" in done.output
        assert f"cameras.password_encrypted: {renewed} of 1" in done.output
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT action, username, details FROM audit_log")).all()
    ((action, username, details),) = rows
    assert (action, username) == ("stored-secrets.rotate", "command on the gateway's machine")
    counted = {"total": 1, "renewed": 1}
    assert details["tables"] == {"host_enrolments": counted, "cameras": counted}


def test_the_command_refuses_with_what_to_do(
    engine: Engine,
    migrated_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add_camera(engine, "door", LOST)
    config = settings_file(tmp_path, migrated_database_url, NEW, OLD)
    monkeypatch.setattr("sys.argv", ["gateway", "rotate-secrets", "--config", str(config)])
    with pytest.raises(SystemExit) as ended:
        _checked()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "the password of camera door" in said and "COLDFRAME_SECRET_KEY=new,old" in said
