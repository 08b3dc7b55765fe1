"""What a clip is, and the form in which it is kept beside its file."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.spans import Span, from_utc_ms, utc_ms

CLIP_ID = re.compile(r"^[0-9a-f]{16}$")
CONTENT_TYPES = {".mp4": "video/mp4", ".zip": "application/zip"}


class ClipState(StrEnum):
    """Where a clip is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = frozenset({ClipState.QUEUED, ClipState.RUNNING})


@dataclass(frozen=True, slots=True)
class ClipPart:
    """One MP4: footage of one coding. `span` is from its first to its last picture, gaps included;
    `footage_ms` is how long it plays; `coding` is for people: `h264 1280x720, aac`."""

    name: str
    span: Span
    footage_ms: int
    coding: str


@dataclass(frozen=True, slots=True)
class Clip:
    """`span` is what was asked for; the clip begins and ends with the segments that touch it.

    `progress` is 0 to 1. `message` says in a sentence what is going on or went wrong. `file_name` and
    `size_bytes` are there when it is done: an MP4, or a zip of one MP4 a part.
    """

    id: str
    device: str
    span: Span
    format: str
    state: ClipState
    progress: float
    message: str
    created_at: datetime
    expires_at: datetime
    boot_id: str
    created_monotonic_ms: int
    footage_ms: int
    file_name: str | None = None
    size_bytes: int | None = None
    parts: tuple[ClipPart, ...] = ()

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def has_expired(self, now: datetime, boot_id: str, monotonic_ms: int) -> bool:
        """Whether the clip's time is over: a wall clock that is set ahead does not make it so."""
        lifetime_ms = utc_ms(self.expires_at) - utc_ms(self.created_at)
        if boot_id == self.boot_id:
            return monotonic_ms - self.created_monotonic_ms >= lifetime_ms
        return now >= self.expires_at


def encode_clip(clip: Clip) -> str:
    """The text of `clip.json`."""
    fields = {
        "id": clip.id,
        "device": clip.device,
        "span": _encode_span(clip.span),
        "format": clip.format,
        "state": clip.state.value,
        "progress": round(clip.progress, 4),
        "message": clip.message,
        "created_utc_ms": utc_ms(clip.created_at),
        "expires_utc_ms": utc_ms(clip.expires_at),
        "boot_id": clip.boot_id,
        "created_monotonic_ms": clip.created_monotonic_ms,
        "footage_ms": clip.footage_ms,
        "file_name": clip.file_name,
        "size_bytes": clip.size_bytes,
        "parts": [
            {
                "name": part.name,
                "span": _encode_span(part.span),
                "footage_ms": part.footage_ms,
                "coding": part.coding,
            }
            for part in clip.parts
        ],
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def parse_clip(text: str) -> Clip | None:
    """Return what `encode_clip` wrote; None where the text is torn or somebody else's."""
    try:
        told = json.loads(text)
        return Clip(
            id=str(told["id"]),
            device=str(told["device"]),
            span=_parse_span(told["span"]),
            format=str(told["format"]),
            state=ClipState(told["state"]),
            progress=float(told["progress"]),
            message=str(told["message"]),
            created_at=from_utc_ms(int(told["created_utc_ms"])),
            expires_at=from_utc_ms(int(told["expires_utc_ms"])),
            boot_id=str(told["boot_id"]),
            created_monotonic_ms=int(told["created_monotonic_ms"]),
            footage_ms=int(told["footage_ms"]),
            file_name=None if told["file_name"] is None else str(told["file_name"]),
            size_bytes=None if told["size_bytes"] is None else int(told["size_bytes"]),
            parts=tuple(
                ClipPart(
                    str(part["name"]),
                    _parse_span(part["span"]),
                    int(part["footage_ms"]),
                    str(part["coding"]),
                )
                for part in told["parts"]
            ),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _encode_span(span: Span) -> list[int]:
    return [utc_ms(span.start), utc_ms(span.end)]


def _parse_span(told: Any) -> Span:
    start_ms, end_ms = told
    return Span(from_utc_ms(int(start_ms)), from_utc_ms(int(end_ms)))


def clip_name(device: str, start: datetime, part: int | None, suffix: str) -> str:
    """A name for people and every file system: `capture1_2026-11-21T14-02-03Z.mp4`, parts with `_part2`."""
    numbered = "" if part is None else f"_part{part}"
    return f"{device}_{start:%Y-%m-%dT%H-%M-%SZ}{numbered}{suffix}"
