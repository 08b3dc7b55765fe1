"""What is written down when a job has ended: how many did, how long they took, the schedule's history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from redis.exceptions import WatchError
from rq.job import JobStatus
from rq.registry import CanceledJobRegistry
from rq.utils import utcformat

from gateway.jobs.job_maker import open_queue
from gateway.jobs.keys import ENDED_COUNTS, ENDED_SECONDS, OPEN_JOBS, entry_history
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import StoredJob

# "retried": this try failed, another one follows.
EndState = Literal["finished", "failed", "retried", "cancelled"]


@dataclass(frozen=True, slots=True)
class EndedJobs:
    """How many tries of a task ended so, and the seconds that all of them ran together."""

    task: str
    state: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JobEnds:
    """Every method raises redis.RedisError."""

    redis: RedisClient

    def tell(self, job: StoredJob, task: str, state: EndState, now: datetime) -> None:
        """A try of `job` has ended so."""
        began = job.started_at
        field = f"{task}|{state}"
        with self.redis.pipeline() as pipeline:
            pipeline.hincrby(ENDED_COUNTS, field, 1)
            pipeline.hincrbyfloat(
                ENDED_SECONDS, field, max(0.0, (now - began).total_seconds()) if began is not None else 0.0
            )
            entry = job.meta.get("entry")
            if entry:
                pipeline.hset(
                    entry_history(str(entry)), "state", "scheduled" if state == "retried" else state
                )
            if state != "retried":
                pipeline.srem(OPEN_JOBS, job.id)
            pipeline.execute()

    def cancel(self, job: StoredJob, task: str, now: datetime, of: Collection[JobStatus]) -> bool:
        """Put a job that is in one of the states `of` among the cancelled ones, for as long as results are
        kept; False where it is in another meanwhile."""
        kept_s = job.get_result_ttl(0) or 1
        queue = open_queue(self.redis, job.origin)
        with self.redis.pipeline() as pipeline:
            while True:
                try:
                    pipeline.watch(job.key)
                    status = pipeline.hget(job.key, "status")
                    if status is None or JobStatus(status.decode()) not in of:
                        return False
                    pipeline.multi()
                    for registry in (queue.failed_job_registry, queue.scheduled_job_registry):
                        pipeline.zrem(registry.key, job.id)
                    pipeline.lrem(queue.key, 0, job.id)
                    pipeline.hset(job.key, "ended_at", utcformat(now))
                    job.set_status(JobStatus.CANCELED, pipeline=pipeline)
                    cancelled = CanceledJobRegistry(queue=queue, job_class=StoredJob)
                    cancelled.add(job, ttl=kept_s, pipeline=pipeline)
                    job.cleanup(ttl=kept_s, pipeline=pipeline, remove_from_queue=False)
                    pipeline.execute()
                    break
                except WatchError:
                    continue  # it has moved on: look again
        self.tell(job, task, "cancelled", now)
        return True

    def counts(self) -> list[EndedJobs]:
        """All that have ended since Redis holds numbers."""
        seconds = self.redis.hgetall(ENDED_SECONDS)
        found: list[EndedJobs] = []
        for field, count in sorted(self.redis.hgetall(ENDED_COUNTS).items()):
            task, _, state = field.decode().partition("|")
            found.append(EndedJobs(task, state, int(count), float(seconds.get(field, 0))))
        return found
