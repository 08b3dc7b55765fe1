"""How many cameras one process tries at the same time, so that threads and processors are left for others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import UnavailableError

_RETRY_AFTER_S = 5


class CameraPlaces:
    """Safe to be used by many threads."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._places = threading.BoundedSemaphore(at_once)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One place, for as long as the block lasts. Raises UnavailableError where there is none."""
        if not self._places.acquire(blocking=False):
            raise UnavailableError(
                f"{self._at_once} cameras are being tried already.",
                code="too_many_probes",
                remedy="Try again in a few seconds.",
                details={"retry_after_s": _RETRY_AFTER_S},
            )
        try:
            yield
        finally:
            self._places.release()
