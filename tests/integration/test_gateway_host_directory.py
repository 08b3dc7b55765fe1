"""Which hosts may be called, as the database says."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from gateway.catalogue.tables import hosts
from gateway.db.engine import create_database
from gateway.hosts.directory_repository import DirectoryRepository
from gateway.hosts.host_directory import HostDirectory
from gateway.hosts.tables import host_enrolments, host_reports
from gateway.secret_box import SecretBox
from shared.errors import NotFoundError, UnavailableError, UpstreamError
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
SECRET = "calling-secret-0123456789-0123456789-012345"
BOX = SecretBox(["a-secret-key-of-the-gateway-0123456789"])


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    made = create_database(migrated_database_url, pool_size=1)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def directory(engine: Engine, clock: SetClock) -> HostDirectory:
    return HostDirectory(DirectoryRepository(engine), BOX, clock, offline_after_s=60)


def enrol(engine: Engine, name: str, **changed: Any) -> uuid.UUID:
    host_id = uuid.uuid4()
    row = {
        "host_id": host_id,
        "public_url": "http://10.0.0.5:8101",
        "networks": ["10.0.0.0/8", "fd00::/8"],
        "credential_sha256": uuid.uuid4().hex * 2,
        "calling_secret_encrypted": BOX.close(SECRET),
        "enrolled_at": NOW,
        **changed,
    }
    with engine.begin() as connection:
        connection.execute(insert(hosts).values(id=host_id, name=name))
        connection.execute(insert(host_enrolments).values(row))
    return host_id


def test_an_enrolled_host_is_called_at_its_address_with_its_secret(
    engine: Engine, directory: HostDirectory
) -> None:
    enrol(engine, "lab-1")
    found = directory.host("lab-1")
    assert (found.url.scheme, found.url.name, found.url.port) == ("http", "10.0.0.5", 8101)
    assert found.networks == ("10.0.0.0/8", "fd00::/8")
    assert found.secret == SECRET
    assert SECRET not in repr(found)
    assert found.is_silent is False


def test_unknown_hosts_and_ones_without_enrolment_are_refused(
    engine: Engine, directory: HostDirectory
) -> None:
    with pytest.raises(NotFoundError) as unknown:
        directory.host("nobody")
    assert unknown.value.code == "unknown_host"
    with engine.begin() as connection:
        connection.execute(insert(hosts).values(id=uuid.uuid4(), name="lab-2"))
    with pytest.raises(UnavailableError) as unenrolled:
        directory.host("lab-2")
    assert unenrolled.value.code == "host_not_enrolled"
    enrol(engine, "lab-3", public_url="http://user@lab-3")
    with pytest.raises(UpstreamError):
        directory.host("lab-3")


def test_a_revoked_host_is_not_called_any_more_after_seconds(
    engine: Engine, directory: HostDirectory, clock: SetClock
) -> None:
    host_id = enrol(engine, "lab-1")
    directory.host("lab-1")
    revoking = update(host_enrolments).where(host_enrolments.c.host_id == host_id).values(revoked_at=NOW)
    with engine.begin() as connection:
        connection.execute(revoking)
    directory.host("lab-1")
    clock.pass_time(3.1)
    for _ in range(2):
        with pytest.raises(UnavailableError) as caught:
            directory.host("lab-1")
        assert caught.value.code == "host_revoked"


def test_a_host_that_was_enrolled_anew_is_known_at_once_where_that_happened(
    engine: Engine, directory: HostDirectory
) -> None:
    host_id = enrol(engine, "lab-1")
    directory.host("lab-1")
    changing = update(host_enrolments).where(host_enrolments.c.host_id == host_id)
    with engine.begin() as connection:
        connection.execute(changing.values(public_url="http://10.0.0.6:8101"))
    directory.forget("lab-1")
    assert directory.host("lab-1").url.name == "10.0.0.6"


@pytest.mark.parametrize(("age_s", "is_silent"), [(59, False), (61, True)])
def test_a_host_without_heartbeats_is_known_to_be_silent(
    engine: Engine, directory: HostDirectory, age_s: int, is_silent: bool
) -> None:
    host_id = enrol(engine, "lab-1")
    report = {
        "host_id": host_id,
        "received_at": NOW - timedelta(seconds=age_s),
        "version": "1",
        "clock_offset_s": 0.0,
        "report": {},
        "devices_digest": "",
    }
    with engine.begin() as connection:
        connection.execute(insert(host_reports).values(report))
    assert directory.host("lab-1").is_silent is is_silent
