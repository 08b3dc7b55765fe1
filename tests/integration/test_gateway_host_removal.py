"""A host that is removed: what leaves with it, what stays of it, and how it comes back."""

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from gateway.cameras.health_of_recording import Recording, judge_recording
from gateway.cameras.health_status import Outcome
from tests.support.fleet_stand import (
    Agent,
    FleetStand,
    Json,
    device_report,
    error_of,
    minute_report,
    minutes_ago,
)

URL = "rtsp://10.1.2.9:554/1"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.fixture
def scrapped(stand: FleetStand) -> Agent:
    """A revoked host with a device of its own and a camera that the gateway assigned, beside another host."""
    stand.beat(stand.enrolled("lab-2"), "yard")
    agent = stand.enrolled("lab-1")
    stand.data("POST", "/cameras", json={"name": "Gate", "rtsp_url": URL, "host": "lab-1"})
    stand.beat(
        agent,
        "street",
        device_report("gate", assigned=True),
        minutes=[minute_report(minutes_ago(5)), minute_report(minutes_ago(5), "gate")],
    )
    stand.data("DELETE", "/hosts/lab-1/credential")
    return agent


def names(stand: FleetStand, path: str) -> list[str]:
    return [row.get("full_name") or row["name"] for row in stand.data("GET", path)]


def remove(stand: FleetStand) -> None:
    assert stand.ask("DELETE", "/hosts/lab-1").status_code == 200


def camera(stand: FleetStand, which: str) -> Json:
    found: Json = stand.data("GET", f"/cameras/{which}")
    return found


def test_a_removed_host_leaves_every_list_and_count(stand: FleetStand, scrapped: Agent) -> None:
    assert names(stand, "/devices?word=host silent") == ["lab-1/gate", "lab-1/street"]
    remove(stand)
    assert names(stand, "/hosts") == ["lab-2"]
    assert names(stand, "/hosts?state=revoked") == names(stand, "/hosts?state=offline") == []
    assert names(stand, "/devices") == ["lab-2/yard"]
    assert names(stand, "/devices?host=lab-1") == names(stand, "/devices?word=host silent") == []
    answer = stand.ask("GET", "/devices").get_json()
    assert answer["meta"]["total"] == 1
    # Of which metrics, walls and time lines are made.
    assert list(stand.reports.reports()) == ["lab-2"]
    assert stand.reports.reports({"lab-1"}) == {}
    for path in ("/hosts/lab-1", "/hosts/lab-1/commands"):
        assert error_of(stand.ask("GET", path)) == (404, "unknown_host")
    assert error_of(stand.ask("GET", "/devices/lab-1/street")) == (404, "unknown_device")
    assert error_of(stand.ask("POST", "/devices/lab-1/street/start")) == (404, "unknown_device")
    assert error_of(stand.ask("DELETE", "/hosts/lab-1")) == (404, "unknown_host")


def test_a_camera_that_it_recorded_for_the_gateway_has_no_host_then(
    stand: FleetStand, scrapped: Agent
) -> None:
    remove(stand)
    gate = camera(stand, "gate")
    assert (gate["host"], gate["device_name"], gate["device"]) == (None, None, None)
    refused = stand.ask("PUT", "/cameras/gate", json={"host": "lab-1"})
    assert error_of(refused) == (422, "unknown_host")
    assert camera(stand, "gate")["managed_by"] == "gateway"
    moved = stand.data("PUT", "/cameras/gate", json={"host": "lab-2"})
    assert moved["device"] == "lab-2/gate"


def test_nobody_imports_a_camera_for_a_removed_host(stand: FleetStand, scrapped: Agent) -> None:
    remove(stand)
    file = base64.b64encode(b"name,rtsp_url,host\nDoor,rtsp://10.1.2.9:554/7,lab-1\n").decode()
    refused = stand.ask("POST", "/cameras/import", json={"data": file, "format": "csv"})
    assert error_of(refused) == (422, "import_refused")
    assert refused.get_json()["error"]["details"]["errors"][0]["column"] == "host"


def test_its_past_stays_and_its_own_camera_says_that_nobody_records_it(
    stand: FleetStand, scrapped: Agent
) -> None:
    remove(stand)
    kept = stand.rows(
        "SELECT devices.name, removed_at IS NOT NULL, count(at) FROM devices"
        " LEFT JOIN activity_minutes ON device_id = devices.id"
        " JOIN hosts ON hosts.id = host_id WHERE hosts.name = 'lab-1' GROUP BY 1, 2 ORDER BY 1"
    )
    assert kept == [("gate", True, 1), ("street", True, 1)]
    own = camera(stand, "lab-1__street")
    assert (own["device"], own["managed_by"]) == ("lab-1/street", "host")
    judged = judge_recording(
        Recording(own["device_name"], False, None, None),
        stand.reports.reports({"lab-1"}).get("lab-1"),
        stand.clock.now(),
    )
    assert (judged.outcome, judged.code) == (Outcome.RESTING, "no_host")
    # What is really over is deleted like any other camera.
    assert stand.ask("DELETE", "/cameras/lab-1__street").status_code == 200


