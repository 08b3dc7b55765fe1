"""Events that are like another one, by their embeddings."""

from collections.abc import Sequence
from typing import cast

from gateway.captions.events.events_in_time import EventsInTime
from gateway.captions.graph import event_search_cypher as cypher
from gateway.captions.graph.event_cypher import vector_index_name
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_query import Narrowed
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.graph_event import GraphEvent, graph_event
from shared.errors import ConflictError

# Of so many every one is compared; of more the index tells the nearest, whatever their cameras and times.
_MOST_COMPARED = 5_000
_MOST_NEAREST = 10_000


class SimilarEvents:
    """Reads."""

    def __init__(self, graph: EventGraph, in_time: EventsInTime) -> None:
        self._graph = graph
        self._in_time = in_time

    def best(self, event_id: str, narrowed: Narrowed, limit: int) -> list[GraphEvent]:
        """The most similar ones first. Raises ConflictError `no_embedding`.

        Where cameras or times leave more than are compared one by one, they are looked for among the 10,000
        nearest of all.
        """
        length = self._length(event_id)
        low_ms = self._in_time.low_ms(narrowed)
        asked = {"event_id": event_id, "limit": limit, "low_ms": low_ms, **narrowed.parameters()}
        if narrowed != Narrowed() and self._is_few(narrowed, low_ms):
            every = cypher.SIMILAR_OF_ALL if narrowed.camera_ids is None else cypher.SIMILAR_OF_CAMERAS
            return _events(self._graph.read(every, **asked))
        self._graph.prepare_likeness(length)
        # One more, as it is nearest to itself.
        most = limit + 1
        while True:
            rows = self._graph.read(cypher.MOST_SIMILAR, index=vector_index_name(length), most=most, **asked)
            if len(rows) >= limit or most >= _MOST_NEAREST or narrowed == Narrowed():
                return _events(rows)[:limit]
            most = min(_MOST_NEAREST, most * 8)

    def _length(self, event_id: str) -> int:
        rows = self._graph.read(cypher.EMBEDDING_LENGTH, event_id=event_id)
        length = cast("int | None", rows[0]["length"]) if rows else None
        if length is None:
            raise ConflictError(
                f"The event {event_id} has no embedding, so nothing can be said to be like it.",
                remedy="Search by its words, or have captions sent with embeddings.",
                code="no_embedding",
            )
        return length

    def _is_few(self, narrowed: Narrowed, low_ms: int) -> bool:
        statement = cypher.COUNT_OF_ALL if narrowed.camera_ids is None else cypher.COUNT_OF_CAMERAS
        most = _MOST_COMPARED + 1
        [row] = self._graph.read(statement, low_ms=low_ms, most=most, **narrowed.parameters())
        return cast(int, row["hits"]) < most


def _events(rows: Sequence[Row]) -> list[GraphEvent]:
    return [graph_event(cast(Row, row["event"]), row["score"]) for row in rows]
