"""Start, stop and restart through the gateway: called at once, or told with the next heartbeat."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.hosts.directory_repository import DirectoryRepository
from gateway.hosts.host_client import CallLimits, HostClient
from gateway.hosts.host_directory import HostDirectory
from gateway.secret_box import SecretBox
from tests.support.fleet_stand import SECRET, Agent, FleetStand, error_of
from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent
from tests.support.no_hosts import Unreachable
from tests.support.raw_host import RawHost, answering, header_of, target_of

STOP = "/devices/lab-1/street/stop"
RESTART = "/devices/lab-1/street/restart"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.fixture
def agent(stand: FleetStand) -> Agent:
    made = stand.enrolled()
    stand.beat(made, "street", "yard")
    return made


def delivered(stand: FleetStand, agent: Agent, **changes: Any) -> list[tuple[str, str, str]]:
    """(device, action, id) of the commands that a heartbeat's answer carries."""
    answer = stand.beat(agent, "street", "yard", **changes)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    commands = answer.get_json()["data"]["commands"]
    assert all(command["asked_by"] == "anna" for command in commands)
    return [(command["device"], command["action"], command["id"]) for command in commands]


def test_a_command_for_a_host_that_cannot_be_reached_comes_with_its_next_heartbeat(
    stand: FleetStand, agent: Agent
) -> None:
    answer = stand.ask("POST", STOP)
    assert answer.status_code == 202
    told = answer.get_json()["data"]
    assert (told["delivered"], told["action"], told["device"]) == (False, "stop", "street")
    assert told["expires_at"] == "2026-11-21T14:12:03.250Z"
    assert delivered(stand, agent) == [("street", "stop", told["command_id"])]


def test_a_command_is_delivered_until_its_result_came(stand: FleetStand, agent: Agent) -> None:
    command = stand.data("POST", RESTART)["command_id"]
    for _lost in range(3):
        assert [found[2] for found in delivered(stand, agent)] == [command]
    result = {"id": command, "done": True, "sentence": "It is restarted."}
    stand.clock.pass_time(10)
    assert delivered(stand, agent, command_results=[result]) == []
    assert delivered(stand, agent) == []
    # A result that is sent again, for its answer was lost, changes nothing.
    delivered(stand, agent, command_results=[{**result, "done": False, "sentence": "?"}])
    (listed,) = stand.data("GET", "/hosts/lab-1/commands")
    assert (listed["done"], listed["sentence"], listed["asked_by"]) == (True, "It is restarted.", "anna")
    assert listed["delivered_at"] == "2026-11-21T14:02:03.250Z"
    assert listed["finished_at"] == "2026-11-21T14:02:13.250Z"


def test_a_command_that_expired_is_not_delivered(stand: FleetStand, agent: Agent) -> None:
    stand.data("POST", STOP)
    stand.clock.pass_time(599)
    assert len(delivered(stand, agent)) == 1
    stand.clock.pass_time(1)
    assert delivered(stand, agent) == []


def test_commands_come_in_the_order_in_which_they_were_asked_for(stand: FleetStand, agent: Agent) -> None:
    asked = ["stop", "start", "restart", "stop"]
    for action in asked:
        stand.data("POST", f"/devices/lab-1/street/{action}")
        stand.clock.pass_time(0.001)
    assert [action for _device, action, _id in delivered(stand, agent)] == asked


def test_a_host_hears_and_finishes_only_its_own_commands(stand: FleetStand, agent: Agent) -> None:
    other = stand.enrolled("lab-2")
    stand.beat(other, "street")
    command = stand.data("POST", STOP)["command_id"]
    answer = stand.beat(other, "street", command_results=[{"id": command, "done": True}])
    assert answer.get_json()["data"]["commands"] == []
    assert [found[2] for found in delivered(stand, agent)] == [command]


@pytest.mark.parametrize("result_id", ["", "nonsense", "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11", "x" * 64])
def test_results_of_commands_that_nobody_knows_are_ignored(
    stand: FleetStand, agent: Agent, result_id: str
) -> None:
    assert delivered(stand, agent, command_results=[{"id": result_id, "done": True}]) == []


def test_no_more_commands_wait_than_a_heartbeat_carries(stand: FleetStand, agent: Agent) -> None:
    for _ in range(100):
        stand.data("POST", STOP)
    assert error_of(stand.ask("POST", STOP)) == (429, "too_many_requests")
    assert len(delivered(stand, agent)) == 100
    stand.clock.pass_time(601)
    assert stand.ask("POST", STOP).status_code == 202


def test_a_host_that_is_replaced_does_not_do_what_the_old_one_was_asked_for(
    stand: FleetStand, agent: Agent
) -> None:
    stand.data("POST", STOP)
    assert delivered(stand, stand.enrolled(replaces_host=True)) == []


def test_who_may_not_control_leaves_no_command(stand: FleetStand, agent: Agent) -> None:
    group = stand.group("tenant a")
    assert stand.ask("POST", STOP, role="viewer").status_code == 403
    limited = stand.ask("POST", STOP, role="operator", groups=[group])
    assert error_of(limited) == (404, "unknown_device")
    assert error_of(stand.ask("POST", "/devices/lab-1/nobody/stop")) == (404, "unknown_device")
    assert stand.ask("POST", "/devices/lab-1/street/explode").status_code == 404
    assert delivered(stand, agent) == []
    stand.data("PUT", "/devices/lab-1/street", json={"group_id": group})
    assert stand.ask("POST", STOP, role="operator", groups=[group]).status_code == 202
    assert stand.ask("GET", "/hosts/lab-1/commands", role="operator", groups=[group]).status_code == 403


