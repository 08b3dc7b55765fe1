"""Files of cameras over HTTP: imported whole or not at all, exported so that they come back."""

import base64
import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text as sql

from deploy.local.redis import PrivateRedis
from tests.support.fleet_stand import FleetStand, Json, error_of

HEAD = "name,rtsp_url"
PASSWORD = "s3cret/@ü"


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


def body_of(content: str | bytes, file_format: str = "csv", **more: Any) -> Json:
    raw = content if isinstance(content, bytes) else content.encode()
    return {"format": file_format, "data": base64.b64encode(raw).decode(), **more}


def ask(stand: FleetStand, content: str | bytes, file_format: str = "csv", **more: Any) -> Any:
    who = {key: more.pop(key) for key in ("role", "groups") if key in more}
    return stand.ask("POST", "/cameras/import", json=body_of(content, file_format, **more), **who)


def imported(stand: FleetStand, content: str | bytes, file_format: str = "csv", **more: Any) -> Json:
    answer = ask(stand, content, file_format, **more)
    assert answer.status_code == 200, answer.text
    report: Json = answer.get_json()["data"]
    return report


def counts(report: Json) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["skipped"], report["failed"]


def exported(stand: FleetStand, query: str = "?format=csv", **who: Any) -> bytes:
    answer = stand.ask("GET", f"/cameras/export{query}", **who)
    assert answer.status_code == 200, answer.text
    return answer.get_data()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def listed(stand: FleetStand, **who: Any) -> list[Json]:
    found: list[Json] = stand.data("GET", "/cameras?sort=external_id", **who)
    return found


def names(stand: FleetStand, **who: Any) -> list[str]:
    return [camera["name"] for camera in listed(stand, **who)]


def wrong_rows(answer: Any) -> list[tuple[int, str]]:
    assert error_of(answer) == (422, "import_refused"), answer.text
    return [(error["row"], error["column"]) for error in answer.get_json()["error"]["details"]["errors"]]


# -- importing -------------------------------------------------------------------------------


def test_a_table_in_base64_becomes_cameras(stand: FleetStand) -> None:
    group = stand.group("Entrances")
    head = "name,rtsp_url,username,password,resolution,fps,codec,location,is_active,detection_sensitivity"
    report = imported(
        stand,
        f"{head}\nFront Door,rtsp://192.168.1.100:8554/stream,admin,{PASSWORD},1920x1080,30,h264,Hall,true,0.5\n"
        "Gate,rtsp://anna:p%40ss@10.0.0.7/1,,,,,,,,\n",
        group_id=group,
        skip_duplicates=True,
    )
    assert report == {
        "created": 2,
        "updated": 0,
        "skipped": 0,
        "failed": 0,
        "rows": 2,
        "dry_run": False,
        "new_groups": [],
        "errors": [],
        "skipped_rows": [],
    }
    door, gate = listed(stand)
    expected = {
        "external_id": "front-door",
        "rtsp_url": "rtsp://192.168.1.100:8554/stream",
        "username": "admin",
        "has_password": True,
        "resolution": "1920x1080",
        "fps": 30,
        "codec": "h264",
        "location": "Hall",
        "detection_sensitivity": 0.5,
        "group": "Entrances",
        "managed_by": "gateway",
        "status": "idle",
    }
    assert expected.items() <= door.items()
    assert (gate["rtsp_url"], gate["username"], gate["has_password"]) == ("rtsp://10.0.0.7/1", "anna", True)
    assert (gate["is_active"], gate["enable_detection"], gate["detection_sensitivity"]) == (True, True, 0.7)
    stored = dict(stand.rows("SELECT name, password_encrypted FROM cameras"))
    assert stand.credentials.open(stored["Front Door"]) == PASSWORD
    assert stand.credentials.open(stored["Gate"]) == "p@ss"
    assert PASSWORD not in str(stored)


