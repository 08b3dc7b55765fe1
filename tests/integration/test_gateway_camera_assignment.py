"""Cameras that are assigned to hosts: what heartbeats tell, what reports make of it, and what stays whose."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from gateway.cameras.health_of_recording import Recording, judge_recording
from gateway.secret_box import SecretBox
from tests.support.fleet_stand import Agent, FleetStand, Json, device_report, error_of

URL = "rtsp://10.1.2.9:554/1"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


class Recorder:
    """An agent that does as it is told: it records what is assigned, beside devices of its own."""

    def __init__(
        self,
        stand: FleetStand,
        name: str = "lab-1",
        own: tuple[str, ...] = (),
        *,
        goes_on_with_kept: bool = True,
    ) -> None:
        self.stand = stand
        self.agent: Agent = stand.enrolled(name)
        self.own = own
        self.goes_on_with_kept = goes_on_with_kept
        self.assignment = ""
        self.cameras: dict[str, Json] = {}

    def report(self) -> list[Json] | None:
        """A heartbeat of what it records now; what it was told, None: nothing new."""
        mine = [device_report(name) for name in self.own]
        assigned = [device_report(name, assigned=True) for name in self.cameras if name not in self.own]
        answer = self.stand.beat(
            self.agent,
            *mine,
            *assigned,
            assignment=self.assignment,
            goes_on_with_kept=self.goes_on_with_kept,
        )
        assert answer.status_code == 200, answer.text
        told = answer.get_json()["data"]
        if told["cameras"] is None:
            assert told["assignment"] == ""
            return None
        self.assignment = told["assignment"]
        kept = told["kept"] if self.goes_on_with_kept else ()
        before = {name: self.cameras[name] for name in kept if name in self.cameras}
        self.cameras = {**before, **{camera["name"]: camera["settings"] for camera in told["cameras"]}}
        cameras: list[Json] = told["cameras"]
        return cameras

    def take_over(self) -> None:
        """Heartbeats until it records what it is told, and has said so."""
        while self.report() is not None:
            pass

    def lose_its_state(self) -> None:
        self.assignment, self.cameras = "", {}


def add(stand: FleetStand, name: str, **more: Any) -> Json:
    made: Json = stand.data("POST", "/cameras", json={"name": name, "rtsp_url": URL, **more})
    return made


def devices(stand: FleetStand) -> dict[str, str | None]:
    """The external_id of the camera of each device, by full name."""
    return {row["full_name"]: row["external_id"] for row in stand.data("GET", "/devices")}


def count_of_cameras(stand: FleetStand) -> int:
    ((count,),) = stand.rows("SELECT count(*) FROM cameras")
    return int(count)


# -- what heartbeats tell ------------------------------------------------------------------------


def test_a_host_is_told_its_cameras_with_their_logins_once(stand: FleetStand) -> None:
    host = Recorder(stand)
    assert host.report() is None
    made = add(
        stand,
        "Front Door",
        host="lab-1",
        username="admin",
        password="p@ss/w:rd",
        preview_url="rtsp://10.1.2.9:554/2",
        detection_sensitivity=0.5,
    )
    assert (made["host"], made["device_name"], made["device"]) == ("lab-1", "front-door", "lab-1/front-door")
    assert host.report() == [
        {
            "name": "front-door",
            "settings": {
                "label": "Front Door",
                "source": "rtsp://admin:p%40ss%2Fw%3Ard@10.1.2.9:554/1",
                "preview_source": "rtsp://admin:p%40ss%2Fw%3Ard@10.1.2.9:554/2",
                "analysis": True,
                "motion_sensitivity": 0.5,
            },
        }
    ]
    assert host.report() is None
    assert host.report() is None


def test_a_host_with_no_cameras_is_told_so_once_and_one_that_lost_its_state_is_told_all(
    stand: FleetStand,
) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    add(stand, "Gate", host="lab-1")
    host.take_over()
    host.lose_its_state()
    assert [camera["name"] for camera in host.report() or []] == ["door", "gate"]
    for which in ("door", "gate"):
        stand.data("DELETE", f"/cameras/{which}")
    assert host.report() == []
    assert (host.assignment, host.report()) == ("", None)


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"rtsp_url": "rtsp://10.1.2.8/1"}, "source", "rtsp://u:p@10.1.2.8/1"),
        ({"password": "q"}, "source", "rtsp://u:q@10.1.2.9:554/1"),
        ({"username": None, "password": None}, "source", URL),
        ({"name": "Gate"}, "label", "Gate"),
        ({"enable_detection": False}, "analysis", False),
        ({"detection_sensitivity": 0.25}, "motion_sensitivity", 0.25),
        ({"preview_url": "rtsp://10.1.2.9/2"}, "preview_source", "rtsp://u:p@10.1.2.9/2"),
    ],
)
def test_what_its_recording_depends_on_reaches_the_host(
    stand: FleetStand, change: Json, key: str, value: object
) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1", username="u", password="p")
    host.take_over()
    stand.data("PUT", "/cameras/door", json=change)
    host.report()
    assert host.cameras["door"][key] == value


def test_what_its_recording_does_not_depend_on_is_not_told(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.take_over()
    stand.data("PUT", "/cameras/door", json={"location": "East", "fps": 25, "group_id": stand.group("A")})
    stand.run("UPDATE cameras SET status = 'live', checked_at = now(), last_connected = now()")
    assert host.report() is None


def test_a_camera_is_recorded_while_it_is_active(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.take_over()
    stand.data("PATCH", "/cameras/door/state", json={"is_active": False})
    host.take_over()
    assert host.cameras == {}
    assert stand.data("GET", "/devices/lab-1/door")["removed"] is True
    stand.data("PATCH", "/cameras/door/state", json={"is_active": True})
    host.take_over()
    assert list(host.cameras) == ["door"]
    assert devices(stand) == {"lab-1/door": "door"}


def test_hosts_are_told_their_own_cameras_only(stand: FleetStand) -> None:
    one, two = Recorder(stand, "lab-1", ("street",)), Recorder(stand, "lab-2")
    add(stand, "Door", host="lab-1")
    add(stand, "Gate", host="lab-2")
    add(stand, "Yard")
    one.take_over()
    two.take_over()
    assert (list(one.cameras), list(two.cameras)) == (["door"], ["gate"])


def lose_key_of(stand: FleetStand, external_id: str) -> None:
    """Its password was closed with a key that is not given any more."""
    closed = SecretBox(["another-secret-0123456789-abcdefghij-xyz"]).close("p")
    stand.run(
        "UPDATE cameras SET password_encrypted = :closed WHERE external_id = :id",
        closed=closed,
        id=external_id,
    )


def alarms(stand: FleetStand) -> list[str]:
    told: list[str] = stand.data("GET", "/hosts/lab-1")["alarms"]
    return told


def reason(stand: FleetStand, device: str) -> str:
    """What is said of a camera that is not recorded."""
    recording = Recording(device, is_assigned=True, changed_at=None, wanted_fps=None)
    judged = judge_recording(recording, stand.reports.reports({"lab-1"})["lab-1"], stand.clock.now())
    return judged.sentence if judged.code == "not_recorded" else judged.code


def test_a_password_that_cannot_be_read_keeps_no_other_camera_from_its_host(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1", username="u", password="p")
    host.take_over()
    recorded = host.cameras["door"]
    lose_key_of(stand, "door")
    add(stand, "Gate", host="lab-1")
    host.take_over()
    assert (sorted(host.cameras), host.cameras["door"]) == (["door", "gate"], recorded)
    (alarm,) = alarms(stand)
    assert "Door" in alarm and "COLDFRAME_SECRET_KEY=new,old" in alarm
    # A new one whose password cannot be read is not recorded, and says why.
    add(stand, "Yard", host="lab-1")
    lose_key_of(stand, "yard")
    host.take_over()
    assert sorted(host.cameras) == ["door", "gate"]
    assert "its password was encrypted" in reason(stand, "yard")
    # It is told once: the digest says which are left out.
    assert host.report() is None
    for camera in ("door", "yard"):
        stand.data("PUT", f"/cameras/{camera}", json={"username": "u", "password": "anew"})
    host.take_over()
    assert sorted(host.cameras) == ["door", "gate", "yard"]
    assert "u:anew@" in host.cameras["door"]["source"]
    assert alarms(stand) == []


def test_an_older_agent_is_told_nothing_new_where_that_would_stop_a_camera(stand: FleetStand) -> None:
    host = Recorder(stand, goes_on_with_kept=False)
    add(stand, "Yard", host="lab-1")
    lose_key_of(stand, "yard")
    add(stand, "Door", host="lab-1", username="u", password="p")
    host.take_over()
    assert sorted(host.cameras) == ["door"]  # nothing is lost by leaving the other out
    lose_key_of(stand, "door")
    add(stand, "Gate", host="lab-1")
    assert host.report() is None
    (alarm,) = alarms(stand)
    assert alarm.startswith("It is told nothing new")
    assert "it is told nothing new" in reason(stand, "gate") and "its password" in reason(stand, "yard")
    stand.data("PUT", "/cameras/door", json={"username": "u", "password": "anew"})
    host.take_over()
    assert sorted(host.cameras) == ["door", "gate"]


def test_an_assignment_that_no_host_would_read_is_not_told(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.take_over()
    stand.run(
        "INSERT INTO cameras (id, name, rtsp_url, preview_url, external_id, host_id, device_name)"
        " SELECT 'c' || n, 'n', :url, :url, 'c' || n, id, 'c' || n FROM hosts, generate_series(1, 300) AS n",
        url=f"rtsp://10.1.2.9/{'x' * 2000}",
    )
    assert host.report() is None
    (alarm,) = alarms(stand)
    assert "900,000" in alarm and "Shorten their addresses" in alarm
    assert "900,000" in reason(stand, "c7")
    stand.run("DELETE FROM cameras WHERE external_id <> 'c1' AND external_id <> 'door'")
    assert [camera["name"] for camera in host.report() or []] == ["c1", "door"]
    assert alarms(stand) == []


# -- what reports make of it ---------------------------------------------------------------------


def test_the_device_that_a_host_makes_of_a_camera_is_that_camera(stand: FleetStand) -> None:
    host = Recorder(stand, own=("street",))
    made = add(stand, "Door", host="lab-1", group_id=stand.group("Tenant A"))
    host.take_over()
    assert devices(stand) == {"lab-1/door": "door", "lab-1/street": "lab-1__street"}
    door = stand.data("GET", "/devices/lab-1/door")
    assert (door["camera_id"], door["group"]) == (made["id"], "Tenant A")
    assert count_of_cameras(stand) == 2


def test_a_deleted_camera_does_not_come_back_while_its_host_still_reports_it(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.take_over()
    told = stand.data("DELETE", "/cameras/door")
    assert told == {"deleted": True, "footage": "lab-1 keeps what it recorded until its retention ends it."}
    # It reports the device once more, before it can act on what it is told.
    assert host.report() == []
    host.cameras = {"door": {}}
    host.report()
    stand.clock.pass_time(10)
    stand.beat(host.agent, device_report("door", assigned=True, label="Other"), "street")
    assert (count_of_cameras(stand), devices(stand)["lab-1/door"]) == (1, None)
    host.lose_its_state()
    host.take_over()
    assert stand.data("GET", "/devices/lab-1/door")["removed"] is True
    assert listed_ids(stand) == ["lab-1__street"]


def listed_ids(stand: FleetStand) -> list[str]:
    return [camera["external_id"] for camera in stand.data("GET", "/cameras")]


def test_a_camera_deleted_before_its_host_first_reports_it_does_not_come_back(stand: FleetStand) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.report()
    assert stand.data("DELETE", "/cameras/door")["footage"].startswith("lab-1 keeps")
    host.report()
    assert (count_of_cameras(stand), devices(stand)) == (0, {"lab-1/door": None})
    host.report()
    assert stand.data("GET", "/devices/lab-1/door")["removed"] is True


def test_a_device_of_that_name_in_the_hosts_own_settings_is_a_camera_of_its_own_again(
    stand: FleetStand,
) -> None:
    host = Recorder(stand)
    add(stand, "Door", host="lab-1")
    host.take_over()
    stand.data("DELETE", "/cameras/door")
    # In place of the camera, alike but for that.
    host.own = ("door",)
    host.take_over()
    assert devices(stand) == {"lab-1/door": "lab-1__door"}
    assert stand.data("GET", "/cameras/lab-1__door")["managed_by"] == "host"


def test_a_device_of_the_hosts_own_takes_its_name_from_a_camera_that_was_never_recorded_under_it(
    stand: FleetStand,
) -> None:
    host = Recorder(stand, own=("door",))
    made = add(stand, "Door", host="lab-1")
    host.take_over()
    # Both are recorded.
    assert devices(stand) == {"lab-1/door": "lab-1__door", "lab-1/door-2": "door"}
    assert stand.data("GET", f"/cameras/{made['id']}")["device"] == "lab-1/door-2"


def test_a_row_of_a_hosts_own_device_follows_what_the_host_says(stand: FleetStand) -> None:
    agent = stand.enrolled()
    stand.beat(agent, device_report("street"), device_report("yard"))
    stand.data("PUT", "/cameras/lab-1__yard", json={"name": "Back yard"})
    told = {"label": "New", "source": "rtsp://10.1.2.8/1"}
    stand.beat(agent, device_report("street", **told), device_report("yard", **told))
    rows = stand.rows("SELECT device_name, name, rtsp_url FROM cameras ORDER BY device_name")
    assert rows == [("street", "New", "rtsp://10.1.2.8/1"), ("yard", "Back yard", "rtsp://10.1.2.8/1")]


# -- moving --------------------------------------------------------------------------------------


def test_a_camera_that_moves_is_recorded_by_the_other_host_and_keeps_its_footage(stand: FleetStand) -> None:
    one, two = Recorder(stand, "lab-1"), Recorder(stand, "lab-2")
    add(stand, "Door", host="lab-1")
    one.take_over()
    moved = stand.data("PUT", "/cameras/door", json={"host": "lab-2"})
    assert moved["device"] == "lab-2/door"
    one.take_over()
    two.take_over()
    assert (one.cameras, list(two.cameras)) == ({}, ["door"])
    assert devices(stand) == {"lab-1/door": "door", "lab-2/door": "door"}
    assert stand.data("DELETE", "/cameras/door")["footage"] == (
        "lab-1 and lab-2 keep what they recorded until their retention ends it."
    )


def test_a_camera_that_comes_back_has_the_name_that_it_had_there(stand: FleetStand) -> None:
    one, two = Recorder(stand, "lab-1"), Recorder(stand, "lab-2")
    add(stand, "Door", host="lab-1", device_name="gate")
    one.take_over()
    stand.data("PUT", "/cameras/door", json={"host": "lab-2"})
    one.take_over()
    two.take_over()
    other = add(stand, "Gate", host="lab-1")
    assert other["device"] == "lab-1/gate-2"
    assert stand.data("PUT", "/cameras/door", json={"host": "lab-1"})["device"] == "lab-1/gate"


def test_a_camera_that_is_unassigned_stops_and_can_be_named_again(stand: FleetStand) -> None:
    host = Recorder(stand)
    made = add(stand, "Door", host="lab-1")
    host.take_over()
    gone = stand.data("PUT", "/cameras/door", json={"host": None})
    assert (gone["host"], gone["host_id"], gone["device_name"], gone["device"]) == (None,) * 4
    host.take_over()
    assert host.cameras == {}
    again = stand.data("PUT", "/cameras/door", json={"host_id": made["host_id"], "device_name": "front"})
    assert again["device"] == "lab-1/front"
    host.take_over()
    assert devices(stand) == {"lab-1/door": "door", "lab-1/front": "door"}
    assert stand.data("PUT", "/cameras/door", json={"device_name": "door"})["device"] == "lab-1/door"


def test_a_name_with_footage_of_another_is_refused_and_an_orphans_is_taken_by_name(stand: FleetStand) -> None:
    host = Recorder(stand, own=("street",))
    add(stand, "Door", host="lab-1")
    host.take_over()
    for taken in ("street", "door"):
        body = {"name": "X", "rtsp_url": URL, "host": "lab-1", "device_name": taken}
        assert error_of(stand.ask("POST", "/cameras", json=body)) == (409, "device_name_taken")
    stand.data("DELETE", "/cameras/door")
    host.take_over()
    assert add(stand, "Door", host="lab-1")["device"] == "lab-1/door-2"
    assert add(stand, "Old Door", host="lab-1", device_name="door")["device"] == "lab-1/door"
    assert devices(stand)["lab-1/door"] == "old-door"


def test_two_cameras_that_are_assigned_at_once_get_two_names(stand: FleetStand) -> None:
    Recorder(stand).take_over()
    together = threading.Barrier(4)

    def make(index: int) -> str:
        together.wait()
        return str(add(stand, "Door", host="lab-1", external_id=f"DOOR{'_' * index}")["device_name"])

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(make, range(4)))
    assert len(set(found)) == 4


@pytest.mark.parametrize("is_there", [False, True])
def test_an_assignment_waits_for_the_report_that_its_host_sends_just_now(
    stand: FleetStand, is_there: bool
) -> None:
    Recorder(stand).take_over()
    if is_there:
        add(stand, "Door")

    def assign() -> Any:
        if is_there:
            return stand.ask("PUT", "/cameras/door", json={"host": "lab-1"})
        return stand.ask("POST", "/cameras", json={"name": "Door", "rtsp_url": URL, "host": "lab-1"})

    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as pool:
        with stand.engine.begin() as reporting:
            reporting.execute(text("SELECT id FROM hosts WHERE name = 'lab-1' FOR NO KEY UPDATE"))
            assigning = pool.submit(assign)
            until_s = time.monotonic() + 10
            while stand.rows(waiting) == [(0,)]:
                assert not assigning.done(), "it did not wait"
                assert time.monotonic() < until_s
                time.sleep(0.01)
        assert assigning.result(timeout=20).get_json()["data"]["device"] == "lab-1/door"


# -- what belongs to a host ----------------------------------------------------------------------


def test_of_a_hosts_own_device_only_what_is_ours_to_say_changes(stand: FleetStand) -> None:
    host = Recorder(stand, own=("street",))
    host.take_over()
    before = stand.data("GET", "/cameras/lab-1__street")
    assert (before["managed_by"], before["device"], before["note"]) == ("host", "lab-1/street", None)
    group = stand.group("Tenant A")
    ours = {"name": "Street", "group_id": group, "location": "East", "detection_sensitivity": 0.2}
    after = stand.data("PUT", "/cameras/lab-1__street", json={**ours, "enable_detection": False})
    assert ours.items() <= after.items()
    # As it is shown it may be sent back.
    as_shown = {key: before[key] for key in ("rtsp_url", "host", "device_name", "username")}
    assert stand.data("PUT", "/cameras/lab-1__street", json=as_shown)["rtsp_url"] == before["rtsp_url"]
    for refused in (
        {"rtsp_url": "rtsp://10.1.2.8/1"},
        {"username": "u"},
        {"password": "p"},
        {"preview_url": "rtsp://10.1.2.8/2"},
        {"host": None},
        {"device_name": "other"},
    ):
        answer = stand.ask("PUT", "/cameras/lab-1__street", json=refused)
        assert error_of(answer) == (409, "managed_by_host"), refused
        assert "host.toml" in answer.get_json()["error"]["remedy"]


def test_a_hosts_own_device_is_deleted_once_it_is_gone(stand: FleetStand) -> None:
    host = Recorder(stand, own=("street", "yard"))
    host.take_over()
    answer = stand.ask("DELETE", "/cameras/lab-1__street")
    assert error_of(answer) == (409, "managed_by_host")
    host.own = ("yard",)
    host.take_over()
    assert stand.data("DELETE", "/cameras/lab-1__street")["footage"].startswith("lab-1 keeps")
    stand.beat(host.agent, device_report("yard", label="Other"))
    assert listed_ids(stand) == ["lab-1__yard"]
    host.own = ("yard", "street")
    host.take_over()
    assert devices(stand) == {"lab-1/street": "lab-1__street", "lab-1/yard": "lab-1__yard"}


def test_a_revoked_hosts_devices_are_deleted_and_come_back_with_it(stand: FleetStand) -> None:
    host = Recorder(stand, own=("street",))
    host.take_over()
    stand.data("DELETE", "/hosts/lab-1/credential")
    assert stand.data("DELETE", "/cameras/lab-1__street")["deleted"] is True
    assert (listed_ids(stand), devices(stand)) == ([], {"lab-1/street": None})
    again = Recorder(stand, own=("street",))
    again.take_over()
    assert devices(stand) == {"lab-1/street": "lab-1__street"}


# -- hosts that are not there --------------------------------------------------------------------


def test_a_camera_may_be_assigned_to_a_host_that_does_not_report_and_says_so(stand: FleetStand) -> None:
    host = Recorder(stand)
    assert "has never reported" in add(stand, "Door", host="lab-1")["note"]
    host.take_over()
    assert stand.data("GET", "/cameras/door")["note"] is None
    stand.clock.pass_time(100)
    assert "does not report" in stand.data("PUT", "/cameras/door", json={"name": "Gate"})["note"]
    assert "does not report" in stand.data("GET", "/cameras")[0]["note"]
    host.take_over()
    assert host.cameras["door"]["label"] == "Gate"
    stand.data("DELETE", "/hosts/lab-1/credential")
    assert "was revoked" in stand.data("GET", "/cameras/door")["note"]


# -- at once -------------------------------------------------------------------------------------


def test_reports_and_changes_at_once_leave_each_device_one_camera(stand: FleetStand) -> None:
    hosts = [Recorder(stand, "lab-1", ("street",)), Recorder(stand, "lab-2", ("yard",))]
    for host in hosts:
        host.take_over()

    def report(host: Recorder) -> None:
        for index in range(12):
            host.own = (*host.own[:1], f"own-{index}")
            host.report()

    def change(number: int) -> None:
        for index in range(6):
            which = add(stand, f"C{number}", host=hosts[index % 2].agent.name)["external_id"]
            stand.data("PUT", f"/cameras/{which}", json={"host": hosts[(index + 1) % 2].agent.name})
            stand.data("DELETE", f"/cameras/{which}")

    with ThreadPoolExecutor(4) as pool:
        for done in [
            *(pool.submit(report, host) for host in hosts),
            *(pool.submit(change, n) for n in (1, 2)),
        ]:
            done.result(timeout=60)
    for host in hosts:
        host.take_over()
        assert host.cameras == {}
    assert stand.rows("SELECT count(*) FROM cameras WHERE managed_by = 'gateway'") == [(0,)]
    # Each of the hosts' own is one camera; what the deleted ones left is nobody's.
    assert stand.rows("SELECT count(*) FROM cameras") == [(26,)]
    owned = "SELECT count(*), count(DISTINCT camera_id) FROM devices WHERE camera_id IS NOT NULL"
    assert stand.rows(owned) == [(26, 26)]
