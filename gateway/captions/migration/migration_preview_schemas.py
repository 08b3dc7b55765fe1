"""The preview of a migration as it crosses the wire."""

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Range

from gateway.captions.migration.camera_rules_schemas import (
    LONGEST_DURATION_S,
    RULES_IN_FORCE_EXAMPLE,
    RulesInForceSchema,
)
from gateway.captions.migration.migration_preview import Preview, PreviewEvent
from gateway.captions.migration.migration_status import reduction
from shared.http.fields import QueryInteger, QueryNumber, UtcTime
from shared.spans import from_utc_ms

MOST_PREVIEW_EVENTS = 1000
DEFAULT_PREVIEW_EVENTS = 200
_WITHOUT_GRAPH = (
    "The graph does not answer: this is made from the cache alone, as if nothing of the camera were stored."
)


class PreviewQuerySchema(ma.Schema):
    """Values to try; what is not given is as the camera's rules say."""

    similarity_threshold = QueryNumber(
        load_default=None,
        validate=Range(0, 1, min_inclusive=False),
        metadata={"description": "1: only equal texts are merged.", "example": 0.95},
    )
    min_duration_s = QueryNumber(
        load_default=None,
        validate=Range(0, LONGEST_DURATION_S),
        metadata={"description": "Shorter events are brief.", "example": 60},
    )
    max_duration_s = QueryNumber(
        load_default=None,
        validate=Range(0, LONGEST_DURATION_S, min_inclusive=False),
        metadata={"description": "The longest that one event is.", "example": 300},
    )
    limit = QueryInteger(
        load_default=DEFAULT_PREVIEW_EVENTS,
        validate=Range(1, MOST_PREVIEW_EVENTS),
        metadata={"description": "Events that are shown; all are counted.", "example": 200},
    )


class PreviewSummarySchema(ma.Schema):
    """What would become of the cached captions."""

    original_captions = fields.Integer(
        required=True, metadata={"description": "Captions of the camera that are not merged yet."}
    )
    deduplicated_events = fields.Integer(
        required=True, metadata={"description": "Events that they would be in."}
    )
    reduction = fields.String(required=True, metadata={"example": "72.0%"})
    events_created = fields.Integer(required=True)
    events_extended = fields.Integer(
        required=True, metadata={"description": "Events of the graph that would go on."}
    )
    late = fields.Integer(
        required=True, metadata={"description": "Captions older than what was merged before."}
    )
    repeated = fields.Integer(required=True, metadata={"description": "Captions that are merged already."})


class PreviewEventSchema(ma.Schema):
    """An event as it would be."""

    event_id = fields.String(required=True)
    caption = fields.String(required=True)
    start_time = UtcTime(required=True)
    end_time = UtcTime(required=True)
    duration_seconds = fields.Float(required=True)
    frame_count = fields.Integer(required=True)
    brief = fields.Boolean(required=True, metadata={"description": "Shorter than min_duration_s."})
    extends = fields.Boolean(required=True, metadata={"description": "The graph has its beginning already."})
    variants = fields.List(
        fields.String(), required=True, metadata={"description": "Every distinct text in it."}
    )


class PreviewSchema(ma.Schema):
    """What a migration would make; nothing is changed by asking."""

    camera_id = fields.String(required=True)
    summary = fields.Nested(PreviewSummarySchema, required=True)
    preview_events = fields.List(fields.Nested(PreviewEventSchema), required=True)
    truncated = fields.Boolean(required=True, metadata={"description": "There are more events than shown."})
    rules = fields.Nested(RulesInForceSchema, required=True)
    from_graph = fields.Boolean(
        required=True,
        metadata={"description": "false: made from the cache alone, as the graph does not answer."},
    )
    note = fields.String(
        required=True, allow_none=True, metadata={"description": "What to know, a sentence."}
    )


def preview_body(found: Preview) -> dict[str, Any]:
    """PreviewSchema's answer."""
    events = found.created + found.extended
    return {
        "camera_id": found.camera_id,
        "summary": {
            "original_captions": found.captions,
            "deduplicated_events": events,
            "reduction": reduction(found.captions, events),
            "events_created": found.created,
            "events_extended": found.extended,
            "late": found.late,
            "repeated": found.repeated,
        },
        "preview_events": [_event_body(each) for each in found.events],
        "truncated": len(found.events) < events,
        "rules": asdict(found.rules),
        "from_graph": found.from_graph,
        "note": None if found.from_graph else _WITHOUT_GRAPH,
    }


def _event_body(found: PreviewEvent) -> dict[str, Any]:
    event = found.event
    return {
        "event_id": event.event_id,
        "caption": event.caption,
        "start_time": from_utc_ms(event.start_ms),
        "end_time": from_utc_ms(event.end_ms),
        "duration_seconds": event.duration_seconds,
        "frame_count": event.frame_count,
        "brief": event.brief,
        "extends": found.extends,
        "variants": list(event.variants),
    }


PREVIEW_EXAMPLE = {
    "camera_id": "cam_001",
    "summary": {
        "original_captions": 150,
        "deduplicated_events": 42,
        "reduction": "72.0%",
        "events_created": 41,
        "events_extended": 1,
        "late": 0,
        "repeated": 0,
    },
    "preview_events": [
        {
            "event_id": "evt_cam_001_1761746400000",
            "caption": "surveillance view of parking lot",
            "start_time": "2025-10-29T14:00:00.000Z",
            "end_time": "2025-10-29T14:03:45.000Z",
            "duration_seconds": 225,
            "frame_count": 15,
            "brief": False,
            "extends": False,
            "variants": ["surveillance view of parking lot", "parking lot"],
        }
    ],
    "truncated": True,
    "rules": RULES_IN_FORCE_EXAMPLE,
    "from_graph": True,
    "note": None,
}
