"""The facts of one capture: what its JSON says, when a picture counts as black or frozen.

`capture_000000042.json`, at most 2 KB, has its capture's number. Without analysis (detection is off)
the fields from `brightness` on are absent.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.spans import from_utc_ms, iso_ms, utc_ms

# Over a longer hole nothing can be said of what did not change.
CONTINUES_WITHIN_MS = 15_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What analysis says of a capture. `brightness` 0–255, `motion` 0–1, `freeze_s` how long the
    picture has been unchanged, 0 unless `freeze`. Rounded as the JSON says them."""

    brightness: float
    blackscreen: bool
    freeze: bool
    freeze_s: float
    motion: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """One capture; `thumbnail` is the number of the thumbnail nearest in time, None where there is none."""

    number: int
    captured_at_utc_ms: int
    width: int
    height: int
    size_bytes: int
    thumbnail: int | None
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class Stillness:
    """An unchanged stretch of captures: when it began and when it was seen last, in UTC ms."""

    since_utc_ms: int
    last_utc_ms: int


def follow_stillness(before: Stillness | None, at_utc_ms: int, motion: float, below: float) -> Stillness:
    """Return the stretch that the capture at `at_utc_ms` belongs to.

    It goes on while `motion` is below `below`; a change, a hole of 15 s and a clock that was set back
    begin a new one.
    """
    if before is not None and motion < below and 0 <= at_utc_ms - before.last_utc_ms <= CONTINUES_WITHIN_MS:
        return Stillness(before.since_utc_ms, at_utc_ms)
    return Stillness(at_utc_ms, at_utc_ms)


def nearest(times_ms: Sequence[int], at_ms: int) -> int | None:
    """Return the index of the entry of `times_ms` (ascending) nearest to `at_ms`, the earlier of two
    equals; None where there is none."""
    if not times_ms:
        return None
    right = bisect_left(times_ms, at_ms)
    if right == 0:
        return 0
    if right == len(times_ms) or at_ms - times_ms[right - 1] <= times_ms[right] - at_ms:
        return right - 1
    return right


def encode_metadata(facts: CaptureFacts) -> str:
    """Return the JSON of one capture, on one line."""
    fields: dict[str, Any] = {
        "number": facts.number,
        "captured_at": iso_ms(from_utc_ms(facts.captured_at_utc_ms)),
        "width": facts.width,
        "height": facts.height,
        "bytes": facts.size_bytes,
        "thumbnail": facts.thumbnail,
    }
    judged = facts.judgement
    if judged is not None:
        fields |= {
            "brightness": judged.brightness,
            "blackscreen": judged.blackscreen,
            "freeze": judged.freeze,
            "freeze_seconds": judged.freeze_s,
            "motion": judged.motion,
            "sharpness": judged.sharpness,
        }
    return json.dumps(fields) + "\n"


def parse_metadata(text: str | bytes) -> CaptureFacts | None:
    """Return what a capture's JSON says; None where it is torn or something else."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return facts_of(fields)


def facts_of(fields: object) -> CaptureFacts | None:
    """Return what one decoded JSON object says (an hour's metadata are an array of them)."""
    if not isinstance(fields, dict):
        return None
    try:
        thumbnail = fields.get("thumbnail")
        return CaptureFacts(
            number=int(fields["number"]),
            captured_at_utc_ms=utc_ms(_moment(str(fields["captured_at"]))),
            width=int(fields["width"]),
            height=int(fields["height"]),
            size_bytes=int(fields["bytes"]),
            thumbnail=None if thumbnail is None else int(thumbnail),
            judgement=_judgement(fields),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment


def _judgement(fields: dict[str, Any]) -> Judgement | None:
    if "motion" not in fields:
        return None
    return Judgement(
        brightness=float(fields["brightness"]),
        blackscreen=bool(fields["blackscreen"]),
        freeze=bool(fields["freeze"]),
        freeze_s=float(fields["freeze_seconds"]),
        motion=float(fields["motion"]),
        sharpness=float(fields["sharpness"]),
    )
