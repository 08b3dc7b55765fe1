"""Captions as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, Range, Regexp

from gateway.captions.cache.hot_captions import CaptionQuestion
from gateway.captions.caption import LONGEST_EMBEDDING, LONGEST_TEXT, MOST_AT_ONCE
from gateway.captions.intake.caption_checks import (
    CAMERA_ID_PATTERN,
    EARLIEST_MS,
    LONGEST_FRAME,
    LONGEST_MODEL,
)
from shared.http.fields import QueryInteger, UtcTime

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000
LONGEST_QUESTION = 200

_CAPTION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["camera_id", "captured_at", "text"],
    "properties": {
        "camera_id": {
            "type": "string",
            "pattern": CAMERA_ID_PATTERN.replace(r"\Z", "$"),
            "description": "The camera's external_id.",
        },
        "captured_at": {
            "description": "When the frame was taken: ISO 8601 with an offset, or milliseconds since 1970.",
            "anyOf": [
                {"type": "string", "format": "date-time"},
                {"type": "integer", "minimum": EARLIEST_MS},
            ],
        },
        "text": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_TEXT,
            "description": "What the frame shows.",
        },
        "embedding": {
            "type": ["array", "null"],
            "items": {"type": "number"},
            "minItems": 1,
            "maxItems": LONGEST_EMBEDDING,
            "description": "Of the text; one length a camera.",
        },
        "model": {
            "type": ["string", "null"],
            "maxLength": LONGEST_MODEL,
            "description": "What wrote the text.",
        },
        "frame": {
            "type": ["string", "null"],
            "maxLength": LONGEST_FRAME,
            "description": "Your own reference to the picture.",
        },
    },
}
_CAPTIONS: dict[str, Any] = {
    "type": "array",
    "items": _CAPTION,
    "minItems": 1,
    "maxItems": MOST_AT_ONCE,
}
# The body, which the view reads itself: a schema's library would take longer than all the rest.
CAPTIONS_BODY: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["captions"],
            "properties": {"captions": _CAPTIONS},
        },
        _CAPTIONS,
        _CAPTION,
    ]
}
CAPTIONS_EXAMPLE: dict[str, Any] = {
    "captions": [
        {
            "camera_id": "cam_001",
            "captured_at": "2026-11-21T14:00:00Z",
            "text": "surveillance camera view of man in fields",
            "model": "blip-large",
        }
    ]
}


class TakenCaptionSchema(ma.Schema):
    """A caption that is kept."""

    id = fields.String(required=True)
    camera_id = fields.String(required=True)
    captured_at = UtcTime(required=True)
    repeated = fields.Boolean(required=True, metadata={"description": "It was there already."})


class TakenCaptionsSchema(ma.Schema):
    """All captions of the request."""

    stored = fields.Integer(required=True, metadata={"description": "How many are new."})
    repeated = fields.Integer(required=True, metadata={"description": "How many were there already."})
    captions = fields.List(fields.Nested(TakenCaptionSchema), required=True)


TAKEN_EXAMPLE = {
    "stored": 1,
    "repeated": 0,
    "captions": [
        {
            "id": "cam_001:1795269600000",
            "camera_id": "cam_001",
            "captured_at": "2026-11-21T14:00:00.000Z",
            "repeated": False,
        }
    ],
}


class CaptionsQuerySchema(ma.Schema):
    """Which captions are asked for; loads to a CaptionQuestion."""

    camera = fields.String(
        load_default=None,
        validate=Regexp(CAMERA_ID_PATTERN, error="is no external_id of a camera."),
        metadata={"description": "Of this camera only, by its external_id.", "example": "cam_001"},
    )
    group_id = fields.String(
        load_default=None,
        validate=Length(1, 36),
        metadata={
            "description": "Only of cameras that are in this group.",
            "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        },
    )
    start = UtcTime(
        load_default=None,
        data_key="from",
        metadata={"description": "Frames from then on.", "example": "2026-11-21T14:00:00Z"},
    )
    end = UtcTime(
        load_default=None,
        data_key="to",
        metadata={"description": "Frames before.", "example": "2026-11-21T15:00:00Z"},
    )
    text = fields.String(
        load_default=None,
        data_key="q",
        validate=Length(1, LONGEST_QUESTION),
        metadata={"description": "Words, or parts of words, that all occur.", "example": "man field"},
    )
    limit = QueryInteger(
        load_default=DEFAULT_LIMIT,
        validate=Range(1, LARGEST_LIMIT),
        metadata={"description": "How many at most.", "example": DEFAULT_LIMIT},
    )

    @ma.post_load
    def to_question(self, data: dict[str, Any], **_kwargs: Any) -> CaptionQuestion:
        start, end = data["start"], data["end"]
        if start is not None and end is not None and end <= start:
            raise ma.ValidationError("must be later than from.", "to")
        return CaptionQuestion(**data)


class HotCaptionSchema(ma.Schema):
    """A caption of the last hours."""

    id = fields.String(required=True)
    camera_id = fields.String(required=True)
    camera = fields.String(required=True, metadata={"description": "The camera's name."})
    captured_at = UtcTime(required=True)
    received_at = UtcTime(required=True)
    expires_at = UtcTime(
        required=True, metadata={"description": "Here no longer then at the latest, but in an event."}
    )
    text = fields.String(required=True)
    model = fields.String(required=True)
    frame = fields.String(required=True)
    has_embedding = fields.Boolean(required=True)


class HotCaptionsSchema(ma.Schema):
    """Newest first."""

    captions = fields.List(fields.Nested(HotCaptionSchema), required=True)
    searched_to = UtcTime(
        required=True,
        allow_none=True,
        metadata={"description": "Older ones were not looked at for q, there were too many; null: all were."},
    )


HOT_EXAMPLE = {
    "captions": [
        {
            "id": "cam_001:1795269600000",
            "camera_id": "cam_001",
            "camera": "Front door",
            "captured_at": "2026-11-21T14:00:00.000Z",
            "received_at": "2026-11-21T14:00:01.250Z",
            "expires_at": "2026-11-21T16:00:01.250Z",
            "text": "surveillance camera view of man in fields",
            "model": "blip-large",
            "frame": "",
            "has_embedding": False,
        }
    ],
    "searched_to": None,
}
