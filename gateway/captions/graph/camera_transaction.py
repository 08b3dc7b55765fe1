"""One camera's part of the graph, in one transaction that nobody else of this camera is in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, cast

from gateway.captions.caption import JournalId
from gateway.captions.event import Event
from gateway.captions.graph import event_cypher
from gateway.captions.graph.event_record import Row, event_of, record_of, row_of
from gateway.captions.merging import CameraRecord, Merged

if TYPE_CHECKING:
    from neo4j import ManagedTransaction


class CameraTransaction:
    """To be had from `EventGraph.in_transaction`, which may run what is done with it more than once."""

    def __init__(self, transaction: ManagedTransaction, camera_id: str) -> None:
        self._transaction = transaction
        self._camera_id = camera_id
        self._lengths: set[int] = set()

    @property
    def embedding_lengths(self) -> frozenset[int]:
        """Of the embeddings that were written."""
        return frozenset(self._lengths)

    def lock(self) -> None:
        """Make the camera where it is new, and wait until nobody else writes it."""
        self._run(event_cypher.LOCK_CAMERA)

    def record(self) -> CameraRecord:
        """What the graph keeps with the camera; `known` is without `around` and `taken`."""
        [row] = self._run(event_cypher.CAMERA_RECORD)
        return record_of(self._camera_id, row)

    def events_overlapping(self, from_ms: int, to_ms: int) -> list[Event]:
        """Events that touch the time, both ends included, in order of time."""
        rows = self._run(event_cypher.EVENTS_OVERLAPPING, from_ms=from_ms, to_ms=to_ms)
        return [event_of(cast(Row, row["event"])) for row in rows]

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        """Which of `event_ids` exist."""
        if not event_ids:
            return frozenset()
        rows = self._run(event_cypher.TAKEN, event_ids=sorted(event_ids))
        return frozenset(str(row["event_id"]) for row in rows)

    def write(self, merged: Merged, journal: str, position: JournalId) -> None:
        """Write events whole, where they belong in the order of time, and how far the journal is merged."""
        newest = self._newest() if merged.created else None
        changed = [*merged.created, *merged.extended]
        if changed:
            self._run(event_cypher.WRITE_EVENTS, events=[row_of(event) for event in changed])
        self._write_embeddings(merged.created)
        self._link(merged.created, newest)
        self._write_camera(merged, journal, position)

    def delete_oldest(self, older_than_ms: int, limit: int) -> int:
        """Delete at most `limit` of the oldest events, up to the first that ended later; how many."""
        rows = self._run(event_cypher.OLDEST_EVENTS, older_than_ms=older_than_ms, limit=limit)
        ended = takewhile(lambda row: cast(int, row["end_ms"]) < older_than_ms, rows)
        event_ids = [str(row["event_id"]) for row in ended]
        if event_ids:
            self._run(event_cypher.DELETE_EVENTS, event_ids=event_ids)
        return len(event_ids)

    def forget(self) -> None:
        """Forget the camera itself, where it has no events."""
        self._run(event_cypher.FORGET_CAMERA)

    # -- inside ------------------------------------------------------------------------------

    def _newest(self) -> tuple[int, str] | None:
        """Place of the last event of the chain."""
        for row in self._run(event_cypher.NEWEST_EVENT):
            return cast(int, row["start_ms"]), str(row["event_id"])
        return None

    def _link(self, created: Sequence[Event], newest: tuple[int, str] | None) -> None:
        """Put `created` into the chain, whose last was `newest`. Nearly always all come behind it."""
        late = [event.event_id for event in created if newest is not None and _place(event) < newest]
        if late:
            self._run(event_cypher.SPLICE, event_ids=late)
        behind = [event.event_id for event in created if newest is None or _place(event) > newest]
        chain = behind if newest is None else [newest[1], *behind]
        if len(chain) > 1:
            self._run(event_cypher.CHAIN, pairs=[list(pair) for pair in pairwise(chain)])

    def _write_embeddings(self, events: Sequence[Event]) -> None:
        of_length: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
        for event in events:
            if event.embedding is not None:
                row: dict[str, object] = {"event_id": event.event_id, "embedding": list(event.embedding)}
                of_length[len(event.embedding)].append(row)
        for length, rows in of_length.items():
            self._run(event_cypher.write_embeddings(length), embeddings=rows)
            self._lengths.add(length)

    def _write_camera(self, merged: Merged, journal: str, position: JournalId) -> None:
        last = merged.last
        lengths = [event.end_ms - event.start_ms for event in (*merged.created, *merged.extended)]
        self._run(
            event_cypher.WRITE_CAMERA,
            journal=journal,
            position=str(position),
            open_event_id=merged.open_event_id,
            last_ms=None if last is None else last.captured_ms,
            last_text=None if last is None else last.text,
            longest_ms=max(lengths, default=0),
        )
        if last is not None and last.embedding is not None:
            self._run(event_cypher.WRITE_LAST_EMBEDDING, embedding=list(last.embedding))

    def _run(self, statement: str, **parameters: object) -> list[Row]:
        result = self._transaction.run(statement, {"camera_id": self._camera_id, **parameters})
        return [record.data() for record in result]


def _place(event: Event) -> tuple[int, str]:
    """Where an event stands in its camera's chain."""
    return event.start_ms, event.event_id