def test_an_array_and_a_form_are_taken_as_well(stand: FleetStand) -> None:
    array = json.dumps({"cameras": [{"name": "Door", "rtsp_url": "rtsp://10.0.0.1/1", "fps": 25}]})
    assert imported(stand, array, "json")["created"] == 1
    form = {
        "file": (io.BytesIO(f"{HEAD}\nGate,rtsp://10.0.0.2/1\n".encode()), "cameras.csv"),
        "skip_duplicates": "true",
        "dry_run": "false",
    }
    report = stand.data("POST", "/cameras/import", data=form, content_type="multipart/form-data")
    assert counts(report) == (1, 0, 0, 0)
    form = {"file": (io.BytesIO(array.encode()), "cameras.json"), "skip_duplicates": "true"}
    report = stand.data("POST", "/cameras/import", data=form, content_type="multipart/form-data")
    assert counts(report) == (0, 0, 1, 0)
    assert names(stand) == ["Door", "Gate"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (body_of("x", "xml"), 422, "bad_request"),
        ({"format": "csv", "data": "no base64!"}, 422, "bad_request"),
        ({"format": "csv"}, 422, "bad_request"),
        ({**body_of(HEAD), "more": 1}, 422, "bad_request"),
        ({**body_of(HEAD), "partial": "yes"}, 422, "bad_request"),
        (body_of(HEAD, group_id="no-such-group"), 422, "unknown_group"),
        (body_of("colour,shape\n1,2\n"), 422, "bad_file"),
        (body_of(b"name,rtsp_url\nT\xfcr,u\n"), 422, "bad_file"),
        (body_of(f"{HEAD}\n" + "a,b\n" * 10_001), 422, "too_many_rows"),
    ],
)
def test_a_request_that_is_wrong_as_a_whole_is_refused(
    stand: FleetStand, body: Json, status: int, code: str
) -> None:
    answer = stand.ask("POST", "/cameras/import", json=body)
    assert error_of(answer) == (status, code)
    assert listed(stand) == []


def test_a_body_that_is_too_large_is_refused(stand: FleetStand) -> None:
    answer = stand.ask("POST", "/cameras/import", json=body_of(b"x" * (16 * 1024 * 1024)))
    assert error_of(answer) == (413, "too_large")


def test_a_form_without_its_file_is_refused(stand: FleetStand) -> None:
    for form in ({"format": "csv"}, {"other": (io.BytesIO(b"x"), "x.csv")}, {"format": "csv", "page": "1"}):
        answer = stand.ask("POST", "/cameras/import", data=form, content_type="multipart/form-data")
        assert answer.status_code == 422, answer.text
    assert stand.ask("POST", "/cameras/import", data="x", content_type="text/plain").status_code == 415


WRONG = """name,rtsp_url,fps,codec,is_active,external_id,detection_sensitivity,password
Good,rtsp://10.0.0.1/1,25,h264,true,good,0.5,geheim-1
,ftp://10.0.0.2/1,300,h266,perhaps,not ok,1.5,geheim-2
Other,rtsp://10.0.0.3/1,,,,,,geheim-3
,,,,,,,
Same,rtsp://10.0.0.4/1,,,,good,,geheim-4
Long,rtsp://10.0.0.5/1,,,,export,,geheim-5
"""
WRONG_CELLS = [
    *((3, column) for column in ("name", "rtsp_url", "fps", "codec", "is_active", "external_id")),
    (3, "detection_sensitivity"),
    (6, "external_id"),
    (7, "external_id"),
]


def test_what_is_wrong_is_said_by_row_and_column_and_nothing_is_imported(stand: FleetStand) -> None:
    answer = ask(stand, WRONG)
    assert sorted(wrong_rows(answer)) == sorted(WRONG_CELLS)
    told = answer.get_json()["error"]
    assert told["message"].startswith("Nothing was imported: 3 of 5 rows have errors; row 3, ")
    assert "partial" in told["remedy"]
    assert "geheim" not in answer.text
    assert listed(stand) == []


