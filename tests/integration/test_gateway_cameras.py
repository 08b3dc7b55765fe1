"""Cameras over HTTP: made, found, changed, deleted, counted, and who may."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.errors import UnavailableError
from shared.http.provided import provide
from tests.support.fleet_stand import FleetStand, Json, error_of

FULL: Json = {
    "name": "Front Door",
    "rtsp_url": "rtsp://192.168.1.100:8554/stream",
    "username": "admin",
    "password": "password123",
    "resolution": "1920x1080",
    "fps": 30,
    "codec": "h264",
    "location": "Main Entrance",
    "is_active": True,
    "enable_detection": True,
    "detection_sensitivity": 0.7,
}
URL = "rtsp://10.1.2.9:554/1"
SNAPSHOT = "INSERT INTO camera_snapshots (id, camera_id, filename, storage_path) VALUES ('x', :id, 'f', 'p')"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


def add(stand: FleetStand, name: str, **more: Any) -> Json:
    made: Json = stand.data("POST", "/cameras", json={"name": name, "rtsp_url": URL, **more})
    return made


def listed(stand: FleetStand, query: str = "", **who: Any) -> list[str]:
    return [camera["external_id"] for camera in stand.data("GET", f"/cameras{query}", **who)]


def fields_of(answer: Any) -> set[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    return set(answer.get_json()["error"]["details"]["fields"])


# -- making and finding --------------------------------------------------------------------------


def test_a_camera_is_made_and_found_by_its_id_and_its_external_id(stand: FleetStand) -> None:
    group = stand.group("Entrances")
    answer = stand.ask("POST", "/cameras", json={**FULL, "group_id": group})
    made = answer.get_json()["data"]
    assert answer.status_code == 201
    expected = {key: value for key, value in FULL.items() if key != "password"}
    assert expected.items() <= made.items()
    assert (
        made
        | {
            "external_id": "front-door",
            "has_password": True,
            "status": "idle",
            "group": "Entrances",
            "managed_by": "gateway",
            "device": None,
            "failures_in_row": 0,
            "latency_ms": None,
        }
        == made
    )
    assert made["createdAt"].endswith("Z") and made["updatedAt"].endswith("Z")
    assert stand.data("GET", f"/cameras/{made['id']}") == made
    assert stand.data("GET", "/cameras/front-door") == made
    (only,) = stand.data("GET", "/cameras?page=1&page_size=20&active_only=true")
    assert only == made


def test_a_name_and_an_address_are_enough(stand: FleetStand) -> None:
    made = stand.data(
        "POST", "/cameras", json={"name": "Lobby Camera", "rtsp_url": "rtsp://192.168.1.50:554/stream"}
    )
    assert (made["is_active"], made["enable_detection"], made["detection_sensitivity"]) == (True, True, 0.7)
    assert (made["username"], made["has_password"], made["fps"]) == (None, False, None)


def test_passwords_are_stored_encrypted_and_never_shown(
    stand: FleetStand, capsys: pytest.CaptureFixture[str]
) -> None:
    made = add(stand, "Door", rtsp_url="rtsp://admin:s3cr%40t@10.1.2.9/1", preview_url=f"{URL}?token=s3cr")
    assert (made["rtsp_url"], made["username"], made["has_password"]) == ("rtsp://10.1.2.9/1", "admin", True)
    assert made["preview_url"] == f"{URL}?token=***"
    ((url, closed),) = stand.rows("SELECT rtsp_url, password_encrypted FROM cameras")
    assert "s3cr" not in url + closed
    assert stand.secrets.open(closed) == "s3cr@t"
    everything = [
        stand.ask("GET", "/cameras/door").text,
        stand.ask("GET", "/cameras?search=token").text,
        stand.ask("PUT", "/cameras/door", json={"rtsp_url": "rtsp://admin:s3cr@t/@x/1"}).text,
        stand.ask("POST", "/cameras", json={"name": "a", "rtsp_url": "ftp://admin:s3cr@t@x/1"}).text,
        capsys.readouterr().out,
    ]
    assert "s3cr" not in "".join(everything)
    # Nobody finds out by searching what is not shown.
    assert listed(stand, "?search=s3cr") == []


def test_ids_are_made_of_names_and_are_unique(stand: FleetStand) -> None:
    ids = [add(stand, name)["external_id"] for name in ("Tür 2", "Tur 2", "入口", "Summary", "tur-2")]
    assert ids == ["tur-2", "tur-2-2", "camera", "summary-2", "tur-2-3"]


def test_an_external_id_that_is_taken_is_refused_also_where_it_is_anothers_id(stand: FleetStand) -> None:
    made = add(stand, "Door", external_id="cam_001")
    for taken in ("cam_001", made["id"]):
        answer = stand.ask("POST", "/cameras", json={"name": "X", "rtsp_url": URL, "external_id": taken})
        assert error_of(answer) == (409, "external_id_taken")
    assert stand.data("GET", "/cameras/cam_001")["id"] == made["id"]


def test_the_external_id_of_a_camera_that_is_gone_is_given_to_no_other_by_itself(stand: FleetStand) -> None:
    """Its events are still found by it."""
    own = stand.group("Tenant A")
    limited: dict[str, Any] = {"role": "operator", "groups": [own]}
    gone = add(stand, "Door")
    stand.data("DELETE", f"/cameras/{gone['id']}")
    assert add(stand, "Door")["external_id"] == "door-2"
    # Who is limited to some groups would see what another group's camera saw.
    body = {"name": "X", "rtsp_url": URL, "external_id": "door", "group_id": own}
    assert error_of(stand.ask("POST", "/cameras", json=body, **limited)) == (409, "external_id_taken")
    # Who sees everything may have it go on under its name.
    assert add(stand, "Door", external_id="door")["external_id"] == "door"


def test_an_external_id_never_changes(stand: FleetStand) -> None:
    add(stand, "Door", external_id="cam_001")
    assert stand.data("PUT", "/cameras/cam_001", json={"external_id": "cam_001"})["name"] == "Door"
    answer = stand.ask("PUT", "/cameras/cam_001", json={"external_id": "cam_002"})
    assert error_of(answer) == (409, "external_id_stays")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rtsp_url": "ftp://10.1.2.9/1"}, "rtsp_url"),
        ({"rtsp_url": "rtsp://"}, "rtsp_url"),
        ({"rtsp_url": "rtsp://" + "x" * 3000}, "rtsp_url"),
        ({"name": "a\0b"}, "name"),
        ({"name": "   "}, "name"),
        ({"resolution": "big"}, "resolution"),
        ({"fps": 0}, "fps"),
        ({"fps": 1e30}, "fps"),
        ({"fps": "30"}, "fps"),
        ({"codec": "av1"}, "codec"),
        ({"detection_sensitivity": 2}, "detection_sensitivity"),
        ({"is_active": "yes"}, "is_active"),
        ({"external_id": "a b"}, "external_id"),
        ({"external_id": "summary"}, "external_id"),
        ({"group_id": "no-such-group"}, "group_id"),
        ({"host": "no-such-host"}, "host"),
        ({"host_id": "00000000-0000-4000-8000-000000000000"}, "host_id"),
        ({"host_id": "x"}, "host_id"),
        ({"device_name": "door"}, "device_name"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(stand: FleetStand, changes: Json, field: str) -> None:
    made = add(stand, "Door")
    assert fields_of(stand.ask("POST", "/cameras", json={"name": "X", "rtsp_url": URL, **changes})) == {field}
    assert fields_of(stand.ask("PUT", f"/cameras/{made['id']}", json=changes)) == {field}
    assert stand.data("GET", f"/cameras/{made['id']}") == made
    assert stand.rows("SELECT count(*) FROM cameras") == [(1,)]


def test_halves_of_surrogate_pairs_and_nonsense_are_refused(stand: FleetStand) -> None:
    for body in (b'{"name": "\\ud800", "rtsp_url": "rtsp://a"}', b'{"fps": 1' + b"0" * 5000 + b"}", b"[]"):
        answer = stand.ask("POST", "/cameras", data=body, content_type="application/json")
        assert answer.status_code == 422, answer.text
    assert fields_of(stand.ask("POST", "/cameras", json={})) == {"name", "rtsp_url"}


@pytest.mark.parametrize(
    "query",
    [
        "status=gone",
        "active_only=1",
        "host_id=x",
        "sort=password",
        "search=",
        "search=a%00b",
        "page=0",
        "x=1",
    ],
)
def test_a_wrong_question_is_refused(stand: FleetStand, query: str) -> None:
    assert stand.ask("GET", f"/cameras?{query}").status_code == 422


# -- lists ---------------------------------------------------------------------------------------


@pytest.fixture
def crowd(stand: FleetStand) -> FleetStand:
    """Cameras a to e; `street` of lab-1 that its host made."""
    group = stand.group("Tenant A")
    agent = stand.enrolled()
    stand.beat(agent, "street")
    add(stand, "a", location="East wing", group_id=group)
    add(stand, "b", rtsp_url="rtsp://cam-77.example/1", is_active=False)
    add(stand, "c", host="lab-1", device_name="gate")
    add(stand, "d", external_id="cam_001", location="East wing")
    stand.run("UPDATE cameras SET status = 'live' WHERE name IN ('a', 'c')")
    return stand


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a", "b", "c", "cam_001", "lab-1__street"]),
        ("?active_only=true", ["a", "c", "cam_001", "lab-1__street"]),
        ("?status=live", ["a", "c"]),
        ("?host=lab-1", ["c", "lab-1__street"]),
        ("?managed_by=host", ["lab-1__street"]),
        ("?managed_by=gateway&active_only=true&status=idle", ["cam_001"]),
        ("?search=East", ["a", "cam_001"]),
        ("?search=CAM_001", ["cam_001"]),
        ("?search=cam-77", ["b"]),
        ("?search=tenant", ["a"]),
        ("?search=lab-1/gate", ["c"]),
        ("?search=%25", []),
        ("?sort=-name", ["lab-1__street", "cam_001", "c", "b", "a"]),
        ("?sort=location", ["a", "cam_001", "b", "c", "lab-1__street"]),
        ("?sort=-location", ["a", "cam_001", "b", "c", "lab-1__street"]),
        ("?sort=host", ["c", "lab-1__street", "a", "b", "cam_001"]),
        ("?sort=-createdAt", ["cam_001", "c", "b", "a", "lab-1__street"]),
        ("?sort=status&page=1&page_size=2", ["b", "cam_001"]),
        ("?limit=2&page=3", ["lab-1__street"]),
        ("?page=99", []),
    ],
)
def test_lists_are_filtered_and_sorted(crowd: FleetStand, query: str, found: list[str]) -> None:
    assert listed(crowd, query) == found


def test_a_list_says_where_its_page_stands(crowd: FleetStand) -> None:
    group = crowd.data("GET", "/cameras/a")["group_id"]
    assert listed(crowd, f"?group_id={group}") == ["a"]
    host_id = crowd.data("GET", "/cameras/c")["host_id"]
    assert listed(crowd, f"?host_id={host_id}") == ["c", "lab-1__street"]
    meta = crowd.ask("GET", "/cameras?page=2&page_size=2").get_json()["meta"]
    assert meta == {"page": 2, "pageSize": 2, "total": 5, "totalPages": 3}


def test_a_summary_counts_by_status_group_and_host(crowd: FleetStand) -> None:
    told = crowd.data("GET", "/cameras/summary")
    assert (told["total"], told["active"]) == (5, 4)
    assert told["by_status"] == {"live": 2, "degraded": 0, "offline": 0, "idle": 3, "error": 0}
    assert [(row["group"], row["total"]) for row in told["by_group"]] == [("Tenant A", 1), (None, 4)]
    assert [(row["host"], row["total"]) for row in told["by_host"]] == [("lab-1", 2), (None, 3)]
    assert told["by_host"][0]["by_status"]["live"] == 1


# -- changing ------------------------------------------------------------------------------------


def test_only_what_is_sent_changes(stand: FleetStand) -> None:
    before = stand.data("POST", "/cameras", json=FULL)
    stand.run("UPDATE cameras SET updated_at = '2026-01-01'")
    after = stand.data("PUT", "/cameras/front-door", json={"location": None, "fps": 25})
    assert after.pop("updatedAt") > "2026-01-01T00:00:00Z"
    assert after == {key: value for key, value in before.items() if key != "updatedAt"} | {
        "location": None,
        "fps": 25,
    }


def test_a_password_stays_until_it_is_changed_or_removed(stand: FleetStand) -> None:
    stand.data("POST", "/cameras", json=FULL)

    def stored(**changes: Any) -> str | None:
        stand.data("PUT", "/cameras/front-door", json=changes)
        ((closed,),) = stand.rows("SELECT password_encrypted FROM cameras")
        return None if closed is None else stand.secrets.open(closed)

    assert stored(name="Back Door") == "password123"
    assert stored(username="root") == "password123"
    assert stored(rtsp_url="rtsp://other/1") == "password123"
    assert stored(rtsp_url="rtsp://root:new@other/1") == "new"
    assert stored(password=None) is None


def test_an_address_sent_back_as_it_was_shown_stays(stand: FleetStand) -> None:
    shown = add(stand, "Door", rtsp_url=f"{URL}?password=s3cret")["rtsp_url"]
    assert shown == f"{URL}?password=***"
    stand.data("PUT", "/cameras/door", json={"rtsp_url": shown, "name": "Gate"})
    assert stand.rows("SELECT name, rtsp_url FROM cameras") == [("Gate", f"{URL}?password=s3cret")]
    assert fields_of(stand.ask("PUT", "/cameras/door", json={"rtsp_url": "rtsp://x?password=***"})) == {
        "rtsp_url"
    }


def test_a_camera_that_is_switched_off_is_neither_live_nor_offline(stand: FleetStand) -> None:
    add(stand, "Door")
    stand.run(
        "UPDATE cameras SET status = 'offline', problem_code = 'timeout', problem = 'x', failures_in_row = 9"
    )
    off = stand.data("PATCH", "/cameras/door/state", json={"is_active": False})
    state = (off["is_active"], off["status"], off["problem_code"], off["problem"], off["failures_in_row"])
    assert state == (False, "idle", None, None, 0)
    on = stand.data("PATCH", "/cameras/door/state", json={"is_active": True, "enable_detection": False})
    assert (on["is_active"], on["enable_detection"]) == (True, False)
    assert stand.ask("PATCH", "/cameras/door/state", json={"name": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("PATCH", "/state")],
)
def test_a_camera_that_is_not_there_is_not_found(stand: FleetStand, method: str, path: str) -> None:
    add(stand, "Door")
    stand.data("DELETE", "/cameras/door")
    body: Json | None = {} if method in ("PUT", "PATCH") else None
    assert error_of(stand.ask(method, f"/cameras/door{path}", json=body)) == (404, "unknown_camera")


# -- deleting ------------------------------------------------------------------------------------


def test_a_camera_that_nobody_recorded_is_deleted_with_what_hangs_on_it(stand: FleetStand) -> None:
    made = add(stand, "Door")
    stand.run("INSERT INTO camera_health (id, camera_id) VALUES ('x', :id)", id=made["id"])
    stand.run(SNAPSHOT, id=made["id"])
    told = stand.data("DELETE", f"/cameras/{made['id']}")
    assert told == {"deleted": True, "footage": "No host has recorded this camera."}
    assert stand.rows("SELECT count(*) FROM camera_health") == [(0,)]


def test_snapshots_and_captions_go_first_and_their_failure_stops_the_deletion(stand: FleetStand) -> None:
    made = add(stand, "Door")
    done: list[str] = []

    def refuse(camera_id: str) -> None:
        done.append(f"snapshots of {camera_id}")
        raise UnavailableError("Storage is away.", remedy="Wait.", code="storage_unreachable")

    try:
        provide(stand.app, stand.cameras(delete_snapshots=refuse))
        assert error_of(stand.ask("DELETE", "/cameras/door")) == (503, "storage_unreachable")
        assert listed(stand) == ["door"]
        provide(
            stand.app,
            stand.cameras(
                delete_snapshots=lambda camera_id: done.append("snapshots"),
                move_captions=lambda camera_id: done.append("captions"),
            ),
        )
        stand.data("DELETE", "/cameras/door")
    finally:
        provide(stand.app, stand.cameras())
    assert done == [f"snapshots of {made['id']}", "captions", "snapshots"]
    assert listed(stand) == []


def test_a_snapshot_that_is_taken_meanwhile_is_not_left_in_storage(stand: FleetStand) -> None:
    made = add(stand, "Door")
    removals: list[int] = []

    def remove(camera_id: str) -> None:
        stand.run("DELETE FROM camera_snapshots WHERE camera_id = :id", id=camera_id)
        if not removals:
            stand.run(SNAPSHOT, id=made["id"])
        removals.append(1)

    try:
        provide(stand.app, stand.cameras(delete_snapshots=remove))
        stand.data("DELETE", "/cameras/door")
    finally:
        provide(stand.app, stand.cameras())
    assert len(removals) == 2


# -- groups --------------------------------------------------------------------------------------


def test_deleting_a_group_leaves_its_cameras_without_one(stand: FleetStand) -> None:
    group = stand.group("Tenant A")
    add(stand, "Door", group_id=group)
    assert stand.data("GET", "/cameras/groups")[0]["cameras"] == 1
    assert stand.ask("DELETE", f"/cameras/groups/{group}").get_json() == {"success": True, "data": None}
    camera = stand.data("GET", "/cameras/door")
    assert (camera["group_id"], camera["group"]) == (None, None)


def test_groups_are_found_by_name_and_location(stand: FleetStand) -> None:
    for name, location in (("Tenant A", "East"), ("Tenant B", None), ("Yard", "Tenants' yard")):
        stand.data("POST", "/cameras/groups", json={"name": name, "location": location})

    def found(query: str) -> list[str]:
        return [group["name"] for group in stand.data("GET", f"/cameras/groups{query}")]

    assert found("?search=tenant") == ["Tenant A", "Tenant B", "Yard"]
    assert found("?search=east") == ["Tenant A"]
    assert found("?search=_") == []
    assert stand.ask("GET", "/cameras/groups?search=%00").status_code == 422


# -- who -----------------------------------------------------------------------------------------


def test_who_is_limited_to_groups_sees_and_changes_only_their_cameras(stand: FleetStand) -> None:
    own, other = stand.group("Tenant A"), stand.group("Tenant B")
    add(stand, "Own", group_id=own)
    add(stand, "Other", group_id=other)
    add(stand, "Nobody's")
    limited: dict[str, Any] = {"role": "operator", "groups": [own]}
    assert listed(stand, **limited) == ["own"]
    assert listed(stand, "?search=o", **limited) == ["own"]
    assert stand.data("GET", "/cameras/summary", **limited)["total"] == 1
    for which in ("other", "nobody-s"):
        for method, path, body in (
            ("GET", "", None),
            ("PUT", "", {"name": "X"}),
            ("DELETE", "", None),
            ("PATCH", "/state", {"is_active": False}),
        ):
            answer = stand.ask(method, f"/cameras/{which}{path}", json=body, **limited)
            assert error_of(answer) == (404, "unknown_camera")
    # Neither out of their groups nor into others, nor without one.
    for group in (other, None):
        assert fields_of(stand.ask("PUT", "/cameras/own", json={"group_id": group}, **limited)) == {
            "group_id"
        }
        new = {"name": "New", "rtsp_url": URL, "group_id": group}
        assert fields_of(stand.ask("POST", "/cameras", json=new, **limited)) == {"group_id"}
    assert fields_of(stand.ask("POST", "/cameras", json={"name": "New", "rtsp_url": URL}, **limited)) == {
        "group_id"
    }
    new = {"name": "New", "rtsp_url": URL, "group_id": own}
    assert stand.data("POST", "/cameras", json=new, **limited)["group"] == "Tenant A"
    assert stand.data("DELETE", "/cameras/new", **limited)["deleted"] is True


def test_a_host_and_no_host_at_the_same_time_is_refused_and_changes_nothing(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("lab-1"), "street")
    made = add(stand, "Door", host="lab-1")
    for host in ({"host": None, "host_id": made["host_id"]}, {"host": "lab-1", "host_id": None}):
        assert fields_of(stand.ask("PUT", "/cameras/door", json=host)) == {"host"}
    assert stand.data("GET", "/cameras/door")["host"] == "lab-1"
    gone = stand.data("PUT", "/cameras/door", json={"host": None, "host_id": None})
    assert (gone["host"], gone["device"]) == (None, None)


def test_who_is_limited_assigns_only_to_hosts_that_they_see(stand: FleetStand) -> None:
    own = stand.group("Tenant A")
    stand.beat(stand.enrolled("lab-1"), "street")
    stand.beat(stand.enrolled("lab-2"), "yard")
    stand.data("PUT", "/devices/lab-1/street", json={"group_id": own})
    add(stand, "Own", group_id=own)
    limited: dict[str, Any] = {"role": "operator", "groups": [own]}
    assert fields_of(stand.ask("PUT", "/cameras/own", json={"host": "lab-2"}, **limited)) == {"host"}
    assert stand.data("PUT", "/cameras/own", json={"host": "lab-1"}, **limited)["device"] == "lab-1/own"


# -- at once -------------------------------------------------------------------------------------


def at_once(count: int, do: Any) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(do, range(count)))


def test_of_many_who_take_one_external_id_at_once_one_has_it(stand: FleetStand) -> None:
    body = {"name": "Door", "rtsp_url": URL, "external_id": "cam_001"}
    statuses = at_once(4, lambda _: stand.ask("POST", "/cameras", json=body).status_code)
    assert sorted(statuses) == [201, 409, 409, 409]


def test_of_many_cameras_of_one_name_each_gets_an_id_of_its_own(stand: FleetStand) -> None:
    made = at_once(4, lambda _: add(stand, "Door")["external_id"])
    assert sorted(made) == ["door", "door-2", "door-3", "door-4"]


def test_changes_deletions_and_groups_that_go_meanwhile_end_in_an_answer(stand: FleetStand) -> None:
    for _round in range(3):
        group = stand.group("G")
        add(stand, "Door", group_id=group, external_id="door")
        deeds = [
            ("PUT", "/cameras/door", {"name": "Gate", "group_id": group}),
            ("DELETE", f"/cameras/groups/{group}", None),
            ("DELETE", "/cameras/door", None),
            ("PUT", "/cameras/door", {"location": "East"}),
        ]

        def ask(index: int, deeds: list[tuple[str, str, Any]] = deeds) -> int:
            method, path, body = deeds[index]
            return stand.ask(method, path, json=body).status_code

        statuses = at_once(4, ask)
        assert set(statuses) <= {200, 404, 422}, statuses
        assert statuses[1] == statuses[2] == 200
        assert stand.rows("SELECT count(*) FROM cameras") == [(0,)]


# -- what is told of it --------------------------------------------------------------------------


def test_every_change_tells_what_was_and_what_is_and_no_secret(stand: FleetStand) -> None:
    from shared.deed import Deed
    from shared.http.deed import told_deed

    deeds: list[Deed] = []

    def note(response: Any) -> Any:
        told = told_deed()
        if told is not None:
            deeds.append(told)
        return response

    stand.app.after_request_funcs.setdefault(None, []).append(note)
    try:
        stand.data("POST", "/cameras", json=FULL)
        stand.data("PUT", "/cameras/front-door", json={"name": "Gate", "password": "another one"})
        stand.data("PATCH", "/cameras/front-door/state", json={"is_active": False})
        stand.data("DELETE", "/cameras/front-door")
        stand.group("Tenant A")
    finally:
        stand.app.after_request_funcs[None].remove(note)
    assert [(deed.kind, deed.name) for deed in deeds] == [
        ("camera", "Front Door"),
        ("camera", "Gate"),
        ("camera", "Gate"),
        ("camera", "Gate"),
        ("group", "Tenant A"),
    ]
    assert deeds[1].details == {
        "changes": {"name": {"from": "Front Door", "to": "Gate"}},
        "password": "changed",
    }
    assert deeds[2].details == {"changes": {"is_active": {"from": True, "to": False}}}
    assert deeds[3].details["footage"] == "No host has recorded this camera."
    told = json.dumps([dict(deed.details) for deed in deeds])
    assert "password123" not in told and "another one" not in told
