"""One camera's part of the graph, looked at and left as it is."""

from collections.abc import Collection, Sequence
from typing import cast

from gateway.captions.event import Event
from gateway.captions.graph import event_cypher
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_record import Row, event_of, record_of
from gateway.captions.merging import CameraRecord
from gateway.captions.migration.imagined_events import NOTHING_KNOWN


class CameraReading:
    """What `CameraTransaction` reads, without its lock: two questions may see two states. Every method raises
    UnavailableError `graph_unreachable`."""

    def __init__(self, graph: EventGraph, camera_id: str) -> None:
        self._graph = graph
        self._camera_id = camera_id

    def record(self) -> CameraRecord:
        """What the graph keeps with the camera; nothing, where it does not know it."""
        for row in self._read(event_cypher.CAMERA_RECORD):
            return record_of(self._camera_id, row)
        return NOTHING_KNOWN

    def events_overlapping(self, from_ms: int, to_ms: int) -> Sequence[Event]:
        """Events that touch the time, both ends included, in order of time."""
        rows = self._read(event_cypher.EVENTS_OVERLAPPING, from_ms=from_ms, to_ms=to_ms)
        return [event_of(cast(Row, row["event"])) for row in rows]

    def taken(self, event_ids: Collection[str]) -> frozenset[str]:
        """Which of `event_ids` exist."""
        if not event_ids:
            return frozenset()
        rows = self._read(event_cypher.TAKEN, event_ids=sorted(event_ids))
        return frozenset(str(row["event_id"]) for row in rows)

    def _read(self, statement: str, **parameters: object) -> list[Row]:
        return self._graph.read(statement, camera_id=self._camera_id, **parameters)
