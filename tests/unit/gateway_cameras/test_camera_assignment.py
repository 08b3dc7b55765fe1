"""Which device of a host a camera becomes, and what its host is told of it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.assignment import (
    AssignedRow,
    HostRows,
    NamesAtHost,
    OverrideRow,
    Placement,
    assignment_digest,
    device_name_for,
    device_name_from,
    device_settings,
    footage_sentence,
    note_of,
)
from gateway.cameras.camera import Camera
from gateway.cameras.camera_address import taken_apart
from gateway.cameras.camera_fields import EXTERNAL_ID_PATTERN
from gateway.catalogue.free_name import free_name
from gateway.hosts.host_states import HostState
from host_agent.assigned_cameras import with_assigned
from host_agent.settings import HostSettings
from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.contracts.heartbeat import AssignedCamera
from shared.errors import ConflictError
from tests.support.camera_of_tests import a_camera as camera_of_tests

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
ROW = AssignedRow("door", "Front Door", "rtsp://cam/1", "admin", "gAAAA", None, True, 0.7)


def a_camera(**changes: Any) -> Camera:
    return camera_of_tests(id="c-1", external_id="Front-Door", address="rtsp://cam/1", **changes)


def digest(*cameras: AssignedRow) -> str:
    return assignment_digest(HostRows(cameras))


def names(owners: dict[str, str | None], former: str | None = None, in_use: int = 0) -> NamesAtHost:
    return NamesAtHost(owners, former, in_use)


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "wish", "takes_orphans", "name"),
    [
        (names({}), None, False, "front-door"),
        (names({"front-door": "c-2"}), None, False, "front-door-2"),
        # A name whose camera was deleted has footage of that one.
        (names({"front-door": None, "front-door-2": "c-2"}), None, True, "front-door-3"),
        # It comes back.
        (names({"gate": "c-1"}, former="gate"), None, False, "gate"),
        (names({"gate": "c-2"}, former="gate"), None, False, "front-door"),
        (names({}), "yard", False, "yard"),
        (names({"yard": "c-1"}), "yard", False, "yard"),
        (names({"yard": None}), "yard", True, "yard"),
    ],
)
def test_a_camera_gets_a_name_whose_footage_is_nobody_elses(
    known: NamesAtHost, wish: str | None, takes_orphans: bool, name: str
) -> None:
    placement = Placement("h-1", "lab-1", wish, takes_orphans)
    assert device_name_for(a_camera(), placement, known) == name


@pytest.mark.parametrize(("owner", "takes_orphans"), [("c-2", True), (None, False)])
def test_a_name_whose_footage_is_anothers_is_refused(owner: str | None, takes_orphans: bool) -> None:
    placement = Placement("h-1", "lab-1", "yard", takes_orphans)
    with pytest.raises(ConflictError) as refused:
        device_name_for(a_camera(), placement, names({"yard": owner}))
    assert (refused.value.code, refused.value.details) == ("device_name_taken", {"field": "device_name"})


@pytest.mark.parametrize(
    ("known", "host_id", "is_refused"),
    [
        (names({}, in_use=511), None, False),
        (names({}, in_use=512), None, True),
        # It is one of the 512 already.
        (names({}, in_use=512), "h-1", False),
        (names({f"d{index}": None for index in range(2048)}), None, True),
        (names({f"d{index}": "c-1" for index in range(2048)}, former="d1"), None, False),
    ],
)
def test_a_host_takes_no_more_devices_than_it_can_report(
    known: NamesAtHost, host_id: str | None, is_refused: bool
) -> None:
    camera = a_camera(host_id=host_id)
    if not is_refused:
        device_name_for(camera, Placement("h-1", "lab-1"), known)
        return
    with pytest.raises(ConflictError) as refused:
        device_name_for(camera, Placement("h-1", "lab-1"), known)
    assert refused.value.code == "host_full"


@given(st.from_regex(EXTERNAL_ID_PATTERN))
def test_every_external_id_becomes_a_name_that_a_device_may_have(external_id: str) -> None:
    assert re.fullmatch(HOST_NAME_PATTERN, device_name_from(external_id))


@pytest.mark.parametrize(
    ("base", "taken", "name"),
    [
        ("door", set(), "door"),
        ("door", {"door"}, "door-2"),
        ("door", {"door", "door-2", "door-3"}, "door-4"),
        ("x" * 70, set(), "x" * 63),
        ("x" * 63, {"x" * 63}, "x" * 61 + "-2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(base: str, taken: set[str], name: str) -> None:
    assert free_name(base, taken, 63) == name


# -- what a host is told -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "password", "settings"),
    [
        (
            ROW,
            "p@ss/w:rd",
            {
                "label": "Front Door",
                "source": "rtsp://admin:p%40ss%2Fw%3Ard@cam/1",
                "analysis": True,
                "motion_sensitivity": 0.7,
            },
        ),
        (
            replace(ROW, username=None, preview_address="rtsp://cam/2", enable_detection=False),
            None,
            {
                "label": "Front Door",
                "source": "rtsp://cam/1",
                "preview_source": "rtsp://cam/2",
                "analysis": False,
                "motion_sensitivity": 0.7,
            },
        ),
        (
            replace(ROW, name="x" * 255, preview_address="http://cam/2"),
            "p",
            {
                "label": "x" * 200,
                "source": "rtsp://admin:p@cam/1",
                "preview_source": "http://admin:p@cam/2",
                "analysis": True,
                "motion_sensitivity": 0.7,
            },
        ),
    ],
)
def test_a_camera_is_told_as_a_device_with_its_login(
    row: AssignedRow, password: str | None, settings: dict[str, Any]
) -> None:
    assert device_settings(row, password) == settings


@pytest.mark.parametrize(
    "change",
    [
        {"device_name": "gate"},
        {"name": "Gate"},
        {"address": "rtsp://cam/2"},
        {"username": None},
        {"password_encrypted": "gBBBB"},
        {"preview_address": "rtsp://cam/2"},
        {"enable_detection": False},
        {"detection_sensitivity": 0.8},
    ],
)
def test_an_assignment_with_another_camera_has_another_digest(change: dict[str, Any]) -> None:
    assert digest(replace(ROW, **change)) != digest(ROW)


def test_an_assignment_has_one_digest_in_any_order_and_none_where_it_is_empty() -> None:
    other = replace(ROW, device_name="gate")
    assert digest(ROW, other) == digest(other, ROW)
    assert digest() == ""
    assert 0 < len(digest(ROW)) <= 64


def test_what_is_set_over_a_hosts_own_settings_is_a_part_of_its_assignment() -> None:
    street = OverrideRow("street", False, None)
    found = [
        assignment_digest(HostRows([ROW], overrides))
        for overrides in (
            [],
            [street],
            [replace(street, detection_sensitivity=0.2)],
            [OverrideRow("a", False, None)],
        )
    ]
    found.append(assignment_digest(HostRows([], [street])))
    assert len(set(found)) == 5 and "" not in found


def test_what_is_logged_of_an_assigned_camera_has_no_secret() -> None:
    assert "gAAAA" not in repr(ROW) and "rtsp" not in repr(ROW)
    assert "gAAAA" not in repr(a_camera(password_encrypted="gAAAA"))


@given(
    st.sampled_from(
        [
            "rtsp://cam/1",
            "rtsps://tür.example:322/a?b=c&d=%20",
            "http://[2001:db8::1]:8080/live.m3u8",
            "https://cam_1.example/~x/(1);2,3#4",
        ]
    ),
    st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
    st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)
def test_a_host_takes_what_it_is_told(url: str, username: str | None, password: str | None) -> None:
    row = replace(ROW, address=taken_apart(url).url, preview_address=url, username=username)
    camera = AssignedCamera(name=row.device_name, settings=device_settings(row, password))
    told = {"agent": {"root": "/srv/footage"}, "gateway": {"url": "http://gateway"}}
    host = HostSettings.model_validate({**told, "device": [{"name": "own", "source": "pattern:testsrc2"}]})
    merged, assignment = with_assigned(host, [camera])
    assert (assignment.refused, assignment.clashes) == ({}, ())
    assert merged.device[-1].source.get_secret_value() == camera.settings["source"]


# -- what people are told ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("camera", "state", "word"),
    [
        (a_camera(), None, None),
        (a_camera(host="lab-1", heard_at=NOW), HostState.ONLINE, None),
        (a_camera(host="lab-1", heard_at=NOW), HostState.LATE, None),
        (a_camera(host="lab-1", heard_at=NOW), HostState.OFFLINE, "does not report"),
        (a_camera(host="lab-1"), HostState.OFFLINE, "has never reported"),
        (a_camera(host="lab-1", heard_at=NOW), HostState.REVOKED, "was revoked"),
        (a_camera(host="lab-1", heard_at=NOW, managed_by="host"), HostState.OFFLINE, None),
    ],
)
def test_a_camera_of_a_host_that_is_not_there_says_so(
    camera: Camera, state: HostState | None, word: str | None
) -> None:
    note = note_of(camera, state)
    assert note is None if word is None else word in (note or "")


@pytest.mark.parametrize(
    ("hosts", "sentence"),
    [
        ([], "No host has recorded this camera."),
        (["lab-1"], "lab-1 keeps what it recorded until its retention ends it."),
        (["lab-2", "lab-1"], "lab-1 and lab-2 keep what they recorded until their retention ends it."),
        (["c", "a", "b"], "a, b and c keep what they recorded until their retention ends it."),
    ],
)
def test_what_becomes_of_footage_is_a_sentence(hosts: list[str], sentence: str) -> None:
    assert footage_sentence(hosts) == sentence
