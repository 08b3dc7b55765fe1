"""Heartbeats over HTTP: who may send them, what is refused, what the catalogue learns of them."""

import gzip
import json
from typing import Any

import pytest

from gateway.hosts.heartbeats import Assignment, Told
from shared.contracts.heartbeat import AssignedCamera
from tests.support.fleet_stand import NOW, Agent, FleetStand, Json, device_report, error_of, heartbeat
from tests.support.no_hosts import Unreachable

MIB = 1024 * 1024


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.fixture
def agent(stand: FleetStand) -> Agent:
    return stand.enrolled()


# -- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer nobody", "bearer \xff\xfe"]
)
def test_only_a_hosts_credential_is_heard(stand: FleetStand, agent: Agent, header: str | None) -> None:
    answer = stand.app.test_client().post(
        "/api/v1/hosts/heartbeat",
        json=heartbeat(agent, NOW),
        headers={} if header is None else {"Authorization": header},
    )
    assert error_of(answer) == (401, "unknown_credential")
    assert stand.rows("SELECT count(*) FROM host_reports") == [(0,)]


def test_a_host_that_claims_anothers_name_is_refused(stand: FleetStand, agent: Agent) -> None:
    other = stand.enrolled("lab-2")
    stand.beat(other, "yard")
    answer = stand.send(agent.credential, heartbeat(other, NOW, "street"))
    assert error_of(answer) == (403, "wrong_name")
    assert [device["full_name"] for device in stand.data("GET", "/devices")] == ["lab-2/yard"]


# -- what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"devices": "street"}, "devices"),
        ({"devices": [device_report("street", state="dreaming")]}, "devices.0.state"),
        ({"devices": [device_report("street"), device_report("yard", fps=-1)]}, "devices.1.fps"),
        ({"devices": [device_report("street"), device_report("street")]}, "devices.1.name"),
        ({"devices": [device_report("street", since_utc_ms=2**47)]}, "devices.0.since_utc_ms"),
        ({"devices": [device_report("../etc")]}, "devices.0.name"),
        ({"devices": [device_report(f"d{index}") for index in range(513)]}, "devices"),
        ({"alarms": ["x" * 501]}, "alarms.0"),
        ({"disks": [{"root": "/", "free_bytes": -1, "total_bytes": 1}]}, "disks.0.free_bytes"),
        ({"sent_utc_ms": 10**20}, "sent_utc_ms"),
        ({"minutes": [{}]}, "minutes.0.device"),
    ],
)
def test_what_is_wrong_is_named(stand: FleetStand, agent: Agent, changes: Json, field: str) -> None:
    answer = stand.beat(agent, **changes)
    assert error_of(answer) == (422, "bad_request")
    assert answer.get_json()["error"]["details"] == {"field": field}
    assert answer.get_json()["error"]["message"].startswith(f"{field}: ")
    assert stand.rows("SELECT count(*) FROM host_reports") == [(0,)]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_are_finite(stand: FleetStand, agent: Agent, number: str) -> None:
    body = json.dumps(heartbeat(agent, NOW, device_report("street", fps=12345.0)))
    answer = stand.send(agent.credential, body.replace("12345.0", number).encode())
    assert error_of(answer) == (422, "bad_request")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"name": "lab-1"}', b"[" * 100_000, b'{"name": "\\ud800"}',
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_heartbeat_is_refused(stand: FleetStand, agent: Agent, body: bytes) -> None:
    assert error_of(stand.send(agent.credential, body)) == (422, "bad_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"devices": [device_report("street", label="a\0b")]},
        {"alarms": ["\0"]},
        {"versions": {"\0": "1"}},
        {"version": "\0"},
    ],
)
def test_text_that_no_database_holds_is_refused(stand: FleetStand, agent: Agent, changes: Json) -> None:
    assert error_of(stand.beat(agent, **changes)) == (422, "bad_request")


def test_text_that_only_looks_like_it_is_kept(stand: FleetStand, agent: Agent) -> None:
    stand.beat(agent, device_report("street", label="a\\u0000b 🎥"))
    assert stand.data("GET", "/devices/lab-1/street")["label"] == "a\\u0000b 🎥"


