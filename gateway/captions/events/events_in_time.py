"""Events in order of time, whatever their words."""

from typing import cast

from gateway.captions.events.event_cursor import TimeCursor
from gateway.captions.graph import event_search_cypher as cypher
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_query import FIRST_MS, LAST_MS, Narrowed
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.graph_event import GraphEvent, graph_event


class EventsInTime:
    """Reads; each event of a page comes from an index, however many there are."""

    def __init__(self, graph: EventGraph) -> None:
        self._graph = graph

    def newest(self, narrowed: Narrowed, cursor: TimeCursor | None, limit: int) -> list[GraphEvent]:
        """Those that began last, of what began before the cursor."""
        statement = cypher.NEWEST_OF_ALL if narrowed.camera_ids is None else cypher.NEWEST_OF_CAMERAS
        return self._read(
            statement, narrowed, limit, **newest_bounds(narrowed, cursor, self.low_ms(narrowed))
        )

    def oldest(self, narrowed: Narrowed, cursor: TimeCursor | None, limit: int) -> list[GraphEvent]:
        """Those that began first, of what began behind the cursor."""
        statement = cypher.OLDEST_OF_ALL if narrowed.camera_ids is None else cypher.OLDEST_OF_CAMERAS
        return self._read(
            statement, narrowed, limit, **oldest_bounds(narrowed, cursor, self.low_ms(narrowed))
        )

    def low_ms(self, narrowed: Narrowed) -> int:
        """Before this no event began that reaches into the time that is asked for."""
        if narrowed.from_ms is None:
            return FIRST_MS
        if narrowed.camera_ids is None:
            [row] = self._graph.read(cypher.LONGEST_OF_ALL)
        else:
            [row] = self._graph.read(cypher.LONGEST_OF_CAMERAS, camera_ids=list(narrowed.camera_ids))
        return max(FIRST_MS, narrowed.from_ms - (cast("int | None", row["longest_ms"]) or 0))

    def _read(self, statement: str, narrowed: Narrowed, limit: int, **bounds: object) -> list[GraphEvent]:
        rows = self._graph.read(statement, limit=limit, **narrowed.parameters(), **bounds)
        return [graph_event(cast(Row, row["event"])) for row in rows]


def newest_bounds(narrowed: Narrowed, cursor: TimeCursor | None, low_ms: int) -> dict[str, object]:
    """The bounds of what begins before the cursor, at `low_ms` or later."""
    high_ms, cursor_id = LAST_MS if narrowed.to_ms is None else narrowed.to_ms, ""
    if cursor is not None and cursor.start_ms < high_ms:
        high_ms, cursor_id = cursor.start_ms, cursor.event_id
    return {"low_ms": low_ms, "high_ms": high_ms, "cursor_id": cursor_id}


def oldest_bounds(narrowed: Narrowed, cursor: TimeCursor | None, low_ms: int) -> dict[str, object]:
    """The bounds of what begins behind the cursor, at `low_ms` or later."""
    high_ms, cursor_id = LAST_MS if narrowed.to_ms is None else narrowed.to_ms, ""
    if cursor is not None and cursor.start_ms >= low_ms:
        low_ms, cursor_id = cursor.start_ms, cursor.event_id
    return {"low_ms": low_ms, "high_ms": high_ms, "cursor_id": cursor_id}
