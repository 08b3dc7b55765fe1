"""RQ's own scheduler, which a worker starts beside itself: it queues what waits for its next try."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rq import Queue
from rq.scheduler import RQScheduler

from shared.kernel import die_with_parent

if TYPE_CHECKING:
    from redis import Redis

# How often one that lost the lock tries again; RQ's two minutes would be added to every crash.
ACQUIRE_EVERY_S = 10.0


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

    def work(self) -> None:
        """The loop of the forked process."""
        die_with_parent(self._parent_pid)
        super().work()  # type: ignore[no-untyped-call]
