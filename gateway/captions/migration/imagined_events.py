"""A camera's events as they would be: what is there, and on top of it what batches would write. Plain.

A migration that is given this in place of the graph does all that it does, and nothing is written.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from gateway.captions.caption import JournalId
from gateway.captions.event import Event
from gateway.captions.merging import CameraRecord, Known, Merged

NOTHING_KNOWN = CameraRecord(journal="", position=None, known=Known())


class Reading(Protocol):
    """What is there."""

    def record(self) -> CameraRecord: ...

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]: ...

    def taken(self, event_ids: Collection[str]) -> frozenset[str]: ...


class NothingThere:
    """A graph that knows nothing of the camera."""

    def record(self) -> CameraRecord:
        return NOTHING_KNOWN

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]:
        return []

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        return frozenset()


class ImaginedEvents:
    """A camera's transaction (`migration_batch.Transaction`) that keeps to itself what is written."""

    def __init__(self, there: Reading) -> None:
        self._there = there
        self._record: CameraRecord | None = None
        self._events: dict[str, Event] = {}
        self._created: set[str] = set()

    @property
    def created(self) -> list[Event]:
        """Events that would be new, in order of time."""
        return self._in_order(event for event_id, event in self._events.items() if event_id in self._created)

    @property
    def extended(self) -> list[Event]:
        """Events that are there and would go on, as they would be, in order of time."""
        return self._in_order(
            event for event_id, event in self._events.items() if event_id not in self._created
        )

    # -- as a transaction --------------------------------------------------------------------

    def record(self) -> CameraRecord:
        if self._record is None:
            self._record = self._there.record()
        return self._record

    def events_overlapping(self, from_ms: int, to_ms: int) -> list[Event]:
        found = {event.event_id: event for event in self._there.events_overlapping(from_ms, to_ms)}
        found |= self._events
        return self._in_order(
            event for event in found.values() if event.start_ms <= to_ms and event.end_ms >= from_ms
        )

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        return self._there.taken(event_ids) | (self._events.keys() & set(event_ids))

    def write(self, merged: Merged, journal: str, position: JournalId) -> None:
        for event in (*merged.created, *merged.extended):
            self._events[event.event_id] = event
        self._created.update(event.event_id for event in merged.created)
        known = self.record().known
        opened = merged.open_event_id
        self._record = CameraRecord(
            journal,
            position,
            replace(
                known,
                last=merged.last,
                # It is as it was where the batch did not change it.
                open=None if opened is None else self._events.get(opened, known.open),
            ),
        )

    @staticmethod
    def _in_order(events: Iterable[Event]) -> list[Event]:
        return sorted(events, key=lambda event: (event.start_ms, event.event_id))
