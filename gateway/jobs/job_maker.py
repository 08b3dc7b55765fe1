"""Jobs made of a task and its arguments, on the terms of the settings."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from rq import Queue
from rq.job import Retry

from gateway.jobs.backoff import retry_intervals_s
from gateway.jobs.json_value import JSON
from gateway.jobs.keys import QUEUES
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import ENTRY, JsonSerializer, StoredJob
from gateway.settings import JobSettings

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class JobMaker:
    """`random` gives numbers from 0 to 1."""

    redis: RedisClient
    settings: JobSettings
    new_id: Callable[[], str]
    random: Callable[[], float]

    def make(
        self,
        task: str,
        arguments: Mapping[str, JSON],
        *,
        job_id: str | None = None,
        description: str = "",
        entry: str = "",
        longest_wait_s: float = math.inf,
        retries: int | None = None,
    ) -> StoredJob:
        """A job that is in no queue yet. `entry`: of the schedule, that it is a run of. `longest_wait_s`:
        before it is tried again. `retries`: how often it is, None for as often as the settings say.

        The id of the request that is being answered goes with it. Raises TypeError where `arguments` are
        no JSON.
        """
        settings = self.settings
        made = StoredJob.create(
            ENTRY,
            args=(task, dict(arguments)),
            connection=self.redis,
            id=job_id or self.new_id(),
            description=description or task,
            timeout=math.ceil(settings.timeout_s),
            result_ttl=math.ceil(settings.results_kept_s),
            failure_ttl=settings.failures_kept_days * _SECONDS_A_DAY,
            retry=self._retry(settings.retries if retries is None else retries, longest_wait_s),
            meta={"entry": entry, "request_id": _request_id(), "attempts": 0},
        )
        assert isinstance(made, StoredJob)
        _ = made.data  # what is no JSON is refused here, and not when it is stored
        return made

    def _retry(self, retries: int, longest_wait_s: float) -> Retry | None:
        intervals_s = retry_intervals_s(retries, self.settings.retry_after_s, self.random, longest_wait_s)
        return Retry(retries, intervals_s) if intervals_s else None

    def queue(self, name: str) -> Queue:
        """Raises ValueError where there is no such queue."""
        return open_queue(self.redis, name)


def open_queue(redis: RedisClient, name: str) -> Queue:
    """One of RQ's queues with our jobs in it. Raises ValueError where there is no such queue."""
    if name not in QUEUES:
        raise ValueError(f"{name!r} is none of the queues {', '.join(QUEUES)}")
    return Queue(name, connection=redis, job_class=StoredJob, serializer=JsonSerializer)


def _request_id() -> str:
    found = structlog.contextvars.get_contextvars().get("request_id", "")
    return found if isinstance(found, str) else ""
