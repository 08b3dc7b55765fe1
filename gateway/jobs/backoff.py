"""How long a failed job waits before it is tried again."""

import math
from collections.abc import Callable, Sequence

_FACTOR = 4
# Jobs that failed together do not come back together.
_SPREAD = 0.25
_CLOCK_SLACK_S = 1.0


def latest_try_s(scheduled_s: float, intervals_s: Sequence[int], now_s: float) -> float:
    """When a job is tried again that is to be at `scheduled_s`: then, but never after more than its longest
    pause. Seconds since 1970. What lies further ahead was scheduled by a clock that was ahead.
    """
    latest_s = now_s + max(intervals_s, default=0)
    return latest_s if intervals_s and scheduled_s > latest_s + _CLOCK_SLACK_S else scheduled_s


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
