"""Hosts, devices, enrolment and control as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from gateway.hosts.host_states import HostState
from gateway.hosts.state_words import Word
from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

_HOST_STATE = OneOf([state.value for state in HostState])
_WORD = OneOf([word.value for word in Word])
_SEARCH_LENGTH = 200
# PostgreSQL cannot hold it, and no name has it.
_NO_NUL = Regexp(r"^[^\0]*\Z", error="holds the character U+0000.")


class TokenRequestSchema(ma.Schema):
    """A wish for an enrolment token."""

    host_name = fields.String(
        required=True,
        validate=Regexp(HOST_NAME_PATTERN.removesuffix("$") + r"\Z"),
        metadata={"description": "The name of the host that may use it."},
    )
    networks = fields.List(
        fields.String(validate=Length(1, 64)),
        required=True,
        validate=Length(1, 20),
        metadata={"description": "Where the host's public_url may be: CIDR."},
    )
    replaces_host = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "A host of that name gives way, dead or alive."},
    )
    valid_hours = fields.Float(
        load_default=24.0,
        validate=Range(0, 720, min_inclusive=False),
        metadata={"description": "From now on."},
    )


TOKEN_REQUEST_EXAMPLE = {
    "host_name": "lab-1",
    "networks": ["10.0.0.0/8"],
    "replaces_host": False,
    "valid_hours": 24,
}


class TokenSchema(ma.Schema):
    """An enrolment token. This answer is the only one that has it."""

    id = fields.String(required=True)
    token = fields.String(required=True, metadata={"description": "For the agent; shown this once."})
    host_name = fields.String(required=True)
    networks = fields.List(fields.String(), required=True)
    replaces_host = fields.Boolean(required=True)
    expires_at = UtcTime(required=True)


TOKEN_EXAMPLE = {
    **{key: value for key, value in TOKEN_REQUEST_EXAMPLE.items() if key != "valid_hours"},
    "id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "token": "R3c5sQmLw1v0kqH2yE8dTn4uXa9bZf7pGjKiVoYsC6M",
    "expires_at": "2026-11-22T14:00:00.000Z",
}


class ListedTokenSchema(ma.Schema):
    """An enrolment token as it is known afterwards."""

    id = fields.String(required=True)
    host_name = fields.String(required=True)
    networks = fields.List(fields.String(), required=True)
    replaces_host = fields.Boolean(required=True)
    created_by = fields.String(
        required=True, allow_none=True, metadata={"description": "A user's id; null: they are gone."}
    )
    created_at = UtcTime(required=True, data_key="createdAt")
    expires_at = UtcTime(required=True)
    used_at = UtcTime(
        required=True, allow_none=True, metadata={"description": "When a host enrolled with it."}
    )


LISTED_TOKEN_EXAMPLE = {
    **{key: value for key, value in TOKEN_EXAMPLE.items() if key != "token"},
    "created_by": "8a4c6f0e-3b1d-4e7a-9c2f-1d5b7e9a0c3d",
    "createdAt": "2026-11-21T14:00:00.000Z",
    "used_at": None,
}


class DiskSchema(ma.Schema):
    """A file system that holds footage."""

    root = fields.String(required=True)
    free_bytes = fields.Integer(required=True)
    total_bytes = fields.Integer(required=True)
    full_in_hours = fields.Float(
        required=True, allow_none=True, metadata={"description": "If all goes on as now; null: not known."}
    )
    problem = fields.String(required=True, metadata={"description": "A sentence; empty: none."})


class DeviceBriefSchema(ma.Schema):
    """A device of a host in brief."""

    device = fields.String(required=True)
    label = fields.String(required=True)
    word = fields.String(required=True, validate=_WORD)


class HostSchema(ma.Schema):
    """A host of the fleet."""

    name = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=_HOST_STATE,
        metadata={"description": "From the age of its last heartbeat."},
    )
    sentence = fields.String(required=True, metadata={"description": "The state for a person."})
    last_heartbeat_at = UtcTime(required=True, allow_none=True)
    enrolled_at = UtcTime(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    versions = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    clock_offset_s = fields.Float(
        required=True, allow_none=True, metadata={"description": "Its clock minus the gateway's."}
    )
    clock_warning = fields.String(required=True, metadata={"description": "A sentence; empty: none."})
    minutes_waiting = fields.Integer(
        required=True, metadata={"description": "Minutes of activity that it has not sent yet."}
    )
    disks = fields.List(
        fields.Nested(DiskSchema),
        required=True,
        allow_none=True,
        metadata={"description": "null for who is limited to some cameras."},
    )
    devices = fields.List(fields.Nested(DeviceBriefSchema), required=True)
    public_url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where the gateway calls it; null for who is limited to some cameras."},
    )
    alarms = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Sentences; null for who is limited to some cameras."},
    )


HOST_EXAMPLE: dict[str, Any] = {
    "name": "lab-1",
    "state": "online",
    "sentence": "It reports.",
    "last_heartbeat_at": "2026-11-21T14:02:03.250Z",
    "enrolled_at": "2026-11-20T08:00:00.000Z",
    "version": "0.1.0",
    "versions": {"agent": "0.1.0", "ffmpeg": "ffmpeg version 5.1.6"},
    "clock_offset_s": 0.012,
    "clock_warning": "",
    "minutes_waiting": 0,
    "disks": [
        {
            "root": "/srv/coldframe",
            "free_bytes": 812_000_000_000,
            "total_bytes": 2_000_000_000_000,
            "full_in_hours": None,
            "problem": "",
        }
    ],
    "devices": [{"device": "street", "label": "Street", "word": "live"}],
    "public_url": "http://10.1.2.3:8700",
    "alarms": [],
}


class HostsQuerySchema(PageQuerySchema):
    """Which hosts."""

    state = fields.String(load_default=None, validate=_HOST_STATE, metadata={"example": "online"})
    search = fields.String(
        load_default=None,
        validate=[Length(1, _SEARCH_LENGTH), _NO_NUL],
        metadata={"description": "A part of the name.", "example": "lab"},
    )


class DeviceGroupSchema(ma.Schema):
    """Where a device is to be put."""

    group_id = fields.String(
        required=True,
        allow_none=True,
        validate=[Length(1, 36), _NO_NUL],
        metadata={"description": "A camera group; null: none."},
    )


class DeviceSchema(ma.Schema):
    """A device of the fleet and its state now."""

    full_name = fields.String(required=True, metadata={"description": "Its name in the fleet: host/device."})
    host = fields.String(required=True)
    device = fields.String(required=True)
    label = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "Without a password."})
    host_state = fields.String(required=True, validate=_HOST_STATE)
    state = fields.String(
        required=True,
        metadata={"description": "As its host says; unknown where that is silent."},
    )
    word = fields.String(required=True, validate=_WORD, metadata={"description": "What tiles show."})
    code = fields.String(required=True)
    sentence = fields.String(required=True)
    since = UtcTime(required=True, allow_none=True)
    picture = fields.String(required=True, allow_none=True, validate=OneOf(["ok", "frozen", "black"]))
    fps = fields.Float(required=True, allow_none=True)
    bitrate_bps = fields.Float(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    codec = fields.String(required=True, allow_none=True)
    newest_segment_at = UtcTime(
        required=True, allow_none=True, metadata={"description": "The end of the newest footage."}
    )
    disk_full_in_hours = fields.Float(required=True, allow_none=True)
    reported_at = UtcTime(required=True, allow_none=True)
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    camera_id = fields.String(required=True, allow_none=True)
    external_id = fields.String(required=True, allow_none=True)
    removed = fields.Boolean(
        required=True, metadata={"description": "Its host does not have it any more; footage may be left."}
    )


DEVICE_EXAMPLE: dict[str, Any] = {
    "full_name": "lab-1/street",
    "host": "lab-1",
    "device": "street",
    "label": "Street",
    "source": "rtsp://10.1.2.9:554/stream1",
    "host_state": "online",
    "state": "live",
    "word": "live",
    "code": "live",
    "sentence": "It records.",
    "since": "2026-11-21T08:00:01.000Z",
    "picture": "ok",
    "fps": 25.0,
    "bitrate_bps": 2_100_000.0,
    "width": 1280,
    "height": 720,
    "codec": "h264",
    "newest_segment_at": "2026-11-21T14:02:03.000Z",
    "disk_full_in_hours": None,
    "reported_at": "2026-11-21T14:02:03.250Z",
    "group_id": None,
    "group": None,
    "camera_id": "0d3b2f0c-8d5e-4a43-9a5b-5c0a1c2e7f11",
    "external_id": "lab-1__street",
    "removed": False,
}


class DevicesQuerySchema(PageQuerySchema):
    """Which devices."""

    host = fields.String(
        load_default=None,
        validate=[Length(1, 63), _NO_NUL],
        metadata={"description": "Of this host only.", "example": "lab-1"},
    )
    group = fields.String(
        load_default=None,
        validate=[Length(1, 36), _NO_NUL],
        metadata={
            "description": "The id of a camera group.",
            "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        },
    )
    search = fields.String(
        load_default=None,
        validate=[Length(1, _SEARCH_LENGTH), _NO_NUL],
        metadata={
            "description": "A part of the host's, device's or group's name, or of the label.",
            "example": "lobby",
        },
    )
    word = fields.String(
        load_default=None, validate=_WORD, metadata={"description": "What tiles show.", "example": "live"}
    )


class ControlSchema(ma.Schema):
    """What will happen."""

    host = fields.String(required=True)
    device = fields.String(required=True)
    action = fields.String(required=True, validate=OneOf(["start", "stop", "restart"]))
    delivered = fields.Boolean(
        required=True, metadata={"description": "false: it waits for the host's next heartbeat."}
    )
    sentence = fields.String(required=True)
    command_id = fields.String(required=True, allow_none=True)
    expires_at = UtcTime(required=True, allow_none=True)


CONTROL_EXAMPLE = {
    "host": "lab-1",
    "device": "street",
    "action": "restart",
    "delivered": True,
    "sentence": "The recorder of street is restarted within seconds; a second or two is missed.",
    "command_id": None,
    "expires_at": None,
}


class CommandSchema(ma.Schema):
    """A command that waited for a host, or still does."""

    id = fields.String(required=True)
    device = fields.String(required=True)
    action = fields.String(required=True, validate=OneOf(["start", "stop", "restart"]))
    asked_by = fields.String(required=True)
    created_at = UtcTime(required=True, data_key="createdAt")
    expires_at = UtcTime(required=True)
    delivered_at = UtcTime(required=True, allow_none=True)
    finished_at = UtcTime(required=True, allow_none=True)
    done = fields.Boolean(required=True, allow_none=True)
    sentence = fields.String(required=True, allow_none=True)


COMMAND_EXAMPLE = {
    "id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "device": "street",
    "action": "stop",
    "asked_by": "anna",
    "createdAt": "2026-11-21T14:00:00.000Z",
    "expires_at": "2026-11-21T14:10:00.000Z",
    "delivered_at": "2026-11-21T14:00:07.100Z",
    "finished_at": "2026-11-21T14:00:17.100Z",
    "done": True,
    "sentence": "Recording of street stops within seconds.",
}


class CommandTakenSchema(ma.Schema):
    """A command in the answer to a heartbeat."""

    id = fields.String(required=True)
    device = fields.String(required=True)
    action = fields.String(required=True, validate=OneOf(["start", "stop", "restart"]))
    asked_by = fields.String(required=True)


class AssignedCameraSchema(ma.Schema):
    """A camera that a host is to record."""

    name = fields.String(required=True)
    settings = fields.Dict(required=True)


class DetectionOverrideSchema(ma.Schema):
    """How a device of the host's own settings is to be analysed, over these settings."""

    name = fields.String(required=True)
    enable_detection = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "null: as the host's settings say."}
    )
    detection_sensitivity = fields.Float(
        required=True, allow_none=True, metadata={"description": "null: as the host's settings say."}
    )