def test_fields_of_a_newer_agent_are_ignored(stand: FleetStand, agent: Agent) -> None:
    assert stand.beat(agent, device_report("street", mood="good"), weather="rain").status_code == 200


def test_a_packed_heartbeat_is_taken_like_a_plain_one(stand: FleetStand, agent: Agent) -> None:
    assert stand.beat(agent, "street", packed=True).status_code == 200
    assert stand.data("GET", "/devices/lab-1/street")["fps"] == 25.0


def packed(stand: FleetStand, agent: Agent, body: bytes, encoding: str = "gzip") -> Any:
    return stand.app.test_client().post(
        "/api/v1/hosts/heartbeat",
        data=body,
        headers={
            "Authorization": f"Bearer {agent.credential}",
            "Content-Type": "application/json",
            "Content-Encoding": encoding,
        },
    )


def test_a_body_is_unpacked_no_further_than_is_taken(stand: FleetStand, agent: Agent) -> None:
    bomb = gzip.compress(b" " * (200 * MIB), mtime=0)
    assert len(bomb) < MIB
    assert error_of(packed(stand, agent, bomb)) == (413, "too_large")
    at_most = json.dumps(heartbeat(agent, NOW)).encode().ljust(4 * MIB)
    assert packed(stand, agent, gzip.compress(at_most, mtime=0)).status_code == 200
    assert error_of(packed(stand, agent, gzip.compress(at_most + b" ", mtime=0))) == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "encoding", "refusal"),
    [
        (b"not gzip", "gzip", (422, "bad_request")),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", (422, "bad_request")),
        (gzip.compress(b"{}", mtime=0) + b"more", "gzip", (422, "bad_request")),
        (b"{}", "br", (415, "unsupported_media_type")),
        (b"{}", "gzip, gzip", (415, "unsupported_media_type")),
        (b" " * (10 * MIB), "identity", (413, "too_large")),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    stand: FleetStand, agent: Agent, body: bytes, encoding: str, refusal: tuple[int, str]
) -> None:
    assert error_of(packed(stand, agent, body, encoding)) == refusal


def test_only_json_is_taken(stand: FleetStand, agent: Agent) -> None:
    answer = stand.app.test_client().post(
        "/api/v1/hosts/heartbeat",
        data=json.dumps(heartbeat(agent, NOW)),
        headers={"Authorization": f"Bearer {agent.credential}", "Content-Type": "text/plain"},
    )
    assert error_of(answer) == (415, "unsupported_media_type")


# -- addresses -----------------------------------------------------------------------------------


def test_a_host_that_moves_inside_of_its_networks_is_called_at_its_new_address(
    stand: FleetStand, agent: Agent
) -> None:
    stand.beat(agent, "street", public_url="http://10.9.9.9:8701/")
    host = stand.data("GET", "/hosts/lab-1")
    assert (host["public_url"], host["alarms"]) == ("http://10.9.9.9:8701", [])


def test_a_host_that_moves_out_of_its_networks_raises_an_alarm_and_is_heard(
    stand: FleetStand, agent: Agent
) -> None:
    stand.names |= {"lab.example": ["10.0.0.9", "169.254.169.254"]}
    assert (
        stand.beat(
            agent, "street", alarms=["The disk is old."], public_url="http://lab.example:8700"
        ).status_code
        == 200
    )
    host = stand.data("GET", "/hosts/lab-1")
    assert (host["state"], host["public_url"]) == ("online", "http://10.1.2.3:8700")
    assert host["alarms"][0] == "The disk is old."
    assert "169.254.169.254" in host["alarms"][1]
    # Names may come to mean something else: it is looked at again, not with every heartbeat.
    stand.names |= {"lab.example": ["10.0.0.9"]}
    stand.clock.pass_time(10)
    stand.beat(agent, "street", public_url="http://lab.example:8700")
    assert stand.data("GET", "/hosts/lab-1")["public_url"] == "http://10.1.2.3:8700"
    stand.clock.pass_time(300)
    stand.beat(agent, "street", public_url="http://lab.example:8700")
    host = stand.data("GET", "/hosts/lab-1")
    assert (host["public_url"], host["alarms"]) == ("http://lab.example:8700", [])


