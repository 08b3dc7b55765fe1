"""What rooms put work into; what a task does stands in `gateway/bootstrap/tasks.py`."""

from collections.abc import Mapping
from contextlib import suppress

from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import JobStatus

from gateway.jobs.job_maker import JobMaker
from gateway.jobs.json_value import JSON
from gateway.jobs.keys import OPEN_JOBS
from gateway.jobs.stored_job import StoredJob

__all__ = ["JSON", "JobQueue"]

OPEN_STATES = frozenset({JobStatus.QUEUED, JobStatus.STARTED, JobStatus.SCHEDULED, JobStatus.DEFERRED})


class JobQueue:
    """Puts tasks into the queues `critical`, `default` and `video`."""

    def __init__(self, maker: JobMaker) -> None:
        self._maker = maker
        self._redis = maker.redis

    def enqueue(
        self,
        task: str,
        arguments: Mapping[str, JSON],
        *,
        queue: str = "default",
        job_id: str | None = None,
        description: str = "",
        retries: int | None = None,
    ) -> str:
        """Have `task` run by a worker; return the job's id (letters, digits, `_` and `-`).

        `job_id`: one of the caller's. As long as a job of that id waits or runs, nothing is added; one that
        has ended makes place. `description`: what people see of it, the task's name where empty. `retries`:
        how often it is tried again where it fails; 0 where somebody waits for what comes of it, None for as
        often as the settings say. Raises redis.RedisError, and TypeError where `arguments` are no JSON.
        """
        into = self._maker.queue(queue)
        job = self._maker.make(task, arguments, job_id=job_id, description=description, retries=retries)
        while True:
            try:
                # Before: a job that is known and not there is forgotten, one the other way round is lost.
                self._redis.sadd(OPEN_JOBS, job.id)
                into.enqueue_job(job, unique=True)
            except DuplicateJobError:
                if is_open(self._maker, job.id):
                    return job.id
                _forget(self._maker, job.id)
            else:
                return job.id

    def is_open(self, job_id: str) -> bool:
        """Whether a job of that id waits, runs, or is to be tried again. Raises redis.RedisError."""
        return is_open(self._maker, job_id)

    def is_at_hand(self, job_id: str) -> bool:
        """Whether a job of that id waits in its queue, or runs. Raises redis.RedisError."""
        return _status(self._maker, job_id) in (JobStatus.QUEUED, JobStatus.STARTED)


def is_open(maker: JobMaker, job_id: str) -> bool:
    """Whether a job of that id waits, runs, or is to be tried again."""
    return _status(maker, job_id) in OPEN_STATES


def _status(maker: JobMaker, job_id: str) -> JobStatus | None:
    status = maker.redis.hget(StoredJob.key_for(job_id), "status")
    return None if status is None else JobStatus(status.decode())


def _forget(maker: JobMaker, job_id: str) -> None:
    with suppress(NoSuchJobError):  # where somebody else did
        StoredJob.fetch(job_id, connection=maker.redis).delete()
