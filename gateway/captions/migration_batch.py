"""One batch of a camera's journal, merged into the graph within one transaction of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from gateway.captions.caption import Caption, JournalEntry, JournalId, JournalRead, hash8
from gateway.captions.deduplication import event_name, late_span, merge
from gateway.captions.event import Event
from gateway.captions.merging import CameraRecord, Merged, Rules
from gateway.captions.migration_run import RunCounts

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
    span = late_span(known.last, captions)
    if span is not None:
        known = replace(
            known,
            around=transaction.events_overlapping(*span),
            taken=transaction.taken(possible_names(captions, span[1])),
        )
    merged = merge(known, captions, rules)
    transaction.write(merged, read.journal, fresh[-1].id)
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
    one's ids say nothing about this one's."""
    if record.position is None or record.journal != read.journal:
        return read.entries
    position = record.position
    return [entry for entry in read.entries if entry.id > position]


def possible_names(captions: Iterable[Caption], until_ms: int) -> set[str]:
    """The names that events of `captions` until then could have; later ones are nobody's yet."""
    names: set[str] = set()
    for caption in captions:
        if caption.captured_ms <= until_ms:
            name = event_name(caption.camera_id, caption.captured_ms)
            names.update((name, f"{name}:{hash8(caption.text)}"))
    return names
