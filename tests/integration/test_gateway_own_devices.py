"""Devices of hosts' own in the catalogue: how they are analysed, as their hosts say or as it is set here; and
whose external id they get."""

import base64
import json
from typing import Any

import pytest

from tests.support.fleet_stand import Agent, FleetStand, Json, device_report, error_of

STREET = "/cameras/lab-1__street"
URL = "rtsp://10.1.2.9:554/1"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


class OwnHost:
    """An agent with devices of its own that takes over what is set over its host.toml. `is_old`: it neither
    does nor says how it analyses."""

    def __init__(self, stand: FleetStand, *names: str, is_old: bool = False) -> None:
        self.stand = stand
        self.agent: Agent = stand.enrolled("lab-1")
        self.names = names
        self.is_old = is_old
        self.own: Json = {"enabled": True, "sensitivity": 0.4}
        self.assignment = ""
        self.overrides: dict[str, Json] = {}

    def report(self) -> bool:
        """A heartbeat; whether it was told anything."""
        devices = [self._device(name) for name in self.names]
        told = self.stand.beat(self.agent, *devices, assignment=self.assignment).get_json()["data"]
        if told["cameras"] is None:
            assert told["overrides"] == []
            return False
        self.assignment = told["assignment"]
        self.overrides = {override.pop("name"): override for override in told["overrides"]}
        return True

    def take_over(self) -> None:
        """Heartbeats until it does as it is told, and has said so."""
        while self.report():
            pass

    def _device(self, name: str) -> Json:
        if self.is_old:
            return device_report(name)
        said = self.overrides.get(name, {})
        in_force = dict(self.own)
        if said.get("enable_detection") is not None:
            in_force["enabled"] = said["enable_detection"]
        if said.get("detection_sensitivity") is not None:
            in_force["sensitivity"] = said["detection_sensitivity"]
        return device_report(name, own_detection=self.own, detection=in_force)


def shown(camera: Json) -> tuple[Any, Any, Any]:
    return camera["enable_detection"], camera["detection_sensitivity"], camera["overrides"]


# -- how they are analysed -------------------------------------------------------------------


def test_the_row_of_a_hosts_own_device_says_what_the_host_says(stand: FleetStand) -> None:
    host = OwnHost(stand, "street")
    host.report()
    camera = stand.data("GET", STREET)
    assert shown(camera) == (True, 0.4, [])
    assert camera["host_detection"] == {"enable_detection": True, "detection_sensitivity": 0.4}
    host.own = {"enabled": False, "sensitivity": 0.9}
    host.report()
    assert shown(stand.data("GET", "/cameras")[0]) == (False, 0.9, [])
    assert not host.report()


@pytest.mark.parametrize("is_active", [True, False])
def test_what_is_set_here_is_told_to_the_host_and_given_back_to_it(
    stand: FleetStand, is_active: bool
) -> None:
    host = OwnHost(stand, "street", "yard")
    host.take_over()
    stand.data("PATCH", f"{STREET}/state", json={"is_active": is_active})
    changed = stand.data("PUT", STREET, json={"detection_sensitivity": 0.2})
    assert shown(changed) == (True, 0.2, ["detection_sensitivity"])
    changed = stand.data("PATCH", f"{STREET}/state", json={"enable_detection": False})
    assert shown(changed) == (False, 0.2, ["enable_detection", "detection_sensitivity"])
    assert "has not taken over yet" in changed["note"]
    host.take_over()
    assert host.overrides == {"street": {"enable_detection": False, "detection_sensitivity": 0.2}}
    camera = stand.data("GET", STREET)
    assert camera["note"] is None
    assert camera["host_detection"] == {"enable_detection": True, "detection_sensitivity": 0.4}

    back = stand.data("PUT", STREET, json={"enable_detection": None, "detection_sensitivity": None})
    assert shown(back) == (True, 0.4, []) and "has not taken over yet" in back["note"]
    host.take_over()
    assert (host.overrides, host.assignment) == ({}, "")
    assert stand.data("GET", STREET)["note"] is None


def test_an_agent_that_knows_no_overrides_is_said_not_to_take_them(stand: FleetStand) -> None:
    host = OwnHost(stand, "street", is_old=True)
    host.report()
    camera = stand.data("GET", STREET)
    assert (*shown(camera), camera["host_detection"], camera["note"]) == (None, None, [], None, None)
    stand.data("PUT", STREET, json={"enable_detection": False})
    host.take_over()
    camera = stand.data("GET", STREET)
    assert shown(camera) == (False, None, ["enable_detection"])
    assert "Update the agent" in camera["note"]
    # Once it is updated, it has kept an assignment only in part, and says so.
    host.is_old, host.assignment = False, "of another gateway"
    host.take_over()
    assert stand.data("GET", STREET)["note"] is None


