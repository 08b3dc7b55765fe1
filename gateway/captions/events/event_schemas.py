"""Events as they cross the wire."""

from dataclasses import fields as dataclass_fields
from typing import Any

import marshmallow as ma
from marshmallow import fields

from gateway.captions.events.found_event import EventDetails, FoundEvent
from shared.http.fields import UtcTime


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
    frame = fields.String(
        required=True,
        metadata={"description": "Where its first caption's frame is, in its sender's words; may be empty."},
    )
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
    "frame": "",
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


def details_body(found: EventDetails) -> dict[str, Any]:
    """EventDetailsSchema's answer, before it is dumped."""
    event = {field.name: getattr(found.event, field.name) for field in dataclass_fields(FoundEvent)}
    around = {"previous": found.previous, "next": found.next}
    return {**event, **around, "variants": found.variants, "has_embedding": found.has_embedding}
