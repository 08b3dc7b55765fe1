"""Which devices are in force, of host.toml's and the cameras that the gateway assigned."""

from typing import Any

import pytest

from host_agent.assigned_cameras import NOTHING_ASSIGNED, with_assigned
from host_agent.settings import DeviceSettings, HostSettings
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride

SOURCE = "rtsp://cam:p%40ss@10.0.0.9/stream"


def settings(*own: str, url: str = "https://gateway.example", **more: Any) -> HostSettings:
    return HostSettings.model_validate(
        {
            "agent": {"root": "/footage", "state_dir": "/footage/state"},
            "gateway": {"url": url},
            "device": [{"name": name, "source": "pattern:testsrc2"} for name in own],
            **more,
        }
    )


def camera(name: str, **keys: Any) -> AssignedCamera:
    return AssignedCamera(name=name, settings={"source": SOURCE, **keys})


def refusal_of(**keys: Any) -> str:
    """Why a camera with these settings cannot be recorded; it stops no other."""
    cameras = [camera("first"), AssignedCamera(name="door", settings=keys), camera("last")]
    merged, assignment = with_assigned(settings("own"), cameras)
    assert [device.name for device in merged.device] == ["own", "first", "last"]
    assert assignment.names == {"first", "door", "last"}
    return assignment.refused["door"]


def device(name: str, **keys: Any) -> DeviceSettings:
    merged, assignment = with_assigned(settings(), [camera(name, **keys)])
    assert assignment.refused == {}
    return merged.device[0]


def test_cameras_come_behind_the_devices_of_the_host() -> None:
    merged, assignment = with_assigned(settings("own"), [camera("door", label="Front door")])
    assert [found.name for found in merged.device] == ["own", "door"]
    assert (merged.device[1].title, merged.device[1].source.get_secret_value()) == ("Front door", SOURCE)
    assert (assignment.names, dict(assignment.refused), assignment.clashes) == (frozenset({"door"}), {}, ())


def test_without_cameras_everything_is_as_host_toml_says() -> None:
    own = settings("own")
    merged, assignment = with_assigned(own, [])
    assert (merged, assignment) == (own, NOTHING_ASSIGNED)


def test_a_host_without_a_gateway_has_left_its_fleet() -> None:
    own = settings("own", url="")
    assert with_assigned(own, [camera("door")]) == (own, NOTHING_ASSIGNED)


def test_a_device_of_host_toml_wins_over_a_camera_of_its_name() -> None:
    merged, assignment = with_assigned(settings("own"), [camera("own"), camera("door")])
    assert [found.source_kind for found in merged.device] == ["pattern", "rtsp"]
    assert (assignment.names, dict(assignment.refused)) == (frozenset({"door"}), {})
    assert "'own'" in assignment.clashes[0] and "host.toml" in assignment.clashes[0]


