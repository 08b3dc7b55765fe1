"""Which device files are cameras, from answers of the kernel."""

import struct
from pathlib import Path

import pytest

from host_agent.capture.local_cameras import cameras_among, find_local_cameras, parse_capability

HAS_DEVICE_CAPS = 0x80000000
CAPTURE, CAPTURE_PLANES, METADATA, CONVERTER, STREAMING = 0x1, 0x1000, 0x00800000, 0x8000, 0x04000000


def answer(whole: int, own: int, card: bytes = b"HD Pro Webcam C920", bus: bytes = b"usb-1") -> bytes:
    return struct.pack("=16s32s32sIII12x", b"uvcvideo", card, bus, 0x060100, whole, own)


@pytest.mark.parametrize(
    ("whole", "own", "captures"),
    [
        (HAS_DEVICE_CAPS | CAPTURE | METADATA, CAPTURE | STREAMING, True),
        (HAS_DEVICE_CAPS | CAPTURE | METADATA, METADATA | STREAMING, False),  # its second device file
        (HAS_DEVICE_CAPS | CAPTURE_PLANES, CAPTURE_PLANES, True),
        (HAS_DEVICE_CAPS | CONVERTER, CONVERTER | STREAMING, False),
        (CAPTURE, 0, True),  # an old driver without capabilities per device file
        (STREAMING, 0, False),
    ],
)
def test_a_camera_is_what_captures_pictures(whole: int, own: int, captures: bool) -> None:
    assert parse_capability(answer(whole, own)) == ("HD Pro Webcam C920", captures)


def test_files_that_are_no_cameras_are_reported_by_number(tmp_path: Path) -> None:
    for name in ("video10", "video2", "videos", "null"):
        (tmp_path / name).write_bytes(b"")
    cameras, unreadable = find_local_cameras(tmp_path)
    assert cameras == []
    assert [node.path.name for node in unreadable] == ["video2", "video10"]
    assert all(node.reason for node in unreadable)


def test_a_camera_is_known_by_where_it_is_plugged_in() -> None:
    video0, video1, video2, video4 = (Path(f"/dev/video{number}") for number in (0, 1, 2, 4))
    link = Path("/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0")
    able, metadata = answer(HAS_DEVICE_CAPS, CAPTURE), answer(HAS_DEVICE_CAPS, METADATA)
    other = answer(HAS_DEVICE_CAPS, CAPTURE, bus=b"usb-2")
    unknown = answer(HAS_DEVICE_CAPS, CAPTURE, bus=b"")
    found = cameras_among(
        [(video0, able), (video1, metadata), (video2, other), (video4, able)], {video2: link, video1: link}
    )
    assert [(camera.path, camera.place) for camera in found] == [
        (video0, "usb-1"),
        (video2, "usb-2"),
        (video4, "usb-1 (2)"),
    ]
    assert [camera.steady_path for camera in found] == [video0, link, video4]
    # Whatever number it gets, and whether the others are there.
    assert [camera.place for camera in cameras_among([(video0, other)], {})] == ["usb-2"]
    assert [camera.place for camera in cameras_among([(video4, unknown)], {})] == ["/dev/video4"]
