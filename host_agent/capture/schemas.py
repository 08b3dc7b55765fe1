"""Health, devices and control as they cross the wire."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Regexp

from host_agent.capture.device_report import DeviceReport
from host_agent.capture.footage_counts import FootageCount
from host_agent.capture.storage_state import StorageState
from host_agent.gateway_state import GatewayStatus
from host_agent.reported_state import NOT_RUNNING, UNKNOWN, ReportedState
from host_agent.ring.layout import NUMBERED_KINDS
from host_agent.told_captions import ToldCaptions, ToldSending
from shared.http.fields import UtcTime
from shared.spans import from_utc_ms

STATES = ("starting", "live", "stalled", "backing_off", "stopped", "misconfigured", UNKNOWN)
_STATE = fields.String(required=True, validate=OneOf(STATES))


class StorageSchema(ma.Schema):
    """A root of footage and its disk."""

    root = fields.String(required=True)
    total_bytes = fields.Integer(required=True, allow_none=True)
    free_bytes = fields.Integer(required=True, allow_none=True)
    free_percent = fields.Float(
        required=True, allow_none=True, metadata={"description": "Of bytes or inodes, whichever is scarcer."}
    )
    problem = fields.String(required=True, metadata={"description": "A sentence; empty: none."})


class BriefDeviceSchema(ma.Schema):
    """A device's state in brief."""

    device = fields.String(required=True)
    label = fields.String(required=True)
    state = _STATE
    code = fields.String(required=True)
    reason = fields.String(required=True)


class CaptureProcessSchema(ma.Schema):
    """Whether the process that records is there."""

    running = fields.Boolean(required=True)
    silent_s = fields.Float(
        required=True, allow_none=True, metadata={"description": "Null: not since the machine was started."}
    )


class AlarmSchema(ma.Schema):
    """What a person must know."""

    code = fields.String(required=True)
    sentence = fields.String(required=True)


class GatewaySchema(ma.Schema):
    """How this host and its gateway stand with each other."""

    state = fields.String(
        required=True,
        attribute="status.value",
        validate=OneOf([status.value for status in GatewayStatus]),
        metadata={"description": "none: this host works alone."},
    )
    code = fields.String(required=True, metadata={"description": "The gateway's own where it refused."})
    sentence = fields.String(required=True)
    remedy = fields.String(required=True)
    since = UtcTime(required=True, allow_none=True)
    last_success_at = UtcTime(required=True, allow_none=True)
    minutes_waiting = fields.Integer(
        required=True, metadata={"description": "Minutes of activity that the gateway does not have yet."}
    )


class SendingSchema(ma.Schema):
    """Captions on their way to the gateway. Counts are since the captions process began."""

    waiting = fields.Integer(required=True, metadata={"description": "The gateway does not have them yet."})
    oldest_waiting_at = UtcTime(required=True, allow_none=True)
    sent = fields.Integer(required=True)
    refused = fields.Integer(required=True, metadata={"description": "Not sent again; the log says why."})
    dropped = fields.Integer(required=True, metadata={"description": "There was no room for more."})
    code = fields.String(required=True, metadata={"description": "Why they wait; empty: they do not."})
    sentence = fields.String(required=True)
    remedy = fields.String(required=True)
    wrong_since = UtcTime(required=True, allow_none=True)


class HealthSchema(ma.Schema):
    """The agent's health. Callers without a token, where one is set, see `alive` and `status` only."""

    alive = fields.Boolean(required=True)
    status = fields.String(
        required=True,
        validate=OneOf(("ok", "degraded", "down")),
        metadata={"description": "ok: every wanted device records; down: none can."},
    )
    name = fields.String(metadata={"description": "The host's name."})
    version = fields.String()
    time = UtcTime(metadata={"description": "The agent's clock."})
    capture = fields.Nested(CaptureProcessSchema)
    storage = fields.List(fields.Nested(StorageSchema))
    devices = fields.List(fields.Nested(BriefDeviceSchema))
    alarms = fields.List(fields.Nested(AlarmSchema))
    gateway = fields.Nested(GatewaySchema)
    captions = fields.Nested(SendingSchema, allow_none=True, metadata={"description": "Null: none are made."})
    error = fields.String(metadata={"description": "With 503 only, as in every error."})
    code = fields.String()
    remedy = fields.String()


