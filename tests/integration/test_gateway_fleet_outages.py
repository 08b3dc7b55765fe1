"""The gateway, its database, its Redis or an agent's reports end in the middle of things; nothing is lost.

A real gateway on servers of its own and two real agents, one with many hours of minutes.
"""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from deploy.local.gateway_api import GatewayApi
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.db.commands import upgrade
from host_agent.ring.layout import Hour
from shared.contracts.heartbeat import MOST_MINUTES
from tests.support.agent_under_test import AgentUnderTest
from tests.support.answer_times import watching
from tests.support.fleet_minutes import (
    differences,
    hours_before,
    look_for_minutes_now,
    minutes_of_agent,
    minutes_of_gateway,
    minutes_of_heatmap,
    minutes_of_hours,
    write_past,
)
from tests.support.gateway_under_test import INGEST, WEB, GatewayUnderTest, enrolled_agent
from tests.support.held_table import held_table
from tests.support.servers import fleeting_postgres, fleeting_redis

TOKEN = "a-token-of-the-fleet-tests"
PATTERN = {"source": "pattern:testsrc2", "size": "160x90", "fps": 5}
# Together more than one report can carry.
DEVICES, HOURS = ("capture1", "capture2"), 20
TABLE = "activity_minutes"
TAKING = "INSERT INTO activity_minutes"
END_WITHIN_S = 10.0


@dataclass(slots=True)
class Fleet:
    """A gateway, its servers, an agent with a long past, and another. `begun`: the hour in which all this
    was started; those before it were written by hand, `revision` times."""

    gateway: GatewayUnderTest
    api: GatewayApi
    postgres: PrivatePostgres
    redis: PrivateRedis
    database_url: str
    agent: AgentUnderTest
    other: AgentUnderTest
    begun: Hour
    revision: int = 1

    def change_the_past(self) -> None:
        """Late footage changes every minute; the agent notices."""
        self.revision += 1
        for device in DEVICES:
            write_past(self.agent, device, hours_before(self.begun, HOURS, HOURS), revision=self.revision)
        look_for_minutes_now(self.agent)

    def wait_for_the_past(self) -> float:
        """Wait until the gateway has every minute as the agent has it; the seconds that took."""
        took_s = self.gateway.wait_for("all minutes", lambda: not self.lack())
        written = minutes_of_hours(hours_before(self.begun, HOURS, HOURS))
        for device in DEVICES:
            kept = minutes_of_gateway(self.database_url, "lab-1", device)
            assert {kept[at].revision for at in written} == {self.revision}
            assert minutes_of_heatmap(self.api.http, f"lab-1/{device}").keys() == kept.keys()
        return took_s

    def lack(self) -> list[str]:
        return [
            what
            for device in DEVICES
            for what in differences(
                minutes_of_agent(self.agent, device),
                minutes_of_gateway(self.database_url, "lab-1", device),
                until=self.begun.start,
            )
        ]

    def readiness(self, url: str) -> tuple[int, dict[str, str]]:
        """The status of `/readyz`, and that of each dependency that both processes have."""
        answer = httpx.get(f"{url}/readyz", timeout=10)
        told = answer.json()["data"]["dependencies"]
        return answer.status_code, {name: told[name]["status"] for name in ("database", "redis")}

    def wait_ready(self, status: int, **dependencies: str) -> float:
        """Wait until both processes say this of themselves."""
        urls = (self.gateway.url, self.gateway.ingest_url)
        return self.gateway.wait_for(
            f"{status} {dependencies}",
            lambda: all(self.readiness(url) == (status, dependencies) for url in urls),
        )

    def heartbeats(self) -> dict[str, datetime]:
        """When each host was heard last."""
        return {host["name"]: datetime.fromisoformat(host["last_heartbeat_at"]) for host in self.api.hosts()}

    def wait_for_heartbeats(self) -> float:
        """Wait until both hosts are heard from now on."""
        now = datetime.now(UTC)
        return self.gateway.wait_for("new heartbeats", lambda: min(self.heartbeats().values()) > now)

    def terminate(self, role: str) -> None:
        os.kill(self.gateway.processes.pid(role), signal.SIGTERM)

    def wait_ended(self, role: str) -> float:
        before = time.monotonic()
        self.gateway.wait_for(
            f"{role} has ended", lambda: not self.gateway.processes.is_running(role), within_s=END_WITHIN_S
        )
        self.gateway.stop(role)
        return time.monotonic() - before


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    begun = Hour.of(datetime.now(UTC))
    with ExitStack() as stack:
        postgres = stack.enter_context(fleeting_postgres(folder / "postgres"))
        redis = stack.enter_context(fleeting_redis(folder / "redis"))
        database_url = postgres.create_database("coldframe")
        upgrade(database_url)
        limits = {"late_after_s": 5.0, "offline_after_s": 10.0}
        gateway = GatewayUnderTest(folder / "gateway", database_url, redis.url(), fleet=limits)
        stack.enter_context(gateway)
        sections = {"agent": {"token": TOKEN}}
        devices = [{"name": name, **PATTERN} for name in DEVICES]
        agent = enrolled_agent(gateway, folder / "lab-1", "lab-1", devices, sections=sections)
        for device in DEVICES:
            write_past(agent, device, hours_before(begun, HOURS, HOURS))
        other = enrolled_agent(gateway, folder / "lab-2", "lab-2", devices[:1], sections=sections)
        for each in (agent, other):
            stack.enter_context(each)
            stack.callback(_end, each)
        for name in ("lab-1", "lab-2"):
            gateway.wait_host(name)
        yield Fleet(gateway, gateway.api(), postgres, redis, database_url, agent, other, begun)


def _end(agent: AgentUnderTest) -> None:
    """At once: how an agent ends in order is tested elsewhere."""
    if agent.processes():
        agent.kill_all()


