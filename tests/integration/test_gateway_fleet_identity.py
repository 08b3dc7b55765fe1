"""Who a host is: another's name, somebody else's address, a credential that was taken away, a successor.

Real agents and one gateway. Beside the host that does not behave stands one that does, but for its clock.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.gateway_api import GatewayApi
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from host_agent.ring.layout import Hour
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_minutes import hours_before, minutes_of_heatmap, minutes_of_hours, write_past
from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent
from tests.support.servers import fresh_database

TOKEN = "a-token-of-the-fleet-tests"
DEVICE = {"name": "capture1", "source": "pattern:testsrc2", "size": "160x90", "fps": 5}
CLOCK_OFF_S = 5.0
ELSEWHERE = "http://10.1.2.3:8101"
PAST_HOURS = 2


@dataclass(frozen=True, slots=True)
class Fleet:
    """`good`: lab-1, enrolled, with a clock that is ahead. `odd`: an agent with a token for lab-2, not yet
    started, that thinks that it is lab-1; it has `past` minutes."""

    gateway: GatewayUnderTest
    api: GatewayApi
    folder: Path
    good: AgentUnderTest
    odd: AgentUnderTest
    past: set[datetime]

    def host(self, name: str) -> dict[str, Any]:
        [found] = [host for host in self.api.hosts() if host["name"] == name]
        return found

    def wait_told(self, agent: AgentUnderTest, state: str, code: str = "", *, within_s: float = 20.0) -> str:
        """Wait until the agent says this of its gateway; the sentence it has for it."""

        def is_told() -> bool:
            told = _gateway_of(agent)
            return (told["state"], told["code"]) == (state, code)

        agent.wait_for(f"{state} {code}", is_told, within_s=within_s)
        return str(_gateway_of(agent)["sentence"])

    def is_seen_through(self, agent: AgentUnderTest, host: str) -> None:
        """The gateway gets pictures of this host from this agent. Raises AssertionError."""
        path = f"/api/v1/devices/{host}/capture1/screenshot"
        self.gateway.wait_for(
            f"a picture of {host}", lambda: self.api.http.get(path, params={"max_age": 60}).status_code == 200
        )
        assert self.host(host)["public_url"] == agent.url

    def good_host_is_as_before(self) -> None:
        now = datetime.now(UTC)
        self.gateway.wait_for(
            "lab-1 reports", lambda: datetime.fromisoformat(self.host("lab-1")["last_heartbeat_at"]) > now
        )
        assert self.host("lab-1")["state"] == "online"
        assert _gateway_of(self.good)["state"] == "online"
        self.is_seen_through(self.good, "lab-1")

    def lab_2(self, folder: str, **token: Any) -> AgentUnderTest:
        """Another agent with a token for lab-2; to be started and ended by the caller."""
        sections = {"agent": {"token": TOKEN}}
        return enrolled_agent(
            self.gateway, self.folder / folder, "lab-2", [DEVICE], sections=sections, **token
        )


def _gateway_of(agent: AgentUnderTest) -> dict[str, Any]:
    told: dict[str, Any] = agent.json("/api/host/health")["gateway"]
    return told


@pytest.fixture(scope="module")
def fleet(
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    hours = hours_before(Hour.of(datetime.now(UTC)), PAST_HOURS, PAST_HOURS)
    with ExitStack() as stack:
        database_url = stack.enter_context(fresh_database(postgres, migrated_template))
        limits = {"late_after_s": 5.0, "offline_after_s": 10.0}
        gateway = GatewayUnderTest(folder / "gateway", database_url, redis_server.url(), fleet=limits)
        stack.enter_context(gateway)
        good = enrolled_agent(
            gateway,
            folder / "lab-1",
            "lab-1",
            [DEVICE],
            sections={"agent": {"token": TOKEN}},
            clock_offset_s=CLOCK_OFF_S,
        )
        odd = enrolled_agent(
            gateway,
            folder / "odd",
            "lab-2",
            [DEVICE],
            sections={"agent": {"token": TOKEN, "name": "lab-1"}},
        )
        write_past(odd, "capture1", hours)
        for agent in (good, odd):
            stack.enter_context(agent)
            stack.callback(_end, agent)
        gateway.wait_host("lab-1")
        odd.wait_live()
        yield Fleet(gateway, gateway.api(), folder, good, odd, minutes_of_hours(hours))


def _end(agent: AgentUnderTest) -> None:
    """At once: how an agent ends in order is tested elsewhere."""
    if agent.processes():
        agent.kill_all()


def test_a_clock_that_is_off_is_shown_and_warned_of(fleet: Fleet) -> None:
    told = fleet.host("lab-1")
    assert told["clock_offset_s"] == pytest.approx(CLOCK_OFF_S, abs=1.0)
    assert told["clock_warning"].startswith(f"Its clock is {told['clock_offset_s']:.1f} s ahead of")
    assert told["state"] == "online"


def test_a_host_enrols_under_no_name_and_at_no_address_but_its_tokens(fleet: Fleet) -> None:
    sentence = fleet.wait_told(fleet.odd, "refused", "wrong_name")
    assert "for the host lab-2, not for lab-1" in sentence
    fleet.good_host_is_as_before()

    fleet.odd.reload(sections={"agent": {"name": "lab-2", "public_url": ELSEWHERE}})
    sentence = fleet.wait_told(fleet.odd, "refused", "address_outside")
    assert "lies outside of the networks" in sentence
    assert [host["name"] for host in fleet.api.hosts()] == ["lab-1"]
    # Recording does not wait for any of this.
    assert fleet.odd.state("capture1") == "live"

    # What was refused has not used the token up.
    fleet.odd.reload(sections={"agent": {"public_url": fleet.odd.url}})
    fleet.wait_told(fleet.odd, "online")
    assert fleet.host("lab-2")["clock_warning"] == ""
    fleet.is_seen_through(fleet.odd, "lab-2")
    fleet.gateway.wait_for("its past", lambda: fleet.past <= _shown(fleet).keys())


def test_an_enrolled_host_does_not_become_another(fleet: Fleet) -> None:
    fleet.odd.reload(sections={"agent": {"name": "lab-1"}})
    # Only a new token would help, or its own name.
    sentence = fleet.wait_told(fleet.odd, "revoked", "wrong_name")
    assert "is the host lab-2's, not lab-1's" in sentence
    fleet.good_host_is_as_before()
    fleet.odd.reload(sections={"agent": {"name": "lab-2"}})
    # At once: who was refused is patient, and the next try would be seconds away.
    fleet.wait_told(fleet.odd, "online", within_s=3)


def test_an_enrolled_host_that_moves_outside_its_networks_is_heard_and_not_called_there(fleet: Fleet) -> None:
    fleet.odd.reload(sections={"agent": {"public_url": ELSEWHERE}})
    fleet.gateway.wait_for("an alarm", lambda: bool(fleet.host("lab-2")["alarms"]))
    told = fleet.host("lab-2")
    assert [alarm for alarm in told["alarms"] if ELSEWHERE in alarm and "outside" in alarm]
    assert (told["state"], told["public_url"]) == ("online", fleet.odd.url)
    fleet.is_seen_through(fleet.odd, "lab-2")
    fleet.odd.reload(sections={"agent": {"public_url": fleet.odd.url}})
    fleet.gateway.wait_for("no alarm", lambda: not fleet.host("lab-2")["alarms"])


def test_a_host_whose_credential_was_revoked_is_neither_heard_nor_called(fleet: Fleet) -> None:
    answer = fleet.api.http.delete("/api/v1/hosts/lab-2/credential")
    assert answer.status_code == 200
    told = fleet.host("lab-2")
    assert (told["state"], [device["word"] for device in told["devices"]]) == ("revoked", ["host silent"])
    fleet.wait_told(fleet.odd, "revoked", "revoked")
    path = "/api/v1/devices/lab-2/capture1/screenshot?max_age=60"

    def refusal() -> str:
        found = fleet.api.http.get(path)
        return str(found.json()["error"]["code"]) if found.status_code == 503 else ""

    fleet.gateway.wait_for("it is not called", lambda: refusal() == "host_revoked", within_s=5)
    assert fleet.past <= _shown(fleet).keys()
    assert fleet.odd.state("capture1") == "live"
    fleet.good_host_is_as_before()

    fleet.odd.reload(sections={"gateway": {"enrolment_token": fleet.api.enrolment_token("lab-2")}})
    fleet.wait_told(fleet.odd, "online")
    assert fleet.host("lab-2")["state"] == "online"


def test_a_successor_takes_a_hosts_place_only_where_an_admin_said_so(fleet: Fleet) -> None:
    with fleet.lab_2("second") as second:
        second.wait_healthy()
        sentence = fleet.wait_told(second, "refused", "host_exists")
        assert "There is a host lab-2 already" in sentence
        fleet.is_seen_through(fleet.odd, "lab-2")

        token = fleet.api.enrolment_token("lab-2", replaces=True)
        second.reload(sections={"gateway": {"enrolment_token": token}})
        fleet.wait_told(second, "online")
        # Of the old one nothing is heard any more; what it sent before stays.
        fleet.wait_told(fleet.odd, "revoked", "unknown_credential")
        fleet.is_seen_through(second, "lab-2")
        assert [device["full_name"] for device in fleet.api.devices()] == ["lab-1/capture1", "lab-2/capture1"]
        assert fleet.past <= _shown(fleet).keys()
        fleet.good_host_is_as_before()


def _shown(fleet: Fleet) -> dict[datetime, int]:
    return minutes_of_heatmap(fleet.api.http, "lab-2/capture1")