class CheckSchema(ma.Schema):
    """One thing that the API stands on."""

    name = fields.String(required=True)
    ok = fields.Boolean(required=True)
    latency_ms = fields.Float(required=True)


class ReadinessSchema(ma.Schema):
    """Whether requests can be answered."""

    ready = fields.Boolean(required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)


class AliveSchema(ma.Schema):
    """The process answers."""

    alive = fields.Boolean(required=True)


class HotCountSchema(ma.Schema):
    """What lies in a hot folder."""

    files = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    limit = fields.Integer(required=True, metadata={"description": "What the archiver leaves there."})


class ColdCountSchema(ma.Schema):
    """What lies in hours."""

    hours = fields.Integer(required=True)
    files = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    estimated = fields.Boolean(
        required=True, metadata={"description": "Bytes of hours not sealed yet are taken from a sample."}
    )
    oldest = UtcTime(required=True, allow_none=True, metadata={"description": "Begin of the oldest hour."})
    retention_hours = fields.Integer(required=True)


class WantedSchema(ma.Schema):
    """What was asked for last; it survives restarts."""

    state = fields.String(required=True, validate=OneOf(("running", "stopped")))
    asked_by = fields.String(required=True)
    at = UtcTime(required=True, allow_none=True)


class PictureSchema(ma.Schema):
    """What is recorded; null where it is not known (yet)."""

    fps = fields.Float(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    codec = fields.String(required=True, allow_none=True)
    bitrate_bps = fields.Integer(required=True, allow_none=True)
    keyframe_interval_s = fields.Float(required=True, allow_none=True)
    recorded_as = fields.String(
        required=True, allow_none=True, metadata={"description": "copy, or what it is encoded with."}
    )


class FramesSchema(ma.Schema):
    """How pictures are made."""

    mode = fields.String(required=True, allow_none=True)
    of_preview = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "Of the sub-stream's pictures, not of the recording's."},
    )
    why = fields.String(required=True, allow_none=True)
    captures_skipped = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class CaptionTroubleSchema(ma.Schema):
    """What is wrong with captions now; empty texts: nothing."""

    code = fields.String(required=True)
    sentence = fields.String(required=True)
    remedy = fields.String(required=True)
    wrong_since = UtcTime(required=True, allow_none=True)


class CaptionsSchema(CaptionTroubleSchema):
    """What frames show, in words. Counts are since the captions process began."""

    captioner = fields.String(required=True, metadata={"description": "scene or openai; empty: not begun."})
    made = fields.Integer(required=True)
    missed = fields.Integer(
        required=True, metadata={"description": "Times at which a frame was still being captioned."}
    )
    failed = fields.Integer(required=True, metadata={"description": "Frames that got no caption."})
    last_at = UtcTime(required=True, allow_none=True, metadata={"description": "When that frame was taken."})
    last_text = fields.String(required=True)


class ForecastSchema(ma.Schema):
    """When the device's disk is full, as far as the last hours tell."""

    hours_until_full = fields.Float(required=True, allow_none=True)
    sentence = fields.String(required=True)


class DeviceSchema(ma.Schema):
    """A device: state, picture, footage, disk."""

    device = fields.String(required=True)
    label = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "Without credentials."})
    preview_source = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The sub-stream that pictures are made of, without credentials."},
    )
    assigned = fields.Boolean(
        required=True, metadata={"description": "Recorded because the gateway says so, not host.toml."}
    )
    former = fields.Boolean(
        required=True,
        metadata={"description": "Not recorded here any more; its footage stays until retention ends it."},
    )
    state = _STATE
    code = fields.String(
        required=True,
        metadata={"description": f"Why nothing is recorded, as in the time line; live; {NOT_RUNNING}."},
    )
    reason = fields.String(required=True)
    since = UtcTime(required=True, allow_none=True)
    reported_at = UtcTime(required=True, allow_none=True)
    wanted = fields.Nested(WantedSchema, required=True)
    picture = fields.Nested(PictureSchema, required=True)
    frames = fields.Nested(FramesSchema, required=True)
    run = fields.Integer(required=True, allow_none=True, metadata={"description": "Starts of ffmpeg so far."})
    restarts = fields.Integer(required=True, allow_none=True)
    newest_segment_at = UtcTime(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)
    alarms = fields.List(fields.Nested(AlarmSchema), required=True)
    hot = fields.Dict(keys=fields.String(), values=fields.Nested(HotCountSchema), required=True)
    cold = fields.Dict(keys=fields.String(), values=fields.Nested(ColdCountSchema), required=True)
    storage = fields.Nested(StorageSchema, required=True)
    forecast = fields.Nested(ForecastSchema, required=True, allow_none=True)
    captions = fields.Nested(
        CaptionsSchema, required=True, allow_none=True, metadata={"description": "Null: none are made."}
    )


