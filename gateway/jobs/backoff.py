"""How long a failed job waits before it is tried again."""

import math
from collections.abc import Callable

_FACTOR = 4
# Jobs that failed together do not come back together.
_SPREAD = 0.25


def retry_intervals_s(
    retries: int, first_s: float, random: Callable[[], float], longest_s: float = math.inf
) -> list[int]:
    """Seconds before each of `retries`, the first after about `first_s`, each next about four times as long,
    none longer than `longest_s`.

    `random` gives numbers from 0 to 1. Whole seconds, one at least: finer waits RQ does not know.
    """
    return [
        max(1, math.ceil(min(longest_s, first_s * _FACTOR**number * (1 + _SPREAD * (2 * random() - 1)))))
        for number in range(retries)
    ]
