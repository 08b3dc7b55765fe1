"""`python -m gateway worker`: RQ's worker on the gateway's terms."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry
from rq import Queue, Worker, worker_registration
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry
from rq.worker import WorkerStatus

from gateway.jobs.failure_text import failure_text
from gateway.jobs.job_ends import EndState, JobEnds
from gateway.jobs.job_maker import open_queue
from gateway.jobs.recovery import Recovery
from gateway.jobs.retry_scheduler import RetryScheduler
from gateway.jobs.stored_job import JsonSerializer, StoredJob
from shared.clock import Clock
from shared.kernel import die_with_parent

REFUSED = "This job was refused: it is no JSON, or not of this gateway's making. It was not read any further."


@dataclass(frozen=True, slots=True)
class WorkerTerms:
    """`heartbeat_s`: how often it says that it lives, whole seconds. `name`: unlike any other's."""

    name: str
    heartbeat_s: int


class JobWorker(Worker):
    """One process that takes jobs and forks another for each.

    What it forks ends with it, however it ends: a job must not go on that others take for abandoned.
    """

    def __init__(
        self, queues: Sequence[str], redis: Redis, terms: WorkerTerms, recovery: Recovery, clock: Clock
    ) -> None:
        self._heartbeat_s = terms.heartbeat_s
        self._recovery = recovery
        self._ends = JobEnds(redis)
        self._clock = clock
        self.asked_to_stop = False
        self._jobs_taken = 0
        super().__init__(
            [open_queue(redis, name) for name in queues],
            name=terms.name,
            connection=redis,
            job_class=StoredJob,
            serializer=JsonSerializer,
            job_monitoring_interval=terms.heartbeat_s,
            maintenance_interval=terms.heartbeat_s,
            worker_ttl=4 * terms.heartbeat_s,
            log_job_description=False,
        )
        self.log_result_lifespan = False

    # RQ's own is typed as what it begins with.
    last_cleaned_at: datetime | None  # type: ignore[assignment]

    # -- taking ------------------------------------------------------------------------------

    @property
    def dequeue_timeout(self) -> int:
        """How long it waits for a job before it looks after other things."""
        return self._heartbeat_s

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it lives; and who it is, where that was forgotten while its machine slept.

        Raises StopRequested again where it was asked to end and something on the way kept that to itself.
        """
        if self.asked_to_stop and not self._has_a_job():
            raise StopRequested
        if self.birth_date is not None and not self.connection.hexists(self.key, "birth"):
            with self.connection.pipeline() as told:
                told.hset(self.key, mapping=self.serialize())
                worker_registration.register(self, told)
                told.execute()
        super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a job that is still to be run, in a process of its own."""
        assert isinstance(job, StoredJob)
        self._jobs_taken += 1
        if not job.claim():
            structlog.get_logger().warning("job_is_passed_over", job_id=job.id)
            return
        try:
            _ = job.task
        except DeserializationError:
            job.retries_left = None
            self.prepare_execution(job)
            job.started_at = job.ended_at = self._clock.now()
            self.handle_job_failure(job, queue, exc_string=REFUSED)
            return
        super().execute_job(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """What the forked process does."""
        die_with_parent(self.pid or 0)
        super().main_work_horse(job, queue)

    def end_horse(self) -> None:
        """Kill the job that runs, where one does: this process is about to become another."""
        if self.horse_pid:
            self.kill_horse()
            self.wait_for_horse()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: no further job, and an end when the running one has ended.

        What it tells Redis on its way out is not tried again: it would keep a machine from ending for half a
        minute, and goes in time. Only the end of a job is.
        """
        self.asked_to_stop = True
        if not self._has_a_job():
            self._wait_for_redis_no_longer()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def teardown(self) -> None:
        """Take its name off the list. Where Redis is away too, nobody waits for it: the name goes in time."""
        self._wait_for_redis_no_longer()
        try:
            super().teardown()  # type: ignore[no-untyped-call]
        except RedisError as error:
            structlog.get_logger().warning("worker_stays_on_the_list", name=self.name, error=str(error))

    def _has_a_job(self) -> bool:
        return self.get_state() == WorkerStatus.BUSY

    def _wait_for_redis_no_longer(self) -> None:
        self.connection.set_retry(Retry(NoBackoff(), 0))

    def is_used_up(self, jobs: int) -> bool:
        """Whether it has run as many jobs as one process is to."""
        return self._jobs_taken >= jobs

    # -- while a job runs --------------------------------------------------------------------

    def get_heartbeat_ttl(self, job: Job) -> int:
        """After so many seconds without a sign of life a running job is taken for abandoned."""
        return 4 * self._heartbeat_s

    def maintain_heartbeats(self, job: Job) -> None:
        """Say that the job is running, and end it where somebody asked for that."""
        assert isinstance(job, StoredJob)
        try:
            super().maintain_heartbeats(job)
            if job.cancel_is_asked() and self._stopped_job_id != job.id:
                self._stopped_job_id = job.id
                self.kill_horse()
        except RedisError as error:
            structlog.get_logger().warning("heartbeat_was_not_sent", error=str(error))

    def handle_exception(self, job: Job, *exc_info: object) -> None:
        """What went wrong is told once, with the job's end."""

    # -- when a job has ended ----------------------------------------------------------------

    def handle_job_success(self, job: Job, queue: Queue, started_job_registry: StartedJobRegistry) -> None:
        assert isinstance(job, StoredJob)
        if job.meta.pop("error", None) is not None:
            job.save_meta()
        super().handle_job_success(job, queue, started_job_registry)
        self._tell(job, "finished")

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",
    ) -> None:
        assert isinstance(job, StoredJob)
        stopped = self._stopped_job_id == job.id or job.cancel_is_asked()
        if stopped:
            self._stopped_job_id = job.id
        retried = job.should_retry and not stopped
        job.meta = {**job.get_meta(), "error": failure_text(exc_string)}
        job.save_meta()
        super().handle_job_failure(job, queue, started_job_registry, exc_string)
        if stopped:
            # It may be tried again already by whoever saw it stopped.
            self._ends.cancel(job, job.task_or_unknown, self._clock.now(), (JobStatus.STOPPED,))
            structlog.get_logger().info("job_cancelled", job_id=job.id, task=job.task_or_unknown)
        else:
            self._tell(job, "retried" if retried else "failed")

    def _tell(self, job: StoredJob, state: EndState) -> None:
        now, task = self._clock.now(), job.task_or_unknown
        self._ends.tell(job, task, state, now)
        began = job.started_at
        log = structlog.get_logger().bind(
            job_id=job.id,
            task=task,
            request_id=job.meta.get("request_id") or None,
            running_s=None if began is None else round((now - began).total_seconds(), 3),
        )
        if state == "finished":
            log.info("job_finished")
        else:
            log.error("job_failed", tried_again=state == "retried", error=job.meta.get("error"))

    # -- beside jobs -------------------------------------------------------------------------

    def clean_registries(self) -> None:
        """RQ's look at what was left behind, replaced by one that is done in seconds."""
        self._recovery.look()
        self.last_cleaned_at = self._clock.now()

    def _start_scheduler(self, *_arguments: object, **_options: object) -> None:
        """The process that queues what waits for its next try; one of all workers' has the lock."""
        self.scheduler = RetryScheduler(
            self.queues, self.connection, JsonSerializer, os.getpid(), lease_s=4 * self._heartbeat_s
        )
        self.scheduler.acquire_locks()
        if self.scheduler.acquired_locks:
            self.scheduler.start()  # type: ignore[no-untyped-call]
