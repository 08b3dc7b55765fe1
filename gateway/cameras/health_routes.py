"""Cameras' health over HTTP."""

import json
from typing import Any

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.cameras.health_history_schemas import (
    HISTORY_EXAMPLE,
    HealthHistoryQuerySchema,
    HealthHistorySchema,
    history_body,
)
from gateway.cameras.health_report_file import report_csv
from gateway.cameras.health_report_repository import HealthCheck
from gateway.cameras.health_reports import HealthReports
from gateway.cameras.health_schemas import (
    HEALTH_EXAMPLE,
    REPORT_EXAMPLE,
    HealthCheckSchema,
    HealthQuerySchema,
    HealthReportQuerySchema,
    HealthReportSchema,
    report_body,
)
from shared.http.blueprint import TEXT
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_text import send_text
from shared.paging import Page

blp = EnvelopeBlueprint(
    "camera_health", __name__, url_prefix="/api/v1/cameras", description="How cameras are, and how they did."
)


@blp.get("/<id:camera_id>/health")
@requires("cameras:read")
@blp.query(HealthQuerySchema)
@blp.page(HealthCheckSchema, description="Checks, the newest first.", example=HEALTH_EXAMPLE)
@blp.errors(404, 503)
def list_camera_health(query: dict[str, Any], camera_id: str) -> Page[HealthCheck]:
    """What each check of a camera found, one a minute, as long as they are kept"""
    return provided(HealthReports).page(
        camera_id, query["page_query"], query["start"], query["end"], caller().scope
    )


@blp.get("/<id:camera_id>/health-history")
@requires("cameras:read")
@blp.query(HealthHistoryQuerySchema)
@blp.data(HealthHistorySchema, description="Checks put together by time.", example=HISTORY_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 503)
def get_camera_health_history(query: dict[str, Any], camera_id: str) -> Response:
    """How a camera did in a period, for a chart: state, latency and pictures a second, and its outages

    Of the last day where nothing else is asked for, of 31 days at most.
    """
    found = provided(HealthReports).history(
        camera_id, query["start"], query["end"], caller().scope, stretches=query["stretches"]
    )
    body = json.dumps({"success": True, "data": history_body(found)}, separators=(",", ":"))
    return send_text(body, content_type="application/json")


@blp.get("/health-report")
@requires("cameras:read")
@blp.query(HealthReportQuerySchema)
@blp.data(HealthReportSchema, description="Cameras by name.", example=REPORT_EXAMPLE)
@blp.answer(200, TEXT, description="A camera a line.", content_type="text/csv")
@blp.also(304, description="The caller has it already.")
@blp.errors(503)
def report_camera_health(query: dict[str, Any]) -> Response:
    """How cameras did in a period: uptime, outages with their reasons, latency

    Of the last day where nothing else is asked for, of 31 days at most. Time without checks is told apart:
    it counts neither as up nor as down.
    """
    found = provided(HealthReports).report(
        query["start"], query["end"], caller().scope, group_id=query["group_id"], host_id=query["host_id"]
    )
    if query["format"] == "csv":
        answer = send_text(report_csv(found), content_type="text/csv; charset=utf-8")
        name = f"camera_health_{found.period.end.strftime('%Y-%m-%dT%H-%M-%SZ')}.csv"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    body = json.dumps({"success": True, "data": report_body(found)}, separators=(",", ":"))
    return send_text(body, content_type="application/json")
