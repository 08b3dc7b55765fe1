"""The newest picture of a device, and how old it may be to be one of now."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host_agent.ring.layout import Kind, parse_file_name
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings
from shared.opened_file import open_beneath

OLD_AFTER_S = 3.0
_INTERVALS = 3
_JPEG_BEGIN, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole JPEG and when it was taken."""

    jpeg: bytes
    number: int
    taken_utc_ms: int
    etag: str


def oldest_allowed_s(picture: FrameSettings, parts: Mapping[str, Mapping[str, Any]]) -> float:
    """How old the newest picture of a healthy device may be: 3 s, or three of its intervals.

    `parts`: what the agent's processes said last of the device. Where only key frames are decoded
    there is one picture a key frame at most, whatever rate is set.
    """
    interval_s = 1 / picture.capture_fps
    if parts.get("frames", {}).get("mode") == "keyframes":
        keyframes_s = parts.get("capture", {}).get("keyframe_interval_s")
        if isinstance(keyframes_s, int | float):
            interval_s = max(interval_s, float(keyframes_s))
    return max(OLD_AFTER_S, _INTERVALS * interval_s)


def newest_picture(store: RingStore, kind: Kind) -> Picture | None:
    """The newest whole picture in the hot folder of `kind`; None where there is none. Raises OSError.

    A torn or vanished newest one is passed over for the one before it.
    """
    newest = store.newest_hot(kind)
    picture = None if newest is None else read_picture(store, newest)
    if picture is not None or newest is None:
        return picture
    for found in reversed(store.hot_files(kind)):
        picture = read_picture(store, store.folders.hot(kind) / found.file.name)
        if picture is not None:
            return picture
    return None


def read_picture(store: RingStore, path: Path) -> Picture | None:
    """The JPEG at `path`; None where it is gone or torn."""
    file = parse_file_name(path.name)
    opened = open_beneath(store.folders.base, path)
    if opened is None or file is None:
        return None
    with opened:
        jpeg = opened.read()
    if not (jpeg.startswith(_JPEG_BEGIN) and jpeg.endswith(_JPEG_END)):
        return None
    return Picture(jpeg, file.number, opened.mtime_ns // 1_000_000, opened.etag)
