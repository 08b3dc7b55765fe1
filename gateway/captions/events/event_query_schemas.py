"""What is asked of events, as it crosses the wire."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from gateway.captions.graph.event_query import (
    LONGEST_CAMERA_ID,
    LONGEST_CURSOR,
    LONGEST_EVENT_ID,
    LONGEST_SEARCH,
    MOST_EVENTS,
    MOST_NEIGHBOURS,
    SORTS,
    USUAL_EVENTS,
    EventQuery,
    MinutesQuery,
)
from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.http.fields import QueryInteger, SpanKeysSchema, UtcTime
from shared.spans import utc_ms

# Neither a database nor an answer can hold halves of surrogate pairs, and U+0000 is no text.
_TEXT = Regexp(r"^[^\0\ud800-\udfff]*\Z", error="has characters that are no text.")
_NAME = Regexp(r"^[^\0\ud800-\udfff]+\Z", error="has characters that are no text, or none at all.")


class _WhichEventsSchema(ma.Schema):
    """Of which cameras, with which words."""

    camera = fields.String(
        load_default=None,
        validate=[Length(1, LONGEST_CAMERA_ID), _NAME],
        metadata={
            "description": "Only of the camera with this external_id, also of one that was deleted.",
            "example": "cam_001",
        },
    )
    group_id = fields.String(
        load_default=None,
        validate=[Length(1, 36), _NAME],
        metadata={
            "description": "Only of cameras that are in this group.",
            "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        },
    )
    host = fields.String(
        load_default=None,
        validate=Regexp(HOST_NAME_PATTERN.removesuffix("$") + r"\Z", flags=re.ASCII),
        metadata={"description": "Only what was recorded by this host.", "example": "lab-1"},
    )
    text = fields.String(
        load_default="",
        validate=[Length(max=LONGEST_SEARCH), _TEXT],
        metadata={
            "description": (
                "Words that all must be in the event's texts, in any form (trucks finds truck); "
                '"red truck" in quotes: one behind the other; -word: must not be there. Everything else that '
                "is no letter and no digit means nothing. Without a word that says something: all events."
            ),
            "example": "red truck",
        },
    )
    brief = fields.Boolean(
        load_default=None,
        truthy={"true"},
        falsy={"false"},
        metadata={
            "description": "true: only brief events; false: none of them; absent: all.",
            "example": "false",
        },
    )


class EventsQuerySchema(_WhichEventsSchema):
    """Which events, in which order; loads to an EventQuery."""

    start = UtcTime(
        load_default=None,
        data_key="from",
        metadata={
            "description": "Events that lasted until then or began later.",
            "example": "2026-11-21T14:00:00Z",
        },
    )
    end = UtcTime(
        load_default=None,
        data_key="to",
        metadata={
            "description": "Events that began before; one that begins at this time is not among them.",
            "example": "2026-11-21T15:00:00Z",
        },
    )
    similar_to = fields.String(
        load_default=None,
        validate=[Length(1, LONGEST_EVENT_ID), _NAME],
        metadata={
            "description": "The most similar ones to this event, by embedding; the best first, without text.",
            "example": "evt_cam_001_1761742800000",
        },
    )
    sort = fields.String(
        load_default=None,
        validate=OneOf(SORTS),
        metadata={
            "description": (
                "By their begin (newest, the default, or oldest), or by how well they match text (best). "
                "With similar_to it is best."
            ),
            "example": "newest",
        },
    )
    limit = QueryInteger(
        load_default=USUAL_EVENTS,
        validate=Range(1, MOST_EVENTS),
        metadata={"description": f"How many at most, {USUAL_EVENTS} where not given.", "example": 50},
    )
    cursor = fields.String(
        load_default="",
        validate=Regexp(rf"^[A-Za-z0-9_-]{{0,{LONGEST_CURSOR}}}\Z", error="is no cursor."),
        metadata={
            "description": "next_cursor of the page before; everything else as it was asked then.",
            "example": "",
        },
    )

    @ma.post_load
    def to_query(self, data: dict[str, Any], **_kwargs: Any) -> EventQuery:
        start, end, sort = data["start"], data["end"], data["sort"]
        if start is not None and end is not None and end <= start:
            raise ma.ValidationError("must be later than from.", "to")
        similar_to, text = data["similar_to"], data["text"]
        if similar_to is not None:
            if text:
                raise ma.ValidationError("cannot be asked together with text.", "similar_to")
            if sort not in (None, "best"):
                raise ma.ValidationError("similar_to is answered in the order best only.", "sort")
        elif sort == "best" and not text:
            raise ma.ValidationError("best needs text or similar_to.", "sort")
        return EventQuery(
            camera_id=data["camera"],
            group_id=data["group_id"],
            host=data["host"],
            start_ms=None if start is None else utc_ms(start),
            end_ms=None if end is None else utc_ms(end),
            text=text,
            similar_to=similar_to,
            brief=data["brief"],
            sort="best" if similar_to is not None else sort or "newest",
            limit=data["limit"],
            cursor=data["cursor"],
        )


class MinutesQuerySchema(_WhichEventsSchema, SpanKeysSchema):
    """Of which events the minutes; loads to a MinutesQuery."""

    @ma.post_load
    def to_query(self, data: dict[str, Any], **_kwargs: Any) -> MinutesQuery:
        span = SpanKeysSchema.span_of(data)
        return MinutesQuery(
            start_ms=utc_ms(span.start),
            end_ms=utc_ms(span.end),
            camera_id=data["camera"],
            group_id=data["group_id"],
            host=data["host"],
            text=data["text"],
            brief=data["brief"],
        )


class NeighboursQuerySchema(ma.Schema):
    """How many events around one."""

    before = QueryInteger(
        load_default=5,
        validate=Range(0, MOST_NEIGHBOURS),
        metadata={"description": "How many before it at most.", "example": 5},
    )
    after = QueryInteger(
        load_default=5,
        validate=Range(0, MOST_NEIGHBOURS),
        metadata={"description": "How many after it at most.", "example": 5},
    )
