"""Devices out of an `active_captures.conf`."""

import tomllib
from pathlib import Path

import pytest

from host_agent.capture.import_captures import parse_captures, print_imported_captures, render_devices
from host_agent.settings import HostSettings
from shared.errors import SettingsError


def test_each_folder_is_a_device_in_order_and_the_rest_is_tolerated() -> None:
    text = "# captures\n\n/var/www/html/stream/capture1\n  /srv/stream/capture2/  # hall\n'/srv/My Cam'\n"
    assert [(device.name, device.label, str(device.root)) for device in parse_captures(text)] == [
        ("capture1", "capture1", "/var/www/html/stream"),
        ("capture2", "capture2", "/srv/stream"),
        ("my-cam", "My Cam", "/srv"),
    ]


def test_names_stay_apart_and_a_repeated_folder_is_one_device() -> None:
    text = "/a/capture1\n/b/capture1\n/a/capture1/\n"
    assert [device.name for device in parse_captures(text)] == ["capture1", "capture1-2"]


@pytest.mark.parametrize("text", ["", "# only words\n\n", "capture1\n", "/\n", "/srv/../capture1\n"])
def test_a_line_that_is_no_folder_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_captures(text)
    assert refused.value.remedy


def test_what_is_printed_is_taken_by_the_settings() -> None:
    devices = parse_captures("/srv/stream/capture1\n/srv/stream/capture2\n/mnt/b/capture3\n")
    printed = tomllib.loads(render_devices(devices, [Path("/dev/video4")]))
    settings = HostSettings.model_validate({"agent": {"name": "lab", "root": "/srv/stream"}, **printed})
    assert [(device.name, device.source.get_secret_value(), device.root) for device in settings.device] == [
        ("capture1", "v4l2:/dev/video4", None),
        ("capture2", "v4l2:/dev/video1", None),
        ("capture3", "v4l2:/dev/video2", Path("/mnt/b")),
    ]


def test_the_file_is_named_where_something_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.conf"):
        print_imported_captures(tmp_path / "missing.conf")
    bad = tmp_path / "active_captures.conf"
    bad.write_text("capture1\n")
    with pytest.raises(SettingsError, match=r"active_captures\.conf: line 1"):
        print_imported_captures(bad)