def test_what_is_right_is_imported_alone_where_that_is_wanted(stand: FleetStand) -> None:
    report = imported(stand, WRONG, partial=True)
    assert counts(report) == (2, 0, 0, 3)
    assert report["rows"] == 5
    assert names(stand) == ["Good", "Other"]


def test_a_trial_says_everything_and_does_nothing(stand: FleetStand) -> None:
    stand.data("POST", "/cameras", json={"name": "Was there", "rtsp_url": "rtsp://10.0.0.1/1"})
    report = imported(stand, WRONG, dry_run=True, skip_duplicates=True)
    assert report["dry_run"] is True
    # The double of a row that is left out is none.
    assert counts(report) == (2, 0, 1, 2)
    assert report["skipped_rows"] == [{"row": 2, "reason": "There is a camera with this rtsp_url already."}]
    assert names(stand) == ["Was there"]
    imported(stand, f"{HEAD},group\nA,rtsp://10.0.0.9/1,New\n", dry_run=True)
    assert stand.data("GET", "/cameras/groups") == []


def test_a_camera_is_there_already_by_its_external_id_or_its_address(stand: FleetStand) -> None:
    stand.data(
        "POST", "/cameras", json={"name": "A", "external_id": "cam_1", "rtsp_url": "rtsp://10.0.0.1/1"}
    )
    text = (
        "external_id,name,rtsp_url\n"
        "cam_1,Another address,rtsp://10.0.0.99/1\n"
        "cam_2,The same address,rtsp://admin:other@10.0.0.1/1\n"
        "cam_3,New,rtsp://10.0.0.3/1\n"
        "cam_3,In the file twice,rtsp://10.0.0.4/1\n"
        "cam_5,The address twice,RTSP://10.0.0.3/1\n"
        "cam_1,***,rtsp://10.0.0.1/1?password=***\n"
    )
    report = imported(stand, text, skip_duplicates=True)
    assert counts(report) == (1, 0, 5, 0)
    assert [row["row"] for row in report["skipped_rows"]] == [2, 3, 5, 6, 7]
    assert names(stand) == ["A", "New"]
    again = imported(stand, text, skip_duplicates=True)
    assert counts(again) == (0, 0, 6, 0)


def test_without_leave_to_skip_an_external_id_that_is_taken_is_an_error_and_an_address_is_not(
    stand: FleetStand,
) -> None:
    first = stand.data("POST", "/cameras", json={"name": "A", "rtsp_url": "rtsp://10.0.0.1/1"})
    text = f"external_id,{HEAD}\na,B,rtsp://10.0.0.2/1\n{first['id']},C,rtsp://10.0.0.3/1\nd,D,rtsp://10.0.0.1/1\n"
    assert wrong_rows(ask(stand, text)) == [(2, "external_id"), (3, "external_id")]
    assert counts(imported(stand, f"{HEAD}\nD,rtsp://10.0.0.1/1\nD,rtsp://10.0.0.1/1\n")) == (2, 0, 0, 0)
    assert [camera["external_id"] for camera in listed(stand)] == ["a", "d", "d-2"]


def test_groups_are_found_by_name_and_made_where_they_are_missing(stand: FleetStand) -> None:
    hall, yard = stand.group("Hall"), stand.group("Yard")
    text = (
        f"{HEAD},group,group_id\nA,rtsp://10.0.0.1/1,Hall,\nB,rtsp://10.0.0.2/1,New,\nC,rtsp://10.0.0.3/1,,\n"
        f"D,rtsp://10.0.0.4/1,,{hall}\nE,rtsp://10.0.0.5/1,New,elsewhere's\n"
    )
    report = imported(stand, text, group_id=yard)
    assert (report["created"], report["new_groups"]) == (5, ["New"])
    assert [camera["group"] for camera in listed(stand)] == ["Hall", "New", "Yard", "Hall", "New"]
    assert wrong_rows(ask(stand, f"{HEAD},group_id\nF,rtsp://10.0.0.6/1,none\n")) == [(2, "group_id")]


