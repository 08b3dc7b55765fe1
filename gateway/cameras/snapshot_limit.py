"""How many snapshots one user may take: each costs a camera a connection, and the storage its room.

Counted in Redis, so that all processes count together; while Redis is away each counts for itself.
"""

import time
from collections.abc import Callable

import redis
import structlog
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from gateway.accounts.login_limit import REDIS_PAUSE_S, MemoryWindow
from shared.clock import Clock
from shared.errors import TooManyRequestsError

KEY_PREFIX = "coldframe:snapshots"


class SnapshotLimit:
    """Safe to be used by many threads."""

    def __init__(
        self, client: redis.Redis, a_minute: int, clock: Clock, wall_s: Callable[[], float] = time.time
    ) -> None:
        """`wall_s`: this machine's wall clock, which the library of the limits reads by itself."""
        self._item = RateLimitItemPerMinute(a_minute)
        self._redis = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=client.connection_pool, key_prefix=KEY_PREFIX)
        )
        self._memory = MemoryWindow(clock.monotonic)
        self._clock = clock
        self._wall_s = wall_s
        self._redis_back_at_s = float("-inf")

    def count(self, user_id: str) -> None:
        """Count a snapshot that a user takes. Raises TooManyRequestsError, and counts none, where there were
        too many within a minute."""
        wait_s = self._wait_s(user_id)
        if wait_s > 0:
            seconds = max(1, int(wait_s) + 1)
            raise TooManyRequestsError(
                f"You have taken {self._item.amount} snapshots within a minute.",
                remedy=f"Try again in {seconds} s.",
                details={"retry_after_s": seconds},
            )
        self._memory.add(user_id, self._item.get_expiry())

    def _wait_s(self, user_id: str) -> float:
        """How long until there is room for another; 0: it is counted."""
        if self._clock.monotonic() >= self._redis_back_at_s:
            try:
                if self._redis.hit(self._item, user_id):
                    return 0.0
                return max(0.1, self._redis.get_window_stats(self._item, user_id).reset_time - self._wall_s())
            except redis.RedisError as error:
                structlog.get_logger().warning(
                    "snapshot_limit_in_memory",
                    reason="Redis cannot be used",
                    error=str(error),
                    for_s=REDIS_PAUSE_S,
                )
                self._redis_back_at_s = self._clock.monotonic() + REDIS_PAUSE_S
        return self._memory.wait_s(user_id, self._item.amount, self._item.get_expiry())
