"""The binary answer of a host with the newest pictures of its devices, taken apart and checked. Plain.

Four bytes, big-endian: the length of the head. The head, JSON: `{"cursor", "frames": [{"device", "time",
"number", "length"}]}`. Then the JPEGs in the head's order, each of its `length` bytes; 0: the caller has it
already, or there is none.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import AwareDatetime, Field, ValidationError

from gateway.wall.frames.picture import Picture, PictureFacts
from shared.contracts.contract import Contract
from shared.contracts.enrolment import HostName
from shared.contracts.minutes import LATEST_UTC_MS
from shared.errors import UpstreamError
from shared.spans import utc_ms

HOST_FRAMES_TYPE = "application/vnd.coldframe.frames"
LARGEST_PICTURE_BYTES = 1024 * 1024
LONGEST_CURSOR = 16_384
_LENGTH = struct.Struct(">I")
_JPEG_BEGIN = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class HostFrames:
    """`cursor`: what to send the next time, so that unchanged pictures are not sent again."""

    cursor: str
    pictures: Mapping[str, Picture]


class _Frame(Contract):
    device: HostName
    time: AwareDatetime | None
    number: int | None = Field(ge=0, lt=10**10)
    length: int = Field(ge=0, le=LARGEST_PICTURE_BYTES)


class _Head(Contract):
    cursor: str = Field(max_length=LONGEST_CURSOR, pattern=r"^[A-Za-z0-9_-]*$")
    frames: list[_Frame] = Field(max_length=1000)


def parse_host_frames(host: str, body: bytes) -> HostFrames:
    """What the host sent. Raises UpstreamError where it is no such answer."""
    if len(body) < _LENGTH.size:
        raise _nonsense(host, "the head is missing")
    (length,) = _LENGTH.unpack_from(body)
    at = _LENGTH.size + length
    try:
        head = _Head.model_validate_json(body[_LENGTH.size : at])
    except ValidationError:
        raise _nonsense(host, "the head is none") from None
    if at + sum(frame.length for frame in head.frames) != len(body):
        raise _nonsense(host, "the pictures are not as long as the head says")
    pictures: dict[str, Picture] = {}
    for frame in head.frames:
        jpeg = body[at : at + frame.length]
        at += frame.length
        if not jpeg:
            continue
        if frame.number is None or frame.time is None or not jpeg.startswith(_JPEG_BEGIN):
            raise _nonsense(host, "what should be a picture is none")
        taken_utc_ms = utc_ms(frame.time)
        if taken_utc_ms >= LATEST_UTC_MS:
            # With an offset a calendar's last day ends behind its end: nobody's wall could show it.
            raise _nonsense(host, "a picture of the end of time")
        pictures[frame.device] = Picture(PictureFacts(frame.number, max(0, taken_utc_ms)), jpeg)
    return HostFrames(head.cursor, pictures)


def _nonsense(host: str, what: str) -> UpstreamError:
    return UpstreamError(
        f"Host {host} answers with nonsense: {what}.",
        remedy="Check that its public_url leads to its agent, and the agent's version.",
        details={"host": host},
    )
