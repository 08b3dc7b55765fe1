"""A host is killed, stopped, cut off, or restarted without its gateway; the rest of the fleet goes on.

Two real agents and one gateway. One agent stands in a network of its own, whose cable is pulled; where this
machine permits none it stands beside the other, and only that test is skipped.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.free_port import free_port
from deploy.local.gateway_api import LOOPBACK, GatewayApi
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from host_agent.ring.layout import Hour
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.answer_times import AnswerTimes, answer_times
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
from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent
from tests.support.network_namespace import Network, network_namespace
from tests.support.servers import fresh_database

TOKEN = "a-token-of-the-fleet-tests"
LATE_AFTER_S, OFFLINE_AFTER_S = 1.5, 3.0
# Of what a machine that is busy with other tests takes longer.
SLACK_S = 8.0
DEADLINE_S = 3.0
HEALTHY, FAULTY = "lab-1", "lab-2"
# What somebody who waits for a dead host waits for at least.
NO_ANSWER_WAITS_S = 1.0
PAST_HOURS = 3
ANSWERS = 30


@dataclass(frozen=True, slots=True)
class Fleet:
    """A gateway, a healthy agent, and one that meets with faults. `network`: of the latter. `begun`: the hour
    in which all this was started; those before it were written by hand."""

    gateway: GatewayUnderTest
    api: GatewayApi
    database_url: str
    healthy: AgentUnderTest
    faulty: AgentUnderTest
    network: Network | None
    begun: Hour

    def host(self, name: str) -> dict[str, Any]:
        [found] = [host for host in self.api.hosts() if host["name"] == name]
        return found

    def data(self, path: str, **query: str) -> Any:
        answer = self.api.http.get(path, params=query)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()["data"]

    def timeline(self, *hosts: str, begin: datetime, end: datetime | None = None) -> list[dict[str, Any]]:
        names = ",".join(f"{host}/capture1" for host in hosts)
        span = {"from": iso_ms(begin), "to": iso_ms(end or datetime.now(UTC))}
        told: list[dict[str, Any]] = self.data("/api/v1/timeline", device=names, **span)["devices"]
        return told

    def lack(self, host: str, agent: AgentUnderTest, until: datetime) -> list[str]:
        """What agent and gateway say differently of the minutes before `until`."""
        kept = minutes_of_gateway(self.database_url, host, "capture1")
        return differences(minutes_of_agent(agent, "capture1"), kept, until=until)


@pytest.fixture(scope="module")
def fleet(
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        database_url = stack.enter_context(fresh_database(postgres, migrated_template))
        network = _network(stack)
        near = "127.0.0.1" if network is None else network.near
        gateway = stack.enter_context(
            GatewayUnderTest(
                folder / "gateway",
                database_url,
                redis_server.url(),
                security={"demo": False},
                ingest={"listen": f"{near}:{free_port()}"},
                fleet={
                    "late_after_s": LATE_AFTER_S,
                    "offline_after_s": OFFLINE_AFTER_S,
                    "answer_timeout_s": DEADLINE_S,
                    "fan_out_deadline_s": DEADLINE_S,
                },
            )
        )
        agents = {
            HEALTHY: _agent(gateway, folder, HEALTHY, None),
            FAULTY: _agent(gateway, folder, FAULTY, network),
        }
        begun = Hour.of(datetime.now(UTC))
        for agent in agents.values():
            write_past(agent, "capture1", hours_before(begun, PAST_HOURS, PAST_HOURS))
            stack.enter_context(agent)
            stack.callback(_end, agent)
        made = Fleet(gateway, gateway.api(), database_url, agents[HEALTHY], agents[FAULTY], network, begun)
        for name in agents:
            gateway.wait_host(name)
        made.gateway.wait_for(
            "both devices are live", lambda: {device["word"] for device in made.api.devices()} == {"live"}
        )
        yield made


def _end(agent: AgentUnderTest) -> None:
    """At once: how an agent ends in order is tested elsewhere."""
    if agent.processes():
        agent.kill_all()


def _network(stack: ExitStack) -> Network | None:
    try:
        return stack.enter_context(network_namespace())
    except pytest.skip.Exception:
        return None  # said by the test that needs it


def _agent(gateway: GatewayUnderTest, folder: Path, name: str, network: Network | None) -> AgentUnderTest:
    return enrolled_agent(
        gateway,
        folder / name,
        name,
        [{"name": "capture1", "source": "pattern:testsrc2", "size": "160x90", "fps": 5}],
        sections={"agent": {"token": TOKEN}},
        networks=(LOOPBACK,) if network is None else (network.cidr,),
        address="127.0.0.1" if network is None else network.far,
        prefix=() if network is None else network.prefix,
    )


# -- what is looked at ---------------------------------------------------------------------------


def silence_is_told(fleet: Fleet, before: dict[datetime, int], begun: datetime) -> None:
    """The faulty host is late, then offline, in time; unreachable and no gap; and all it sent is there."""
    heard = datetime.fromisoformat(fleet.host(FAULTY)["last_heartbeat_at"])
    fleet.gateway.wait_host(FAULTY, "late", within_s=LATE_AFTER_S + SLACK_S)
    assert (datetime.now(UTC) - heard).total_seconds() > LATE_AFTER_S
    fleet.gateway.wait_host(FAULTY, "offline", within_s=OFFLINE_AFTER_S - LATE_AFTER_S + SLACK_S)
    told = fleet.host(FAULTY)
    heard = datetime.fromisoformat(told["last_heartbeat_at"])
    assert OFFLINE_AFTER_S < (datetime.now(UTC) - heard).total_seconds() < OFFLINE_AFTER_S + SLACK_S
    assert [device["word"] for device in told["devices"]] == ["host silent"]
    assert fleet.host(HEALTHY)["state"] == "online"

    # One answer for both: of the one that is silent all is unreachable, the other's is whole.
    silent, whole = fleet.timeline(FAULTY, HEALTHY, begin=begun - timedelta(minutes=5))
    assert (silent["complete"], silent["recorded"], silent["gaps"]) == (False, [], [])
    [stretch] = silent["unreachable"]
    assert (stretch["from"], stretch["to"]) == (silent["from"], silent["to"])
    assert stretch["code"] == "host_unreachable"
    assert datetime.fromisoformat(stretch["since"]) == heard
    assert whole["complete"] and whole["recorded"] and not whole["unreachable"]

    shown = minutes_of_heatmap(fleet.api.http, f"{FAULTY}/capture1")
    assert shown.items() >= before.items()


def paths_of(host: str) -> dict[str, str]:
    begin, end = iso_ms(datetime.now(UTC) - timedelta(hours=1)), iso_ms(datetime.now(UTC))
    return {
        "screenshot": f"/api/v1/devices/{host}/capture1/screenshot?max_age=60",
        "timeline": f"/api/v1/timeline?device={host}/capture1&from={begin}&to={end}".replace("+", "%2B"),
        "heatmap": f"/api/v1/heatmap?host={host}&from={begin}&to={end}".replace("+", "%2B"),
    }


def measured(fleet: Fleet) -> dict[str, AnswerTimes]:
    """How fast the healthy host's answers are."""
    found: dict[str, AnswerTimes] = {}
    for name, path in paths_of(HEALTHY).items():
        found[name] = answer_times(fleet.api.http, path, ANSWERS)
        assert found[name].statuses == {200: ANSWERS}, name
    return found


