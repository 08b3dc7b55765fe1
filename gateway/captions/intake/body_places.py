"""How many large bodies are read at the same time: each takes many times its size while it is read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import UnavailableError

LARGE_FROM_BYTES = 2 * 1024 * 1024
PLACES = 2
WAITS_S = 10.0
_RETRY_AFTER_S = 2


class BodyPlaces:
    """`places` of them; whoever finds none waits for `waits_s`. Safe to be used by many threads."""

    def __init__(self, places: int = PLACES, waits_s: float = WAITS_S) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._waits_s = waits_s

    @contextmanager
    def place(self, size_bytes: int | None) -> Iterator[None]:
        """For a body of `size_bytes` (None: nobody said), where it is large.

        Raises UnavailableError (too_many_large_requests).
        """
        if size_bytes is not None and size_bytes < LARGE_FROM_BYTES:
            yield
            return
        if not self._free.acquire(timeout=self._waits_s):
            raise UnavailableError(
                "Too many large requests are read already.",
                code="too_many_large_requests",
                remedy=f"Send it again in a while, or less than {LARGE_FROM_BYTES >> 20} MiB at a time.",
                details={"retry_after_s": _RETRY_AFTER_S},
            )
        try:
            yield
        finally:
            self._free.release()
