"""Jobs, workers and the schedule as they cross the wire."""

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf

from gateway.jobs.job_view import STATES
from gateway.jobs.keys import QUEUES
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime


class JobListQuerySchema(PageQuerySchema):
    """Which jobs are wanted."""

    state = fields.String(
        load_default=None,
        validate=OneOf(STATES),
        metadata={"description": "Only those in this state; without it all.", "example": "failed"},
    )


class ProgressSchema(ma.Schema):
    """How far a job is."""

    fraction = fields.Float(required=True, metadata={"description": "From 0 to 1."})
    text = fields.String(required=True, metadata={"description": "What is being done."})


class JobSchema(ma.Schema):
    """A job."""

    id = fields.String(required=True)
    task = fields.String(
        required=True, metadata={"description": "What it does; unknown: this gateway did not make it."}
    )
    description = fields.String(required=True)
    queue = fields.String(required=True)
    state = fields.String(
        required=True,
        validate=OneOf(STATES),
        metadata={"description": "scheduled: it failed and is tried again at next_run_at."},
    )
    arguments = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "What the task is given; secrets are shown as ***."},
    )
    entry = fields.String(
        required=True, metadata={"description": "The entry of the schedule that it is a run of, or empty."}
    )
    created_at = UtcTime(required=True, data_key="createdAt")
    started_at = UtcTime(required=True, allow_none=True)
    ended_at = UtcTime(required=True, allow_none=True)
    next_run_at = UtcTime(required=True, allow_none=True, metadata={"description": "When it is tried again."})
    worker = fields.String(required=True, allow_none=True, metadata={"description": "Who runs or ran it."})
    attempts = fields.Integer(required=True, metadata={"description": "How often it was begun."})
    retries_left = fields.Integer(
        required=True, metadata={"description": "How often it is tried again after a failure."}
    )
    progress = fields.Nested(ProgressSchema, required=True, allow_none=True)
    slow = fields.Boolean(required=True, metadata={"description": "It runs longer than it should."})
    error = fields.String(
        required=True,
        metadata={"description": "The last lines of what went wrong last; empty where nothing did."},
    )
    request_id = fields.String(
        required=True, allow_none=True, metadata={"description": "The request that asked for it."}
    )


class JobDetailsSchema(JobSchema):
    """A job with what came of it."""

    result = fields.Raw(
        required=True,
        allow_none=True,
        metadata={"description": "What the task returned; null where it has not, or returns nothing."},
    )


class ScheduleEntrySchema(ma.Schema):
    """What is done again and again."""

    name = fields.String(required=True)
    task = fields.String(required=True)
    description = fields.String(required=True)
    queue = fields.String(required=True, validate=OneOf(QUEUES))
    every_s = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Seconds; null where it goes by cron."}
    )
    cron = fields.String(
        required=True, allow_none=True, metadata={"description": "In UTC; null where it goes by every_s."}
    )
    last_run_at = UtcTime(required=True, allow_none=True)
    last_state = fields.String(
        required=True,
        allow_none=True,
        validate=OneOf(STATES),
        metadata={"description": "Of its newest run; null where there was none."},
    )
    last_job_id = fields.String(required=True, allow_none=True)
    next_run_at = UtcTime(
        required=True,
        allow_none=True,
        metadata={"description": "Null where no scheduler has planned it."},
    )


class WorkerSchema(ma.Schema):
    """A process that runs jobs."""

    name = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={
            "description": "idle, busy, starting, suspended; lost: nothing was heard of it for too long."
        },
    )
    queues = fields.List(fields.String(), required=True)
    host = fields.String(required=True, metadata={"description": "The machine that it runs on."})
    current_job = fields.String(required=True, allow_none=True)
    started_at = UtcTime(required=True, allow_none=True)
    heartbeat_at = UtcTime(required=True, allow_none=True)
    jobs_done = fields.Integer(required=True, metadata={"description": "Those that failed among them."})
    jobs_failed = fields.Integer(required=True)


JOB_EXAMPLE: dict[str, object] = {
    "id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "task": "cameras.health",
    "description": "Check every camera.",
    "queue": "critical",
    "state": "finished",
    "arguments": {},
    "entry": "cameras.health",
    "createdAt": "2026-11-21T14:00:00.000Z",
    "started_at": "2026-11-21T14:00:00.100Z",
    "ended_at": "2026-11-21T14:00:03.250Z",
    "next_run_at": None,
    "worker": "gateway-1-4711-9f3c2a",
    "attempts": 1,
    "retries_left": 3,
    "progress": None,
    "slow": False,
    "error": "",
    "request_id": None,
}
JOB_DETAILS_EXAMPLE = {**JOB_EXAMPLE, "result": {"checked": 12}}
ENTRY_EXAMPLE = {
    "name": "cameras.health",
    "task": "cameras.health",
    "description": "Check every camera.",
    "queue": "critical",
    "every_s": 60,
    "cron": None,
    "last_run_at": "2026-11-21T14:00:00.000Z",
    "last_state": "finished",
    "last_job_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "next_run_at": "2026-11-21T14:01:00.000Z",
}
WORKER_EXAMPLE = {
    "name": "gateway-1-4711-9f3c2a",
    "state": "idle",
    "queues": ["critical", "default", "video"],
    "host": "gateway-1",
    "current_job": None,
    "started_at": "2026-11-21T08:00:00.000Z",
    "heartbeat_at": "2026-11-21T14:00:05.000Z",
    "jobs_done": 361,
    "jobs_failed": 1,
}