# -- with a host that answers --------------------------------------------------------------------


@pytest.fixture
def calling(fleet_database: str) -> Iterator[FleetStand]:
    """A gateway that calls hosts over the network."""
    made = FleetStand(fleet_database, Unreachable())
    directory = HostDirectory(
        DirectoryRepository(made.engine), SecretBox([SECRET]), made.clock, offline_after_s=60, remembered_s=0
    )
    client = HostClient(directory.host, made.clock.monotonic, CallLimits(connect_s=2, answer_s=5))
    made.call_with(client)
    yield made.begin()
    client.close()
    made.close()


def enrolled_at(stand: FleetStand, url: str) -> Agent:
    agent = Agent("lab-1", stand.token(networks=["127.0.0.0/8"]), url)
    assert stand.enrol(agent).status_code == 200
    assert stand.beat(agent, "street").status_code == 200
    return agent


def test_a_host_that_can_be_reached_is_told_at_once(calling: FleetStand) -> None:
    body = b'{"device": "street", "wanted": "stopped", "sentence": "It stops."}'
    with RawHost(answering(body, status="202 Accepted")) as host:
        agent = enrolled_at(calling, host.url)
        answer = calling.ask("POST", STOP)
        assert (answer.status_code, answer.get_json()["data"]) == (
            202,
            {
                "host": "lab-1",
                "device": "street",
                "action": "stop",
                "delivered": True,
                "sentence": "It stops.",
                "command_id": None,
                "expires_at": None,
            },
        )
        (head,) = host.heads
    assert (head.split(b" ")[0], target_of(head)) == (b"POST", "/api/host/devices/street/stop")
    assert header_of(head, "Authorization") == f"Bearer {agent.enrolment['calling_secret']}"
    assert calling.data("GET", "/hosts/lab-1/commands") == []


def test_a_hosts_own_refusal_is_the_answer_and_nothing_waits(calling: FleetStand) -> None:
    body = b'{"error": "There is no device street.", "code": "unknown_device", "remedy": "Look."}'
    with RawHost(answering(body, status="404 Not Found")) as host:
        agent = enrolled_at(calling, host.url)
        answer = calling.ask("POST", STOP)
        assert error_of(answer) == (404, "unknown_device")
        assert answer.get_json()["error"]["message"] == "There is no device street."
    assert calling.beat(agent, "street").get_json()["data"]["commands"] == []


def test_a_host_that_answers_with_nonsense_has_not_been_told(calling: FleetStand) -> None:
    with RawHost(answering(b"<html>", status="502 Bad Gateway")) as host:
        enrolled_at(calling, host.url)
        assert error_of(calling.ask("POST", STOP)) == (502, "bad_upstream")
    assert calling.data("GET", "/hosts/lab-1/commands") == []


def test_a_port_that_nobody_listens_at_leaves_the_command_for_the_heartbeat(calling: FleetStand) -> None:
    agent = enrolled_at(calling, NOWHERE)
    command = calling.data("POST", STOP)["command_id"]
    (found,) = calling.beat(agent, "street").get_json()["data"]["commands"]
    assert found == {"id": command, "device": "street", "action": "stop", "asked_by": "anna"}


# -- with a real agent ---------------------------------------------------------------------------


def test_agents_stop_and_start_their_devices_whether_the_gateway_reaches_them_or_not(
    tmp_path: Path, migrated_database_url: str, redis_url: str
) -> None:
    device = {"name": "street", "source": "pattern:testsrc2", "size": "320x180"}
    unreached = {"agent": {"public_url": NOWHERE}}
    with (
        GatewayUnderTest(tmp_path / "gateway", migrated_database_url, redis_url) as gateway,
        enrolled_agent(gateway, tmp_path / "lab-1", "lab-1", [device]),
        enrolled_agent(gateway, tmp_path / "lab-2", "lab-2", [device], sections=unreached),
    ):
        api = gateway.api()

        def wait_for_words(*words: str) -> None:
            gateway.wait_for(
                f"they are {words}", lambda: [row["word"] for row in api.devices()] == list(words)
            )

        wait_for_words("live", "live")
        for host, is_reached in (("lab-1", True), ("lab-2", False)):
            told = api.http.post(f"/api/v1/devices/{host}/street/stop").json()["data"]
            assert told["delivered"] is is_reached
        wait_for_words("stopped", "stopped")
        assert api.http.post("/api/v1/devices/lab-1/street/start").status_code == 202
        assert api.http.post("/api/v1/devices/lab-2/street/start").status_code == 202
        wait_for_words("live", "live")
        assert api.http.get("/api/v1/hosts/lab-1/commands").json()["data"] == []
        commands = api.http.get("/api/v1/hosts/lab-2/commands").json()["data"]
        assert [(row["action"], row["done"]) for row in commands] == [("start", True), ("stop", True)]
