"""Brings back what crashes left behind: jobs whose worker died, and jobs that are in no list at all."""

from dataclasses import dataclass, field

import structlog
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import JobStatus
from rq.registry import CanceledJobRegistry
from rq.utils import parse_composite_key

from gateway.jobs.far_ahead import bring_forward
from gateway.jobs.job_ends import JobEnds
from gateway.jobs.job_maker import open_queue
from gateway.jobs.keys import OPEN_JOBS, QUEUES, RECOVERY_LOCK
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import StoredJob
from shared.clock import Clock

LOST = "Its worker was lost in the middle of it."
_ENDED = (JobStatus.FINISHED, JobStatus.FAILED, JobStatus.CANCELED, JobStatus.STOPPED)


@dataclass
class Recovery:
    """Any number of processes may look at any time: one at a time does, for all queues.

    `silent_after_s`: a job of whose worker nothing was heard for so long is taken for abandoned.
    """

    redis: RedisClient
    clock: Clock
    ends: JobEnds
    silent_after_s: float
    name: str
    _looked_at: float = -1e9
    # Jobs that were in no list, and since when: a look may fall between two steps of a worker.
    _missing_since: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Look, where the last look is long enough ago. Raises redis.RedisError."""
        if self.clock.monotonic() - self._looked_at < self.silent_after_s / 4:
            return
        self._looked_at = self.clock.monotonic()
        if not self.redis.set(RECOVERY_LOCK, self.name, nx=True, px=int(self.silent_after_s * 1000)):
            return
        try:
            if not self._redis_is_fresh():
                for name in QUEUES:
                    self._look_after(open_queue(self.redis, name))
                self._find_missing()
        finally:
            self.redis.delete(RECOVERY_LOCK)

    def _redis_is_fresh(self) -> bool:
        """A Redis that was away has heard of nobody: workers that are well are given time to say so."""
        return float(self.redis.info("server")["uptime_in_seconds"]) <= self.silent_after_s

    def _look_after(self, queue: Queue) -> None:
        now_s = self.clock.now().timestamp()
        bring_forward(self.redis, queue, now_s, self.silent_after_s)
        started = queue.started_job_registry
        for member in self.redis.zrangebyscore(started.key, 0, now_s):
            # Whoever takes it out has it: its own worker may be at its end just now.
            if self.redis.zrem(started.key, member):
                self._bring_back(parse_composite_key(member.decode())[0])
        for registry in (queue.finished_job_registry, queue.failed_job_registry):
            registry.cleanup()
        self.redis.zremrangebyscore(CanceledJobRegistry(queue=queue).key, 0, now_s)

    def _bring_back(self, job_id: str) -> None:
        """Queue a job again that was running, or let it fail where it was tried often enough."""
        try:
            job = StoredJob.known(job_id, self.redis)
        except NoSuchJobError:
            return
        if job.get_status(refresh=False) in _ENDED:
            return
        log, now = structlog.get_logger().bind(job_id=job_id, task=job.task_or_unknown), self.clock.now()
        if job.cancel_is_asked():
            self.ends.cancel(job, job.task_or_unknown, now, (JobStatus.STARTED, JobStatus.QUEUED))
            return
        job.meta["error"] = LOST
        if job.retries_left:
            job.retries_left -= 1
            # At once and in front: it has waited, and the fault was not its own.
            open_queue(self.redis, job.origin).enqueue_job(job, at_front=True)
            log.warning("job_is_queued_again", reason=LOST, retries_left=job.retries_left)
            return
        job.ended_at = now
        with self.redis.pipeline() as pipeline:
            job.set_status(JobStatus.FAILED, pipeline=pipeline)
            job.save_meta()
            job._handle_failure(LOST, pipeline)
            pipeline.execute()
        self.ends.tell(job, job.task_or_unknown, "failed", now)
        log.error("job_failed", error=LOST)

    def _find_missing(self) -> None:
        now_s = self.clock.monotonic()
        self._missing_since = {job_id: self._missing_since.get(job_id, now_s) for job_id in self._missing()}
        for job_id, since in list(self._missing_since.items()):
            if now_s - since >= self.silent_after_s:
                del self._missing_since[job_id]
                self._put_back(job_id)

    def _missing(self) -> list[str]:
        """Open jobs that are in no list; ones that have ended are taken off the books."""
        ids = [member.decode() for member in self.redis.smembers(OPEN_JOBS)]
        found = StoredJob.fetch_many(ids, connection=self.redis)
        listed: set[str] = set()
        for name in QUEUES:
            queue = open_queue(self.redis, name)
            # Not what a worker of this queue alone moves aside as it takes it: it dies, and there it stays.
            listed.update(queue.get_job_ids())
            for registry in (queue.started_job_registry, queue.scheduled_job_registry):
                listed.update(registry.get_job_ids(cleanup=False))
        missing: list[str] = []
        for job_id, job in zip(ids, found, strict=True):
            if job is not None and job.get_status(refresh=False) in _ENDED:
                self.redis.srem(OPEN_JOBS, job_id)
            elif job_id not in listed:
                missing.append(job_id)
        return missing

    def _put_back(self, job_id: str) -> None:
        try:
            job = StoredJob.known(job_id, self.redis)
        except NoSuchJobError:
            self.redis.srem(OPEN_JOBS, job_id)
            return
        status, queue = job.get_status(refresh=False), open_queue(self.redis, job.origin)
        self.redis.lrem(queue.intermediate_queue_key, 0, job_id)
        structlog.get_logger().warning("job_was_in_no_list", job_id=job_id, status=status.value)
        if status == JobStatus.STARTED:
            self._bring_back(job_id)
        elif status not in _ENDED:
            queue.enqueue_job(job, at_front=True)
