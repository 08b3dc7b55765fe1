"""Events as they cross the wire."""

import re
from dataclasses import fields as dataclass_fields
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from gateway.captions.events.found_event import EventDetails, FoundEvent, MinutesOfEvents
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
from shared.spans import iso_ms, utc_ms

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


class SnippetPieceSchema(ma.Schema):
    """A stretch of a text."""

    text = fields.String(required=True)
    hit = fields.Boolean(required=True, metadata={"description": "It is what was searched for."})


class EventSchema(ma.Schema):
    """An event: captions of one camera that followed each other and said the same."""

    event_id = fields.String(required=True)
    camera_id = fields.String(required=True, metadata={"description": "The camera's external_id."})
    camera = fields.String(
        required=True, metadata={"description": "Its name; its external_id where it was deleted."}
    )
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    device = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "host/device that recorded it; null: none is known."},
    )
    caption = fields.String(required=True, metadata={"description": "The text of its first caption."})
    snippet = fields.List(
        fields.Nested(SnippetPieceSchema),
        required=True,
        metadata={
            "description": "The text that matches, its hits marked, in pieces; … stands where it was cut."
        },
    )
    start_time = UtcTime(required=True, metadata={"description": "Of its first caption."})
    end_time = UtcTime(required=True, metadata={"description": "Of its last caption, included."})
    duration_seconds = fields.Float(required=True)
    frame_count = fields.Integer(required=True, metadata={"description": "How many captions it was made of."})
    brief = fields.Boolean(
        required=True, metadata={"description": "It was shorter than an event usually is."}
    )
    model = fields.String(required=True, metadata={"description": "What wrote the caption; may be empty."})
    score = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "How well it matches, of those in the order best; for likeness 0 to 1."},
    )
    picture_url = fields.String(
        required=True, allow_none=True, metadata={"description": "The device's picture at its begin."}
    )
    player_url = fields.String(
        required=True, allow_none=True, metadata={"description": "The page that plays that moment."}
    )


class EventPageSchema(ma.Schema):
    """Events in the order that was asked for."""

    events = fields.List(fields.Nested(EventSchema), required=True)
    next_cursor = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the next page; null: these are the last."},
    )


class VariantSchema(ma.Schema):
    """One of the texts of an event."""

    text = fields.String(required=True)
    times = fields.List(
        UtcTime(), required=True, metadata={"description": "When captions said it, ascending."}
    )


class EventDetailsSchema(EventSchema):
    """An event whole, with the ones before and after it."""

    variants = fields.List(
        fields.Nested(VariantSchema), required=True, metadata={"description": "The event's caption first."}
    )
    previous = fields.Nested(
        EventSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Of the same camera; null: none."},
    )
    next = fields.Nested(
        EventSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Of the same camera; null: none."},
    )
    has_embedding = fields.Boolean(
        required=True, metadata={"description": "similar_to finds events that are like it."}
    )


class EventNeighboursSchema(ma.Schema):
    """Events around one, of the same camera, each list in order of time."""

    event_id = fields.String(required=True)
    before = fields.List(fields.Nested(EventSchema), required=True)
    after = fields.List(fields.Nested(EventSchema), required=True)


class DeviceMinutesSchema(ma.Schema):
    """When a camera saw something."""

    camera_id = fields.String(required=True, metadata={"description": "The camera's external_id."})
    camera = fields.String(required=True)
    device = fields.String(
        required=True, allow_none=True, metadata={"description": "host/device that recorded it; null: none."}
    )
    minutes = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Begins of UTC minutes that an event touches, ms since 1970, ascending."},
    )
    events = fields.Integer(required=True)


class EventMinutesSchema(ma.Schema):
    """Minutes in which events are, device by device."""

    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to")
    devices = fields.List(
        fields.Nested(DeviceMinutesSchema),
        required=True,
        metadata={"description": "Only those with events, by name; a camera that was moved has several."},
    )
    events = fields.Integer(required=True, metadata={"description": "How many events were looked at."})
    truncated = fields.Boolean(
        required=True,
        metadata={"description": "There are more events than one answer holds; the newest are told."},
    )
    complete_from = UtcTime(
        required=True, metadata={"description": "From here on nothing is left out; from, where nothing is."}
    )


EVENT_EXAMPLE = {
    "event_id": "evt_lab-1__street_1761742800000",
    "camera_id": "lab-1__street",
    "camera": "Street",
    "group_id": None,
    "group": None,
    "device": "lab-1/street",
    "caption": "a red truck at the gate",
    "snippet": [
        {"text": "a red ", "hit": False},
        {"text": "truck", "hit": True},
        {"text": " at the gate", "hit": False},
    ],
    "start_time": "2025-10-29T13:00:00.000Z",
    "end_time": "2025-10-29T13:02:00.000Z",
    "duration_seconds": 120.0,
    "frame_count": 5,
    "brief": False,
    "model": "scene",
    "score": None,
    "picture_url": "/api/v1/devices/lab-1/street/frame?at=2025-10-29T13%3A00%3A00.000Z",
    "player_url": "/devices/lab-1/street?t=2025-10-29T13:00:00Z",
}
EVENTS_EXAMPLE = {"events": [EVENT_EXAMPLE], "next_cursor": None}
DETAILS_EXAMPLE = {
    **EVENT_EXAMPLE,
    "variants": [
        {
            "text": "a red truck at the gate",
            "times": ["2025-10-29T13:00:00.000Z", "2025-10-29T13:01:00.000Z"],
        },
        {"text": "red truck at a gate", "times": ["2025-10-29T13:02:00.000Z"]},
    ],
    "previous": None,
    "next": None,
    "has_embedding": False,
}
NEIGHBOURS_EXAMPLE = {"event_id": EVENT_EXAMPLE["event_id"], "before": [EVENT_EXAMPLE], "after": []}
MINUTES_EXAMPLE = {
    "from": "2025-10-29T00:00:00.000Z",
    "to": "2025-10-30T00:00:00.000Z",
    "devices": [
        {
            "camera_id": "lab-1__street",
            "camera": "Street",
            "device": "lab-1/street",
            "minutes": [1761742800000, 1761742860000, 1761742920000],
            "events": 1,
        }
    ],
    "events": 1,
    "truncated": False,
    "complete_from": "2025-10-29T00:00:00.000Z",
}


def details_body(found: EventDetails) -> dict[str, Any]:
    """EventDetailsSchema's answer, before it is dumped."""
    event = {field.name: getattr(found.event, field.name) for field in dataclass_fields(FoundEvent)}
    around = {"previous": found.previous, "next": found.next}
    return {**event, **around, "variants": found.variants, "has_embedding": found.has_embedding}


def minutes_body(found: MinutesOfEvents) -> dict[str, Any]:
    """EventMinutesSchema's answer. Not dumped by it: that would look at each of very many minutes."""
    return {
        "from": iso_ms(found.start),
        "to": iso_ms(found.end),
        "devices": [
            {
                "camera_id": device.camera_id,
                "camera": device.camera,
                "device": device.device,
                "minutes": list(device.minutes),
                "events": device.events,
            }
            for device in found.devices
        ],
        "events": found.events,
        "truncated": found.truncated,
        "complete_from": iso_ms(found.complete_from),
    }