class DevicesSchema(ma.Schema):
    """All devices of a host."""

    devices = fields.List(fields.Nested(DeviceSchema), required=True)


class ControlSchema(ma.Schema):
    """Who asks; goes into the time line."""

    asked_by = fields.String(
        load_default="somebody through the host's API",
        # Printable text of any script: what JSON can carry beyond that cannot be stored or shown.
        validate=[Length(min=1, max=100), Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]+\Z")],
        metadata={"description": "A name for people.", "example": "anna"},
    )


class ControlAnswerSchema(ma.Schema):
    """What will happen."""

    device = fields.String(required=True)
    wanted = fields.String(required=True, validate=OneOf(("running", "stopped")))
    sentence = fields.String(required=True)


def storage_json(storage: StorageState) -> dict[str, Any]:
    space = storage.space
    return {
        "root": str(storage.root),
        "total_bytes": None if space is None else space.total.size_bytes,
        "free_bytes": None if space is None else space.free.size_bytes,
        "free_percent": None if space is None else round(space.free_percent, 2),
        "problem": storage.problem,
    }


def brief_json(device: str, label: str, state: ReportedState) -> dict[str, Any]:
    return {
        "device": device,
        "label": label,
        "state": state.state,
        "code": state.code,
        "reason": state.sentence,
    }


def device_json(report: DeviceReport, hot_limits: dict[str, int]) -> dict[str, Any]:
    """A report as `DeviceSchema` dumps it. `hot_limits`: files a hot folder holds, by kind."""
    state, told, frames = report.state, report.state.told, report.parts.get("frames", {})
    return {
        **brief_json(report.device, report.label, state),
        "source": report.masked_source,
        "preview_source": report.masked_preview_source,
        "assigned": report.is_assigned,
        "former": report.is_former,
        "since": state.since,
        "reported_at": state.reported_at,
        "wanted": {
            "state": report.wanted.wanted,
            "asked_by": report.wanted.asked_by,
            "at": report.wanted.at,
        },
        "picture": {name: told.get(name) for name in PictureSchema().fields},
        "frames": {name: frames.get(name) for name in FramesSchema().fields},
        "run": told.get("run"),
        "restarts": told.get("restarts"),
        "newest_segment_at": state.newest_segment_at,
        "alarms": report.alarms,
        "notes": [str(note) for note in told.get("notes", [])],
        "hot": {
            kind.value: _hot_json(report.footage.hot[kind], hot_limits[kind.value]) for kind in NUMBERED_KINDS
        },
        "cold": {
            kind.value: {
                **_cold_json(report.footage.cold(kind)),
                "oldest": hour.start if (hour := report.footage.oldest_hour(kind)) is not None else None,
                "retention_hours": report.retention_hours[kind],
            }
            for kind in NUMBERED_KINDS
        },
        "storage": storage_json(report.storage),
        "forecast": report.forecast,
        "captions": None if report.captions is None else captions_json(report.captions),
    }


def captions_json(told: ToldCaptions) -> dict[str, Any]:
    return {
        **_trouble_json(told),
        "captioner": told.captioner,
        "made": told.made,
        "missed": told.missed,
        "failed": told.failed,
        "last_at": _time_or_none(told.last_captured_utc_ms),
        "last_text": told.last_text,
    }


def sending_json(told: ToldSending) -> dict[str, Any]:
    return {
        **_trouble_json(told),
        "waiting": told.waiting,
        "oldest_waiting_at": _time_or_none(told.oldest_waiting_utc_ms),
        "sent": told.sent,
        "refused": told.refused,
        "dropped": told.dropped,
    }


