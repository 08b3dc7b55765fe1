"""Whether captions have a Redis server to themselves: `maxmemory` counts for a server, not for a database."""

from collections.abc import Callable
from typing import Any

import redis
import structlog

# While one of them does not answer: whoever waits for it would do so for nothing.
AGAIN_AFTER_S = 30.0
_ALL_PERCENT = 100.0


class RedisSharing:
    """Asks both servers who they are when it is first needed, and again until both have answered.

    One server has many addresses (a name, a number, a socket). `captions`, `jobs`: redis.Redis each; None
    for `jobs`: there is one address for both.
    """

    def __init__(self, captions: Any, jobs: Any | None, monotonic: Callable[[], float]) -> None:
        self._captions = captions
        self._jobs = jobs
        self._monotonic = monotonic
        self._is_alone: bool | None = False if jobs is None else None
        self._again_at_s = 0.0

    def is_alone(self) -> bool:
        """False also where it is not known: jobs, which make room, must go on."""
        if self._is_alone is None and self._monotonic() >= self._again_at_s:
            self._is_alone = self._found()
            if self._is_alone is None:
                self._again_at_s = self._monotonic() + AGAIN_AFTER_S
        return bool(self._is_alone)

    def share_percent(self, where_shared: float) -> float:
        """How much of maxmemory captions may fill: all of a server of their own, else `where_shared`."""
        return _ALL_PERCENT if self.is_alone() else where_shared

    def _found(self) -> bool | None:
        """None: one of them does not answer, or does not say."""
        try:
            before, jobs, after = (_run_id(client) for client in (self._captions, self._jobs, self._captions))
        except redis.RedisError as error:
            structlog.get_logger().info("redis_sharing_unknown", error=str(error), kind=type(error).__name__)
            return None
        # One that began anew meanwhile has another name than it had.
        return before != jobs if before and jobs and before == after else None


def _run_id(client: Any) -> str:
    return str(client.info("server").get("run_id", ""))
