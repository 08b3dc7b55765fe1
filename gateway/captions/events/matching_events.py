"""Events whose words match, by the full-text index.

It streams hits by how well they match and can sort by nothing else. What is wanted in order of time is
therefore read stretch by stretch of time, from the end that is wanted first, each by the tokens of its time:
of a common word an hour or less, of a rare one longer and longer ones. How many there are is counted before
any is read, which costs next to nothing.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from gateway.captions.events.event_cursor import TimeCursor
from gateway.captions.events.search_words import Search, index_text
from gateway.captions.graph import event_search_cypher as cypher
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_query import FIRST_MS, Narrowed
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.event_tokens import SHORTEST_MS, brief_token, camera_token, tokens_between
from gateway.captions.graph.graph_event import GraphEvent, graph_event

MOST_READ = 5_000
CAMERAS_AT_ONCE = 300
# In the shortest stretch of time that is told apart, whatever the fleet.
_MOST_IN_SHORTEST = 200_000
# Some thirty years are more; so long a time leaves out next to nothing.
_MOST_TIME_TOKENS = 400
_GROWS_BY = 6
_FIRST_STRETCH_MS = 3_600_000
TimeSort = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read in order of time. `first_ms`, `behind_ms`: the time that is left of what was asked."""

    search: Search
    narrowed: Narrowed
    cursor: TimeCursor | None
    sort: TimeSort
    first_ms: int
    behind_ms: int