def test_a_group_of_rows_that_are_wrong_is_not_made(stand: FleetStand) -> None:
    text = f"{HEAD},group,host\nA,rtsp://10.0.0.1/1,Wrong,nowhere\nB,rtsp://10.0.0.2/1,Right,\n"
    assert imported(stand, text, partial=True)["new_groups"] == ["Right"]
    assert [group["name"] for group in stand.data("GET", "/cameras/groups")] == ["Right"]


def test_somebody_who_is_limited_imports_into_their_groups_alone(stand: FleetStand) -> None:
    mine, theirs = stand.group("Mine"), stand.group("Theirs")
    who: Json = {"role": "operator", "groups": [mine]}
    text = (
        f"{HEAD},group\nA,rtsp://10.0.0.1/1,Mine\nB,rtsp://10.0.0.2/1,Theirs\nC,rtsp://10.0.0.3/1,\n"
        "D,rtsp://10.0.0.4/1,Unknown\n"
    )
    assert wrong_rows(ask(stand, text, **who)) == [(3, "group"), (4, "group"), (5, "group")]
    assert error_of(ask(stand, text, group_id=theirs, **who)) == (422, "unknown_group")
    assert counts(imported(stand, text, group_id=mine, partial=True, **who)) == (2, 0, 0, 2)
    assert names(stand) == ["A", "C"]
    # An address that only others have is no double of theirs, and tells nothing of them.
    stand.data("POST", "/cameras", json={"name": "X", "rtsp_url": "rtsp://10.0.0.9/1", "group_id": theirs})
    report = imported(stand, f"{HEAD},group\nY,rtsp://10.0.0.9/1,Mine\n", skip_duplicates=True, **who)
    assert report["created"] == 1


def test_no_row_gets_the_external_id_of_a_camera_that_is_gone_by_itself(stand: FleetStand) -> None:
    mine = stand.group("Mine")
    gone = stand.data("POST", "/cameras", json={"name": "A", "rtsp_url": "rtsp://10.0.0.1/1"})
    stand.data("DELETE", f"/cameras/{gone['id']}")
    imported(stand, f"{HEAD}\nA,rtsp://10.0.0.1/1\n")
    assert [camera["external_id"] for camera in stand.data("GET", "/cameras")] == ["a-2"]
    named = f"external_id,{HEAD}\na,B,rtsp://10.0.0.2/1\n"
    who: Json = {"role": "operator", "groups": [mine], "group_id": mine}
    assert wrong_rows(ask(stand, named, **who)) == [(2, "external_id")]
    assert imported(stand, named)["created"] == 1


def test_two_who_import_the_same_file_at_once_make_no_camera_twice(stand: FleetStand) -> None:
    text = "external_id,name,rtsp_url\n" + "".join(
        f"cam_{number},Camera {number},rtsp://10.0.1.{number}/1\n" for number in range(50)
    )
    with ThreadPoolExecutor(4) as senders:
        reports = list(senders.map(lambda _: imported(stand, text, skip_duplicates=True), range(4)))
    assert sum(report["created"] for report in reports) == 50
    assert sum(report["skipped"] for report in reports) == 150
    assert len(stand.rows("SELECT id FROM cameras")) == 50


# -- hosts -----------------------------------------------------------------------------------


