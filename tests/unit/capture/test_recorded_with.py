"""A recording goes on where only settings change that it is not made with."""

from typing import Any

import pytest

from host_agent.capture.recorded_with import recorded_with
from host_agent.settings import DeviceSettings, FrameSettings

RTSP = "rtsp://camera/1"
SUB = {"preview_source": "rtsp://camera/2"}


def of(picture: dict[str, Any] | None = None, **keys: Any) -> tuple[DeviceSettings, FrameSettings]:
    device = DeviceSettings.model_validate({"name": "door", "source": RTSP, **keys})
    return recorded_with(device, FrameSettings.model_validate(picture or {}))


@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        ({}, {"label": "Door"}, True),
        ({}, {"retention": {"segments": 48}}, True),
        ({}, SUB, True),
        (SUB, {"preview_source": "rtsp://camera/3"}, True),
        ({}, {"source": "rtsp://camera/9"}, False),
        ({}, {"source": "rtsp://user:new@camera/1"}, False),
        ({}, {"rtsp_transport": "udp"}, False),
        ({}, {"audio": False}, False),
        # Who decodes makes frames itself, unless there is a sub-stream; which one does not matter.
        ({"encode": "x264"}, {"encode": "x264", **SUB}, False),
        ({"encode": "x264", **SUB}, {"encode": "x264", "preview_source": "rtsp://camera/3"}, True),
        ({"source": "pattern:testsrc2"}, {"source": "pattern:testsrc2", **SUB}, False),
        ({"source": "http://camera/1"}, {"source": "http://camera/1", **SUB}, False),
    ],
)
def test_whether_a_recording_goes_on_with_a_changed_device(
    before: dict[str, Any], after: dict[str, Any], goes_on: bool
) -> None:
    assert (of(**before) == of(**after)) is goes_on


@pytest.mark.parametrize(
    ("changed", "goes_on"),
    [
        ({"enable_detection": False}, True),
        ({"detection_sensitivity": 0.1}, True),
        ({"freeze_after_s": 3}, True),
        ({"capture_fps": 1}, False),
        ({"thumbnail_width": 160}, False),
    ],
)
def test_how_pictures_are_judged_is_no_affair_of_a_recording(changed: dict[str, Any], goes_on: bool) -> None:
    assert (of() == of(changed)) is goes_on