class MatchingEvents:
    """Reads. A search without words finds every event that is not left out otherwise.

    `most_read`: events that are read and sorted at once, but for what begins within ten minutes.
    `cameras_at_once`: that one question to the index names; it takes a thousand words.
    """

    def __init__(
        self, graph: EventGraph, *, most_read: int = MOST_READ, cameras_at_once: int = CAMERAS_AT_ONCE
    ) -> None:
        self._graph = graph
        self._most_read = most_read
        self._cameras_at_once = cameras_at_once

    def in_time(
        self, search: Search, narrowed: Narrowed, cursor: TimeCursor | None, sort: TimeSort, limit: int
    ) -> list[GraphEvent]:
        """Those that began last (or first), of what is behind the cursor in that order."""
        self._graph.prepare()
        closed = self._closed(narrowed)
        if closed is None:
            return []
        first_ms, behind_ms = closed
        if cursor is not None and sort == "newest":
            # What began before the time that is asked for, and reaches into it, comes last.
            behind_ms = min(behind_ms, max(cursor.start_ms, first_ms) + 1)
        if cursor is not None and sort == "oldest":
            first_ms = max(first_ms, cursor.start_ms)
        found = [
            event
            for lot in self._lots(narrowed)
            for event in self._lot_in_time(_Asked(search, lot, cursor, sort, first_ms, behind_ms), limit)
        ]
        found.sort(key=lambda event: (event.start_ms, event.event_id), reverse=sort == "newest")
        return found[:limit]

    def best(self, search: Search, narrowed: Narrowed, limit: int) -> list[GraphEvent]:
        """Those that match best, the best first."""
        self._graph.prepare()
        if (narrowed.from_ms is None) != (narrowed.to_ms is None):
            closed = self._closed(narrowed)
            if closed is None:
                return []
            narrowed = replace(narrowed, from_ms=closed[0], to_ms=closed[1])
        found = [event for lot in self._lots(narrowed) for event in self._best_of_lot(search, lot, limit)]
        found.sort(key=lambda event: (event.score or 0.0, event.start_ms, event.event_id), reverse=True)
        return found[:limit]

    def count(self, search: Search, narrowed: Narrowed, most: int) -> int:
        """How many there are, counted up to `most`; some may be off the span by less than ten minutes."""
        self._graph.prepare()
        hits = 0
        for lot in self._lots(narrowed):
            hits += self._count(_text(search, lot), most - hits)
            if hits >= most:
                break
        return hits

    def times(self, search: Search, narrowed: Narrowed, most: int) -> dict[str, list[tuple[int, int]]]:
        """Begin and end of each (UTC ms, both inclusive), by camera, of `most` at most."""
        self._graph.prepare()
        found: dict[str, list[tuple[int, int]]] = {}
        for lot in self._lots(narrowed):
            for row in self._graph.read(
                cypher.TIMES_MATCHING, text=_text(search, lot), most=most, **lot.parameters()
            ):
                begins, ends = cast("list[int]", row["starts_ms"]), cast("list[int]", row["ends_ms"])
                found[str(row["camera_id"])] = list(zip(begins, ends, strict=True))
        return found

    # -- in order of time --------------------------------------------------------------------

    def _closed(self, narrowed: Narrowed) -> tuple[int, int] | None:
        """The time that is asked for; where it is open, that of all events. None where that is none."""
        first_ms, behind_ms = narrowed.from_ms, narrowed.to_ms
        if first_ms is None or behind_ms is None:
            rows = self._graph.read(cypher.BOUNDS)
            if not rows:
                return None
            first_ms = cast(int, rows[0]["first_ms"]) if first_ms is None else first_ms
            behind_ms = cast(int, rows[0]["last_ms"]) + 1 if behind_ms is None else behind_ms
        return (first_ms, behind_ms) if first_ms < behind_ms else None

    def _lot_in_time(self, asked: _Asked, limit: int) -> Iterator[GraphEvent]:
        left = asked.first_ms, asked.behind_ms
        length_ms = _FIRST_STRETCH_MS
        while left[0] < left[1] and limit > 0:
            stretch = self._stretch(asked, left, length_ms, limit)
            events = self._read_stretch(asked, stretch, limit)
            yield from events
            limit -= len(events)
            left = (left[0], stretch[0]) if asked.sort == "newest" else (stretch[1], left[1])
            length_ms = (stretch[1] - stretch[0]) * _GROWS_BY

    def _stretch(self, asked: _Asked, left: tuple[int, int], length_ms: int, limit: int) -> tuple[int, int]:
        """The next stretch of what is left: with `limit` events where there are so many, and never with more
        than are read at once but where it cannot be shorter."""
        too_few: tuple[int, int] | None = None
        few_ms, many_ms = 0, 0
        while True:
            stretch = _end_of(left, asked.sort, length_ms)
            lot = replace(asked.narrowed, from_ms=stretch[0], to_ms=stretch[1])
            count = self._count(_text(asked.search, lot), self._most_read + 1)
            if count <= self._most_read and (count >= limit or stretch == left):
                return stretch
            if count > self._most_read:
                if length_ms <= SHORTEST_MS:
                    return stretch
                many_ms = length_ms
            else:
                too_few, few_ms = stretch, length_ms
            if too_few is not None and many_ms and many_ms <= few_ms * _GROWS_BY:
                return too_few
            if not many_ms:
                length_ms *= min(_GROWS_BY**3, max(_GROWS_BY, 2 * limit // max(1, count)))
            elif few_ms or many_ms > SHORTEST_MS * _GROWS_BY:
                length_ms = math.isqrt(max(few_ms, SHORTEST_MS) * many_ms)
            else:
                length_ms = SHORTEST_MS

    def _read_stretch(self, asked: _Asked, stretch: tuple[int, int], limit: int) -> list[GraphEvent]:
        # Each event is of the stretch that it begins in, or of the first where it began before that.
        low_ms = FIRST_MS if stretch[0] == asked.first_ms else stretch[0]
        high_ms, cursor_id, cursor = stretch[1], "", asked.cursor
        if cursor is not None and asked.sort == "newest" and cursor.start_ms < high_ms:
            high_ms, cursor_id = cursor.start_ms, cursor.event_id
        if cursor is not None and asked.sort == "oldest" and cursor.start_ms >= low_ms:
            low_ms, cursor_id = cursor.start_ms, cursor.event_id
        rows = self._graph.read(
            cypher.NEWEST_MATCHING if asked.sort == "newest" else cypher.OLDEST_MATCHING,
            text=_text(asked.search, replace(asked.narrowed, from_ms=stretch[0], to_ms=stretch[1])),
            most=_MOST_IN_SHORTEST,
            limit=limit,
            low_ms=low_ms,
            high_ms=high_ms,
            cursor_id=cursor_id,
            **asked.narrowed.parameters(),
        )
        return [graph_event(cast(Row, row["event"])) for row in rows]

    # -- inside ------------------------------------------------------------------------------

    def _best_of_lot(self, search: Search, lot: Narrowed, limit: int) -> list[GraphEvent]:
        text = _text(search, lot)
        most = limit
        while True:
            rows = self._graph.read(cypher.BEST_MATCHING, text=text, most=most, **lot.parameters())
            # Some may be off the time that is asked for, as far as tokens tell.
            if len(rows) >= limit or self._count(text, most) < most:
                return [graph_event(cast(Row, row["event"]), row["score"]) for row in rows]
            most *= 4

    def _lots(self, narrowed: Narrowed) -> Iterator[Narrowed]:
        camera_ids, size = narrowed.camera_ids, self._cameras_at_once
        if camera_ids is None:
            yield narrowed
            return
        for first in range(0, len(camera_ids), size):
            yield replace(narrowed, camera_ids=camera_ids[first : first + size])

    def _count(self, text: str, most: int) -> int:
        [row] = self._graph.read(cypher.COUNT_MATCHING, text=text, most=most)
        return cast(int, row["hits"])


def _text(search: Search, lot: Narrowed) -> str:
    """The question to the index, with the tokens of what it is narrowed by."""
    groups: list[list[str]] = []
    if lot.camera_ids is not None:
        groups.append([camera_token(camera_id) for camera_id in lot.camera_ids])
    if lot.from_ms is not None and lot.to_ms is not None:
        times = tokens_between(lot.from_ms, lot.to_ms)
        if len(times) <= _MOST_TIME_TOKENS:
            groups.append(times)
    if lot.brief is not None:
        groups.append([brief_token(lot.brief)])
    return index_text(search, groups)


def _end_of(left: tuple[int, int], sort: TimeSort, length_ms: int) -> tuple[int, int]:
    """A stretch at that end of `left` that is wanted first, cut at whole ten minutes."""
    first_ms, behind_ms = left
    if sort == "newest":
        at_ms = (behind_ms - length_ms) // SHORTEST_MS * SHORTEST_MS
        return max(first_ms, at_ms), behind_ms
    at_ms = -(-(first_ms + length_ms) // SHORTEST_MS) * SHORTEST_MS
    return first_ms, min(behind_ms, at_ms)
