"""A job as it lies in Redis: JSON and nothing else, whoever reads it.

RQ pickles by default, and a pickle runs what its writer wants. rq-scheduler, rq-dashboard and parts of RQ
name no serializer when they read; so the class itself knows only JSON, whatever serializer it is given.
"""

import json
from collections.abc import Callable
from typing import Any, Self

from redis import Redis, WatchError
from rq.exceptions import DeserializationError
from rq.job import Job, JobStatus

from gateway.jobs.json_value import JSON
from gateway.jobs.redis_client import RedisClient

# The one function that a job may name; it is found by this name in the worker.
ENTRY = "gateway.jobs.entry.run_job"
UNKNOWN_TASK = "unknown"
_CANCEL = "coldframe_cancel"


class JsonSerializer:
    """RQ's serializer of everything: data, meta and results."""

    @staticmethod
    def dumps(value: Any, /) -> bytes:
        """Raises TypeError where `value` is no JSON."""
        return json.dumps(value, default=_shown).encode()

    @staticmethod
    def loads(data: bytes, /) -> Any:
        """Raises ValueError where `data` is no JSON."""
        return json.loads(data.decode())


def _shown(value: object) -> str:
    # RQ keeps meta that it could not read as the bytes that they were, and writes it again.
    if isinstance(value, bytes):
        return f"<{len(value)} bytes that are no JSON>"
    raise TypeError(f"{type(value).__name__} is no JSON")


class StoredJob(Job):
    """A task's name and its arguments; raises DeserializationError for any other job."""

    def __init__(
        self,
        id: str | None = None,  # noqa: A002 (RQ's name)
        connection: Redis | None = None,
        serializer: object = None,
    ) -> None:
        super().__init__(id, connection, serializer=JsonSerializer)

    @classmethod
    def known(cls, job_id: str, redis: RedisClient) -> Self:
        """The job of that id. Raises rq.exceptions.NoSuchJobError, redis.RedisError."""
        found = cls.fetch(job_id, connection=redis)
        assert isinstance(found, cls)
        return found

    @property
    def task(self) -> str:
        """The name of its task."""
        return self._call[0]

    @property
    def arguments(self) -> dict[str, JSON]:
        """What the task is given."""
        return self._call[1]

    @property
    def task_or_unknown(self) -> str:
        """The same for lists, where a job that is not ours is only shown."""
        try:
            return self.task
        except DeserializationError:
            return UNKNOWN_TASK

    def get_meta(self, refresh: bool = True) -> dict[str, Any]:
        """What is told of it beside RQ's own fields; empty where that is no JSON."""
        if refresh:
            redis: RedisClient = self.connection
            raw = redis.hget(self.key, "meta")
            try:
                self.meta = JsonSerializer.loads(raw) if raw else {}
            except ValueError:
                self.meta = {}
        return self.meta

    def save_meta(self) -> None:
        """Keep `meta` as it is now. Raises redis.RedisError."""
        redis: RedisClient = self.connection
        redis.hset(self.key, "meta", JsonSerializer.dumps(self.meta))

    def ask_to_cancel(self) -> None:
        """Leave word for whoever runs it. In a field of its own, which RQ never writes."""
        self.connection.hset(self.key, _CANCEL, "1")

    def cancel_is_asked(self) -> bool:
        """Whether word was left. Raises redis.RedisError."""
        return self.connection.hget(self.key, _CANCEL) is not None

    def claim(self) -> bool:
        """Take a job that was waiting to run it; False where somebody else has, or nobody is to any more.

        A job's id may be in its queue twice: after a Redis that was away, nobody knows what it took.
        """
        with self.connection.pipeline() as pipeline:
            try:
                pipeline.watch(self.key)
                watched: RedisClient = pipeline
                status = watched.hget(self.key, "status")
                if status is None or JobStatus(status.decode()) != JobStatus.QUEUED:
                    return False
                pipeline.multi()
                self.set_status(JobStatus.STARTED, pipeline=pipeline)
                pipeline.execute()
            except WatchError:
                return False
        return True

    def begin_anew(self, pipeline: RedisClient) -> None:
        """Make it as if it had never been begun; its arguments stay, and how often it is tried."""
        self.retries_left = len(self.retry_intervals or ()) or None
        self.started_at = self.ended_at = self.worker_name = None
        for of_last_time in ("error", "progress", "slow"):
            self.meta.pop(of_last_time, None)
        pipeline.persist(self.key)
        pipeline.hdel(self.key, _CANCEL)
        pipeline.hset(self.key, "meta", JsonSerializer.dumps(self.meta))

    @property
    def is_scheduled_for_later(self) -> bool:
        """Whether it waits for its next try, by what was read of it."""
        return self.get_status(refresh=False) == JobStatus.SCHEDULED

    @property
    def func(self) -> Callable[..., Any]:
        """Only after a look at what it names: a name in Redis is not to choose what runs here."""
        _ = self._call
        found: Callable[..., Any] = super().func
        return found

    def get_call_string(self) -> str | None:
        """For logs and dashboards, without arguments: those are masked where they are shown."""
        try:
            return self.task
        except DeserializationError:
            return None

    @property
    def _call(self) -> tuple[str, dict[str, JSON]]:
        named, arguments = self.func_name, self.args
        match arguments:
            case [str(task), dict(given)] if named == ENTRY and self.instance is None and not self.kwargs:
                return task, given
        raise DeserializationError(f"The job {self.id} was not made by this gateway.")