@pytest.mark.parametrize(
    "source",
    ["file:/etc/passwd", "v4l2:/dev/video0", "x11::0.0", "pattern:testsrc2", "auto", "concat:/a", ""],
)
def test_the_gateway_cannot_make_a_host_read_what_is_its_own(source: str) -> None:
    assert "source: must begin with one of rtsp, rtsps, http, https" in refusal_of(source=source)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, "source: is missing"),
        ({"source": 5}, "source: Input should be a valid string"),
        ({"source": "rtsp://"}, "source: must name a camera's address"),
        ({"source": f"{SOURCE}'\nfile '/etc/passwd"}, "source: must begin with"),
        (
            {"source": SOURCE, "preview_source": "file:/etc/passwd"},
            "preview_source: must begin with one of rtsp",
        ),
        ({"source": SOURCE, "colour": "red"}, "colour: is no setting of a device"),
        ({"source": SOURCE, "root": "/etc"}, "root: is this host's own"),
        ({"source": SOURCE, "name": "other"}, "name: is this host's own"),
        ({"source": SOURCE, "label": "x" * 201}, "label: String should have at most 200 characters"),
        (
            {"source": SOURCE, "motion_sensitivity": 1.5},
            "motion_sensitivity: Input should be less than or equal",
        ),
        ({"source": SOURCE, "analysis": "perhaps"}, "analysis: Input should be a valid boolean"),
        ({"source": SOURCE, "analysis": True, "picture": 5}, "picture: Input should be a valid dictionary"),
        ({"source": SOURCE, "rtsp_transport": "pigeon"}, "rtsp_transport: Input should be 'tcp' or 'udp'"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not(keys: dict[str, Any], why: str) -> None:
    said = refusal_of(**keys)
    assert why in said and said.endswith("Correct the camera at the gateway.")
    assert "p%40ss" not in said and "pigeon" not in said and "perhaps" not in said


def test_a_camera_cannot_have_its_footage_around_what_is_none() -> None:
    _, assignment = with_assigned(settings("own"), [camera("state")])
    assert "/footage/state, which holds other data" in assignment.refused["state"]


def test_the_gateways_words_for_analysis_are_keys_of_the_picture() -> None:
    own = settings(picture={"capture_fps": 1, "detection_sensitivity": 0.2})
    keys = {"analysis": False, "picture": {"thumbnail_fps": 3}}
    merged, _ = with_assigned(own, [camera("door", **keys), camera("gate", motion_sensitivity=0.9)])
    door, gate = (merged.picture_of(found) for found in merged.device)
    assert (door.enable_detection, door.detection_sensitivity) == (False, 0.2)
    assert (door.capture_fps, door.thumbnail_fps) == (1, 3)
    assert (gate.enable_detection, gate.detection_sensitivity, gate.capture_fps) == (True, 0.9, 1)


def test_a_camera_may_have_any_other_key_of_a_device() -> None:
    found = device("door", retention={"segments": 48}, audio=False, preview_source="http://10.0.0.9/sub")
    assert (found.retention.segments, found.audio) == (48, False)
    assert found.preview_source is not None
    assert found.preview_source.get_secret_value() == "http://10.0.0.9/sub"


def test_what_the_gateway_says_of_analysis_lies_over_host_toml_and_nothing_else_does() -> None:
    own = settings("own", "other", picture={"capture_fps": 1, "detection_sensitivity": 0.2})
    merged, assignment = with_assigned(
        own, [], [DetectionOverride(name="own", enable_detection=False), DetectionOverride(name="gone")]
    )
    first, second = (merged.picture_of(found) for found in merged.device)
    assert (first.enable_detection, first.detection_sensitivity, first.capture_fps) == (False, 0.2, 1)
    assert second == own.picture
    assert dict(assignment.own_pictures) == {"own": own.picture}
    assert with_assigned(own, [], [DetectionOverride(name="own")])[0] == own


def test_an_override_lies_over_what_the_device_sets_itself_and_leaves_the_rest_of_it() -> None:
    own = settings("own", picture={"enable_detection": False, "thumbnail_quality": 9})
    picture = {"enable_detection": False, "detection_sensitivity": 0.4, "thumbnail_fps": 3}
    own = HostSettings.model_validate(
        {
            **own.model_dump(exclude={"device"}, exclude_unset=True),
            "device": [{"name": "own", "source": "pattern:testsrc2", "picture": picture}],
        }
    )
    merged, assignment = with_assigned(own, [], [DetectionOverride(name="own", enable_detection=True)])
    found = merged.picture_of(merged.device[0])
    assert (found.enable_detection, found.detection_sensitivity, found.thumbnail_fps) == (True, 0.4, 3)
    assert found.thumbnail_quality == 9, "what neither says is as for all devices"
    assert assignment.own_pictures["own"].enable_detection is False


def test_a_host_that_left_its_fleet_goes_by_its_own_settings_again() -> None:
    own = settings("own", url="")
    assert with_assigned(own, [], [DetectionOverride(name="own", enable_detection=False)]) == (
        own,
        NOTHING_ASSIGNED,
    )
