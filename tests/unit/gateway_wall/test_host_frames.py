"""A host's pictures, taken apart."""

import json
import struct
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.wall.frames.host_frames import LARGEST_PICTURE_BYTES, parse_host_frames
from gateway.wall.frames.picture import Picture, PictureFacts
from host_agent.frames.wall import WallFrame, encode_wall
from shared.errors import UpstreamError
from shared.spans import utc_ms

JPEG = b"\xff\xd8picture\xff\xd9"
TAKEN = utc_ms(datetime(2026, 11, 21, 14, tzinfo=UTC))


def test_what_an_agent_encodes_is_understood() -> None:
    frames = [
        WallFrame("street", "live", 7, TAKEN, JPEG),
        WallFrame("yard", "live", 8, TAKEN, b""),
        WallFrame("dark", "stopped", None, None, b""),
        WallFrame("door", "live", 9, TAKEN + 250, JPEG + b"2"),
    ]
    found = parse_host_frames("lab-1", encode_wall(frames, "MSxh"))
    assert found.cursor == "MSxh"
    assert found.pictures == {
        "street": Picture(PictureFacts(7, TAKEN), JPEG),
        "door": Picture(PictureFacts(9, TAKEN + 250), JPEG + b"2"),
    }


def _answer(head: Any, pictures: bytes = b"", length: int | None = None) -> bytes:
    packed = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack(">I", len(packed) if length is None else length) + packed + pictures


def _head(**frame: Any) -> dict[str, Any]:
    good = {"device": "street", "time": "2026-11-21T14:00:00.000Z", "number": 7, "length": len(JPEG)}
    return {"cursor": "abc", "frames": [{**good, **frame}]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x00",
        b"<html>Not found</html>",
        _answer(b"{"),
        _answer([]),
        _answer({"cursor": "a&b", "frames": []}),
        _answer({"cursor": "abc", "frames": [{}]}),
        _answer(_head(), JPEG[:-1]),
        _answer(_head(), JPEG + b"x"),
        _answer(_head(), JPEG, length=2**31),
        _answer(_head(length=-1), JPEG),
        _answer(_head(length=LARGEST_PICTURE_BYTES + 1), b"\xff\xd8" * (LARGEST_PICTURE_BYTES // 2) + b"x"),
        _answer(_head(), b"<svg/>" + b" " * (len(JPEG) - 6)),
        _answer(_head(number=None), JPEG),
        _answer(_head(time=None), JPEG),
        _answer(_head(time="2026-11-21T14:00:00"), JPEG),
        _answer(_head(number=10**10), JPEG),
        _answer(_head(device="../etc"), JPEG),
    ],
)
def test_nonsense_is_refused(body: bytes) -> None:
    with pytest.raises(UpstreamError, match="lab-1 answers with nonsense"):
        parse_host_frames("lab-1", body)


def test_a_good_answer_with_a_frame_is_none_of_them() -> None:
    assert parse_host_frames("lab-1", _answer(_head(), JPEG)).pictures["street"].jpeg == JPEG
