"""The newest thumbnails of many devices in one binary answer, and the cursor that spares unchanged ones.

The answer: four bytes, big-endian, the length of the head; the head, a JSON object; then the JPEGs in
the head's order, each of its `length` bytes (0: unchanged since the cursor, or there is none).
"""

import base64
import binascii
import json
import re
import struct
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.screenshot import Picture, newest_picture, read_picture
from host_agent.ring.layout import DEVICE_NAME, Kind, parse_file_name
from host_agent.ring.store import RingStore
from shared.spans import from_utc_ms, iso_ms

CONTENT_TYPE = "application/vnd.coldframe.frames"
_LENGTH = struct.Struct(">I")
_CURSOR_VERSION = "1"
_NUMBER = re.compile(r"^[0-9]{1,10}$")
LONGEST_CURSOR = 16_384

Cursor = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WallFrame:
    """A device's place in the answer. `number` and `taken_utc_ms` are of its newest thumbnail, None
    where there is none; `jpeg` is empty where the caller has that one already."""

    device: str
    state: str
    number: int | None
    taken_utc_ms: int | None
    jpeg: bytes


def encode_cursor(cursor: Cursor) -> str:
    """A text for addresses: which thumbnail of each device the caller has."""
    pairs = ",".join(f"{device}={number}" for device, number in sorted(cursor.items()))
    return base64.urlsafe_b64encode(f"{_CURSOR_VERSION},{pairs}".encode()).decode().rstrip("=")


def parse_cursor(text: str) -> dict[str, int]:
    """What `encode_cursor` wrote; "" is one that has nothing yet. Raises ValueError for anything else."""
    if not text:
        return {}
    if len(text) > LONGEST_CURSOR or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise ValueError("is no cursor")
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("is no cursor") from None
    version, _, pairs = plain.partition(",")
    if version != _CURSOR_VERSION:
        raise ValueError("is no cursor of this version")
    cursor: dict[str, int] = {}
    for pair in pairs.split(",") if pairs else []:
        device, _, number = pair.partition("=")
        if not DEVICE_NAME.fullmatch(device) or not _NUMBER.match(number):
            raise ValueError("is no cursor")
        cursor[device] = int(number)
    return cursor


def wall_frame(store: RingStore, state: str, cursor: Cursor) -> WallFrame:
    """A device's newest thumbnail, its picture only where the cursor has another one. Raises OSError."""
    has = cursor.get(store.device)
    newest = store.newest_hot(Kind.THUMBNAILS)
    if newest is None:
        # Nothing is hot any more (a stopped device): its last one, for a caller that has none.
        picture = _last_archived(store) if has is None else None
    elif (number := _number(newest)) == has:
        return WallFrame(store.device, state, number, _taken_utc_ms(newest), b"")
    else:
        picture = newest_picture(store, Kind.THUMBNAILS)
    if picture is None:
        return WallFrame(store.device, state, has, None, b"")
    jpeg = b"" if picture.number == has else picture.jpeg
    return WallFrame(store.device, state, picture.number, picture.taken_utc_ms, jpeg)


def _number(path: Path) -> int | None:
    file = parse_file_name(path.name)
    return None if file is None else file.number


def _taken_utc_ms(path: Path) -> int | None:
    try:
        return path.stat(follow_symlinks=False).st_mtime_ns // 1_000_000
    except OSError:
        return None  # archived meanwhile; the caller has its time from when it got the picture


def _last_archived(store: RingStore) -> Picture | None:
    for hour in reversed(store.hours(Kind.THUMBNAILS)):
        files = store.hour_files(Kind.THUMBNAILS, hour)
        folder = store.hour_folder(Kind.THUMBNAILS, hour)
        if files and folder is not None:
            return read_picture(store, folder / files[-1].name)
    return None


def next_cursor(frames: Iterable[WallFrame], cursor: Cursor, known: Container[str]) -> dict[str, int]:
    """What the caller has after this answer: of the devices it asked for now, and of others as before.

    `known`: the devices that there are; a cursor does not carry on what is gone.
    """
    has = {device: number for device, number in cursor.items() if device in known}
    has.update({frame.device: frame.number for frame in frames if frame.number is not None})
    return has


def encode_wall(frames: list[WallFrame], cursor: str) -> bytes:
    """The binary answer."""
    head = {
        "cursor": cursor,
        "frames": [
            {
                "device": frame.device,
                "state": frame.state,
                "time": None if frame.taken_utc_ms is None else iso_ms(from_utc_ms(frame.taken_utc_ms)),
                "number": frame.number,
                "length": len(frame.jpeg),
            }
            for frame in frames
        ],
    }
    packed = json.dumps(head, separators=(",", ":")).encode()
    return b"".join([_LENGTH.pack(len(packed)), packed, *(frame.jpeg for frame in frames)])
