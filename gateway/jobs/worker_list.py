"""The workers that there are, as they tell of themselves."""

from datetime import UTC, datetime

from rq import Worker
from rq.utils import utcparse
from rq.worker_registration import REDIS_WORKER_KEYS

from gateway.jobs.redis_client import RedisClient
from gateway.jobs.worker_view import WorkerView
from shared.clock import Clock

_PREFIX = Worker.redis_worker_namespace_prefix


class WorkerList:
    """Reads what RQ's workers write. Not by RQ's own class, which would change the client's timeouts."""

    def __init__(self, redis: RedisClient, clock: Clock, silent_after_s: float) -> None:
        self._redis = redis
        self._clock = clock
        self._silent_after_s = silent_after_s

    def workers(self) -> list[WorkerView]:
        """All of them, by name. Raises redis.RedisError."""
        keys = sorted(key.decode() for key in self._redis.smembers(REDIS_WORKER_KEYS))
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.hgetall(key)
            found = pipeline.execute()
        return [
            self._view(key.removeprefix(_PREFIX), told)
            for key, told in zip(keys, found, strict=True)
            if told and b"death" not in told
        ]

    def _view(self, name: str, told: dict[bytes, bytes]) -> WorkerView:
        words = {key.decode(): value.decode(errors="replace") for key, value in told.items()}
        heartbeat_at = _time(words.get("last_heartbeat"))
        silent = (
            heartbeat_at is None or (self._clock.now() - heartbeat_at).total_seconds() > self._silent_after_s
        )
        state = {"started": "starting"}.get(words.get("state", "started"), words.get("state", "starting"))
        succeeded, failed = int(words.get("successful_job_count", 0)), int(words.get("failed_job_count", 0))
        return WorkerView(
            name=name,
            state="lost" if silent else state,
            queues=[queue for queue in words.get("queues", "").split(",") if queue],
            host=words.get("hostname", ""),
            current_job=words.get("current_job") or None,
            started_at=_time(words.get("birth")),
            heartbeat_at=heartbeat_at,
            jobs_done=succeeded + failed,
            jobs_failed=failed,
        )


def _time(text: str | None) -> datetime | None:
    return None if not text else utcparse(text).replace(tzinfo=UTC)
