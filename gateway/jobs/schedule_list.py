"""The schedule as it stands: when each entry ran, how that ended, when it runs next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rq.job import JobStatus

from gateway.jobs.job_view import state_of
from gateway.jobs.keys import SCHEDULER, entry_history, entry_job_id
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.schedule import ScheduleEntry
from gateway.jobs.stored_job import StoredJob

# rq-scheduler's own name of it.
PLANNED = "rq:scheduler:scheduled_jobs"


@dataclass(frozen=True, slots=True)
class EntryView:
    """`last_state`: of its newest run, None where there was none. `next_run_at`: None where no scheduler
    has planned it yet."""

    name: str
    task: str
    description: str
    queue: str
    every_s: int | None
    cron: str | None
    last_run_at: datetime | None
    last_state: str | None
    last_job_id: str | None
    next_run_at: datetime | None


class ScheduleList:
    """Every method raises redis.RedisError."""

    def __init__(self, redis: RedisClient, entries: Iterable[ScheduleEntry]) -> None:
        self._redis = redis
        self._entries = tuple(sorted(entries, key=lambda entry: entry.name))

    def entries(self) -> Sequence[EntryView]:
        """All of them, by name."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for entry in self._entries:
                pipeline.zscore(PLANNED, entry_job_id(entry.name))
                pipeline.hgetall(entry_history(entry.name))
            found = iter(pipeline.execute())
        return [self._view(entry, next(found), next(found)) for entry in self._entries]

    def heartbeat_at(self) -> datetime | None:
        """When a scheduler last ran the schedule; None where none ever did."""
        told = self._redis.hget(SCHEDULER, "heartbeat_at")
        return None if told is None else datetime.fromtimestamp(float(told), UTC)

    def _view(self, entry: ScheduleEntry, next_score: float | None, history: dict[bytes, bytes]) -> EntryView:
        run_at, job_id = history.get(b"run_at"), history.get(b"job_id", b"").decode() or None
        return EntryView(
            name=entry.name,
            task=entry.task,
            description=entry.description,
            queue=entry.queue,
            every_s=entry.every_s,
            cron=entry.cron,
            last_run_at=None if run_at is None else datetime.fromtimestamp(float(run_at), UTC),
            last_state=self._state(job_id, history),
            last_job_id=job_id,
            next_run_at=None if next_score is None else datetime.fromtimestamp(next_score, UTC),
        )

    def _state(self, job_id: str | None, history: dict[bytes, bytes]) -> str | None:
        """The run's own word; after it was forgotten, what was written down at its end."""
        if job_id is None:
            return None
        status = self._redis.hget(StoredJob.key_for(job_id), "status")
        if status is not None:
            return state_of(JobStatus(status.decode()))
        return history.get(b"state", b"").decode() or None