def test_a_camera_that_is_made_here_has_no_host_toml_to_go_by(stand: FleetStand) -> None:
    stand.data("POST", "/cameras", json={"name": "Door", "rtsp_url": URL})
    for field in ("enable_detection", "detection_sensitivity"):
        answer = stand.ask("PUT", "/cameras/door", json={field: None})
        assert answer.status_code == 422, answer.text
        assert field in answer.get_json()["error"]["details"]["fields"]
    assert shown(stand.data("GET", "/cameras/door")) == (True, 0.7, [])


def test_a_device_that_left_host_toml_is_told_of_nothing_and_keeps_what_was_set(stand: FleetStand) -> None:
    host = OwnHost(stand, "street", "yard")
    host.take_over()
    stand.data("PUT", STREET, json={"enable_detection": False})
    host.names = ("yard",)
    host.take_over()
    assert host.overrides == {}
    assert stand.data("GET", STREET)["is_deletable"] is True
    host.names = ("street", "yard")
    host.take_over()
    assert host.overrides == {"street": {"enable_detection": False, "detection_sensitivity": None}}
    camera = stand.data("GET", STREET)
    assert (camera["is_deletable"], camera["note"]) == (False, None)
    assert error_of(stand.ask("DELETE", STREET)) == (409, "managed_by_host")


def imported(stand: FleetStand, content: bytes, file_format: str) -> None:
    body = {"format": file_format, "data": base64.b64encode(content).decode()}
    stand.data("POST", "/cameras/import", json=body)


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_a_file_brings_back_what_was_set_and_sets_nothing_else(stand: FleetStand, file_format: str) -> None:
    OwnHost(stand, "street", "yard").take_over()
    stand.data("PUT", "/cameras/lab-1__yard", json={"enable_detection": True})
    told = stand.ask("GET", f"/cameras/export?format={file_format}").get_data()
    stand.data("PUT", "/cameras/lab-1__yard", json={"enable_detection": False, "name": "Yard"})
    imported(stand, told, file_format)
    assert stand.data("GET", STREET)["overrides"] == []
    assert shown(stand.data("GET", "/cameras/lab-1__yard")) == (True, 0.4, ["enable_detection"])


def test_a_list_of_cameras_can_be_imported_as_it_is(stand: FleetStand) -> None:
    OwnHost(stand, "street", "yard").take_over()
    stand.data("PUT", STREET, json={"detection_sensitivity": 0.2})
    told = json.dumps(stand.data("GET", "/cameras")).encode()
    stand.data("PUT", STREET, json={"detection_sensitivity": None})
    imported(stand, told, "json")
    assert stand.data("GET", STREET)["overrides"] == ["detection_sensitivity"]
    assert stand.data("GET", "/cameras/lab-1__yard")["overrides"] == []


# -- external ids ----------------------------------------------------------------------------


def test_a_device_gets_no_external_id_of_a_camera_that_is_gone(stand: FleetStand) -> None:
    body = {"name": "Old", "rtsp_url": URL, "external_id": "lab-1__street"}
    stand.data("POST", "/cameras", json=body)
    stand.data("DELETE", STREET)
    OwnHost(stand, "street").report()
    (camera,) = stand.data("GET", "/cameras")
    assert camera["device"] == "lab-1/street"
    assert camera["external_id"] == camera["id"]


def test_a_device_that_comes_back_is_called_as_before_unless_another_had_its_name(stand: FleetStand) -> None:
    host = OwnHost(stand, "street", "yard")
    host.report()

    def leave() -> None:
        host.names = ("yard",)
        host.report()

    def delete() -> None:
        (which,) = (row["id"] for row in stand.data("GET", "/cameras") if row["device_name"] == "street")
        stand.data("DELETE", f"/cameras/{which}")

    def has_its_id_again() -> bool:
        host.names = ("street", "yard")
        host.report()
        (found,) = (row for row in stand.data("GET", "/cameras") if row["device_name"] == "street")
        return bool(found["external_id"] == "lab-1__street")

    for _time in range(2):
        leave()
        delete()
        assert has_its_id_again()
    leave()
    delete()
    stand.data("POST", "/cameras", json={"name": "X", "rtsp_url": URL, "external_id": "lab-1__street"})
    stand.data("DELETE", STREET)
    assert not has_its_id_again()
    leave()
    delete()
    assert not has_its_id_again()
