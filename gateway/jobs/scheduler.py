"""`python -m gateway scheduler`: rq-scheduler with the schedule that is declared as data."""

import math
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from redis import RedisError
from rq.scripts import acquire_or_refresh_lock, release_lock
from rq_scheduler import Scheduler  # type: ignore[import-untyped]

from gateway.jobs.job_maker import JobMaker
from gateway.jobs.keys import SCHEDULER, entry_job_id
from gateway.jobs.recovery import Recovery
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.schedule import ScheduleEntry, first_run, is_too_far_ahead, next_run
from gateway.jobs.stored_job import StoredJob
from gateway.jobs.task_runs import TaskRuns
from shared.clock import Clock

if TYPE_CHECKING:
    from redis.client import Pipeline

LOOK_EVERY_S = 1.0
# What somebody took out of Redis by hand is put back.
DECLARE_EVERY_S = 60.0
_DEFINITION = "definition"


class FleetScheduler(Scheduler):  # type: ignore[misc]
    """Any number may run: one holds rq-scheduler's lock, the others wait and one of them takes over.

    rq-scheduler keeps the entries and says which are due. It would queue an entry's job once more at every
    beat; here an entry starts a run of its task, unless one is open (`task_runs.py`). Starting a run and
    planning the next is one transaction: whenever this process dies, a run is neither lost nor doubled.
    `lease_s`: who runs the schedule and says nothing for so long is taken for dead.
    """

    job_class = StoredJob

    def __init__(
        self,
        maker: JobMaker,
        entries: Iterable[ScheduleEntry],
        recovery: Recovery,
        clock: Clock,
        name: str,
        *,
        lease_s: float,
    ) -> None:
        super().__init__(connection=maker.redis, interval=int(LOOK_EVERY_S), name=name, job_class=StoredJob)
        self._redis = maker.redis
        self._maker = maker
        self._runs = TaskRuns(maker)
        self._entries = {entry_job_id(entry.name): entry for entry in entries}
        self._recovery = recovery
        self._clock = clock
        self._lease_s = math.ceil(lease_s)
        self._declared_at: float | None = None
        self._log = structlog.get_logger()

    def serve(self, stop: threading.Event) -> None:
        """Run the schedule, or wait to, until `stop` is set; Redis may go and come back."""
        reached = True
        while not stop.is_set():
            try:
                self.look()
                if not reached:
                    self._log.info("redis_is_back")
                reached = True
            except RedisError as error:
                if reached:
                    self._log.warning("redis_cannot_be_reached", error=str(error))
                reached = False
            stop.wait(LOOK_EVERY_S)
        try:
            self.remove_lock()
        except RedisError as error:
            self._log.warning("lock_is_left_to_expire", error=str(error), seconds=self._lease_s)

    def look(self) -> None:
        """One round: take or keep the lock, and start what is due. Raises redis.RedisError."""
        held = bool(self._lock_acquired)
        if not self.acquire_lock():
            if held:
                self._log.warning("schedule_is_run_by_another")
            self._declared_at = None
            return
        if not held:
            self._log.info("schedule_is_run_here", entries=sorted(e.name for e in self._entries.values()))
        monotonic = self._clock.monotonic()
        if self._declared_at is None or monotonic - self._declared_at >= DECLARE_EVERY_S:
            self.declare()
            self._declared_at = monotonic
        self._bring_forward()
        self.enqueue_jobs()
        self._recovery.look()
        self._redis.hset(
            SCHEDULER, mapping={"name": self.name, "heartbeat_at": self._clock.now().timestamp()}
        )

    def declare(self) -> None:
        """Make Redis hold the declared entries and no others; what is as it was keeps its next time."""
        planned = {
            (key.decode() if isinstance(key, bytes) else str(key))
            for key in self._redis.zrange(self.scheduled_jobs_key, 0, -1)
        }
        for job_id in planned - self._entries.keys():
            self._redis.zrem(self.scheduled_jobs_key, job_id)
            self._redis.delete(StoredJob.key_for(job_id))
            self._log.info("entry_is_gone", entry=job_id)
        for job_id, entry in self._entries.items():
            if job_id not in planned or self._definition_of(job_id) != entry.definition:
                self._plan_anew(job_id, entry)

    def acquire_lock(self) -> bool:
        """Unlike rq-scheduler's, held from round to round, and only ever one's own."""
        outcome = acquire_or_refresh_lock(self._redis, self.scheduler_lock_key, self.name, self._lease_s)
        self._lock_acquired = outcome != "taken"
        return self._lock_acquired

    def remove_lock(self) -> None:
        """Let another take over at once."""
        if self._lock_acquired:
            release_lock(self._redis, self.scheduler_lock_key, self.name)
            self._lock_acquired = False

    def get_jobs_to_queue(self, with_times: bool = False) -> Iterator[StoredJob]:
        """Entries that are due by this gateway's clock."""
        found: Iterator[StoredJob] = self.get_jobs(self._clock.now().timestamp(), with_times=with_times)
        return found

    def enqueue_job(self, job: StoredJob) -> None:
        """Called for each entry that is due."""
        entry = self._entries.get(job.id)
        if entry is None:
            self._redis.zrem(self.scheduled_jobs_key, job.id)
            return
        now = self._clock.now()
        key, job_id = self.scheduled_jobs_key, job.id
        due: list[datetime] = []

        def still_due(pipeline: "Pipeline") -> bool:
            pipeline.watch(key)
            watched: RedisClient = pipeline
            score = watched.zscore(key, job_id)
            due[:] = [datetime.fromtimestamp(float(score), UTC)] if score is not None else []
            return bool(due) and due[0] <= now

        def plan_next(pipeline: "Pipeline") -> None:
            pipeline.zadd(key, {job_id: next_run(entry, due[0], now).timestamp()})

        run = self._runs.start_with(entry, now, still_due, plan_next)
        if run is not None and not run.is_new:
            self._log.warning("run_is_left_out", entry=entry.name, still_open=run.job_id)

    def _bring_forward(self) -> None:
        """Have no entry wait for a moment that only a clock that was ahead can have planned."""
        now = self._clock.now()
        for member, score in self._redis.zrange(self.scheduled_jobs_key, 0, -1, withscores=True):
            job_id = member.decode()
            entry = self._entries.get(job_id)
            if entry is None:
                continue  # `declare` sees to it
            planned = datetime.fromtimestamp(float(score), UTC)
            if not is_too_far_ahead(entry, planned, now):
                continue
            at = next_run(entry, now, now)
            # Where it is there still, and no earlier: another scheduler may have planned it just now.
            self._redis.zadd(self.scheduled_jobs_key, {job_id: at.timestamp()}, xx=True, lt=True)
            self._log.warning(
                "entry_is_brought_forward",
                entry=entry.name,
                was_planned_for=planned.isoformat(),
                next_run_at=at.isoformat(),
            )

    def _plan_anew(self, job_id: str, entry: ScheduleEntry) -> None:
        job = self._maker.make(entry.task, {}, job_id=job_id, description=entry.description, entry=entry.name)
        job.origin = entry.queue
        job.meta[_DEFINITION] = entry.definition
        at = first_run(entry, self._clock.now())
        with self._redis.pipeline() as pipeline:
            pipeline.delete(job.key)
            job.save(pipeline=pipeline)
            pipeline.zadd(self.scheduled_jobs_key, {job_id: at.timestamp()})
            pipeline.execute()
        self._log.info("entry_is_planned", entry=entry.name, next_run_at=at.isoformat())

    def _definition_of(self, job_id: str) -> str | None:
        found = StoredJob.fetch_many([job_id], connection=self._redis)[0]
        return None if found is None else str(found.meta.get(_DEFINITION))
