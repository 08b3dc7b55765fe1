"""What may stand in the fields of a camera."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.camera_fields import (
    EXTERNAL_ID_PATTERN,
    FIELDS,
    FieldsError,
    checked_values,
    slug_of,
)


@pytest.mark.parametrize(
    ("given_", "stored"),
    [
        ({"name": " Front Door "}, {"name": "Front Door"}),
        ({"resolution": "1920X1080"}, {"resolution": "1920x1080"}),
        ({"resolution": None, "location": ""}, {"resolution": None, "location": None}),
        ({"codec": "H264"}, {"codec": "h264"}),
        ({"fps": 240, "detection_sensitivity": 1}, {"fps": 240, "detection_sensitivity": 1.0}),
        ({"external_id": "cam_001"}, {"external_id": "cam_001"}),
        ({"password": ""}, {"password": None}),
        ({"password": " a blank is a part of it "}, {"password": " a blank is a part of it "}),
        ({"device_name": "front-door"}, {"device_name": "front-door"}),
        (
            {"rtsp_url": "rtsp://u:p%40@cam/1"},
            {"rtsp_url": "rtsp://cam/1", "username": "u", "password": "p@"},
        ),
        ({"rtsp_url": "rtsp://u@cam/1"}, {"rtsp_url": "rtsp://cam/1", "username": "u"}),
        (
            {"rtsp_url": "rtsp://u:p@cam/1", "username": "u", "password": None},
            {"rtsp_url": "rtsp://cam/1", "username": "u", "password": "p"},
        ),
        (
            {"rtsp_url": "rtsp://u:p@cam/1", "preview_url": "rtsp://u:p@cam/2"},
            {"rtsp_url": "rtsp://cam/1", "preview_url": "rtsp://cam/2", "username": "u", "password": "p"},
        ),
        ({"preview_url": ""}, {"preview_url": None}),
    ],
)
def test_what_is_given_becomes_what_is_stored(given_: dict[str, Any], stored: dict[str, Any]) -> None:
    assert checked_values(given_) == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", None),
        ("name", "x" * 256),
        ("name", "a\0b"),
        ("name", "a\nb"),
        ("name", "\udfff"),
        ("name", 7),
        ("rtsp_url", None),
        ("rtsp_url", "ftp://cam/1"),
        ("rtsp_url", "rtsp://***@cam/1"),
        ("rtsp_url", "rtsp://cam/1?token=***"),
        ("preview_url", "gopher://cam/1"),
        ("username", "x" * 256),
        ("password", "x" * 256),
        ("password", "a\0b"),
        ("resolution", "1920*1080"),
        ("resolution", "0x1080"),
        ("resolution", "1920x1080x3"),
        ("resolution", "１９２０x１０８０"),
        ("resolution", "100000x1"),
        ("fps", 0),
        ("fps", 241),
        ("fps", 10**400),
        ("fps", 29.97),
        ("fps", True),
        ("fps", "30"),
        ("codec", "hevc"),
        ("detection_sensitivity", -0.1),
        ("detection_sensitivity", 1.1),
        ("detection_sensitivity", float("nan")),
        ("detection_sensitivity", True),
        ("is_active", "yes"),
        ("is_active", None),
        ("enable_detection", 1),
        ("external_id", ""),
        ("external_id", "a b"),
        ("external_id", "ä"),
        ("external_id", "x" * 131),
        ("external_id", "cam\n"),
        ("external_id", "summary"),
        ("external_id", "groups"),
        ("location", "x" * 256),
        ("group_id", "x" * 37),
        ("host", "Lab 1"),
        ("device_name", "../etc"),
        ("device_name", "-door"),
        ("device_name", "door\n"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(field: str, value: Any) -> None:
    with pytest.raises(FieldsError) as refused:
        checked_values({field: value})
    assert refused.value.errors.keys() == {field}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(FieldsError) as refused:
        checked_values({"name": "", "rtsp_url": "ftp://cam", "fps": 0, "codec": "h264"})
    assert set(refused.value.errors) == {"name", "rtsp_url", "fps"}


@pytest.mark.parametrize(
    "given_",
    [
        {"rtsp_url": "rtsp://u:p@cam/1", "username": "bob-1"},
        {"rtsp_url": "rtsp://u:p@cam/1", "password": "bob-1"},
        {"rtsp_url": "rtsp://u:p@cam/1", "preview_url": "rtsp://v:q@cam/2"},
    ],
)
def test_two_logins_of_one_camera_are_refused_without_being_repeated(given_: dict[str, Any]) -> None:
    with pytest.raises(FieldsError) as refused:
        checked_values(given_)
    assert "bob-1" not in str(refused.value) and "u:p" not in str(refused.value)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.builds(lambda text: f"rtsp://{text}", st.text()),
    )
)
def test_whatever_is_given_is_stored_or_refused_by_its_fields(given_: dict[str, Any]) -> None:
    try:
        stored = checked_values(given_)
    except FieldsError as refused:
        assert refused.errors.keys() <= given_.keys()
    else:
        assert stored.keys() - given_.keys() <= {"username", "password"}
        text = "".join(value for value in stored.values() if isinstance(value, str))
        assert "\0" not in text.encode().decode()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Front Door", "front-door"),
        ("Tür 2 (Süd)", "tur-2-sud"),
        ("入口", "camera"),
        ("--", "camera"),
        ("x" * 255, "x" * 100),
    ],
)
def test_a_name_becomes_a_readable_id(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(min_size=1, max_size=255))
def test_every_name_becomes_an_id_that_may_be_one(name: str) -> None:
    assert re.match(EXTERNAL_ID_PATTERN, slug_of(name))
