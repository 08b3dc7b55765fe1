"""Tests of connections and snapshots as they cross the wire."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf, Range

from shared.contracts.probe import LONGEST_TIMEOUT_S
from shared.http.fields import UtcTime


class PlainNumber(fields.Float):
    """A number that has no decimal point where it needs none: 30, not 30.0."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        number = super()._serialize(value, attr, obj, **kwargs)
        return int(number) if isinstance(number, float) and number.is_integer() else number


def _timeout() -> fields.Float:
    return fields.Float(
        load_default=10.0,
        validate=Range(1, LONGEST_TIMEOUT_S),
        metadata={"description": "How long the camera may take for all of it, seconds.", "example": 10},
    )


def _flag(description: str) -> fields.Boolean:
    return fields.Boolean(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata={"description": description, "example": True},
    )


class ConnectionTestQuestionSchema(ma.Schema):
    """How a camera is tried."""

    timeout_seconds = _timeout()
    check_credentials = _flag("false: without its login.")


class ConnectionTestSchema(ma.Schema):
    """What a test of a connection came to."""

    success = fields.Boolean(required=True)
    camera_id = fields.String(required=True)
    message = fields.String(
        required=True, metadata={"description": "A sentence; where it failed, with what to do."}
    )
    latency_ms = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "From the attempt to connect to the stream's first packet, logging in included; "
            "null where the host has the camera open already."
        },
    )
    resolution = fields.String(required=True, allow_none=True)
    fps = PlainNumber(required=True, allow_none=True)
    codec = fields.String(required=True, allow_none=True)
    code = fields.String(
        required=True,
        metadata={
            "description": "ok; of the camera: refused, unreachable, timeout, unauthorised, not_found, "
            "not_video, leads_elsewhere, not_allowed, bad_address, ended, other; of its host: "
            "host_unreachable, host_revoked and the like; of a host's own device: the code of its state."
        },
    )
    tested_by = fields.String(
        required=True, metadata={"description": "gateway, or the name of the host that knows."}
    )


class SnapshotQuestionSchema(ma.Schema):
    """How a snapshot is taken."""

    timeout_seconds = _timeout()
    save_thumbnail = _flag("Whether a picture 320 pixels wide is kept beside it.")


class SnapshotSchema(ma.Schema):
    """A picture that was kept."""

    id = fields.String(required=True, attribute="snapshot.id")
    camera_id = fields.String(required=True, attribute="snapshot.camera_id")
    filename = fields.String(required=True, attribute="snapshot.filename")
    storage_path = fields.String(
        required=True, attribute="snapshot.storage_path", metadata={"description": "The object's key."}
    )
    file_size = fields.Integer(
        required=True, allow_none=True, attribute="snapshot.file_size", metadata={"description": "Bytes."}
    )
    taken_at = UtcTime(
        required=True,
        allow_none=True,
        attribute="snapshot.taken_at",
        metadata={"description": "When the picture was taken; a host's newest is a little older."},
    )
    expiry_date = UtcTime(
        required=True,
        allow_none=True,
        attribute="snapshot.expiry_date",
        metadata={"description": "When it is deleted."},
    )
    url = fields.String(required=True, metadata={"description": "Good for an hour, without a login."})
    thumbnail_url = fields.String(
        required=True, allow_none=True, metadata={"description": "Null: no thumbnail was kept."}
    )
    source = fields.String(
        required=True,
        allow_none=True,
        attribute="snapshot.source",
        validate=OneOf(("host", "stream")),
        metadata={"description": "host: its newest frame; stream: taken of the camera for this."},
    )
    created_at = UtcTime(required=True, attribute="snapshot.created_at", data_key="createdAt")


class SnapshotDeletedSchema(ma.Schema):
    """A snapshot that is gone."""

    deleted = fields.Boolean(required=True)


class SnapshotTrialSchema(ma.Schema):
    """A trial that a worker makes."""

    job_id = fields.String(required=True, metadata={"description": "What /api/v1/jobs knows it by."})


_CAMERA_ID = "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"
_SNAPSHOT_ID = "9b1f6c0e-6f0a-4f0b-8c38-0d8a4b1c2d3e"
_FILENAME = f"20261121T140203Z-{_SNAPSHOT_ID}.jpg"
_PATH = f"snapshots/{_CAMERA_ID}/{_FILENAME}"
TEST_QUESTION_EXAMPLE: Mapping[str, Any] = {"timeout_seconds": 10, "check_credentials": True}
TEST_EXAMPLE: Mapping[str, Any] = {
    "success": True,
    "camera_id": _CAMERA_ID,
    "message": "Successfully connected to Front Door",
    "latency_ms": 50,
    "resolution": "1920x1080",
    "fps": 30,
    "codec": "h264",
    "code": "ok",
    "tested_by": "gateway",
}
SNAPSHOT_QUESTION_EXAMPLE: Mapping[str, Any] = {"timeout_seconds": 10, "save_thumbnail": True}
SNAPSHOT_EXAMPLE: Mapping[str, Any] = {
    "id": _SNAPSHOT_ID,
    "camera_id": _CAMERA_ID,
    "filename": _FILENAME,
    "storage_path": _PATH,
    "file_size": 93_412,
    "taken_at": "2026-11-21T14:02:03.250Z",
    "expiry_date": "2026-11-28T14:02:03.500Z",
    "url": f"/storage/{_PATH}?expires=1795356124&signature=5f0c",
    "thumbnail_url": f"/storage/{_PATH.removesuffix('.jpg')}_thumbnail.jpg?expires=1795356124&signature=a81e",
    "source": "host",
    "createdAt": "2026-11-21T14:02:03.500Z",
}
SNAPSHOT_TRIAL_EXAMPLE: Mapping[str, Any] = {"job_id": f"cameras-test_snapshot-{_CAMERA_ID}"}