class MinutesTakenSchema(ma.Schema):
    """What became of the minutes of a heartbeat."""

    stored = fields.Integer(required=True)
    too_old = fields.Integer(required=True)
    too_new = fields.Integer(required=True)


class HeartbeatAnswerSchema(ma.Schema):
    """What the gateway wants of a host."""

    received_utc_ms = fields.Integer(required=True)
    interval_s = fields.Float(required=True)
    minutes = fields.Nested(MinutesTakenSchema, required=True)
    commands = fields.List(fields.Nested(CommandTakenSchema), required=True)
    cameras = fields.List(
        fields.Nested(AssignedCameraSchema),
        required=True,
        allow_none=True,
        metadata={"description": "All that it is to record beside its own devices; null: as before."},
    )
    kept = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Cameras beside these that it goes on with as it has them: their passwords cannot"
            " be read here."
        },
    )
    overrides = fields.List(
        fields.Nested(DetectionOverrideSchema),
        required=True,
        metadata={"description": "All that is set over the host's own settings; where cameras is told."},
    )
    assignment = fields.String(
        required=True,
        metadata={"description": "Names what cameras, kept and overrides say, for the next heartbeat."},
    )


class EnrolmentAnswerSchema(ma.Schema):
    """How to report from now on."""

    host_id = fields.String(required=True)
    heartbeat_url = fields.String(required=True)
    interval_s = fields.Float(required=True)