def test_the_past_of_a_host_that_enrols_late_arrives_within_seconds(fleet: Fleet) -> None:
    took_s = fleet.wait_for_the_past()
    print(f"{len(DEVICES) * HOURS * 60} minutes, {took_s:.1f} s after the host was online")


def test_a_gateway_that_is_killed_while_it_takes_minutes(fleet: Fleet) -> None:
    with held_table(fleet.database_url, TABLE) as held:
        fleet.change_the_past()
        held.wait_for(TAKING)
        fleet.gateway.kill(INGEST)
    fleet.gateway.restart(INGEST)
    print(f"all there {fleet.wait_for_the_past():.1f} s after the gateway was back")


def test_a_database_that_is_killed_while_it_takes_minutes(fleet: Fleet) -> None:
    with held_table(fleet.database_url, TABLE) as held:
        fleet.change_the_past()
        held.wait_for(TAKING)
        fleet.postgres.kill()
    fleet.wait_ready(503, database="failed", redis="ok")
    fleet.postgres.start()
    fleet.wait_ready(200, database="ok", redis="ok")
    print(f"all there {fleet.wait_for_the_past():.1f} s after the database was back")


def test_an_agent_whose_reports_are_killed_before_the_answer(fleet: Fleet) -> None:
    """The gateway has taken them, and nobody knows."""
    with held_table(fleet.database_url, TABLE) as held:
        fleet.change_the_past()
        held.wait_for(TAKING)
        fleet.agent.kill("serve")
    fleet.agent.wait_healthy()
    print(f"all there {fleet.wait_for_the_past():.1f} s after the agent answered")
    assert fleet.gateway.wait_host("lab-1") < 5


def test_an_hour_without_the_gateway_arrives_when_it_is_back(fleet: Fleet) -> None:
    fleet.gateway.stop()
    fleet.change_the_past()
    fleet.agent.wait_for("reports fail", lambda: _gateway_of(fleet.agent)["state"] == "unreachable")
    assert fleet.agent.state("capture1") == "live"
    fleet.gateway.restart()
    print(f"all there {fleet.wait_for_the_past():.1f} s after the gateway was back")
    assert _gateway_of(fleet.agent)["state"] == "online"


def test_redis_is_restarted_while_agents_report_and_somebody_watches(fleet: Fleet) -> None:
    with watching(fleet.api.http, _watched(), expected=(200,)) as watcher:
        fleet.redis.stop()
        fleet.wait_ready(503, database="ok", redis="failed")
        fleet.wait_for_heartbeats()
        fleet.redis.start()
        took_s = fleet.wait_ready(200, database="ok", redis="ok")
    print(f"ready {took_s:.1f} s after Redis was back; somebody who watched got {watcher.statuses}")
    assert (watcher.odd, watcher.failures) == ([], [])


def test_postgresql_is_restarted_while_agents_report_and_somebody_watches(fleet: Fleet) -> None:
    with watching(fleet.api.http, _watched(), expected=(200, 503)) as watcher:
        fleet.postgres.stop()
        fleet.wait_ready(503, database="failed", redis="ok")
        # The gateway cannot take a report; the host goes on recording, and trying.
        fleet.agent.wait_for("a report is refused", lambda: _gateway_of(fleet.agent)["state"] != "online")
        assert fleet.agent.state("capture1") == "live"
        fleet.postgres.start()
        ready_s = fleet.wait_ready(200, database="ok", redis="ok")
        heard_s = fleet.wait_for_heartbeats()
    print(f"ready {ready_s:.1f} s and both hosts heard {heard_s:.1f} s after; answers {watcher.statuses}")
    assert (watcher.odd, watcher.failures) == ([], [])
    assert watcher.statuses[200] and watcher.statuses[503]
    fleet.change_the_past()
    fleet.wait_for_the_past()


def test_ingest_that_is_asked_to_end_answers_what_it_has_begun_to_take(fleet: Fleet) -> None:
    with held_table(fleet.database_url, TABLE) as held:
        fleet.change_the_past()
        held.wait_for(TAKING)
        fleet.terminate(INGEST)
        fleet.gateway.wait_for("nobody new is let in", lambda: not fleet.gateway.processes.answers(INGEST))
    took_s = fleet.wait_ended(INGEST)
    print(f"ingest ended {took_s:.1f} s after its last request could be answered")
    # The agent hears that they were taken: at most what did not go into that report waits still.
    left = len(DEVICES) * HOURS * 60 - MOST_MINUTES
    fleet.agent.wait_for("the answer is noted", lambda: _gateway_of(fleet.agent)["minutes_waiting"] <= left)
    fleet.gateway.restart(INGEST)
    fleet.wait_for_the_past()


def test_web_that_is_asked_to_end_answers_what_it_was_asked(fleet: Fleet) -> None:
    with ThreadPoolExecutor(1) as asking, held_table(fleet.database_url, TABLE) as held:
        asked = asking.submit(minutes_of_heatmap, fleet.api.http, "lab-1/capture1")
        held.wait_for(TABLE)
        fleet.terminate(WEB)
        fleet.gateway.wait_for("nobody new is let in", lambda: not fleet.gateway.processes.answers(WEB))
        held.release()
        assert len(asked.result(END_WITHIN_S)) >= HOURS * 60
    print(f"web ended {fleet.wait_ended(WEB):.1f} s after its last answer")


def _watched() -> list[str]:
    return ["/api/v1/hosts", "/api/v1/devices", "/api/v1/devices/lab-2/capture1/screenshot?max_age=60"]


def _gateway_of(agent: AgentUnderTest) -> dict[str, Any]:
    told: dict[str, Any] = agent.json("/api/host/health")["gateway"]
    return told
