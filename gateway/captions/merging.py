"""What merging of captions starts from and what comes out of it. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.captions.caption import Caption, JournalId
from gateway.captions.event import Event


@dataclass(frozen=True, slots=True)
class Rules:
    """The three limits of deduplication; seconds are inclusive."""

    similarity_threshold: float = 0.95
    min_duration_s: float = 60.0
    max_duration_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph knows of a camera before a batch.

    `last`: the newest caption (by time) that was merged; `open`: the event that it is in (None: it was
    pruned, or there is none). `around`: all events of the camera that overlap the times of captions that are
    not newer than the last, in order of time. `taken`: names of events that exist, of those that the batch
    could make.
    """

    last: Caption | None = None
    open: Event | None = None
    around: Sequence[Event] = ()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged:
    """Events as they are afterwards, whole. `created` and `extended` in order of time; none is in both.

    `last`, `open_event_id`: as in `Known`, afterwards. `late`: captions that were older than the camera's
    last; `repeated`: that were merged before and are counted once. `read`: all, also these.
    """

    created: tuple[Event, ...]
    extended: tuple[Event, ...]
    last: Caption | None
    open_event_id: str | None
    read: int
    late: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """What the graph keeps with a camera. `journal`, `position`: the last entry of its journal that is
    merged; None: nothing yet."""

    journal: str
    position: JournalId | None
    known: Known