def test_cameras_are_assigned_to_the_hosts_that_rows_name(stand: FleetStand) -> None:
    agent = stand.enrolled("lab-1")
    stand.beat(agent, "street")
    text = (
        f"external_id,{HEAD},host,device_name\nA1,A,rtsp://10.0.0.1/1,lab-1,\nb,B,rtsp://10.0.0.2/1,lab-1,yard\n"
        "c,C,rtsp://10.0.0.3/1,,\n"
    )
    assert imported(stand, text)["created"] == 3
    found = {camera["external_id"]: camera["device"] for camera in listed(stand)}
    assert found == {"A1": "lab-1/a1", "b": "lab-1/yard", "c": None, "lab-1__street": "lab-1/street"}
    told = stand.beat(agent, "street").get_json()["data"]
    assert sorted(camera["name"] for camera in told["cameras"]) == ["a1", "yard"]
    text = (
        f"{HEAD},host,device_name\nD,rtsp://10.0.0.4/1,nowhere,\nE,rtsp://10.0.0.5/1,lab-1,yard\n"
        "F,rtsp://10.0.0.6/1,,door\nG,rtsp://10.0.0.7/1,lab-1,new\nH,rtsp://10.0.0.8/1,lab-1,new\n"
    )
    assert wrong_rows(ask(stand, text)) == [
        (2, "host"),
        (3, "device_name"),
        (4, "device_name"),
        (6, "device_name"),
    ]


def test_a_host_takes_no_more_cameras_than_it_can_report(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("lab-1"))
    text = f"{HEAD},host\n" + "".join(f"C,rtsp://10.0.0.1/{number},lab-1\n" for number in range(513))
    assert wrong_rows(ask(stand, text)) == [(514, "host")]


def test_devices_of_a_hosts_own_are_found_again_and_never_made_twice(stand: FleetStand) -> None:
    agent = stand.enrolled("lab-1")
    stand.beat(agent, "street", "yard")
    before = {camera["device_name"]: camera["id"] for camera in listed(stand)}
    group = "Streets"
    text = (
        f"{HEAD},group,detection_sensitivity,is_active,host,device_name,managed_by\n"
        f"High Street,v4l2:///dev/video0,{group},0.25,true,lab-1,street,host\n"
        "Yard,rtsp://10.1.2.9:554/yard,,,,lab-1,yard,\n"
        "Gone,v4l2:///dev/video7,,,,lab-1,gone,host\n"
        "Elsewhere,v4l2:///dev/video7,,,,lab-9,street,host\n"
    )
    report = imported(stand, text)
    assert counts(report) == (0, 1, 3, 0)
    assert [row["row"] for row in report["skipped_rows"]] == [3, 4, 5]
    found = {camera["device_name"]: camera for camera in listed(stand)}
    assert {name: camera["id"] for name, camera in found.items()} == before
    street = found["street"]
    assert (street["name"], street["group"], street["detection_sensitivity"]) == ("High Street", group, 0.25)
    assert street["rtsp_url"] == "rtsp://10.1.2.9:554/street"
    stand.data("PUT", f"/cameras/{street['id']}", json={"name": "Street"})
    assert counts(imported(stand, text, skip_duplicates=True)) == (0, 0, 4, 0)
    assert "Street" in names(stand)
    double = text + "Again,v4l2:///dev/video0,,,,lab-1,street,host\n"
    assert wrong_rows(ask(stand, double)) == [(6, "device_name")]
    assert wrong_rows(ask(stand, f"{HEAD},managed_by\nA,x,host\n")) == [(2, "host"), (2, "device_name")]


def test_a_device_of_a_host_that_is_switched_off_by_a_file_is_at_rest(stand: FleetStand) -> None:
    stand.beat(stand.enrolled("lab-1"), "street")
    stand.run("UPDATE cameras SET status = 'offline', problem_code = 'x', problem = 'y', failures_in_row = 3")
    assert imported(stand, f"{HEAD},is_active,host,device_name\nS,x,false,lab-1,street\n")["updated"] == 1
    (camera,) = listed(stand)
    assert (camera["is_active"], camera["status"], camera["problem"]) == (False, "idle", None)


