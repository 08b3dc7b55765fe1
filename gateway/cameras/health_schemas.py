"""Cameras' health as it crosses the wire."""

import re
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from gateway.cameras.camera import STATUSES, Camera
from gateway.cameras.health_report import MOST_OUTAGES, CameraReport, CheckTotals, HealthReport, Outage
from shared.http.envelope import PageQuerySchema
from shared.http.fields import LONGEST_SPAN, UtcTime
from shared.spans import iso_ms

_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"


class PeriodSchema(ma.Schema):
    """`?from=&to=`, each of which may be left out."""

    start = UtcTime(
        load_default=None,
        data_key="from",
        metadata={"description": "Begin, ISO 8601 with an offset.", "example": "2026-11-20T14:00:00Z"},
    )
    end = UtcTime(
        load_default=None,
        data_key="to",
        metadata={"description": "End, not included.", "example": "2026-11-21T14:00:00Z"},
    )

    @ma.validates_schema
    def check_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        start, end = data["start"], data["end"]
        if start is not None and end is not None and end <= start:
            raise ma.ValidationError("must be later than from.", "to")


class HealthQuerySchema(PeriodSchema, PageQuerySchema):
    """Which of a camera's checks."""


class HealthReportQuerySchema(PeriodSchema):
    """Of which cameras, and of when."""

    group_id = fields.String(
        load_default=None,
        validate=Regexp(r"^[^\0]{1,36}\Z"),
        metadata={"description": "Only of this group.", "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"},
    )
    host_id = fields.String(
        load_default=None,
        validate=Regexp(_UUID, flags=re.ASCII, error="is no host's id."),
        metadata={"description": "Only of this host.", "example": "8a4c6f0e-3b1d-4e7a-9c2f-1d5b7e9a0c3d"},
    )
    format = fields.String(
        load_default="json",
        validate=OneOf(["json", "csv"]),
        metadata={"description": "json, or csv for spreadsheets.", "example": "json"},
    )

    @ma.validates_schema
    def check_length(self, data: dict[str, Any], **_kwargs: Any) -> None:
        start, end = data["start"], data["end"]
        if start is not None and end is not None and end - start > LONGEST_SPAN:
            raise ma.ValidationError(f"must be {LONGEST_SPAN.days} days after from at most.", "to")


class HealthCheckSchema(ma.Schema):
    """What a check of a camera found."""

    id = fields.String(required=True)
    camera_id = fields.String(required=True)
    is_connected = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "Whether pictures came; null: it says neither (nobody wanted any)."},
    )
    latency_ms = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Until the camera answered; null where a host records it, or none came."},
    )
    fps_actual = fields.Float(
        required=True, allow_none=True, metadata={"description": "null where the check did not count."}
    )
    status = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(STATUSES),
        metadata={"description": "After the check: offline only after several failures in a row."},
    )
    judged_by = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(["heartbeat", "probe"]),
        metadata={"description": "By what its host reports, or by a connection of the gateway's."},
    )
    problem_code = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    last_check = UtcTime(required=True)
    created_at = UtcTime(required=True, data_key="createdAt")


HEALTH_EXAMPLE = {
    "id": "1f6b1c0a-55c5-4b3f-8a0e-6f3f2f9b8f10",
    "camera_id": "8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10",
    "is_connected": True,
    "latency_ms": 42,
    "fps_actual": 25.0,
    "status": "live",
    "judged_by": "probe",
    "problem_code": None,
    "problem": None,
    "last_check": "2026-11-21T14:01:00.000Z",
    "createdAt": "2026-11-21T14:01:00.000Z",
}


class OutageSchema(ma.Schema):
    """A time in which checks failed."""

    start = UtcTime(required=True, data_key="from", metadata={"description": "The first failed check."})
    end = UtcTime(
        required=True,
        allow_none=True,
        data_key="to",
        metadata={"description": "The next good check, or where nothing more is known; null: it lasts."},
    )
    seconds = fields.Integer(required=True)
    is_end_known = fields.Boolean(
        required=True, metadata={"description": "false: no good check ended it; nothing more is known."}
    )
    problem_code = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)


