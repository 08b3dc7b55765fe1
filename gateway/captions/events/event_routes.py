"""Events over HTTP: searched, one with all its words, those around it, and their minutes for the heatmap."""

import json

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.captions.events.event_minutes import EventMinutes
from gateway.captions.events.event_minutes_schemas import MINUTES_EXAMPLE, EventMinutesSchema, minutes_body
from gateway.captions.events.event_query_schemas import (
    EventsQuerySchema,
    MinutesQuerySchema,
    NeighboursQuerySchema,
)
from gateway.captions.events.event_schemas import (
    DETAILS_EXAMPLE,
    EVENTS_EXAMPLE,
    NEIGHBOURS_EXAMPLE,
    EventDetailsSchema,
    EventNeighboursSchema,
    EventPageSchema,
    details_body,
)
from gateway.captions.events.event_search import EventSearch
from gateway.captions.events.found_event import EventNeighbours, EventPage
from gateway.captions.graph.event_query import EventQuery, MinutesQuery
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_text import send_text

blp = EnvelopeBlueprint(
    "events", __name__, url_prefix="/api/v1/events", description="What cameras saw, in words, searched."
)


@blp.get("")
@requires("captions:read")
@blp.query(EventsQuerySchema)
@blp.data(EventPageSchema, description="May be none.", example=EVENTS_EXAMPLE)
@blp.errors(404, 409, 503)
def list_events(asked: EventQuery) -> EventPage:
    """Events by camera, group, host, time and words, or by likeness to another event

    An event is in a time that it touches: its last caption is at `from` or later, its first one before `to`.
    Pages by `cursor` stay in step while events come and go: none is told twice, and none that was there is
    left out. In the order best a list ends after 500 events; narrow the search instead.
    """
    return provided(EventSearch).page(asked, caller().scope)


@blp.get("/minutes")
@requires("captions:read")
@blp.query(MinutesQuerySchema)
@blp.data(EventMinutesSchema, description="Devices by name; may be none.", example=MINUTES_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 503)
def list_event_minutes(asked: MinutesQuery) -> Response:
    """In which minutes devices have events that match, for the heatmap

    Of 31 days at most. Where more events match than one answer holds, the newest are told, with
    `truncated` and the time from which on nothing is left out.
    """
    found = provided(EventMinutes).minutes(asked, caller().scope)
    body = json.dumps({"success": True, "data": minutes_body(found)}, separators=(",", ":"))
    return send_text(body, content_type="application/json")


@blp.get("/<id:event_id>")
@requires("captions:read")
@blp.data(EventDetailsSchema, description="The event.", example=DETAILS_EXAMPLE)
@blp.errors(404, 503)
def get_event(event_id: str) -> dict[str, object]:
    """An event with every text that it was told in, and the ones before and after it"""
    return details_body(provided(EventSearch).event(event_id, caller().scope))


@blp.get("/<id:event_id>/neighbours")
@requires("captions:read")
@blp.query(NeighboursQuerySchema)
@blp.data(EventNeighboursSchema, description="In order of time.", example=NEIGHBOURS_EXAMPLE)
@blp.errors(404, 503)
def list_event_neighbours(query: dict[str, int], event_id: str) -> EventNeighbours:
    """Events of the same camera before and after one"""
    return provided(EventSearch).neighbours(
        event_id, caller().scope, before=query["before"], after=query["after"]
    )
