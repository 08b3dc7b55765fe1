"""A name of an `auto` source stays with its camera, whichever others are there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from host_agent.bootstrap.auto_devices import expand_auto
from host_agent.capture.local_cameras import LocalCamera
from host_agent.journal.camera_names import CameraNames
from host_agent.journal.journal import Journal
from host_agent.settings import HostSettings
from tests.support.set_clock import SetClock

LEFT, RIGHT, NEW = "usb-1", "usb-2", "usb-3"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.db", SetClock(datetime(2026, 11, 21, 12, tzinfo=UTC)))


def test_a_camera_that_is_unplugged_leaves_its_name_to_no_other(journal: Journal) -> None:
    assert CameraNames(journal).of("cam", [LEFT, RIGHT], ()) == {LEFT: "cam", RIGHT: "cam-2"}
    # After a restart, by another process, and in whichever order the kernel finds them.
    assert CameraNames(journal).of("cam", [RIGHT], ()) == {RIGHT: "cam-2"}
    assert CameraNames(journal).of("cam", [NEW, RIGHT], ()) == {NEW: "cam-3", RIGHT: "cam-2"}
    everything = {LEFT: "cam", RIGHT: "cam-2", NEW: "cam-3"}
    assert CameraNames(journal).of("cam", [RIGHT, NEW, LEFT], ()) == everything


def test_a_process_that_looks_at_the_same_time_is_told_the_same(journal: Journal, tmp_path: Path) -> None:
    class Overtaken(Journal):
        """Between its two looks another process names a camera."""

        def recall_all(self, prefix: str) -> dict[str, str]:
            found = super().recall_all(prefix)
            if not found and not self.database.connection().in_transaction:
                CameraNames(journal).of("cam", [RIGHT], ())
            return found

    late = Overtaken(tmp_path / "state" / "journal.db", SetClock(datetime(2026, 11, 21, 12, tzinfo=UTC)))
    assert CameraNames(late).of("cam", [LEFT, RIGHT], ()) == {LEFT: "cam-2", RIGHT: "cam"}
    assert CameraNames(journal).of("cam", [LEFT, RIGHT], ()) == {LEFT: "cam-2", RIGHT: "cam"}


def test_another_name_in_the_settings_begins_anew(journal: Journal) -> None:
    CameraNames(journal).of("cam", [LEFT, RIGHT], ())
    assert CameraNames(journal).of("front", [RIGHT, LEFT], ()) == {RIGHT: "front", LEFT: "front-2"}


def test_a_name_that_another_device_has_goes_to_no_camera(journal: Journal) -> None:
    names = CameraNames(journal)
    assert names.of("cam", [LEFT, RIGHT], {"cam-2"}) == {LEFT: "cam", RIGHT: "cam-3"}
    assert names.of("cam", [LEFT], {"cam"}) == {LEFT: "cam-2"}


def test_an_auto_source_becomes_a_device_for_each_camera_that_no_other_names(journal: Journal) -> None:
    settings = HostSettings.model_validate(
        {
            "agent": {"root": "/footage", "state_dir": "/state"},
            "device": [
                {"name": "cam", "source": "auto", "retention": {"segments": 168}},
                {"name": "desk", "source": "v4l2:/dev/video7"},
            ],
        }
    )
    link = Path("/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0")
    left, right, desk = (
        LocalCamera(Path("/dev/video0"), "Left", LEFT, Path("/dev/video0")),
        LocalCamera(Path("/dev/video2"), "Right", RIGHT, link),
        LocalCamera(Path("/dev/video7"), "Desk", NEW, Path("/dev/video7")),
    )
    names = CameraNames(journal)
    found = expand_auto(settings, [left, right, desk], names.of).device
    assert [(device.name, device.source, device.title) for device in found] == [
        ("cam", SecretStr("v4l2:/dev/video0"), "Left"),
        ("cam-2", SecretStr(f"v4l2:{link}"), "Right"),
        ("desk", SecretStr("v4l2:/dev/video7"), "desk"),
    ]
    assert [device.retention.segments for device in found] == [168, 168, None]
    # The first one is unplugged while the agent does not run; its number goes to the other.
    right = LocalCamera(Path("/dev/video0"), "Right", RIGHT, link)
    found = expand_auto(settings, [right, desk], names.of).device
    assert [(device.name, device.title) for device in found] == [("cam-2", "Right"), ("desk", "desk")]
    assert [device.name for device in expand_auto(settings, [desk], names.of).device] == ["cam", "desk"]