def test_its_credential_is_worth_nothing_any_more(stand: FleetStand, scrapped: Agent) -> None:
    remove(stand)
    assert error_of(stand.beat(scrapped, "street")) == (401, "unknown_credential")
    assert error_of(stand.enrol(scrapped)) == (403, "token_used")
    assert names(stand, "/hosts") == ["lab-2"]


def test_a_host_that_enrols_again_under_its_name_has_its_devices_again(
    stand: FleetStand, scrapped: Agent
) -> None:
    before = stand.rows("SELECT id, name, camera_id FROM devices ORDER BY id")
    remove(stand)
    stand.clock.pass_time(timedelta(days=3).total_seconds())
    agent = stand.enrolled("lab-1")
    assert names(stand, "/hosts") == ["lab-1", "lab-2"]
    stand.beat(agent, "street")
    assert names(stand, "/devices?host=lab-1") == ["lab-1/gate", "lab-1/street"]
    assert stand.rows("SELECT id, name, camera_id FROM devices ORDER BY id") == before
    assert camera(stand, "lab-1__street")["device"] == "lab-1/street"
    # It goes on with the footage that it had under that name.
    assert stand.data("PUT", "/cameras/gate", json={"host": "lab-1"})["device"] == "lab-1/gate"


@pytest.mark.parametrize("silent_s", [0, 86_400])
def test_only_a_revoked_host_is_removed(stand: FleetStand, silent_s: float) -> None:
    stand.beat(stand.enrolled("lab-1"), "street")
    stand.clock.pass_time(silent_s)
    refused = stand.ask("DELETE", "/hosts/lab-1")
    assert error_of(refused) == (409, "host_not_revoked")
    assert "/hosts/lab-1/credential" in refused.get_json()["error"]["remedy"]
    assert names(stand, "/devices") == ["lab-1/street"]


def test_a_host_without_devices_leaves_as_well(stand: FleetStand) -> None:
    stand.enrolled("lab-1")
    stand.data("DELETE", "/hosts/lab-1/credential")
    remove(stand)
    assert names(stand, "/hosts") == []
    assert error_of(stand.ask("GET", "/hosts/nobody")) == (404, "unknown_host")


def test_who_may_not_enrol_hosts_may_not_remove_them(stand: FleetStand, scrapped: Agent) -> None:
    assert stand.ask("DELETE", "/hosts/lab-1", role="operator").status_code == 403
    assert error_of(stand.ask("DELETE", "/hosts/lab-1", groups=[])) == (404, "unknown_host")
    assert "lab-1" in names(stand, "/hosts")


# -- at the same time ------------------------------------------------------------------------


def while_the_host_is_held(
    stand: FleetStand, ask: Callable[[], TestResponse], statements: list[str]
) -> TestResponse:
    """What is answered to who waits for somebody that has the host and does `statements` meanwhile."""
    with ThreadPoolExecutor(1) as threads:
        with stand.engine.begin() as held:
            held.execute(text("SELECT id FROM hosts WHERE name = 'lab-1' FOR NO KEY UPDATE"))
            asked = threads.submit(ask)
            wait_for_a_lock(stand)
            for statement in statements:
                held.execute(text(statement))
        return asked.result(30)


def wait_for_a_lock(stand: FleetStand) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if stand.rows(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            return
        pause.wait(0.02)
    raise AssertionError("nobody waits for the host")


REMOVAL = [
    "DELETE FROM host_enrolments USING hosts WHERE hosts.id = host_id AND name = 'lab-1'",
    "UPDATE devices SET removed_at = now() FROM hosts WHERE hosts.id = host_id AND hosts.name = 'lab-1'",
]


def test_no_camera_is_given_a_host_that_is_removed_meanwhile(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("lab-1"), "street")
    stand.data("POST", "/cameras", json={"name": "Gate", "rtsp_url": URL})
    refused = while_the_host_is_held(
        stand, lambda: stand.ask("PUT", "/cameras/gate", json={"host": "lab-1"}), REMOVAL
    )
    assert error_of(refused) == (422, "unknown_host")
    assert camera(stand, "gate")["host"] is None


def test_no_camera_is_imported_for_a_host_that_is_removed_meanwhile(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("lab-1"), "street")
    file = base64.b64encode(b"name,rtsp_url,host\nDoor,rtsp://10.1.2.9:554/7,lab-1\n").decode()
    refused = while_the_host_is_held(
        stand,
        lambda: stand.ask("POST", "/cameras/import", json={"data": file, "format": "csv"}),
        REMOVAL,
    )
    assert error_of(refused) == (422, "import_refused")
    assert stand.rows("SELECT FROM cameras WHERE managed_by = 'gateway'") == []


def test_a_camera_that_a_host_is_given_while_it_is_removed_has_none_then(
    stand: FleetStand, scrapped: Agent
) -> None:
    stand.data("POST", "/cameras", json={"name": "Door", "rtsp_url": URL})
    removed = while_the_host_is_held(
        stand,
        lambda: stand.ask("DELETE", "/hosts/lab-1"),
        [
            "UPDATE cameras SET device_name = 'door', host_id = hosts.id FROM hosts"
            " WHERE hosts.name = 'lab-1' AND external_id = 'door'"
        ],
    )
    assert removed.status_code == 200, removed.text
    assert (camera(stand, "door")["host"], camera(stand, "gate")["host"]) == (None, None)
