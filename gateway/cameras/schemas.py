"""Cameras as they cross the wire. What a field may hold is judged by `camera_fields`; here is its type."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from gateway.cameras.camera import MANAGERS, SORT_KEYS, STATUSES, CameraFilter
from gateway.cameras.camera_address import ADDRESS_PATTERN, LONGEST_ADDRESS, LONGEST_LOGIN
from gateway.cameras.camera_fields import (
    CODECS,
    DEFAULTS,
    EXTERNAL_ID_PATTERN,
    LEAST_FPS,
    LONGEST_ID,
    LONGEST_NAME,
    MOST_FPS,
    RESOLUTION_PATTERN,
)
from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

_STATUS = OneOf(STATUSES)
_FILTERS = ("active_only", "status", "group_id", "host_id", "host", "managed_by", "search")
_UUID = Regexp(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", error="is no host's id.")
_HOST_NAME = Regexp(HOST_NAME_PATTERN.removesuffix("$") + r"\Z", error="is no host's name.")
_AS_ITS_HOST_SAYS = "null: of a host's own device, as its host.toml says; else it counts over that."
# Length by letters, not only by what a column takes: PostgreSQL cannot hold U+0000.
_PLAIN = Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z", error="has characters that are no text.")


class HostDetectionSchema(ma.Schema):
    """How a host's own settings have a device analysed."""

    enable_detection = fields.Boolean(required=True, attribute="enabled")
    detection_sensitivity = fields.Float(required=True, attribute="sensitivity")


class CameraSchema(ma.Schema):
    """A camera. Passwords are never shown, nor is an address with one."""

    id = fields.String(required=True)
    external_id = fields.String(
        required=True, metadata={"description": "Another name of it in addresses; never changes."}
    )
    name = fields.String(required=True)
    rtsp_url = fields.String(
        required=True, metadata={"description": "Without login; of a host's own device, its source."}
    )
    preview_url = fields.String(
        required=True, allow_none=True, metadata={"description": "A sub-stream that supplies pictures."}
    )
    username = fields.String(required=True, allow_none=True)
    has_password = fields.Boolean(required=True)
    resolution = fields.String(required=True, allow_none=True)
    fps = fields.Integer(required=True, allow_none=True)
    codec = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=_STATUS)
    is_active = fields.Boolean(
        required=True,
        metadata={
            "description": "false: not checked, and recorded by no host; a host's own device it records on."
        },
    )
    enable_detection = fields.Boolean(
        required=True,
        allow_none=True,
        attribute="is_analysed",
        metadata={
            "description": "Whether it is analysed: as it is set here, or as the host says whose own device"
            " it is; null: that has not told."
        },
    )
    detection_sensitivity = fields.Float(
        required=True,
        allow_none=True,
        attribute="sensitivity",
        metadata={"description": "0.7 is neutral; higher sees smaller changes. null as above."},
    )
    overrides = fields.List(
        fields.String(validate=OneOf(["enable_detection", "detection_sensitivity"])),
        required=True,
        metadata={"description": "What of a host's own device is set here, over its host.toml."},
    )
    host_detection = fields.Nested(
        HostDetectionSchema,
        required=True,
        allow_none=True,
        attribute="own_detection",
        metadata={
            "description": "What that host.toml says itself; null: it has not told, or is no part of it."
        },
    )
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    host_id = fields.String(required=True, allow_none=True)
    host = fields.String(required=True, allow_none=True, metadata={"description": "Which host records it."})
    device_name = fields.String(required=True, allow_none=True)
    device = fields.String(
        required=True, allow_none=True, metadata={"description": "The device that it is, of the fleet."}
    )
    managed_by = fields.String(
        required=True,
        validate=OneOf(MANAGERS),
        metadata={"description": "host: its host's own settings say how it is recorded."},
    )
    last_connected = UtcTime(required=True, allow_none=True)
    checked_at = UtcTime(required=True, allow_none=True)
    problem_code = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    failures_in_row = fields.Integer(required=True)
    latency_ms = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of the last check; null where a host records it, or none came."},
    )
    note = fields.String(
        required=True, allow_none=True, metadata={"description": "What to know of its host, a sentence."}
    )
    is_deletable = fields.Boolean(
        required=True,
        metadata={
            "description": "false: its host still has it in its own settings; take it out there first."
        },
    )
    created_at = UtcTime(required=True, data_key="createdAt")
    updated_at = UtcTime(required=True, data_key="updatedAt")


