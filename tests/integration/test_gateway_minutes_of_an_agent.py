"""The minutes of an agent in the tables of a real gateway, through outages and revocation on both sides."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from gateway.db.engine import create_database
from host_agent.fleet.credential import parse_credentials
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Hour
from shared.clock import SystemClock
from tests.support.fleet_host import write_hour
from tests.support.gateway_under_test import INGEST, GatewayUnderTest
from tests.support.serve_process import ServeProcess


@pytest.fixture
def gateway(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[GatewayUnderTest]:
    with GatewayUnderTest(tmp_path / "gateway", migrated_database_url, redis_url) as running:
        yield running


def hours_ago(count: int) -> Hour:
    return Hour(Hour.of(datetime.now(UTC)).start - timedelta(hours=count))


def revisions(database_url: str) -> dict[int, int]:
    """How many minutes there are of each revision."""
    engine = create_database(database_url, pool_size=1)
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT revision, count(*) FROM activity_minutes GROUP BY revision")
            )
            return {row[0]: row[1] for row in rows}
    finally:
        engine.dispose()


def test_minutes_arrive_once_through_an_outage_a_kill_and_a_revocation(
    gateway: GatewayUnderTest, tmp_path: Path, migrated_database_url: str
) -> None:
    api = gateway.api()
    agent = ServeProcess(tmp_path, gateway.ingest_url, api.enrolment_token("lab-1"))
    ring = agent.ring("capture1")
    for count in (2, 3, 4):
        write_hour(ring, hours_ago(count))

    def arrived(expected: dict[int, int]) -> None:
        agent.wait_for(f"{expected}", lambda: revisions(migrated_database_url) == expected)

    def agent_says() -> str:
        credentials = parse_credentials((agent.state_dir / "gateway-credential.json").read_text())
        assert credentials is not None
        assert credentials.enrolled is not None
        headers = {"Authorization": f"Bearer {credentials.enrolled.calling_secret}"}
        answer = httpx.get(f"http://127.0.0.1:{agent.port}/api/host/health", headers=headers)
        # While it takes a new credential the old one opens health in brief only.
        return str(answer.json().get("gateway", {}).get("state"))

    with agent:
        gateway.wait_host("lab-1")
        arrived({1: 180})

        gateway.kill(INGEST)
        agent.wait_for("the gateway is missed", lambda: agent_says() == "unreachable")
        agent.kill()
        write_hour(ring, hours_ago(1))
        write_hour(ring, hours_ago(3), minutes=10, revision=2)
        agent.start()
        gateway.restart(INGEST)
        arrived({1: 230, 2: 10})

        revoked = api.http.delete("/api/v1/hosts/lab-1/credential")
        assert revoked.status_code == 200
        agent.wait_for("it knows that it is revoked", lambda: agent_says() == "revoked")
        agent.set_gateway(gateway.ingest_url, api.enrolment_token("lab-1"))
        os.kill(agent.pid, signal.SIGHUP)
        agent.wait_for("it is back", lambda: agent_says() == "online")
        arrived({1: 230, 2: 10})


def test_a_command_that_waited_for_an_absent_host_is_carried_out_when_it_is_back(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    api = gateway.api()
    agent = ServeProcess(tmp_path, gateway.ingest_url, api.enrolment_token("lab-1"))
    agent.ring("capture1")
    with agent:
        gateway.wait_host("lab-1")
        gateway.wait_for("the device is known", lambda: len(api.devices()) == 1)
        agent.kill()
        answer = api.http.post("/api/v1/devices/lab-1/capture1/stop")
        assert (answer.status_code, answer.json()["data"]["delivered"]) == (202, False)
        agent.start()
        journal = Journal(agent.state_dir / "journal.db", SystemClock())
        agent.wait_for("it is carried out", lambda: journal.wanted("capture1").wanted == "stopped")

        def outcomes() -> list[bool | None]:
            return [row["done"] for row in api.http.get("/api/v1/hosts/lab-1/commands").json()["data"]]

        agent.wait_for("its result is known", lambda: outcomes() == [True])
        journal.close()
