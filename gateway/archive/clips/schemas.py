"""Clips as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf

from gateway.archive.clips.clips import ClipOrder
from shared.http.fields import UtcTime, checked_span

FORMATS = ("mp4",)
STATES = ("queued", "running", "done", "failed", "cancelled")


class ClipOrderSchema(ma.Schema):
    """What a clip shall be made of."""

    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to", metadata={"description": "24 hours after the begin at most."})
    format = fields.String(load_default="mp4", validate=OneOf(FORMATS))
    exact = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Cut to the picture, where the host offers it; else whole segments."},
    )

    @ma.post_load
    def to_order(self, data: dict[str, Any], **_kwargs: Any) -> ClipOrder:
        try:
            span = checked_span(data["start"], data["end"])
        except ValueError as error:
            raise ma.ValidationError(str(error), "to") from None
        return ClipOrder(span, data["format"], data["exact"])


class ClipPartSchema(ma.Schema):
    """One MP4: footage of one coding."""

    name = fields.String(required=True)
    start = fields.String(required=True, data_key="from", attribute="from", metadata={"format": "date-time"})
    end = fields.String(required=True, data_key="to", attribute="to", metadata={"format": "date-time"})
    footage_ms = fields.Integer(required=True)
    coding = fields.String(required=True)


class ClipSchema(ma.Schema):
    """A clip as it is now."""

    id = fields.String(required=True)
    host = fields.String(required=True)
    device = fields.String(required=True)
    start = fields.String(required=True, data_key="from", attribute="from", metadata={"format": "date-time"})
    end = fields.String(required=True, data_key="to", attribute="to", metadata={"format": "date-time"})
    format = fields.String(required=True)
    state = fields.String(required=True, validate=OneOf(STATES))
    progress = fields.Float(required=True, metadata={"description": "0 to 1."})
    message = fields.String(required=True, metadata={"description": "What goes on or went wrong."})
    created_at = fields.String(required=True, data_key="createdAt", metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    footage_ms = fields.Integer(required=True, metadata={"description": "How long it plays."})
    file_name = fields.String(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    file = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where it is fetched once it is done."},
    )
    parts = fields.List(fields.Nested(ClipPartSchema), required=True)


ORDER_EXAMPLE = {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T14:05:00Z", "format": "mp4"}
CLIP_EXAMPLE = {
    "id": "0123456789abcdef",
    "host": "lab-1",
    "device": "street",
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T14:05:00.000Z",
    "format": "mp4",
    "state": "done",
    "progress": 1.0,
    "message": "Done.",
    "createdAt": "2026-11-21T14:06:00.000Z",
    "expires_at": "2026-11-22T14:06:00.000Z",
    "footage_ms": 300_000,
    "file_name": "lab-1_street_2026-11-21T14-00-00Z.mp4",
    "size_bytes": 78_000_000,
    "file": "/api/v1/devices/lab-1/street/clips/0123456789abcdef/file",
    "parts": [
        {
            "name": "street_2026-11-21T14-00-00Z.mp4",
            "from": "2026-11-21T14:00:00.000Z",
            "to": "2026-11-21T14:05:00.000Z",
            "footage_ms": 300_000,
            "coding": "h264 1280x720",
        }
    ],
}
