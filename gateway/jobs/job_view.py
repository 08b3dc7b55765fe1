"""A job as people see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rq.exceptions import DeserializationError
from rq.job import JobStatus

from gateway.jobs.json_value import JSON
from gateway.jobs.shown_arguments import shown_arguments
from gateway.jobs.shown_text import shown_text
from gateway.jobs.stored_job import StoredJob

STATES = ("running", "queued", "scheduled", "failed", "finished", "cancelled")
"""`scheduled`: it failed, and is tried again at a time."""

_STATE_OF: Mapping[JobStatus, str] = {
    JobStatus.CREATED: "queued",
    JobStatus.QUEUED: "queued",
    JobStatus.DEFERRED: "queued",
    JobStatus.STARTED: "running",
    JobStatus.SCHEDULED: "scheduled",
    JobStatus.FINISHED: "finished",
    JobStatus.FAILED: "failed",
    JobStatus.STOPPED: "cancelled",
    JobStatus.CANCELED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`fraction` from 0 to 1; `text`: what is being done."""

    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class JobView:
    """No secret is in it. `attempts`: how often it was begun. `slow`: it runs longer than it should.

    `error`: the last lines of what went wrong the last time; empty where nothing did. `entry`: of the
    schedule, that it is a run of.
    """

    id: str
    task: str
    description: str
    queue: str
    state: str
    arguments: JSON
    entry: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    next_run_at: datetime | None
    worker: str | None
    attempts: int
    retries_left: int
    progress: Progress | None
    slow: bool
    error: str
    request_id: str | None
    result: JSON = None


def state_of(status: JobStatus) -> str:
    """One of STATES."""
    return _STATE_OF[status]


def job_view(job: StoredJob, next_run_at: datetime | None = None, result: JSON = None) -> JobView:
    """What is shown of `job`; of one that is not this gateway's, that it is there."""
    state, meta = state_of(job.get_status(refresh=False)), job.meta
    try:
        arguments: JSON = shown_arguments(job.arguments)
    except DeserializationError:
        arguments = {}
    begun = state != "queued"
    return JobView(
        id=job.id,
        task=job.task_or_unknown,
        description=shown_text(job.description or ""),
        queue=job.origin,
        state=state,
        arguments=arguments,
        entry=_text(meta.get("entry")),
        created_at=job.created_at,
        started_at=job.started_at if begun else None,
        ended_at=job.ended_at if state not in ("queued", "running") else None,
        next_run_at=next_run_at,
        worker=job.worker_name if begun else None,
        attempts=_count(meta.get("attempts")),
        retries_left=job.retries_left or 0,
        progress=_progress(meta.get("progress")),
        slow=state == "running" and meta.get("slow") is True,
        error=_text(meta.get("error")),
        request_id=_text(meta.get("request_id")) or None,
        result=shown_arguments(result),
    )


def _progress(told: object) -> Progress | None:
    match told:
        case {"fraction": int() | float() as fraction, "text": str(text)}:
            return Progress(float(fraction), shown_text(text))
    return None


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""


def _count(told: object) -> int:
    return told if isinstance(told, int) else 0
