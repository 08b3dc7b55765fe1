"""Whether a machine that encodes keeps up with real time."""

from collections import deque

WINDOW_S = 20.0
BEHIND_BELOW = 0.9


class Pace:
    """Media time against monotonic time over the last twenty seconds of a run."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, float]] = deque()

    def mark(self, arrived_s: float, media_end_s: float) -> None:
        """A segment that ends at `media_end_s` was complete at `arrived_s`."""
        self._marks.append((arrived_s, media_end_s))
        while len(self._marks) > 2 and self._marks[1][0] <= arrived_s - WINDOW_S:
            self._marks.popleft()

    def is_behind(self) -> bool:
        """Whether less than nine tenths of the time that passed was recorded."""
        if len(self._marks) < 2:
            return False
        elapsed_s = self._marks[-1][0] - self._marks[0][0]
        media_s = self._marks[-1][1] - self._marks[0][1]
        return elapsed_s >= WINDOW_S - 2 and media_s < BEHIND_BELOW * elapsed_s
