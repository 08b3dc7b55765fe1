"""When was a picture of a sub-stream? From when it arrived here, and what its media time says.

As for segments (`host_agent/ring/segment_clock.py`), media time is anchored to arrival by its lower
envelope: the smallest `arrived - media` of the last 15 s. Pictures are cheaper to lose than footage, so this
is the simple form: a stream's first pictures, which may come in a burst, are held back until it is seen how
long they were on their way, and a delay that stays larger is a camera that paused.

No I/O and no clock: monotonic times are passed in.
"""

from collections import deque

WINDOW_S = 15.0
# A burst can only be recognised by its end.
HOLD_S = 1.5
# With rare pictures: until the second one came, or for so long.
HOLD_AT_MOST_S = 3.0
# A delay that has grown by this much, and stays so for as long, is none of the network's.
RISE_S = 0.5
RISE_STAYS_S = 2.0
# Media time that leaps is another stream's.
LEAP_S = 60.0


class ArrivalClock:
    """Dates the pictures of one connection. `arrive` in the order in which they came."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque()
        self._began_s: float | None = None
        self._fixed = False

    def arrive(self, media_s: float, arrived_s: float) -> None:
        """A picture with the media time `media_s` was there at `arrived_s`."""
        delay_s = arrived_s - media_s
        if self._samples and abs(delay_s - self._samples[-1][1]) > LEAP_S:
            self._samples.clear()
        if self._began_s is None:
            self._began_s = arrived_s
        self._samples.append((arrived_s, delay_s))
        while self._samples[0][0] < arrived_s - WINDOW_S:
            self._samples.popleft()
        self._forget_before_a_pause(arrived_s)

    def taken_at_s(self, media_s: float, now_s: float) -> float | None:
        """When the picture of `media_s` was taken, in monotonic time; None: ask again later."""
        if self._began_s is None:
            return None
        if not self._fixed:
            waited_s = now_s - self._began_s
            if waited_s < HOLD_S or (len(self._samples) < 2 and waited_s < HOLD_AT_MOST_S):
                return None
            self._fixed = True
        return media_s + min(delay_s for _at, delay_s in self._samples)

    def _forget_before_a_pause(self, now_s: float) -> None:
        recent = [delay_s for at_s, delay_s in self._samples if at_s > now_s - RISE_STAYS_S]
        earlier = [delay_s for at_s, delay_s in self._samples if at_s <= now_s - RISE_STAYS_S]
        if earlier and len(recent) > 1 and min(recent) > min(earlier) + RISE_S:
            while self._samples[0][0] <= now_s - RISE_STAYS_S:
                self._samples.popleft()