def _name(**options: Any) -> fields.String:
    return fields.String(validate=[Length(1, LONGEST_NAME), _PLAIN], **options)


def _address(**options: Any) -> fields.String:
    return fields.String(
        validate=Length(1, LONGEST_ADDRESS),
        metadata={
            "description": "rtsp, rtsps, http or https; a login in it becomes username and password.",
            "example": "rtsp://192.168.1.100:554/stream",
            "pattern": ADDRESS_PATTERN.removesuffix(r"\Z"),
        },
        **options,
    )


def _flag(**options: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, **options)


class _CameraFieldsSchema(ma.Schema):
    """What a request may say of a camera beside its name and address."""

    username = fields.String(allow_none=True, validate=Length(max=LONGEST_LOGIN))
    password = fields.String(
        allow_none=True,
        load_only=True,
        validate=Length(max=LONGEST_LOGIN),
        metadata={"description": "Kept encrypted, never shown."},
    )
    preview_url = _address(allow_none=True)
    resolution = fields.String(
        allow_none=True, validate=Regexp(RESOLUTION_PATTERN, error="is no size such as 1920x1080.")
    )
    fps = fields.Integer(allow_none=True, strict=True, validate=Range(LEAST_FPS, MOST_FPS))
    codec = fields.String(
        allow_none=True, metadata={"description": ", ".join(CODECS) + ".", "enum": [*CODECS, None]}
    )
    location = fields.String(allow_none=True, validate=[Length(max=LONGEST_NAME), _PLAIN])
    group_id = fields.String(allow_none=True, validate=[Length(1, LONGEST_ID), _PLAIN])
    is_active = _flag()
    enable_detection = _flag()
    detection_sensitivity = fields.Float(validate=Range(0, 1))
    external_id = fields.String(
        validate=Regexp(
            EXTERNAL_ID_PATTERN, error="must be 1 to 130 letters, digits, dashes and underscores."
        ),
        metadata={"description": "Unique; made of the name where it is not given; never changes."},
    )
    host = fields.String(
        allow_none=True,
        validate=_HOST_NAME,
        metadata={"description": "The host that is to record it; null: none.", "example": "lab-1"},
    )
    host_id = fields.String(
        allow_none=True,
        validate=_UUID,
        metadata={"description": "The same by its id.", "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"},
    )
    device_name = fields.String(
        allow_none=True,
        validate=_HOST_NAME,
        metadata={"description": "What it is called there; chosen where it is not given.", "example": "door"},
    )


class NewCameraSchema(_CameraFieldsSchema):
    """A camera to be made."""

    name = _name(required=True)
    rtsp_url = _address(required=True)


class CameraChangeSchema(_CameraFieldsSchema):
    """What is to be changed of a camera; what is not sent stays."""

    name = _name()
    rtsp_url = fields.String(
        validate=Length(1, LONGEST_ADDRESS),
        metadata={
            "description": "A login in it becomes username and password; as it was shown: stays.",
            "example": "rtsp://192.168.1.100:554/stream",
        },
    )
    enable_detection = _flag(allow_none=True, metadata={"description": _AS_ITS_HOST_SAYS})
    detection_sensitivity = fields.Float(
        allow_none=True, validate=Range(0, 1), metadata={"description": _AS_ITS_HOST_SAYS}
    )


