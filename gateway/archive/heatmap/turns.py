"""Few heatmaps at a time: each is a large query that holds a connection to the database, and much memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from shared.errors import UnavailableError

WAIT_S = 5.0


class Turns:
    """At most `at_once` have their turn. Safe to be used by many threads.

    Whoever waits has no connection meanwhile: all other requests, which each need one to know who asks, find
    theirs whatever heatmaps are asked for.
    """

    def __init__(self, at_once: int, wait_s: float = WAIT_S) -> None:
        self._places = BoundedSemaphore(at_once)
        self._wait_s = wait_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn. Raises UnavailableError (`too_many_heatmaps`) after a while."""
        if not self._places.acquire(timeout=self._wait_s):
            raise UnavailableError(
                "Too many heatmaps are being made right now.",
                code="too_many_heatmaps",
                remedy="Try again in a moment, with a shorter range or longer cells (every).",
            )
        try:
            yield
        finally:
            self._places.release()
