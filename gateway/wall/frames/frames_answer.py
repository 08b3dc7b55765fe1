"""The wall's binary answer: a JSON head, and the pictures behind it. Plain."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.spans import from_utc_ms, iso_ms

FRAMES_TYPE = "application/vnd.coldframe.frames"
# The word for what is not there, or not for the caller to see; the others are the fleet's.
UNKNOWN = "unknown"
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Tile:
    """A device's place in the answer.

    `word`: what its tile shows; `sentence`: why. `number` and `taken_utc_ms` are of its newest picture, None
    where none is known; `jpeg` is empty where the viewer has that one already. `is_stale`: it is no picture
    of now.
    """

    device: str
    word: str
    state: str
    sentence: str
    number: int | None = None
    taken_utc_ms: int | None = None
    age_s: float | None = None
    is_stale: bool = True
    jpeg: bytes = b""


def encode_frames(tiles: Sequence[Tile], cursor: str) -> bytes:
    """Four bytes, big-endian: the length of the head; the head; the JPEGs in the head's order."""
    head = {"cursor": cursor, "frames": [_told(tile) for tile in tiles]}
    packed = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    return b"".join([_LENGTH.pack(len(packed)), packed, *(tile.jpeg for tile in tiles)])


def _told(tile: Tile) -> dict[str, Any]:
    return {
        "device": tile.device,
        "word": tile.word,
        "state": tile.state,
        "sentence": tile.sentence,
        "time": None if tile.taken_utc_ms is None else iso_ms(from_utc_ms(tile.taken_utc_ms)),
        "age_s": None if tile.age_s is None else round(tile.age_s, 1),
        "stale": tile.is_stale,
        "number": tile.number,
        "length": len(tile.jpeg),
    }