class CameraStateSchema(ma.Schema):
    """Whether a camera is used, and how."""

    is_active = _flag(
        metadata={"description": "false: not checked, nor recorded; a host's own device it records on."}
    )
    enable_detection = _flag(allow_none=True, metadata={"description": _AS_ITS_HOST_SAYS})


class CamerasQuerySchema(PageQuerySchema):
    """Which cameras are listed; loads to `page_query` and `wanted`, a CameraFilter."""

    active_only = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Only cameras that are used.", "example": True},
    )
    status = fields.String(
        load_default=None,
        validate=_STATUS,
        metadata={"description": "Only cameras that are so now.", "example": "live"},
    )
    group_id = fields.String(
        load_default=None,
        validate=[Length(1, LONGEST_ID), _PLAIN],
        metadata={
            "description": "Only cameras of this group.",
            "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        },
    )
    host_id = fields.String(
        load_default=None,
        validate=_UUID,
        metadata={
            "description": "Only cameras of this host.",
            "example": "8b4cf0a2-6d1f-4b43-a8d1-5a1c9e7b3f22",
        },
    )
    host = fields.String(
        load_default=None,
        validate=_HOST_NAME,
        metadata={"description": "The same by the host's name.", "example": "lab-1"},
    )
    managed_by = fields.String(
        load_default=None,
        validate=OneOf(MANAGERS),
        metadata={"description": "Only cameras made here, or only hosts' own devices.", "example": "gateway"},
    )
    search = fields.String(
        load_default=None,
        validate=[Length(1, 255), _PLAIN],
        metadata={
            "description": "A part of the name, external_id, location, address, group, host or device.",
            "example": "lobby",
        },
    )
    sort = fields.String(
        load_default="name",
        validate=OneOf([*SORT_KEYS, *(f"-{key}" for key in SORT_KEYS)]),
        metadata={"description": "The order; a minus turns it round.", "example": "name"},
    )

    @ma.post_load
    def to_filter(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        sort = data.pop("sort")
        asked = {key: data.pop(key) for key in _FILTERS}
        data["wanted"] = CameraFilter(**asked, sort=sort.removeprefix("-"), descending=sort.startswith("-"))
        return data


class CameraDeletedSchema(ma.Schema):
    """What became of a camera."""

    deleted = fields.Boolean(required=True)
    footage = fields.String(
        required=True, metadata={"description": "What becomes of what was recorded, a sentence."}
    )


NEW_CAMERA_EXAMPLE = {
    "name": "Front Door",
    "rtsp_url": "rtsp://192.168.1.100:8554/stream",
    "username": "admin",
    "password": "password123",
    "resolution": "1920x1080",
    "fps": 30,
    "codec": "h264",
    "location": "Main Entrance",
    "group_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    **DEFAULTS,
}
CAMERA_EXAMPLE = {
    **{key: value for key, value in NEW_CAMERA_EXAMPLE.items() if key != "password"},
    "id": "1f0d6c6e-3b43-4e39-8d9b-7f3b8d1c2a10",
    "external_id": "front-door",
    "preview_url": None,
    "has_password": True,
    "status": "live",
    "group": "Entrances",
    "host_id": "8b4cf0a2-6d1f-4b43-a8d1-5a1c9e7b3f22",
    "host": "lab-1",
    "device_name": "front-door",
    "device": "lab-1/front-door",
    "managed_by": "gateway",
    "last_connected": "2026-11-21T14:00:00.000Z",
    "checked_at": "2026-11-21T14:00:00.000Z",
    "problem_code": None,
    "problem": None,
    "failures_in_row": 0,
    "latency_ms": 41,
    "note": None,
    "overrides": [],
    "host_detection": None,
    "is_deletable": True,
    "createdAt": "2026-11-20T08:00:00.000Z",
    "updatedAt": "2026-11-21T14:00:00.000Z",
}
DELETED_EXAMPLE = {"deleted": True, "footage": "lab-1 keeps what it recorded until its retention ends it."}
