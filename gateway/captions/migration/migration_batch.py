"""One batch of a camera's journal, merged into the graph within one transaction of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from gateway.captions.caption import Caption, JournalEntry, JournalId, JournalRead
from gateway.captions.deduplication.merge import event_name, further_names, merge
from gateway.captions.event import Event
from gateway.captions.merging import CameraRecord, Merged, Rules
from gateway.captions.migration.migration_run import RunCounts

T = TypeVar("T")


class Transaction(Protocol):
    """What a batch needs of a camera's events, all in one transaction that holds the camera's lock."""

    def record(self) -> CameraRecord: ...

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]: ...

    def taken(self, event_ids: Collection[str]) -> frozenset[str]: ...

    def write(self, merged: Merged, journal: str, position: JournalId) -> None: ...


class Graph(Protocol):
    """Where events are kept. `work` may be run more than once; of what it wrote, the last is kept, whole."""

    def in_transaction(self, camera_id: str, work: Callable[[Transaction], T]) -> T:
        """Raises UnavailableError (`graph_unreachable`)."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of one. `created`: ids of the events that it made, in order of time."""

    counts: RunCounts
    created: tuple[str, ...] = ()


def merge_batch(transaction: Transaction, read: JournalRead, rules: Rules) -> Batch:
    """Merge what is `read` and not in the graph yet; entries are merged once, however often they are read."""
    record = transaction.record()
    fresh = entries_after(record, read)
    known_before = len(read.entries) - len(fresh)
    if not fresh:
        return Batch(RunCounts(read=known_before, repeated=known_before))
    captions = [entry.caption for entry in fresh]
    known = record.known
    spans = late_spans(known.last, captions, rules.max_duration_s)
    if spans:
        around = {event.event_id: event for span in spans for event in transaction.events_overlapping(*span)}
        known = replace(
            known,
            around=sorted(around.values(), key=lambda event: (event.start_ms, event.event_id)),
            taken=transaction.taken(possible_names(captions, spans[-1][1])),
        )
    merged = merge(known, captions, rules)
    transaction.write(merged, read.journal, _position_after(record, read.journal, fresh[-1].id))
    return Batch(
        RunCounts(
            read=len(read.entries),
            created=len(merged.created),
            extended=len(merged.extended),
            late=merged.late,
            repeated=merged.repeated + known_before,
        ),
        tuple(event.event_id for event in merged.created),
    )


def entries_after(record: CameraRecord, read: JournalRead) -> Sequence[JournalEntry]:
    """What of `read` lies behind the position that the graph has. Of another journal it has none: that
    one's ids say nothing about this one's.

    Captions that are newer than all that were merged are not among these, whatever their ids: those of a
    journal that came back from an older copy begin anew, perhaps by a clock that was set back.
    """
    if record.position is None or record.journal != read.journal:
        return read.entries
    position, last = record.position, record.known.last
    return [
        entry
        for entry in read.entries
        if entry.id > position or last is None or entry.caption.captured_ms > last.captured_ms
    ]


def _position_after(record: CameraRecord, journal: str, behind: JournalId) -> JournalId:
    """It never goes back."""
    if record.position is None or record.journal != journal:
        return behind
    return max(record.position, behind)


def late_spans(
    last: Caption | None, captions: Iterable[Caption], max_duration_s: float
) -> Sequence[tuple[int, int]]:
    """The times (from, to, both included) of captions that are not newer than the `last`, in order.

    What lies between two of them is further apart than an event is long, so nothing of it matters: of a
    caption of last year, a year of events is not looked at.
    """
    if last is None:
        return ()
    spans: list[tuple[int, int]] = []
    for ms in sorted(caption.captured_ms for caption in captions if caption.captured_ms <= last.captured_ms):
        if spans and ms - spans[-1][1] <= max_duration_s * 1000:
            spans[-1] = spans[-1][0], ms
        else:
            spans.append((ms, ms))
    return spans


def possible_names(captions: Iterable[Caption], until_ms: int) -> set[str]:
    """The names that events of `captions` until then could have; later ones are nobody's yet."""
    names: set[str] = set()
    for caption in captions:
        if caption.captured_ms <= until_ms:
            name = event_name(caption.camera_id, caption.captured_ms)
            names.update((name, *further_names(name, caption.text)))
    return names
