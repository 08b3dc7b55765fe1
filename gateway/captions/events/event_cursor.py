"""Where a page of events ended. Plain.

In order of time that is the last event that was told: what comes and goes before it changes nothing. How well
events match shifts with every event that is written, so there it is all that were told: none comes again,
and none is passed over.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.captions.graph.event_query import SortKey

# Of all texts of a list one in some millions shares its mark with another.
_MARK_BYTES = 5
# A list in the order best ends there.
MOST_BEST = 500
_LETTERS: dict[SortKey, bytes] = {"newest": b"n", "oldest": b"o", "best": b"b"}


@dataclass(frozen=True, slots=True)
class TimeCursor:
    """The last event that was told, in order of (start, event_id). `start_ms`: UTC ms."""

    start_ms: int
    event_id: str


@dataclass(frozen=True, slots=True)
class BestCursor:
    """Marks of all events that were told."""

    marks: frozenset[bytes] = frozenset()

    def has(self, event_id: str) -> bool:
        return _mark(event_id) in self.marks

    def with_more(self, event_ids: Iterable[str]) -> "BestCursor":
        return BestCursor(self.marks | {_mark(event_id) for event_id in event_ids})


def encode_time_cursor(cursor: TimeCursor, sort: SortKey) -> str:
    return _encoded(_LETTERS[sort] + f"{cursor.start_ms} {cursor.event_id}".encode())


def encode_best_cursor(cursor: BestCursor) -> str:
    return _encoded(_LETTERS["best"] + b"".join(sorted(cursor.marks)))


def parse_time_cursor(text: str, sort: SortKey) -> TimeCursor | None:
    """What `encode_time_cursor` wrote for that order; of "" None. Raises ValueError with a sentence."""
    if not text:
        return None
    try:
        start, _, event_id = _decoded(text, sort).decode().partition(" ")
    except UnicodeDecodeError:
        raise ValueError("is no cursor.") from None
    if not (start.isascii() and start.isdigit() and len(start) <= 15 and event_id and "\0" not in event_id):
        raise ValueError("is no cursor.")
    return TimeCursor(int(start), event_id)


def parse_best_cursor(text: str) -> BestCursor:
    """What `encode_best_cursor` wrote; of "" one that was told nothing. Raises ValueError with a sentence."""
    marks = _decoded(text, "best") if text else b""
    if len(marks) % _MARK_BYTES or len(marks) > MOST_BEST * _MARK_BYTES:
        raise ValueError("is no cursor.")
    return BestCursor(frozenset(marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES)))


def _mark(event_id: str) -> bytes:
    return hashlib.sha256(event_id.encode()).digest()[:_MARK_BYTES]


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str, sort: SortKey) -> bytes:
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is no cursor.") from None
    if content[:1] not in _LETTERS.values():
        raise ValueError("is no cursor.")
    if content[:1] != _LETTERS[sort]:
        raise ValueError("is one of another order.")
    return content[1:]
