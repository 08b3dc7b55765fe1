"""A camera's history as it crosses the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf, Range

from gateway.cameras.camera import STATUSES
from gateway.cameras.health_history import DEFAULT_STRETCHES, MOST_STRETCHES, CameraHistory
from gateway.cameras.health_report import MOST_OUTAGES
from gateway.cameras.health_schemas import (
    LatencySchema,
    OutageSchema,
    PeriodSchema,
    latency_body,
    outage_body,
)
from shared.http.fields import UtcTime
from shared.spans import iso_ms


class HealthHistoryQuerySchema(PeriodSchema):
    """Of when, and how finely."""

    stretches = fields.Integer(
        load_default=DEFAULT_STRETCHES,
        validate=Range(1, MOST_STRETCHES),
        metadata={"description": "Into how many the period is divided at most.", "example": 480},
    )


class LatencyRangeSchema(ma.Schema):
    """Milliseconds."""

    least = fields.Integer(required=True)
    mean = fields.Float(required=True)
    most = fields.Integer(required=True)


class HealthStretchSchema(ma.Schema):
    """What the checks of one step came to."""

    start = UtcTime(required=True, data_key="from")
    checks = fields.Integer(required=True)
    status = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(STATUSES),
        metadata={"description": "The worst of them."},
    )
    latency_ms = fields.Nested(
        LatencyRangeSchema, required=True, allow_none=True, metadata={"description": "null: not measured."}
    )
    fps_actual = fields.Float(required=True, allow_none=True)
    problem_code = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)


class HealthHistorySchema(ma.Schema):
    """How a camera did, for a chart."""

    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to")
    step_seconds = fields.Integer(required=True, metadata={"description": "How long each stretch is."})
    stretches = fields.List(
        fields.Nested(HealthStretchSchema),
        required=True,
        metadata={"description": "Oldest first; steps without a check are left out."},
    )
    uptime_percent = fields.Float(required=True, allow_none=True)
    unknown_seconds = fields.Integer(required=True)
    outages = fields.List(
        fields.Nested(OutageSchema),
        required=True,
        metadata={"description": f"The newest {MOST_OUTAGES}, the newest first."},
    )
    outages_total = fields.Integer(required=True)
    outage_seconds = fields.Integer(required=True)
    latency_ms = fields.Nested(LatencySchema, required=True)


def history_body(history: CameraHistory) -> dict[str, Any]:
    """HealthHistorySchema's answer."""
    report = history.report
    return {
        "from": iso_ms(history.period.start),
        "to": iso_ms(history.period.end),
        "step_seconds": round(history.step.total_seconds()),
        "stretches": [
            {
                "from": iso_ms(stretch.start),
                "checks": stretch.checks,
                "status": stretch.status,
                "latency_ms": None
                if stretch.latency is None
                else {
                    "least": stretch.latency.least,
                    "mean": round(stretch.latency.mean, 1),
                    "most": stretch.latency.most,
                },
                "fps_actual": None if stretch.fps is None else round(stretch.fps, 2),
                "problem_code": stretch.problem_code,
                "problem": stretch.problem,
            }
            for stretch in history.stretches
        ],
        "uptime_percent": report.uptime_percent,
        "unknown_seconds": report.unknown_s,
        "outages": [outage_body(outage) for outage in report.outages],
        "outages_total": report.outages_total,
        "outage_seconds": report.outage_s,
        "latency_ms": latency_body(report.totals),
    }


HISTORY_EXAMPLE = {
    "from": "2026-11-20T14:00:00.000Z",
    "to": "2026-11-21T14:00:00.000Z",
    "step_seconds": 180,
    "stretches": [
        {
            "from": "2026-11-20T14:00:00.000Z",
            "checks": 3,
            "status": "live",
            "latency_ms": {"least": 38, "mean": 41.3, "most": 47},
            "fps_actual": 24.9,
            "problem_code": None,
            "problem": None,
        }
    ],
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
    "latency_ms": {"p50": 41, "p95": 95, "max": 830},
}