def _trouble_json(told: ToldCaptions | ToldSending) -> dict[str, Any]:
    return {
        "code": told.code,
        "sentence": told.sentence,
        "remedy": told.remedy,
        "wrong_since": _time_or_none(told.wrong_since_utc_ms),
    }


def _time_or_none(moment_utc_ms: int | None) -> datetime | None:
    return None if moment_utc_ms is None else from_utc_ms(moment_utc_ms)


def _hot_json(count: FootageCount, limit: int) -> dict[str, int]:
    return {"files": count.files, "bytes": count.size_bytes, "limit": limit}


def _cold_json(count: FootageCount) -> dict[str, Any]:
    return {
        "hours": count.hours,
        "files": count.files,
        "bytes": count.size_bytes,
        "estimated": count.is_estimate,
    }


STORAGE_EXAMPLE = {
    "root": "/var/lib/coldframe",
    "total_bytes": 2_000_000_000_000,
    "free_bytes": 900_000_000_000,
    "free_percent": 45.0,
    "problem": "",
}
_BRIEF_EXAMPLE = {
    "device": "capture1",
    "label": "Lobby",
    "state": "live",
    "code": "live",
    "reason": "Recording.",
}
_NO_TROUBLE_EXAMPLE = {"code": "", "sentence": "", "remedy": "", "wrong_since": None}
HEALTH_EXAMPLE = {
    "alive": True,
    "status": "ok",
    "name": "lab-1",
    "version": "0.1.0",
    "time": "2026-11-21T14:02:03.250Z",
    "capture": {"running": True, "silent_s": 2.1},
    "storage": [STORAGE_EXAMPLE],
    "devices": [_BRIEF_EXAMPLE],
    "alarms": [],
    "gateway": {
        "state": "online",
        "code": "",
        "sentence": "Reporting to http://10.0.0.5.",
        "remedy": "",
        "since": "2026-11-21T08:00:02.000Z",
        "last_success_at": "2026-11-21T14:02:01.500Z",
        "minutes_waiting": 0,
    },
    "captions": {
        **_NO_TROUBLE_EXAMPLE,
        "waiting": 0,
        "oldest_waiting_at": None,
        "sent": 8640,
        "refused": 0,
        "dropped": 0,
    },
}
DEVICE_EXAMPLE = {
    **_BRIEF_EXAMPLE,
    "source": "rtsp://***@camera/stream",
    "preview_source": None,
    "assigned": False,
    "former": False,
    "since": "2026-11-21T08:00:01.000Z",
    "reported_at": "2026-11-21T14:02:02.900Z",
    "wanted": {"state": "running", "asked_by": "", "at": None},
    "picture": {
        "fps": 25.0,
        "width": 1280,
        "height": 720,
        "codec": "h264",
        "bitrate_bps": 2_100_000,
        "keyframe_interval_s": 1.0,
        "recorded_as": "copy",
    },
    "frames": {
        "mode": "keyframes",
        "of_preview": False,
        "why": "Key frames come every 2 s or oftener.",
        "captures_skipped": 0,
        "note": "",
    },
    "run": 3,
    "restarts": 2,
    "newest_segment_at": "2026-11-21T14:02:02.400Z",
    "notes": [],
    "alarms": [{"code": "clock_suspect", "sentence": "The clock leapt by a day; nothing is deleted."}],
    "hot": {"segments": {"files": 10, "bytes": 2_600_000, "limit": 10}},
    "cold": {
        "segments": {
            "hours": 25,
            "files": 86_390,
            "bytes": 22_400_000_000,
            "estimated": True,
            "oldest": "2026-11-20T14:00:00.000Z",
            "retention_hours": 24,
        }
    },
    "storage": STORAGE_EXAMPLE,
    "forecast": {
        "hours_until_full": None,
        "sentence": "At the present rate the disk will not be full within a month.",
    },
    "captions": {
        **_NO_TROUBLE_EXAMPLE,
        "captioner": "scene",
        "made": 8640,
        "missed": 0,
        "failed": 0,
        "last_at": "2026-11-21T14:02:00.250Z",
        "last_text": "dark scene, strong motion on the left",
    },
}
CONTROL_EXAMPLE = {
    "device": "capture1",
    "wanted": "stopped",
    "sentence": "Recording of capture1 stops within seconds, and stays stopped until it is started again.",
}
