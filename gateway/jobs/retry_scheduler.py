"""RQ's own scheduler, which a worker starts beside itself: it queues what waits for its next try."""

import signal
import time
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

from redis.exceptions import WatchError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import JobStatus
from rq.registry import ScheduledJobRegistry
from rq.scheduler import RQScheduler
from rq.utils import current_timestamp

from gateway.jobs.job_maker import open_queue
from gateway.jobs.stored_job import StoredJob
from shared.kernel import die_with_parent

if TYPE_CHECKING:
    from redis import Redis

# How often one that lost the lock tries again; RQ's two minutes would be added to every crash.
ACQUIRE_EVERY_S = 10.0
# How long it may take to give its locks back.
_ENDS_WITHIN_S = 3


class RetryScheduler(RQScheduler):
    """It ends with its worker: one that went on would hold the lock of a worker that nobody sees."""

    def __init__(
        self, queues: Sequence[Queue], connection: "Redis", serializer: object, parent_pid: int, lease_s: int
    ) -> None:
        super().__init__(queues, connection, serializer=serializer, logging_level="WARNING")
        self._parent_pid = parent_pid
        self._lease_s = lease_s
        self._tried_at_s = -ACQUIRE_EVERY_S

    def acquire_locks(self, auto_start: bool = False) -> set[str]:
        """Take the locks of the queues that nobody serves; return those that are held."""
        self._tried_at_s = time.monotonic()
        held: set[str] = super().acquire_locks(auto_start)  # type: ignore[no-untyped-call]
        self._shorten_locks()
        return held

    def heartbeat(self) -> None:
        """Keep the locks for as long as a worker may be silent; RQ's minute would be added to every crash."""
        super().heartbeat()  # type: ignore[no-untyped-call]
        self._shorten_locks()

    def _shorten_locks(self) -> None:
        for name in self.acquired_locks:
            self.connection.expire(self.get_locking_key(name), self._lease_s)

    @property
    def should_reacquire_locks(self) -> bool:
        """Whether others' locks are to be tried again."""
        if self._queue_names == self.acquired_locks:
            return False
        return time.monotonic() - self._tried_at_s >= ACQUIRE_EVERY_S

    def enqueue_scheduled_jobs(self) -> None:
        """Queue what waited long enough. RQ's own would queue one, too, that is cancelled just now."""
        if not self._scheduled_job_registries and self._acquired_locks:
            self.prepare_registries()
        for registry in self._scheduled_job_registries:
            for job_id in registry.get_jobs_to_schedule(current_timestamp()):
                self._queue_again(registry, job_id)

    def _queue_again(self, registry: ScheduledJobRegistry, job_id: str) -> None:
        with self.connection.pipeline() as pipeline:
            try:
                pipeline.watch(StoredJob.key_for(job_id))
                job = StoredJob.known(job_id, self.connection)
                waits = job.get_status(refresh=False) == JobStatus.SCHEDULED
                pipeline.multi()
                if waits:
                    open_queue(self.connection, registry.name).enqueue_job(
                        job, pipeline=pipeline, at_front=job.should_enqueue_at_front()
                    )
                pipeline.zrem(registry.key, job_id)
                pipeline.execute()
            except NoSuchJobError:
                self.connection.zrem(registry.key, job_id)
            except WatchError:
                return  # somebody is at it: it is looked at again in a moment

    def request_stop(self, signum: int | None = None, frame: FrameType | None = None) -> None:
        """End soon: its worker waits for it. Where Redis is away, its locks end by themselves."""
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]
        signal.alarm(_ENDS_WITHIN_S)

    def work(self) -> None:
        """The loop of the forked process."""
        die_with_parent(self._parent_pid)
        super().work()  # type: ignore[no-untyped-call]
