"""Clips and pictures of any time as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf

from host_agent.playback.clip import Clip, ClipState
from shared.http.fields import UtcTime, checked_span

FORMATS = ("mp4",)


class FrameQuerySchema(ma.Schema):
    """The picture of which time."""

    at = UtcTime(
        required=True,
        metadata={"description": "ISO 8601 with an offset.", "example": "2026-11-21T14:02:03.250Z"},
    )


class ClipOrderSchema(ma.Schema):
    """What a clip shall be made of."""

    device = fields.String(required=True, validate=Length(max=63))
    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to", metadata={"description": "24 hours after the begin at most."})
    format = fields.String(load_default="mp4", validate=OneOf(FORMATS))
    exact = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Not offered yet: clips begin and end with whole segments."},
    )

    @ma.post_load
    def to_span(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        try:
            return {**data, "span": checked_span(data["start"], data["end"])}
        except ValueError as error:
            raise ma.ValidationError(str(error), "to") from None


class ClipPartSchema(ma.Schema):
    """One MP4: footage of one coding."""

    name = fields.String(required=True)
    start = UtcTime(required=True, data_key="from", attribute="span.start")
    end = UtcTime(required=True, data_key="to", attribute="span.end")
    footage_ms = fields.Integer(required=True)
    coding = fields.String(required=True)


class ClipSchema(ma.Schema):
    """A clip as it is now."""

    id = fields.String(required=True)
    device = fields.String(required=True)
    start = UtcTime(required=True, data_key="from", attribute="span.start")
    end = UtcTime(required=True, data_key="to", attribute="span.end")
    format = fields.String(required=True)
    state = fields.Enum(ClipState, by_value=True, required=True)
    progress = fields.Float(required=True, metadata={"description": "0 to 1."})
    message = fields.String(required=True, metadata={"description": "What goes on or went wrong."})
    created_at = UtcTime(required=True)
    expires_at = UtcTime(required=True)
    footage_ms = fields.Integer(required=True, metadata={"description": "How long it plays."})
    file_name = fields.String(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    file = fields.Function(
        lambda clip: None if clip.file_name is None else file_address(clip),
        metadata={"type": ["string", "null"], "description": "Where it is fetched once it is done."},
    )
    parts = fields.List(fields.Nested(ClipPartSchema), required=True)


class ClipsSchema(ma.Schema):
    """Every clip that has not expired."""

    clips = fields.List(fields.Nested(ClipSchema), required=True)


def clip_address(clip: Clip) -> str:
    return f"/api/host/clips/{clip.id}"


def file_address(clip: Clip) -> str:
    return f"{clip_address(clip)}/file"


ORDER_EXAMPLE = {
    "device": "capture1",
    "from": "2026-11-21T14:00:00Z",
    "to": "2026-11-21T14:05:00Z",
    "format": "mp4",
}
CLIP_EXAMPLE = {
    "id": "0123456789abcdef",
    "device": "capture1",
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T14:05:00.000Z",
    "format": "mp4",
    "state": "done",
    "progress": 1.0,
    "message": "Done.",
    "created_at": "2026-11-21T14:06:00.000Z",
    "expires_at": "2026-11-22T14:06:00.000Z",
    "footage_ms": 300_000,
    "file_name": "capture1_2026-11-21T14-00-00Z.mp4",
    "size_bytes": 78_000_000,
    "file": "/api/host/clips/0123456789abcdef/file",
    "parts": [
        {
            "name": "capture1_2026-11-21T14-00-00Z.mp4",
            "from": "2026-11-21T14:00:00.000Z",
            "to": "2026-11-21T14:05:00.000Z",
            "footage_ms": 300_000,
            "coding": "h264 1280x720",
        }
    ],
}
