"""When to report: every host at a time of its own, so that a thousand do not come at once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

MINUTE_S = 60.0
# A minute's numbers are on disk 8 s after its end, and a little later on a busy host.
MINUTES_READY_AFTER_S = 12.0
SHORTEST_INTERVAL_S = 0.2
LONGEST_INTERVAL_S = 60.0


def phase_of(name: str) -> float:
    """A host's place in every interval, in [0, 1): evenly spread over names, the same for ever."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64


def until_next_s(now_s: float, interval_s: float, offset_s: float) -> float:
    """Seconds from `now_s` (UTC) to the next time that lies `offset_s` behind a whole `interval_s`;
    never 0."""
    left_s = interval_s - (now_s - offset_s) % interval_s
    # The remainder of a tiny negative number is rounded to the whole interval.
    return left_s if left_s > 0 else interval_s


def minutes_offset_s(phase: float) -> float:
    """When in a minute a host looks for finished ones."""
    return MINUTES_READY_AFTER_S + phase * (MINUTE_S - MINUTES_READY_AFTER_S)


def sane_interval_s(told_s: float) -> float:
    """The interval that a gateway asked for, within reason."""
    return min(LONGEST_INTERVAL_S, max(SHORTEST_INTERVAL_S, told_s))


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses after failures: they double from `first_s` to `longest_s`."""

    first_s: float
    longest_s: float
    failures: int = 0

    def after_failure(self) -> "Patience":
        return replace(self, failures=self.failures + 1)

    def pause_s(self, random: Callable[[], float]) -> float:
        """`random`: gives numbers in [0, 1), which spread hosts that were refused together over a quarter."""
        doubled = self.first_s * 2.0 ** min(max(self.failures - 1, 0), 30)
        return min(self.longest_s, doubled) * (0.75 + 0.25 * random())