# -- the catalogue -------------------------------------------------------------------------------


def test_each_reported_device_gets_a_camera_of_its_own(stand: FleetStand, agent: Agent) -> None:
    stand.beat(agent, "street")
    assert stand.rows(
        "SELECT cameras.name, rtsp_url, external_id, device_name, hosts.name FROM cameras"
        " JOIN hosts ON hosts.id = host_id"
    ) == [("Street", "rtsp://10.1.2.9:554/street", "lab-1__street", "street", "lab-1")]


def test_a_device_that_is_reported_again_is_the_same(stand: FleetStand, agent: Agent) -> None:
    stand.beat(agent, "street", "yard")
    before = stand.rows("SELECT id, name, camera_id FROM devices ORDER BY id")
    stand.beat(agent, "yard")
    removed = {row["device"]: row["removed"] for row in stand.data("GET", "/devices")}
    assert removed == {"street": True, "yard": False}
    assert stand.data("GET", "/devices/lab-1/street")["code"] == "not_reported"
    stand.beat(agent, device_report("street", label="New"), "yard")
    assert stand.rows("SELECT id, name, camera_id FROM devices ORDER BY id") == before
    street = stand.data("GET", "/devices/lab-1/street")
    assert (street["label"], street["removed"]) == ("New", False)


def test_a_camera_that_is_assigned_to_a_device_is_its_camera(stand: FleetStand, agent: Agent) -> None:
    stand.run(
        "INSERT INTO cameras (id, name, rtsp_url, external_id, host_id, device_name)"
        " SELECT 'c-1', 'Gate', 'rtsp://10.1.2.9/1', 'cam_001', id, 'gate' FROM hosts"
    )
    stand.beat(agent, device_report("gate", assigned=True))
    gate = stand.data("GET", "/devices/lab-1/gate")
    assert (gate["camera_id"], gate["external_id"]) == ("c-1", "cam_001")
    assert stand.rows("SELECT count(*) FROM cameras") == [(1,)]


def test_devices_whose_names_run_together_are_two_cameras(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("a"), "b__c")
    stand.beat(stand.enrolled("a__b"), "c")
    devices = stand.data("GET", "/devices")
    assert [device["full_name"] for device in devices] == ["a/b__c", "a__b/c"]
    assert devices[0]["external_id"] == "a__b__c"
    assert len({device["camera_id"] for device in devices}) == 2
    assert len({device["external_id"] for device in devices}) == 2


def test_a_heartbeat_that_changes_nothing_leaves_the_catalogue_alone(stand: FleetStand, agent: Agent) -> None:
    stand.beat(agent, "street", "yard")
    before = stand.rows("SELECT xmin::text, * FROM devices ORDER BY id")
    stand.clock.pass_time(10)
    stand.beat(agent, "yard", device_report("street", fps=24.0, state="stalled"))
    assert stand.rows("SELECT xmin::text, * FROM devices ORDER BY id") == before


def test_the_answer_carries_the_assignment_where_the_host_has_another(fleet_database: str) -> None:
    gate = AssignedCamera(name="gate", settings={"source": "rtsp://10.1.2.9/1"})
    stand = FleetStand(
        fleet_database,
        Unreachable(),
        lambda host_id, has: Told() if has.digest == "one" else Told(Assignment([gate], "one")),
    ).begin()
    agent = stand.enrolled()
    told = stand.beat(agent).get_json()["data"]
    assert told["cameras"] == [{"name": "gate", "settings": {"source": "rtsp://10.1.2.9/1"}}]
    again = stand.beat(agent, assignment=told["assignment"]).get_json()["data"]
    assert (told["assignment"], again["cameras"], again["assignment"]) == ("one", None, "")
    stand.close()