class LatencySchema(ma.Schema):
    """Of the checks that measured it; null: none did."""

    p50 = fields.Integer(required=True, allow_none=True)
    p95 = fields.Integer(required=True, allow_none=True)
    max = fields.Integer(required=True, allow_none=True)


class CameraHealthReportSchema(ma.Schema):
    """How a camera did."""

    camera_id = fields.String(required=True)
    external_id = fields.String(required=True)
    name = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    host = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=OneOf(STATUSES), metadata={"description": "Now."})
    checks = fields.Integer(required=True)
    uptime_percent = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Of the checks that said yes or no; null: none did."},
    )
    unknown_seconds = fields.Integer(
        required=True,
        metadata={"description": "Of which no check says anything: neither up nor down."},
    )
    outages = fields.List(
        fields.Nested(OutageSchema),
        required=True,
        metadata={"description": f"The newest {MOST_OUTAGES}, the newest first."},
    )
    outages_total = fields.Integer(required=True)
    outage_seconds = fields.Integer(required=True, metadata={"description": "Of all outages."})
    longest_outage_seconds = fields.Integer(required=True)
    latency_ms = fields.Nested(LatencySchema, required=True)
    fps_actual_mean = fields.Float(required=True, allow_none=True)


class HealthReportSchema(ma.Schema):
    """How cameras did in a period."""

    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to")
    cameras = fields.List(fields.Nested(CameraHealthReportSchema), required=True)


def report_body(report: HealthReport) -> dict[str, Any]:
    """HealthReportSchema's answer. Not dumped by it: that would look at 50,000 outages one by one."""
    return {
        "from": iso_ms(report.period.start),
        "to": iso_ms(report.period.end),
        "cameras": [_camera(camera, did) for camera, did in report.cameras],
    }


def _camera(camera: Camera, did: CameraReport) -> dict[str, Any]:
    totals = did.totals
    return {
        "camera_id": camera.id,
        "external_id": camera.external_id,
        "name": camera.name,
        "group": camera.group,
        "host": camera.host,
        "status": camera.status,
        "checks": totals.checks,
        "uptime_percent": did.uptime_percent,
        "unknown_seconds": did.unknown_s,
        "outages": [outage_body(outage) for outage in did.outages],
        "outages_total": did.outages_total,
        "outage_seconds": did.outage_s,
        "longest_outage_seconds": did.longest_outage_s,
        "latency_ms": latency_body(totals),
        "fps_actual_mean": None if totals.fps_mean is None else round(totals.fps_mean, 2),
    }


def latency_body(totals: CheckTotals) -> dict[str, int | None]:
    """LatencySchema's."""
    return {"p50": totals.latency_p50_ms, "p95": totals.latency_p95_ms, "max": totals.latency_max_ms}


def outage_body(outage: Outage) -> dict[str, Any]:
    """OutageSchema's."""
    return {
        "from": iso_ms(outage.start),
        "to": None if outage.end is None else iso_ms(outage.end),
        "seconds": outage.seconds,
        "is_end_known": outage.is_end_known,
        "problem_code": outage.code,
        "problem": outage.sentence,
    }


REPORT_EXAMPLE = {
    "from": "2026-11-20T14:00:00.000Z",
    "to": "2026-11-21T14:00:00.000Z",
    "cameras": [
        {
            "camera_id": "8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10",
            "external_id": "front-door",
            "name": "Front Door",
            "group": "Tenant A",
            "host": None,
            "status": "live",
            "checks": 1440,
            "uptime_percent": 99.653,
            "unknown_seconds": 0,
            "outages": [
                {
                    "from": "2026-11-21T03:12:00.000Z",
                    "to": "2026-11-21T03:17:00.000Z",
                    "seconds": 300,
                    "is_end_known": True,
                    "problem_code": "refused",
                    "problem": "Nothing listens at the camera's address (connection refused): check host,"
                    " port and power.",
                }
            ],
            "outages_total": 1,
            "outage_seconds": 300,
            "longest_outage_seconds": 300,
            "latency_ms": {"p50": 41, "p95": 95, "max": 830},
            "fps_actual_mean": 24.9,
        }
    ],
}
