"""What people do with jobs: cancel one, try one again, run a task of the schedule now."""

from collections.abc import Iterable

from redis.exceptions import WatchError
from rq.command import send_command
from rq.job import JobStatus
from rq.registry import CanceledJobRegistry

from gateway.jobs.job_ends import JobEnds
from gateway.jobs.job_list import JobList
from gateway.jobs.job_maker import JobMaker
from gateway.jobs.job_view import JobView
from gateway.jobs.keys import OPEN_JOBS, task_lock
from gateway.jobs.queue import is_open
from gateway.jobs.schedule import ScheduleEntry
from gateway.jobs.stored_job import StoredJob
from gateway.jobs.task_runs import TaskRuns
from shared.clock import Clock
from shared.errors import ConflictError, NotFoundError

_WAITING = (JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED)


class JobControl:
    """Every method raises redis.RedisError."""

    def __init__(
        self, maker: JobMaker, jobs: JobList, entries: Iterable[ScheduleEntry], clock: Clock
    ) -> None:
        self._maker = maker
        self._redis = maker.redis
        self._jobs = jobs
        self._entries = {entry.name: entry for entry in entries}
        self._ends = JobEnds(maker.redis)
        self._clock = clock

    def cancel(self, job_id: str) -> JobView:
        """Take a job that waits out of its queue; have one that runs ended, within seconds.

        Raises NotFoundError, ConflictError where it has ended.
        """
        job = self._jobs.stored(job_id)
        if self._ends.cancel(job, job.task_or_unknown, self._clock.now(), _WAITING):
            return self._jobs.job(job_id)
        if job.get_status() == JobStatus.STARTED:
            # Its worker looks for the word by itself, too: what is only called out may not be heard.
            job.ask_to_cancel()
            worker = self._jobs.stored(job_id).worker_name
            if worker:
                send_command(self._redis, worker, "stop-job", job_id=job.id)
        else:
            raise ConflictError(
                "This job has ended already.", remedy="There is nothing to cancel.", code="job_has_ended"
            )
        return self._jobs.job(job_id)

    def retry(self, job_id: str) -> JobView:
        """Queue a job that failed or was cancelled again, with all of its tries.

        Raises NotFoundError, ConflictError where it did neither, or another run of its task is open.
        """
        job = self._jobs.stored(job_id)
        if job.get_status(refresh=False) not in (JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED):
            raise _not_to_be_retried()
        self._queue_again(job)
        return self._jobs.job(job_id)

    def run_now(self, name: str) -> JobView:
        """Start a task of the schedule. Raises NotFoundError, ConflictError where a run of it is open."""
        entry = self._entries.get(name)
        if entry is None:
            raise NotFoundError("The schedule has no such entry.", remedy="Look at /api/v1/jobs/schedule.")
        run = TaskRuns(self._maker).start(entry, self._clock.now())
        if not run.is_new:
            raise _is_open(run.job_id)
        return self._jobs.job(run.job_id)

    def _queue_again(self, job: StoredJob) -> None:
        queue = self._maker.queue(job.origin)
        registries = (queue.failed_job_registry.key, CanceledJobRegistry(queue=queue).key)
        of_schedule = bool(job.meta.get("entry"))
        lock = task_lock(job.task_or_unknown)
        with self._redis.pipeline() as pipeline:
            while True:
                try:
                    pipeline.watch(job.key, lock)
                    if JobStatus(pipeline.hget(job.key, "status").decode()) != job.get_status(refresh=False):
                        raise _not_to_be_retried()
                    holder = pipeline.get(lock) if of_schedule else None
                    if holder is not None and is_open(self._maker, holder.decode()):
                        raise _is_open(holder.decode())
                    pipeline.multi()
                    if of_schedule:
                        pipeline.set(lock, job.id)
                    for registry in registries:
                        pipeline.zrem(registry, job.id)
                    job.begin_anew(pipeline)
                    queue.enqueue_job(job, pipeline=pipeline)
                    pipeline.sadd(OPEN_JOBS, job.id)
                    pipeline.execute()
                    return
                except WatchError:
                    continue  # somebody else was at it: look again


def _not_to_be_retried() -> ConflictError:
    return ConflictError(
        "Only a job that failed or was cancelled can be tried again.",
        remedy="Wait until it has ended, or look at what it is now.",
        code="job_not_failed",
    )


def _is_open(job_id: str) -> ConflictError:
    return ConflictError(
        "A run of this task waits or runs already.",
        remedy="Wait until it has ended, or cancel it.",
        code="task_is_open",
        details={"job_id": job_id},
    )
