"""What a caption may hold, whoever sends it. Plain."""

import math
import re
from array import array
from datetime import UTC, datetime

from gateway.captions.caption import LONGEST_EMBEDDING, LONGEST_TEXT, MOST_AHEAD_MS, Caption

LONGEST_MODEL = 200
LONGEST_FRAME = 500
CAMERA_ID_PATTERN = r"^[A-Za-z0-9_-]{1,130}\Z"
# Before that no camera of today was there: a clock that was never set, or seconds for milliseconds.
EARLIEST_MS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1000
# Longer ones and shorter ones cannot be compared in single precision, which is what an index has.
_LONGEST_VECTOR = 1e18
_SHORTEST_VECTOR = 1e-18
_CAMERA_ID = re.compile(CAMERA_ID_PATTERN)
# Control characters but tab and new line, and halves of surrogate pairs.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBERS = frozenset({int, float})


class CaptionFaultError(ValueError):
    """What is wrong with a caption: the `field`, a `code` and a `sentence` that goes on where the field's
    name ends."""

    def __init__(self, field: str, code: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.code = code
        self.sentence = sentence


def checked_caption(
    camera_id: str,
    captured_ms: int,
    now_ms: int,
    *,
    text: object,
    embedding: object = None,
    model: object = None,
    frame: object = None,
    time_field: str = "captured_at",
) -> Caption:
    """A caption whose parts are as they must be. Raises CaptionFaultError with the first that is not."""
    return Caption(
        camera_id=camera_id,
        captured_ms=checked_time_ms(captured_ms, now_ms, time_field),
        text=checked_text(text),
        embedding=checked_embedding(embedding),
        model=_checked_note("model", model, LONGEST_MODEL),
        frame=_checked_note("frame", frame, LONGEST_FRAME),
    )


def checked_camera_id(value: object) -> str:
    """An external id. Raises CaptionFaultError."""
    if not isinstance(value, str) or _CAMERA_ID.match(value) is None:
        raise CaptionFaultError("camera_id", "bad_camera_id", "is no external_id of a camera.")
    return value


def checked_time_ms(ms: int, now_ms: int, field: str = "captured_at") -> int:
    """A time from the year 2000 to a minute from now. Raises CaptionFaultError."""
    if ms < EARLIEST_MS:
        raise CaptionFaultError(
            field, "bad_time", "lies before the year 2000; it is in milliseconds since 1970, or ISO 8601."
        )
    if ms > now_ms + MOST_AHEAD_MS:
        raise CaptionFaultError(
            field,
            "in_the_future",
            f"lies more than {MOST_AHEAD_MS // 1000} s ahead: whose clock is wrong?",
        )
    return ms


def checked_text(value: object) -> str:
    """The text without blanks at its ends. Raises CaptionFaultError."""
    if not isinstance(value, str):
        raise CaptionFaultError("text", "bad_text", "is not text.")
    text = value.strip()
    if not text:
        raise CaptionFaultError("text", "empty_text", "is empty.")
    if len(text) > LONGEST_TEXT:
        raise CaptionFaultError(
            "text", "text_too_long", f"has {len(text)} characters; {LONGEST_TEXT} at most are taken."
        )
    if _NO_TEXT.search(text) is not None:
        raise CaptionFaultError("text", "bad_text", "has characters that are no text.")
    return text


def checked_embedding(value: object) -> tuple[float, ...] | None:
    """The numbers in single precision; None for None. Raises CaptionFaultError."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= LONGEST_EMBEDDING:
        raise _bad_embedding(f"is no list of 1 to {LONGEST_EMBEDDING} numbers.")
    # True is a number to Python, and to nobody else.
    if not _NUMBERS.issuperset(map(type, value)):
        raise _bad_embedding("holds what is no number.")
    try:
        numbers = array("f", value)
    except OverflowError:
        raise _bad_embedding("holds a number that is too large.") from None
    length = math.hypot(*numbers)
    if not length < _LONGEST_VECTOR:  # not a number, too
        raise _bad_embedding("holds a number that is not finite, or too large for single precision.")
    if length < _SHORTEST_VECTOR:
        raise _bad_embedding("has no direction: it is zero.")
    return tuple(numbers)


def _checked_note(field: str, value: object, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CaptionFaultError(field, f"bad_{field}", "is not text.")
    if len(value) > longest:
        raise CaptionFaultError(field, f"bad_{field}", f"has more than {longest} characters.")
    if _NO_TEXT.search(value) is not None:
        raise CaptionFaultError(field, f"bad_{field}", "has characters that are no text.")
    return value


def _bad_embedding(sentence: str) -> CaptionFaultError:
    return CaptionFaultError("embedding", "bad_embedding", sentence)
