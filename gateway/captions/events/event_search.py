"""Events of the graph, searched within what somebody may see."""

from collections.abc import Callable, Sequence
from typing import cast

from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.events.event_cursor import (
    MOST_BEST,
    TimeCursor,
    encode_best_cursor,
    encode_time_cursor,
    parse_best_cursor,
    parse_time_cursor,
)
from gateway.captions.events.event_narrowing import EventNarrowing
from gateway.captions.events.events_in_time import EventsInTime
from gateway.captions.events.found_event import EventDetails, EventNeighbours, EventPage, VariantTimes
from gateway.captions.events.matching_events import MatchingEvents, TimeSort
from gateway.captions.events.search_words import Search, search_of
from gateway.captions.events.shown_events import ShownEvents
from gateway.captions.events.similar_events import SimilarEvents
from gateway.captions.graph import event_search_cypher as cypher
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_query import EventQuery, Narrowed
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.graph_event import GraphEvent, graph_event
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.errors import BadRequestError, NotFoundError
from shared.spans import from_utc_ms

# Of a host's cameras some were elsewhere before: after so many of such events a page ends, and goes on.
_MOST_PASSED_OVER = 5_000
_MOST_BEST_READ = 20_000
_NOTHING = EventPage((), None)


class EventSearch:
    """`graph` None: captions are off, and everything says so (UnavailableError `captions_off`).

    Everything raises UnavailableError `graph_unreachable` where the graph cannot be asked.
    """

    def __init__(self, graph: EventGraph | None, cameras: EventCameras) -> None:
        self._graph = graph
        self._cameras = cameras
        self._narrowing = EventNarrowing(cameras)
        self._shown = ShownEvents(cameras)

    def page(self, asked: EventQuery, scope: Scope) -> EventPage:
        """A page of the events that match.

        Raises NotFoundError for a camera or an event that is not there or not in `scope`, ConflictError
        where the event to be like has no embedding, BadRequestError for what is no cursor.
        """
        graph = self._on()
        search = search_of(asked.text)
        narrowed = self._narrowing.narrowed(asked, scope)
        if asked.similar_to is not None:
            self._check_visible(asked.similar_to, scope)
        if narrowed is None:
            return _NOTHING
        if asked.similar_to is not None:
            similar_to, similar = asked.similar_to, SimilarEvents(graph, EventsInTime(graph))
            return self._best_page(asked, search, lambda most: similar.best(similar_to, narrowed, most))
        matching = MatchingEvents(graph)
        if asked.sort == "best" and search.wanted:
            return self._best_page(asked, search, lambda most: matching.best(search, narrowed, most))
        return self._page_in_time(asked, search, narrowed, graph, matching)

    def event(self, event_id: str, scope: Scope) -> EventDetails:
        """One event whole. Raises NotFoundError, also where its camera is not in `scope`."""
        graph = self._on()
        rows = graph.read(cypher.EVENT, event_id=event_id)
        if not rows:
            raise _unknown_event(event_id)
        event = graph_event(cast(Row, rows[0]["event"]))
        self._check_camera(event.camera_id, event_id, scope)
        before, behind = self._chain(graph, event_id, scope, before=1, behind=1)
        around = self._shown.shown([event, *before, *behind], Search())
        times: list[list[int]] = [[] for _ in event.variants]
        frames = cast("Sequence[int]", rows[0]["frame_ms"]), cast("Sequence[int]", rows[0]["frame_variants"])
        for ms, variant in zip(*frames, strict=True):
            times[variant].append(ms)
        return EventDetails(
            event=around[0],
            variants=[
                VariantTimes(text, [from_utc_ms(ms) for ms in of_text])
                for text, of_text in zip(event.variants, times, strict=True)
            ],
            previous=around[1] if before else None,
            next=around[-1] if behind else None,
            has_embedding=bool(rows[0]["has_embedding"]),
        )

    def neighbours(self, event_id: str, scope: Scope, *, before: int, after: int) -> EventNeighbours:
        """Events of the same camera around one. Raises NotFoundError as `event` does."""
        earlier, later = self._chain(self._on(), event_id, scope, before=before, behind=after)
        shown = self._shown.shown([*earlier, *later], Search())
        return EventNeighbours(event_id, shown[: len(earlier)], shown[len(earlier) :])

    # -- pages -------------------------------------------------------------------------------

    def _page_in_time(
        self,
        asked: EventQuery,
        search: Search,
        narrowed: Narrowed,
        graph: EventGraph,
        matching: MatchingEvents,
    ) -> EventPage:
        sort: TimeSort = "oldest" if asked.sort == "oldest" else "newest"
        try:
            cursor = parse_time_cursor(asked.cursor, sort)
        except ValueError as error:
            raise _bad_cursor(str(error)) from None
        in_time = EventsInTime(graph)
        kept: list[GraphEvent] = []
        read = passed_over = 0
        while True:
            if search:
                events = matching.in_time(search, narrowed, cursor, sort, asked.limit + 1)
            elif sort == "newest":
                events = in_time.newest(narrowed, cursor, asked.limit + 1)
            else:
                events = in_time.oldest(narrowed, cursor, asked.limit + 1)
            read += len(events)
            kept += events if asked.host is None else self._shown.recorded_by(events, asked.host)
            passed_over = read - len(kept)
            if len(kept) > asked.limit:
                kept = kept[: asked.limit]
                cursor = _behind(kept[-1])
                break
            if len(events) <= asked.limit:
                cursor = None
                break
            cursor = _behind(events[-1])
            if passed_over > _MOST_PASSED_OVER:
                break
        next_cursor = None if cursor is None else encode_time_cursor(cursor, sort)
        return EventPage(self._shown.shown(kept, search), next_cursor)

    def _best_page(
        self, asked: EventQuery, search: Search, best: Callable[[int], list[GraphEvent]]
    ) -> EventPage:
        """`best`: so many of the best, the best first."""
        try:
            told = parse_best_cursor(asked.cursor)
        except ValueError as error:
            raise _bad_cursor(str(error)) from None
        limit = min(asked.limit, MOST_BEST - len(told.marks))
        most = len(told.marks) + limit + 1
        while True:
            events = best(most)
            fresh = [event for event in events if not told.has(event.event_id)]
            if asked.host is not None:
                fresh = self._shown.recorded_by(fresh, asked.host)
            if len(fresh) > limit or len(events) < most or most >= _MOST_BEST_READ:
                break
            most *= 4
        page = fresh[:limit]
        told = told.with_more(event.event_id for event in page)
        goes_on = len(fresh) > limit and len(told.marks) < MOST_BEST
        return EventPage(self._shown.shown(page, search), encode_best_cursor(told) if goes_on else None)

    # -- inside ------------------------------------------------------------------------------

    def _on(self) -> EventGraph:
        if self._graph is None:
            raise captions_off()
        return self._graph

    def _chain(
        self, graph: EventGraph, event_id: str, scope: Scope, *, before: int, behind: int
    ) -> tuple[list[GraphEvent], list[GraphEvent]]:
        """What is before an event and behind it, both in order of time."""
        rows = graph.read(cypher.CHAIN, event_id=event_id, before=before, behind=behind)
        if not rows:
            raise _unknown_event(event_id)
        self._check_camera(str(rows[0]["camera_id"]), event_id, scope)
        earlier = [graph_event(row) for row in cast(list[Row], rows[0]["before"])]
        later = [graph_event(row) for row in cast(list[Row], rows[0]["behind"])]
        return sorted(earlier, key=_in_order), sorted(later, key=_in_order)

    def _check_visible(self, event_id: str, scope: Scope) -> None:
        rows = self._on().read(cypher.EMBEDDING_LENGTH, event_id=event_id)
        if not rows:
            raise _unknown_event(event_id)
        self._check_camera(str(rows[0]["camera_id"]), event_id, scope)

    def _check_camera(self, camera_id: str, event_id: str, scope: Scope) -> None:
        if scope is not None and not self._cameras.is_in(camera_id, scope):
            raise _unknown_event(event_id)


def _in_order(event: GraphEvent) -> tuple[int, str]:
    return event.start_ms, event.event_id


def _behind(event: GraphEvent) -> TimeCursor:
    return TimeCursor(event.start_ms, event.event_id)


def _unknown_event(event_id: str) -> NotFoundError:
    """The same for an event that is not there and for one that the caller may not see."""
    return NotFoundError(
        f"There is no event {event_id[:200]}.",
        remedy="GET /api/v1/events lists the events; those older than their retention are gone.",
        code="unknown_event",
    )


def _bad_cursor(what: str) -> BadRequestError:
    return BadRequestError(
        f"cursor: {what}",
        remedy="Send next_cursor as the page before had it, with the same sort; or none.",
        details={"fields": {"cursor": what}},
    )
