"""When which device is captioned next. Plain; seconds are those of a clock that never goes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from host_agent.fleet.schedule import until_next_s

LONGEST_PAUSE_S = 60.0
# Nothing but other settings helps a key that is not accepted, and those are taken over at once.
KEY_PAUSE_S = 300.0
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one device. `phase`: its place in every interval, in [0, 1). `lane`: what is asked about no more
    devices at once than it has room for. `missed`: times at which the frame before was still being captioned,
    or others' were."""

    every_s: float
    phase: float
    lane: str
    due_s: float
    failures: int = 0
    missed: int = 0

    @classmethod
    def begin(cls, now_s: float, every_s: float, phase: float, lane: str) -> "Pace":
        """The first time is the next one of the device's own."""
        return cls(every_s, phase, lane, now_s + until_next_s(now_s, every_s, phase * every_s))

    def _next(self, now_s: float) -> float:
        return now_s + until_next_s(now_s, self.every_s, self.phase * self.every_s)

    def started(self, now_s: float) -> "Pace":
        """It is captioned now: what lies between its time and now was missed."""
        missed = max(0, int((now_s - self.due_s) // self.every_s))
        return replace(self, due_s=self._next(now_s), missed=self.missed + missed)

    def done(self, now_s: float) -> "Pace":
        """It was captioned, or there was nothing new. Times that passed meanwhile were missed: frames are
        left out, never put in a line."""
        if now_s < self.due_s:
            return replace(self, failures=0)
        missed = 1 + int((now_s - self.due_s) // self.every_s)
        return replace(self, due_s=self._next(now_s), failures=0, missed=self.missed + missed)

    def failed(self, now_s: float, *, at_least_s: float = 0.0) -> "Pace":
        """It was not: the pause doubles with each failure up to a minute. `at_least_s`: what the model's
        server asks for, and more."""
        failures = self.failures + 1
        doubled = min(LONGEST_PAUSE_S, self.every_s * 2.0 ** min(failures - 1, 20))
        due_s = self._next(now_s + max(0.0, doubled - self.every_s))
        if due_s < now_s + at_least_s:
            due_s = self._next(now_s + at_least_s - _ROUNDING_S)
        return replace(self, due_s=due_s, failures=failures)


def to_be_started(
    paces: Mapping[str, Pace], busy: Iterable[str], room: Mapping[str, int], now_s: float
) -> list[str]:
    """The devices to caption now, the one that waits for the longest first.

    `busy`: those that are being captioned: never twice at once. `room`: how many devices each lane takes.
    """
    taken = set(busy)
    left = dict(room)
    for name in taken:
        if name in paces:
            left[paces[name].lane] -= 1
    found = []
    for name in sorted(paces, key=lambda name: (paces[name].due_s, name)):
        pace = paces[name]
        if name in taken or pace.due_s > now_s:
            continue
        if left[pace.lane] > 0:
            left[pace.lane] -= 1
            found.append(name)
    return found
