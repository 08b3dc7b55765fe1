"""A caption: what one frame of one camera shows, in words. Plain."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_TEXT = 2_000
# A vector index takes no more.
LONGEST_EMBEDDING = 4_096
# A clock of the one who captions may be ahead by so much.
MOST_AHEAD_MS = 60_000
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Caption:
    """`camera_id`: the camera's external id. `captured_ms`: UTC milliseconds of the frame. `embedding`: what
    a model made of the text, or None. `model`: what wrote the text. `frame`: the writer's own reference to
    the picture. `further`: another caption of the camera had this millisecond before."""

    camera_id: str
    captured_ms: int
    text: str
    embedding: tuple[float, ...] | None = None
    model: str = ""
    frame: str = ""
    further: bool = False


@dataclass(frozen=True, slots=True, order=True)
class JournalId:
    """Where an entry stands in its camera's journal: arrival in UTC milliseconds, and a number in it."""

    ms: int
    number: int

    @classmethod
    def of(cls, text: str) -> "JournalId":
        """From `ms-number`. Raises ValueError."""
        ms, _, number = text.partition("-")
        return cls(int(ms), int(number))

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A caption in its camera's journal. `suffix`: of its key behind the camera: `{ms}`, or `{ms}:{hash8}`
    where another caption had that millisecond before."""

    id: JournalId
    suffix: str
    caption: Caption


@dataclass(frozen=True, slots=True)
class JournalRead:
    """The oldest entries of a camera's journal, in order of arrival. `journal`: which journal it is: ids of
    one that was lost (another Redis) say nothing about those of its successor."""

    journal: str
    entries: Sequence[JournalEntry]


def hash8(text: str) -> str:
    """Tells captions of one millisecond apart: 8 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
