"""The cameras that are plugged into this machine (Video4Linux)."""

import fcntl
import os
import re
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DEVICE_FOLDER = Path("/dev")
_BY_PLACE = Path("v4l") / "by-path"
_NODE = re.compile(r"^video([0-9]+)$")
# What may stand in a source.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9.:_+-]+")
# struct v4l2_capability of <linux/videodev2.h>: driver, card, bus, version, capabilities, device_caps.
_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_VIDIOC_QUERYCAP = 0x80000000 | _CAPABILITY.size << 16 | ord("V") << 8  # _IOR('V', 0, …)
_CAN_CAPTURE = 0x00000001
_CAN_CAPTURE_PLANES = 0x00001000
_IS_CONVERTER = 0x00004000 | 0x00008000  # memory to memory: an encoder or a scaler, no camera
_HAS_DEVICE_CAPS = 0x80000000


@dataclass(frozen=True, slots=True)
class LocalCamera:
    """A device file that delivers pictures. `card` is what the driver calls it.

    `place`: where the camera is plugged in, the same whatever number its file gets. `steady_path`: a name
    of the file that stays with that place, where the machine makes any; else `path`.
    """

    path: Path
    card: str
    place: str
    steady_path: Path


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
    return _text(card), captures


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode(errors="replace")


def find_local_cameras(folder: Path = DEVICE_FOLDER) -> tuple[list[LocalCamera], list[UnreadableNode]]:
    """Return every `/dev/video*` that can capture, by number, and those that could not be asked."""
    numbered = sorted((int(found[1]), name) for name in os.listdir(folder) if (found := _NODE.match(name)))
    answers: list[tuple[Path, bytes]] = []
    unreadable: list[UnreadableNode] = []
    for _number, name in numbered:
        path = folder / name
        try:
            answers.append((path, _query(path)))
        except OSError as error:
            unreadable.append(UnreadableNode(path, error.strerror or str(error)))
    return cameras_among(answers, _steady_paths(folder)), unreadable


def cameras_among(answers: Sequence[tuple[Path, bytes]], steady: Mapping[Path, Path]) -> list[LocalCamera]:
    """Those of the device files that capture pictures. `answers`: of the kernel, by file. `steady`: each
    file's name that stays with its place."""
    cameras: list[LocalCamera] = []
    seen: Counter[str] = Counter()
    for path, answer in answers:
        card, captures = parse_capability(answer)
        if not captures:
            continue
        bus = _text(_CAPABILITY.unpack(answer)[2]) or str(path)
        seen[bus] += 1
        # A camera may have two files that capture; they come and go together, in this order.
        place = bus if seen[bus] == 1 else f"{bus} ({seen[bus]})"
        cameras.append(LocalCamera(path, card, place, steady.get(path, path)))
    return cameras


def _steady_paths(folder: Path) -> dict[Path, Path]:
    """What udev calls device files by where they are plugged in; nothing in a container."""
    found: dict[Path, Path] = {}
    for link in sorted((folder / _BY_PLACE).glob("*")):
        if _PLAIN_NAME.fullmatch(link.name):
            found.setdefault(link.resolve(), link)
    return found


def _query(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        answer = bytearray(_CAPABILITY.size)
        fcntl.ioctl(descriptor, _VIDIOC_QUERYCAP, answer)
        return bytes(answer)
    finally:
        os.close(descriptor)
