"""What a clock that was ahead for a while has dated: it is brought forward, and not waited for."""

import structlog
from rq import Queue
from rq.job import JobStatus

from gateway.jobs.backoff import latest_try_s
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import StoredJob


def bring_forward(redis: RedisClient, queue: Queue, now_s: float, silent_after_s: float) -> None:
    """Have no job of `queue` wait longer than it may by a clock that says `now_s` (seconds since 1970).

    One that is to be tried again waits no longer than its longest pause; one that runs and whose worker says
    nothing more is given up after `silent_after_s`. Raises redis.RedisError.
    """
    _tries(redis, queue, now_s)
    _running(redis, queue.started_job_registry.key, now_s + silent_after_s)


def _tries(redis: RedisClient, queue: Queue, now_s: float) -> None:
    key = queue.scheduled_job_registry.key
    waiting = redis.zrangebyscore(key, now_s, "+inf", withscores=True)
    found = StoredJob.fetch_many([member.decode() for member, _score in waiting], connection=redis)
    for (member, score), job in zip(waiting, found, strict=True):
        if job is None or job.get_status(refresh=False) != JobStatus.SCHEDULED:
            continue
        at_s = latest_try_s(score, job.retry_intervals or (), now_s)
        # Where it still waits: it may have been queued or cancelled meanwhile.
        if at_s < score and redis.zadd(key, {member: at_s}, xx=True, lt=True, ch=True):
            structlog.get_logger().warning(
                "job_is_brought_forward", job_id=job.id, was_ahead_s=round(score - now_s)
            )


def _running(redis: RedisClient, key: str, latest_s: float) -> None:
    for member in redis.zrangebyscore(key, f"({latest_s}", "+inf"):
        # A worker that lives says at its next heartbeat until when it is to be believed.
        redis.zadd(key, {member: latest_s}, xx=True, lt=True)