def test_somebody_who_is_limited_changes_no_device_of_others(stand: FleetStand) -> None:
    mine = stand.group("Mine")
    stand.beat(stand.enrolled("lab-1"), "street")
    text = f"{HEAD},group,host,device_name,managed_by\nStolen,x,Mine,lab-1,street,host\n"
    report = imported(stand, text, role="operator", groups=[mine])
    assert counts(report) == (0, 0, 1, 0)
    assert names(stand) == ["Street"]


# -- exporting -------------------------------------------------------------------------------


def fill(stand: FleetStand) -> None:
    """Cameras of all kinds: odd names, logins, groups, hosts, a host's own device."""
    stand.beat(stand.enrolled("lab-1"), "street")
    hall = stand.group("=Hall")
    for name, more in (
        ("=cmd|' /C calc'!A0", {"password": "=1+1", "username": "+anna"}),
        ('Quote " ; , ü', {"location": "@home", "group_id": hall, "fps": 25, "codec": "h264"}),
        ("'=apostrophe", {"password": "  ", "is_active": False, "detection_sensitivity": 0.1}),
        ("Assigned", {"host": "lab-1", "preview_url": "rtsp://10.0.0.1/2", "resolution": "640x480"}),
        ("In the query", {"rtsp_url": "http://10.0.0.5/video?user=a&password=geheim"}),
    ):
        stand.data("POST", "/cameras", json={"name": name, "rtsp_url": "rtsp://10.0.0.1/1", **more})


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_what_was_exported_comes_back_as_it_was(stand: FleetStand, file_format: str) -> None:
    fill(stand)
    query = f"?format={file_format}&include_credentials=true"
    before = exported(stand, query)
    shown = [without_identity(camera) for camera in listed(stand)]
    stand.run("DELETE FROM cameras WHERE managed_by = 'gateway'")
    stand.run("UPDATE cameras SET name = 'Changed', group_id = NULL")
    stand.run("DELETE FROM camera_groups")
    report = imported(stand, before, file_format)
    assert counts(report) == (5, 1, 0, 0)
    assert exported(stand, query) == before
    assert [without_identity(camera) for camera in listed(stand)] == shown
    stored = {row[0] for row in stand.rows("SELECT password_encrypted FROM cameras") if row[0] is not None}
    assert {stand.credentials.open(closed) for closed in stored} == {"=1+1", "  "}
    assert counts(imported(stand, before, file_format, skip_duplicates=True)) == (0, 0, 6, 0)


def without_identity(camera: Json) -> Json:
    """What a file keeps of a camera."""
    made = ("id", "group_id", "createdAt", "updatedAt")
    return {key: value for key, value in camera.items() if key not in made}


def test_a_table_has_no_formula_and_no_secret_unless_it_is_asked_for(stand: FleetStand) -> None:
    fill(stand)
    plain = exported(stand)
    cells = [cell for row in table(plain) for cell in row.values()]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert "password" not in table(plain)[0]
    for secret in (b"1+1", b"geheim"):
        assert secret not in plain
        assert secret not in exported(stand, "?format=json")
    assert b"geheim" in exported(stand, "?include_credentials=true")


def test_what_was_exported_without_secrets_can_still_be_compared_and_skipped(stand: FleetStand) -> None:
    fill(stand)
    assert counts(imported(stand, exported(stand), skip_duplicates=True)) == (0, 0, 6, 0)


