"""What is asked of the migration of captions, and what it did, as they cross the wire."""

from typing import Any, get_args

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from gateway.captions.migration.migration_run import MigrationRun, RunState, Trigger
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

TRIGGERS = get_args(Trigger)
STATES = get_args(RunState)
# As the catalogue has them; of cameras that are gone, too.
CAMERA_ID = Regexp(r"^[A-Za-z0-9_-]{1,130}\Z", error="is no camera's external id.")


def query_flag(*, default: bool, description: str) -> fields.Boolean:
    """`true` or `false` in a query string, nothing else."""
    return fields.Boolean(
        load_default=default,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": description, "example": default},
    )


class MigrateQuerySchema(ma.Schema):
    """How much of it."""

    force = query_flag(default=False, description="true: all that is cached, not only what is due.")


class JobIdsSchema(ma.Schema):
    """The jobs that do it."""

    job_ids = fields.List(
        fields.String(), required=True, metadata={"description": "See /api/v1/jobs; none: nothing is due."}
    )


class ClearQuerySchema(ma.Schema):
    """What becomes of the captions."""

    migrate_first = query_flag(default=True, description="false: they are thrown away, which needs confirm.")
    confirm = fields.String(
        load_default=None,
        validate=CAMERA_ID,
        metadata={
            "description": "With migrate_first=false, the camera's name here again.",
            "example": "cam_001",
        },
    )


class ClearedSchema(ma.Schema):
    """The cache of a camera is empty, but for what came meanwhile."""

    camera_id = fields.String(required=True)
    migrated = fields.Integer(required=True, metadata={"description": "Captions that are in events now."})
    deleted = fields.Integer(required=True, metadata={"description": "Captions that were thrown away."})
    events_created = fields.Integer(required=True)
    events_extended = fields.Integer(required=True)
    cached = fields.Integer(required=True, metadata={"description": "Captions that came meanwhile."})


class HistoryQuerySchema(PageQuerySchema):
    """Which runs are wanted."""

    camera = fields.String(
        load_default=None,
        validate=CAMERA_ID,
        metadata={"description": "Of this camera, which may be gone.", "example": "cam_001"},
    )
    state = fields.String(load_default=None, validate=OneOf(STATES), metadata={"example": "failed"})
    trigger = fields.String(load_default=None, validate=OneOf(TRIGGERS), metadata={"example": "schedule"})


class MigrationRunSchema(ma.Schema):
    """What became of a camera's captions in one run."""

    id = fields.String(required=True)
    camera_id = fields.String(required=True)
    trigger = fields.String(required=True, validate=OneOf(TRIGGERS))
    state = fields.String(
        required=True,
        validate=OneOf(STATES),
        metadata={"description": "interrupted: its process died; what it had not done was done later."},
    )
    job_id = fields.String(required=True, metadata={"description": "Empty: no job did it."})
    started_at = UtcTime(required=True)
    duration_ms = fields.Integer(required=True, allow_none=True)
    captions_read = fields.Integer(required=True)
    events_created = fields.Integer(required=True)
    events_extended = fields.Integer(required=True)
    late = fields.Integer(required=True)
    repeated = fields.Integer(required=True)
    reduction = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "How many fewer events were created than captions read; null: none was read.",
            "example": "72.0%",
        },
    )
    error_code = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


def run_body(run: MigrationRun) -> dict[str, Any]:
    """MigrationRunSchema's answer."""
    counts = run.counts
    return {
        "id": str(run.id),
        "camera_id": run.camera_id,
        "trigger": run.trigger,
        "state": run.state,
        "job_id": run.job_id,
        "started_at": run.started_at,
        "duration_ms": run.duration_ms,
        "captions_read": counts.read,
        "events_created": counts.created,
        "events_extended": counts.extended,
        "late": counts.late,
        "repeated": counts.repeated,
        "reduction": f"{counts.reduction_percent:.1f}%" if counts.read else None,
        "error_code": run.error_code,
        "error": run.error,
    }


JOB_IDS_EXAMPLE = {"job_ids": ["5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"]}
CLEARED_EXAMPLE = {
    "camera_id": "cam_001",
    "migrated": 150,
    "deleted": 0,
    "events_created": 41,
    "events_extended": 1,
    "cached": 0,
}
RUN_EXAMPLE = {
    "id": "4711",
    "camera_id": "cam_001",
    "trigger": "schedule",
    "state": "done",
    "job_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "started_at": "2026-11-21T14:00:00.000Z",
    "duration_ms": 38,
    "captions_read": 150,
    "events_created": 41,
    "events_extended": 1,
    "late": 0,
    "repeated": 0,
    "reduction": "72.7%",
    "error_code": None,
    "error": None,
}
