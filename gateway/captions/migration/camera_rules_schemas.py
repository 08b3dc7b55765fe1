"""The rules of single cameras, and cameras with their captions, as they cross the wire."""

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import ContainsNoneOf, Length, Range

from gateway.captions.migration.camera_rules import RulesOfCamera
from gateway.captions.migration.captioned_cameras import CaptionedCamera
from gateway.captions.migration.migration_schemas import query_flag
from gateway.captions.rules import RulesInForce
from shared.http.envelope import PageQuerySchema
from shared.http.fields import QueryInteger, UtcTime
from shared.spans import from_utc_ms

MOST_RETENTION_DAYS = 3660
LONGEST_DURATION_S = 86_400
_LONGEST = 255
_KEPT = "How long events are kept; 0: for ever."


class RulesInForceSchema(ma.Schema):
    """The limits of merging."""

    similarity_threshold = fields.Float(required=True)
    min_duration_s = fields.Float(required=True)
    max_duration_s = fields.Float(required=True)


def _text(description: str, example: str) -> fields.String:
    return fields.String(
        load_default=None,
        validate=[Length(1, _LONGEST), ContainsNoneOf("\0", error="has characters that are no text.")],
        metadata={"description": description, "example": example},
    )


class CamerasQuerySchema(PageQuerySchema):
    """Which cameras are wanted."""

    cached_only = query_flag(default=False, description="true: only those with captions in the cache.")
    camera = _text("Only this one, by its external id.", "cam_001")
    search = _text("Only those with this in their name or external id.", "parking")


class NewestCaptionSchema(ma.Schema):
    """The newest that is cached."""

    captured_at = UtcTime(required=True)
    text = fields.String(required=True)


class CaptionedCameraSchema(ma.Schema):
    """What is known of a camera's captions."""

    camera_id = fields.String(required=True, metadata={"description": "Its external_id."})
    camera = fields.String(required=True, metadata={"description": "Its name."})
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    cached = fields.Integer(required=True, metadata={"description": "Captions that are not merged yet."})
    due = fields.Integer(required=True)
    oldest_due_seconds = fields.Float(required=True)
    newest = fields.Nested(NewestCaptionSchema, required=True, allow_none=True)
    events = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: the graph cannot be asked."}
    )
    has_rules = fields.Boolean(required=True, metadata={"description": "It has rules of its own."})


class KeepingRulesSchema(RulesInForceSchema):
    """All four rules."""

    retention_days = fields.Integer(required=True, metadata={"description": "0: for ever."})


class CameraRulesChangeSchema(ma.Schema):
    """What is not given stays as it is; null: as the settings say."""

    similarity_threshold = fields.Float(
        allow_none=True, validate=Range(0, 1, min_inclusive=False), metadata={"example": 0.97}
    )
    min_duration_s = fields.Float(
        allow_none=True, validate=Range(0, LONGEST_DURATION_S), metadata={"example": 30}
    )
    max_duration_s = fields.Float(
        allow_none=True,
        validate=Range(0, LONGEST_DURATION_S, min_inclusive=False),
        metadata={"example": 600},
    )
    retention_days = fields.Integer(
        strict=True,
        allow_none=True,
        validate=Range(0, MOST_RETENTION_DAYS),
        metadata={"description": _KEPT, "example": 30},
    )


class CameraRulesSchema(ma.Schema):
    """A camera's own rules, null where it has none, and what counts."""

    camera_id = fields.String(required=True)
    similarity_threshold = fields.Float(required=True, allow_none=True)
    min_duration_s = fields.Float(required=True, allow_none=True)
    max_duration_s = fields.Float(required=True, allow_none=True)
    retention_days = fields.Integer(required=True, allow_none=True, metadata={"description": _KEPT})
    effective = fields.Nested(
        KeepingRulesSchema,
        required=True,
        metadata={"description": "What counts: the camera's own, else the settings'."},
    )
    settings = fields.Nested(
        KeepingRulesSchema, required=True, metadata={"description": "What counts where nothing is set here."}
    )


class EndedQuerySchema(ma.Schema):
    """By which retention."""

    retention_days = QueryInteger(
        load_default=None,
        validate=Range(0, MOST_RETENTION_DAYS),
        metadata={"description": "To be tried; 0: for ever; absent: as the settings say.", "example": 30},
    )


class EndedEventsSchema(ma.Schema):
    """What a retention deletes."""

    camera_id = fields.String(required=True)
    retention_days = fields.Integer(required=True, metadata={"description": "0: for ever."})
    before = UtcTime(
        required=True,
        allow_none=True,
        metadata={"description": "Events that ended before are deleted; null: none are."},
    )
    events = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How many; null: the graph does not answer."}
    )


def camera_body(found: CaptionedCamera) -> dict[str, Any]:
    """CaptionedCameraSchema's answer."""
    camera, counts, newest = found.camera, found.counts, found.newest
    return {
        "camera_id": camera.camera_id,
        "camera": camera.name,
        "group_id": camera.group_id,
        "group": camera.group,
        "cached": counts.cached,
        "due": counts.due,
        "oldest_due_seconds": round(counts.oldest_due_s, 1),
        "newest": None
        if newest is None
        else {"captured_at": from_utc_ms(newest.captured_ms), "text": newest.text},
        "events": found.events,
        "has_rules": found.has_rules,
    }


def rules_body(found: RulesOfCamera) -> dict[str, Any]:
    """CameraRulesSchema's answer."""
    return {
        "camera_id": found.camera_id,
        **found.as_json(),
        "effective": _in_force_body(found.in_force),
        "settings": _in_force_body(found.of_all),
    }


def _in_force_body(rules: RulesInForce) -> dict[str, Any]:
    return {**asdict(rules.merging), "retention_days": rules.retention_days}


RULES_IN_FORCE_EXAMPLE = {"similarity_threshold": 0.95, "min_duration_s": 60.0, "max_duration_s": 300.0}
CAMERA_EXAMPLE = {
    "camera_id": "cam_001",
    "camera": "Parking lot",
    "group_id": None,
    "group": None,
    "cached": 150,
    "due": 3,
    "oldest_due_seconds": 12.4,
    "newest": {"captured_at": "2026-11-21T14:00:00.000Z", "text": "surveillance view of parking lot"},
    "events": 812,
    "has_rules": False,
}
ENDED_EXAMPLE = {
    "camera_id": "cam_001",
    "retention_days": 30,
    "before": "2026-10-22T14:00:00.000Z",
    "events": 812,
}
RULES_CHANGE_EXAMPLE = {"similarity_threshold": 0.97, "max_duration_s": 600.0, "retention_days": None}
RULES_EXAMPLE = {
    "camera_id": "cam_001",
    "similarity_threshold": 0.97,
    "min_duration_s": None,
    "max_duration_s": 600.0,
    "retention_days": None,
    "effective": {
        "similarity_threshold": 0.97,
        "min_duration_s": 60.0,
        "max_duration_s": 600.0,
        "retention_days": 0,
    },
    "settings": {**RULES_IN_FORCE_EXAMPLE, "retention_days": 0},
}
