"""How long a call takes, in milliseconds."""

import gc
import time
from collections.abc import Callable


def times_ms(count: int, call: Callable[[], object]) -> list[float]:
    """Time `count` calls, after one that warms up."""
    call()
    gc.collect()
    taken: list[float] = []
    for _ in range(count):
        before = time.perf_counter()
        call()
        taken.append((time.perf_counter() - before) * 1000)
    return taken