def test_an_export_is_a_file_of_what_one_may_see(stand: FleetStand) -> None:
    mine, theirs = stand.group("Mine"), stand.group("Theirs")
    for name, group in (("A", mine), ("B", theirs), ("C", None)):
        camera = {"name": name, "rtsp_url": "rtsp://10.0.0.1/1", "group_id": group}
        stand.data("POST", "/cameras", json=camera)
    answer = stand.ask("GET", "/cameras/export?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cameras_2026-11-21T14-02-03Z.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row["name"] for row in table(answer.get_data())] == ["A", "B", "C"]
    assert [row["name"] for row in table(exported(stand, groups=[mine]))] == ["A"]
    assert table(exported(stand, f"?group_id={theirs}", groups=[mine])) == []
    assert [row["name"] for row in table(exported(stand, f"?group_id={theirs}"))] == ["B"]
    assert [row["name"] for row in json.loads(exported(stand, "?format=json"))] == ["A", "B", "C"]
    assert json.loads(exported(stand, "?format=json&group_id=none")) == []


def test_passwords_are_for_those_who_may_change_them(stand: FleetStand) -> None:
    fill(stand)
    refused = stand.ask("GET", "/cameras/export?include_credentials=true", role="viewer")
    assert error_of(refused) == (403, "forbidden")
    assert refused.get_json()["error"]["details"] == {"permission": "cameras:write"}
    assert b"geheim" not in exported(stand, role="viewer")
    assert b"+anna" in exported(stand, "?include_credentials=true&format=json", role="operator")
    assert error_of(stand.ask("POST", "/cameras/import", json=body_of(HEAD), role="viewer"))[0] == 403


def test_a_password_that_cannot_be_opened_any_more_is_said(stand: FleetStand) -> None:
    fill(stand)
    stand.run("UPDATE cameras SET password_encrypted = 'of another key' WHERE username = '+anna'")
    answer = stand.ask("GET", "/cameras/export?include_credentials=true")
    assert answer.status_code == 503
    assert "COLDFRAME_SECRET_KEY" in answer.get_json()["error"]["remedy"]
    assert exported(stand)


@pytest.mark.parametrize("query", ["?format=xml", "?include_credentials=1", "?page=1", "?group_id="])
def test_a_wrong_question_is_refused(stand: FleetStand, query: str) -> None:
    assert stand.ask("GET", f"/cameras/export{query}").status_code == 422


# -- the audit log ---------------------------------------------------------------------------


def test_who_takes_passwords_along_and_who_imports_is_written_down(
    migrated_database_url: str, redis_server: PrivateRedis
) -> None:
    from gateway.accounts.user import NewUser
    from gateway.accounts.users import Users
    from tests.support.gateway_app import gateway_parts, make_web

    parts = gateway_parts(migrated_database_url, redis_server.url())
    app = make_web(parts)
    users: Users = app.extensions["coldframe"][Users]
    users.create(
        NewUser(email="anna@example.com", username="anna", password="a sentence nobody guesses", role="admin")
    )
    client = app.test_client()
    login = {"username": "anna", "password": "a sentence nobody guesses"}
    token = client.post("/api/v1/auth/login", json=login).get_json()["data"]["accessToken"]
    headers = {"Authorization": f"Bearer {token}"}
    body = body_of(f"{HEAD},password\nDoor,rtsp://10.0.0.1/1,{PASSWORD}\n")
    assert client.post("/api/v1/cameras/import", json=body, headers=headers).status_code == 200
    assert client.get("/api/v1/cameras/export", headers=headers).status_code == 200
    with_secrets = client.get("/api/v1/cameras/export?include_credentials=true", headers=headers)
    assert PASSWORD in with_secrets.get_data(as_text=True)
    found = client.get("/api/v1/audit?subject_kind=camera", headers=headers).get_json()["data"]
    assert [entry["action"] for entry in found] == ["camera.export", "camera.import"]
    assert found[0]["details"]["include_credentials"] is True
    assert found[0]["details"]["cameras"] == 1
    assert found[1]["details"]["created"] == 1
    assert PASSWORD not in json.dumps(found)
    with parts.engine.begin() as connection:
        connection.execute(sql("ALTER TABLE audit_log RENAME TO audit_log_elsewhere"))
    held_back = client.get("/api/v1/cameras/export?include_credentials=true", headers=headers)
    assert error_of(held_back) == (503, "audit_unavailable")
    assert PASSWORD not in held_back.get_data(as_text=True) and held_back.headers["X-Request-ID"]
    assert client.get("/api/v1/cameras/export", headers=headers).status_code == 200
    parts.engine.dispose()
