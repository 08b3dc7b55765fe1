"""How many callers wait for one host's answer to begin: a host that hangs must not hold every thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.hosts.host_client_answer import unreachable

MOST_WAITING = 24
# A burst on a host that answers is over by then.
PATIENCE_S = 0.5


class Crowd:
    """At most `most` wait for a host, others for `patience_s` to be among them. For many threads."""

    def __init__(self, most: int = MOST_WAITING, patience_s: float = PATIENCE_S) -> None:
        self._most = most
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._waiting: dict[str, int] = {}

    @contextmanager
    def waiting(self, host: str) -> Iterator[None]:
        """Be one of those who wait. Raises UnavailableError where there is no room."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting.get(host, 0) < self._most, self._patience_s):
                raise unreachable(host, f"{self._most} calls wait for it to answer already")
            self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                left = self._waiting[host] - 1
                if left:
                    self._waiting[host] = left
                else:
                    del self._waiting[host]
                self._changed.notify_all()