ENROLMENT_EXAMPLE = {
    "token": TOKEN_EXAMPLE["token"],
    "name": "lab-1",
    "public_url": "http://10.1.2.3:8700",
    "version": "0.1.0",
    "credential_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "calling_secret": "oGJc0nYxk3qJ1b2dWm9v7uR5tZ8sLhQeXfApCiVyTg4",
}
ENROLMENT_ANSWER_EXAMPLE = {
    "host_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "heartbeat_url": "https://gateway.example/api/v1/hosts/heartbeat",
    "interval_s": 10.0,
}
HEARTBEAT_EXAMPLE: dict[str, Any] = {
    "name": "lab-1",
    "public_url": "http://10.1.2.3:8700",
    "version": "0.1.0",
    "sent_utc_ms": 1_795_269_723_250,
    "devices": [
        {"name": "street", "label": "Street", "source": "rtsp://10.1.2.9:554/stream1", "state": "live"}
    ],
    "minutes": [{"device": "street", "minute": 29_921_161, "revision": 1, "frames": 300, "analysed": False}],
}
HEARTBEAT_ANSWER_EXAMPLE = {
    "received_utc_ms": 1_795_269_723_262,
    "interval_s": 10.0,
    "minutes": {"stored": 1, "too_old": 0, "too_new": 0},
    "commands": [],
    "cameras": None,
    "kept": [],
    "overrides": [],
    "assignment": "",
}
