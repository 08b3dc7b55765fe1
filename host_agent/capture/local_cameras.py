"""The cameras that are plugged into this machine (Video4Linux)."""

import fcntl
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path

DEVICE_FOLDER = Path("/dev")
_NODE = re.compile(r"^video([0-9]+)$")
# struct v4l2_capability of <linux/videodev2.h>: driver, card, bus, version, capabilities, device_caps.
_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_VIDIOC_QUERYCAP = 0x80000000 | _CAPABILITY.size << 16 | ord("V") << 8  # _IOR('V', 0, …)
_CAN_CAPTURE = 0x00000001
_CAN_CAPTURE_PLANES = 0x00001000
_IS_CONVERTER = 0x00004000 | 0x00008000  # memory to memory: an encoder or a scaler, no camera
_HAS_DEVICE_CAPS = 0x80000000


@dataclass(frozen=True, slots=True)
class LocalCamera:
    """A device file that delivers pictures. `card` is what the driver calls it."""

    path: Path
    card: str


@dataclass(frozen=True, slots=True)
class UnreadableNode:
    """A `/dev/video*` that could not be asked, and the kernel's reason."""

    path: Path
    reason: str


def parse_capability(answer: bytes) -> tuple[str, bool]:
    """Return the card's name and whether it can capture pictures, from the kernel's answer.

    A camera has several device files, one of them for metadata: `device_caps` tells them apart.
    """
    _driver, card, _bus, _version, whole, own = _CAPABILITY.unpack(answer)
    able = own if whole & _HAS_DEVICE_CAPS else whole
    captures = bool(able & (_CAN_CAPTURE | _CAN_CAPTURE_PLANES)) and not able & _IS_CONVERTER
    return card.split(b"\0")[0].decode(errors="replace"), captures


def find_local_cameras(folder: Path = DEVICE_FOLDER) -> tuple[list[LocalCamera], list[UnreadableNode]]:
    """Return every `/dev/video*` that can capture, by number, and those that could not be asked."""
    numbered = sorted((int(found[1]), name) for name in os.listdir(folder) if (found := _NODE.match(name)))
    cameras: list[LocalCamera] = []
    unreadable: list[UnreadableNode] = []
    for _number, name in numbered:
        path = folder / name
        try:
            card, captures = parse_capability(_query(path))
        except OSError as error:
            unreadable.append(UnreadableNode(path, error.strerror or str(error)))
            continue
        if captures:
            cameras.append(LocalCamera(path, card))
    return cameras, unreadable


def _query(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        answer = bytearray(_CAPABILITY.size)
        fcntl.ioctl(descriptor, _VIDIOC_QUERYCAP, answer)
        return bytes(answer)
    finally:
        os.close(descriptor)
