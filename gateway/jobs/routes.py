"""Jobs, what is done again and again, and who does it."""

from collections.abc import Sequence
from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.jobs.all_cameras import check_unlimited
from gateway.jobs.job_access import JobAccess
from gateway.jobs.job_control import JobControl
from gateway.jobs.job_list import JobList
from gateway.jobs.job_view import STATES, JobView
from gateway.jobs.schedule_list import EntryView, ScheduleList
from gateway.jobs.schemas import (
    ENTRY_EXAMPLE,
    JOB_DETAILS_EXAMPLE,
    JOB_EXAMPLE,
    WORKER_EXAMPLE,
    JobDetailsSchema,
    JobListQuerySchema,
    JobSchema,
    ScheduleEntrySchema,
    WorkerSchema,
)
from gateway.jobs.worker_list import WorkerList
from gateway.jobs.worker_view import WorkerView
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "jobs", __name__, url_prefix="/api/v1/jobs", description="Work that is done in the background."
)


@blp.get("")
@requires("jobs:read")
@blp.query(JobListQuerySchema)
@blp.page(
    JobSchema, description="What runs, what waits, what has ended: the newest first.", example=JOB_EXAMPLE
)
@blp.errors(503)
def list_jobs(query: dict[str, Any]) -> Page[JobView]:
    """Jobs; what has ended is kept for a while"""
    check_unlimited(caller().scope)
    wanted = query["state"]
    return provided(JobList).page(STATES if wanted is None else (wanted,), query["page_query"])


@blp.get("/schedule")
@requires("jobs:read")
@blp.data(
    ScheduleEntrySchema, many=True, description="What is done again and again.", example=[ENTRY_EXAMPLE]
)
@blp.errors(503)
def list_schedule() -> Sequence[EntryView]:
    """The schedule: when each entry ran, how that ended, when it runs next"""
    check_unlimited(caller().scope)
    return provided(ScheduleList).entries()


@blp.post("/schedule/<id:name>/run")
@requires("jobs:write")
@blp.data(JobDetailsSchema, status=201, description="The run, which waits.", example=JOB_DETAILS_EXAMPLE)
@blp.errors(404, 409, 503)
def run_scheduled(name: str) -> JobView:
    """Run an entry of the schedule now, beside its times; 409 where a run of it waits or runs"""
    check_unlimited(caller().scope)
    job = provided(JobControl).run_now(name)
    tell_deed("job", job.id, job.task)
    return job


@blp.get("/workers")
@requires("jobs:read")
@blp.data(WorkerSchema, many=True, description="Those that run jobs.", example=[WORKER_EXAMPLE])
@blp.errors(503)
def list_workers() -> Sequence[WorkerView]:
    """Workers; without one, jobs wait"""
    check_unlimited(caller().scope)
    return provided(WorkerList).workers()


@blp.get("/<id:job_id>")
@requires("jobs:read")
@blp.data(JobDetailsSchema, description="The job.", example=JOB_DETAILS_EXAMPLE)
@blp.errors(404, 503)
def get_job(job_id: str) -> JobView:
    """One job, with what came of it

    Somebody who is limited to camera groups sees those that try a camera of theirs.
    """
    return provided(JobAccess).job(job_id, caller().scope)


@blp.post("/<id:job_id>/cancel")
@requires("jobs:write")
@blp.data(JobDetailsSchema, description="The job as it is now.", example=JOB_DETAILS_EXAMPLE)
@blp.errors(404, 409, 503)
def cancel_job(job_id: str) -> JobView:
    """Cancel a job: one that waits at once, one that runs within seconds; 409 where it has ended"""
    check_unlimited(caller().scope)
    job = provided(JobControl).cancel(job_id)
    tell_deed("job", job.id, job.task)
    return job


@blp.post("/<id:job_id>/retry")
@requires("jobs:write")
@blp.data(JobDetailsSchema, description="The job, which waits.", example=JOB_DETAILS_EXAMPLE)
@blp.errors(404, 409, 503)
def retry_job(job_id: str) -> JobView:
    """Try a job again that failed or was cancelled; 409 for any other"""
    check_unlimited(caller().scope)
    job = provided(JobControl).retry(job_id)
    tell_deed("job", job.id, job.task)
    return job