@contextmanager
def pressed(fleet: Fleet) -> Iterator[None]:
    """Others go on asking for the faulty host's pictures and time line, and wait for it."""
    stop = threading.Event()

    def press(path: str) -> None:
        with httpx.Client(base_url=fleet.gateway.url, headers=fleet.api.http.headers, timeout=30) as client:
            while not stop.wait(0.05):
                assert client.get(path).status_code in (200, 503)

    paths = [path for name, path in paths_of(FAULTY).items() if name != "heatmap"] * 4
    threads = [threading.Thread(target=press, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def healthy_host_is_as_fast(fleet: Fleet, before: dict[str, AnswerTimes], fault: str) -> None:
    with pressed(fleet):
        during = measured(fleet)
    for name, times in during.items():
        print(f"{fault}: {name}: before {before[name]}; during {times}")
    # Waiting for a dead host takes seconds.
    assert {name: times for name, times in during.items() if times.longest_s > NO_ANSWER_WAITS_S} == {}


def is_back(fleet: Fleet, begun: datetime) -> dict[str, Any]:
    """The host reports, and its time line is its own again; the latter is returned."""
    online_s = fleet.gateway.wait_host(FAULTY)
    whole_s = fleet.gateway.wait_for(
        "the host answers for its time line", lambda: bool(fleet.timeline(FAULTY, begin=begun)[0]["complete"])
    )
    print(f"online again after {online_s:.1f} s, its time line whole after {whole_s:.1f} s more")
    [told] = fleet.timeline(FAULTY, begin=begun)
    assert not [gap for gap in told["gaps"] if gap["code"] == "unknown"], told["gaps"]
    return told


def sent(fleet: Fleet) -> dict[datetime, int]:
    """The minutes of the faulty host that the gateway has, and shows."""
    shown = minutes_of_heatmap(fleet.api.http, f"{FAULTY}/capture1")
    assert set(shown) == set(minutes_of_gateway(fleet.database_url, FAULTY, "capture1"))
    assert len(shown) >= 60 * PAST_HOURS
    return shown


# -- the faults ----------------------------------------------------------------------------------


def test_the_past_of_both_hosts_arrives_at_once_and_whole(fleet: Fleet) -> None:
    for name, agent in ((HEALTHY, fleet.healthy), (FAULTY, fleet.faulty)):
        fleet.gateway.wait_for(
            f"all minutes of {name}",
            lambda n=name, a=agent: not fleet.lack(n, a, fleet.begun.start),  # type: ignore[misc]
        )


def test_an_agent_that_is_killed(fleet: Fleet) -> None:
    before, fast, begun = sent(fleet), measured(fleet), datetime.now(UTC)
    fleet.faulty.kill_all()
    silence_is_told(fleet, before, begun)
    healthy_host_is_as_fast(fleet, fast, "killed")
    fleet.faulty.start()
    told = is_back(fleet, begun - timedelta(seconds=10))
    assert "agent_crashed" in {gap["code"] for gap in told["gaps"]}


def test_an_agent_that_is_stopped(fleet: Fleet) -> None:
    before, fast, begun = sent(fleet), measured(fleet), datetime.now(UTC)
    stopped = [seen.pid for seen in fleet.faulty.processes()]
    assert len(stopped) >= 6
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        silence_is_told(fleet, before, begun)
        healthy_host_is_as_fast(fleet, fast, "stopped")
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    is_back(fleet, begun - timedelta(seconds=10))


def test_a_host_whose_network_is_cut(fleet: Fleet) -> None:
    if fleet.network is None:
        with network_namespace():  # says why there is none
            raise AssertionError("a network can be made now, and could not before")
    before, fast, begun = sent(fleet), measured(fleet), datetime.now(UTC)
    fleet.network.cut()
    try:
        silence_is_told(fleet, before, begun)
        healthy_host_is_as_fast(fleet, fast, "cut off")
    finally:
        fleet.network.mend()
    told = is_back(fleet, begun)
    # It recorded all the while.
    assert told["gaps"] == []


def test_a_host_that_was_restarted_while_its_gateway_was_away_sends_what_it_has_then(fleet: Fleet) -> None:
    """More than ten minutes: an hour that nobody had, and one that late footage has changed."""
    begun = datetime.now(UTC)
    new, changed = (hours_before(fleet.begun, ago, 1) for ago in (PAST_HOURS + 1, 2))
    fleet.gateway.kill()
    fleet.faulty.kill_all()
    write_past(fleet.faulty, "capture1", new)
    write_past(fleet.faulty, "capture1", changed, revision=7)
    fleet.faulty.start()
    fleet.faulty.wait_live()
    fleet.gateway.restart()
    is_back(fleet, begun)
    took_s = fleet.gateway.wait_for(
        "all minutes of both hours", lambda: not fleet.lack(FAULTY, fleet.faulty, fleet.begun.start)
    )
    print(f"an hour that was new and one that had changed are there {took_s:.1f} s after the host is online")
    kept = minutes_of_gateway(fleet.database_url, FAULTY, "capture1")
    written = minutes_of_hours(hours_before(fleet.begun, PAST_HOURS + 1, PAST_HOURS + 1))
    assert {at for at in kept if at < fleet.begun.start} == written
    assert {kept[at].revision for at in minutes_of_hours(changed)} == {7}


def test_after_all_that_no_minute_is_missing_or_doubled(fleet: Fleet) -> None:
    """Those of the faults too, which the agents have recorded themselves."""
    names = [device["full_name"] for device in fleet.api.devices()]
    assert names == [f"{HEALTHY}/capture1", f"{FAULTY}/capture1"]
    for name, agent in ((HEALTHY, fleet.healthy), (FAULTY, fleet.faulty)):
        agent.wait_for("a finished minute", lambda a=agent: bool(own_minutes(fleet, a)), within_s=70)  # type: ignore[misc]
        own = own_minutes(fleet, agent)
        until = max(own) + timedelta(seconds=1)
        look_for_minutes_now(agent)
        took_s = fleet.gateway.wait_for(
            f"all minutes of {name}",
            lambda n=name, a=agent, u=until: not fleet.lack(n, a, u),  # type: ignore[misc]
        )
        print(f"{name}: {len(own)} minutes that it made itself, all there after {took_s:.1f} s")


def own_minutes(fleet: Fleet, agent: AgentUnderTest) -> list[datetime]:
    """Those that the agent's own pictures made."""
    return [at for at in minutes_of_agent(agent, "capture1") if at >= fleet.begun.start]
