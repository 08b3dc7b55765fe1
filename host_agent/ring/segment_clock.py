"""When was a segment? Fixed once, causally, from when it arrived and what its media time says.

A camera's media clock runs at its own speed and says nothing about the time of day; the moment a
segment is complete here says it only up to the delay on the way, which is small most of the time and
large after a stall. So media time is anchored to arrival by its lower envelope: the smallest
`arrived - media_end` of the last 15 seconds is the offset between the two clocks. Where segments come
faster than media time (a camera that sends its buffer at the start, a network that delivers a stall's
backlog), they are held back until arrivals keep pace, 1.5 s at most: a burst can only be recognised by
its end. Arrival is monotonic time; the wall clock is added at the end, so that a step of it moves what
comes after the step and nothing else.

No I/O and no clock: the caller passes times in and asks for what has become fixed.
"""

from collections import deque
from dataclasses import dataclass

WINDOW_S = 15.0
HOLD_AT_MOST_S = 1.5
# A rise of the envelope that stays and is larger than this is a gap; smaller ones are absorbed.
RISE_S = 0.5
# Two clocks run apart by up to this share, which adds up over a long stall. How fast these two do is
# learned from envelopes that are far enough apart; before that, a stall is given the benefit of it.
DRIFT = 0.03
DRIFT_LEARNED_OVER_S = 20.0
DRIFT_TRUSTED_OVER_S = 45.0
DRIFT_FORGOTTEN_AFTER_S = 120.0
# A segment that is still to come can lower the envelope by its duration less the time already waited
# for it; once that is below this bound, waiting longer is not worth the delay.
ACCEPTED_ERROR_S = 0.4
# Arrivals that gain more than this share of media time on it are a burst, not a jitter.
BURST_GAIN = 0.1
# Who regains more than this while held back delivers a backlog, also where the last of it faltered: a
# camera that paused has less to send at once.
BACKLOG_S = 1.2
# A backlog that falters (TCP sends again what was lost) is believed to go on for so long.
FALTERS_AT_MOST_S = 5.0
# A rise that was believed to stay, and of which this share is regained soon after, was a backlog.
REGAINED = 0.15
DOUBTED_FOR_S = 20.0


@dataclass(frozen=True, slots=True)
class Completion:
    """A segment that is complete. All in seconds.

    `media_begin_s`, `media_end_s`: its place in the run's media time, unwrapped; the end is where the
    next one begins. `content_end_s`: where its last picture ends, earlier than `media_end_s` where the
    source left a hole. `arrived_s`: monotonic time at which it was complete. `wall_offset_s`: wall
    clock less monotonic clock at that moment.
    """

    media_begin_s: float
    media_end_s: float
    arrived_s: float
    wall_offset_s: float
    content_end_s: float | None = None

    @property
    def duration_s(self) -> float:
        return self.media_end_s - self.media_begin_s

    @property
    def delay_s(self) -> float:
        """Offset of the clocks plus this segment's own delay on the way."""
        return self.arrived_s - self.media_end_s


@dataclass(frozen=True, slots=True)
class Dated:
    """A completion with its begin on the wall clock (UTC) and how long it plays, in milliseconds."""

    completion: Completion
    begin_utc_ms: int
    duration_ms: int


class SegmentClock:
    """Dates the segments of one run of ffmpeg, in the order in which they are completed."""

    def __init__(self) -> None:
        self._window: deque[tuple[float, float]] = deque()
        self._envelope_s: float | None = None
        self._media_end_s: float | None = None
        self._held: list[Completion] = []
        self._held_chains = False
        # A backlog longer than the holding back is being delivered; what comes is dated as before it.
        self._behind_since: Completion | None = None
        # The envelope before a rise that was believed to stay, and the one after it, since when.
        self._doubted: tuple[float, float, float] | None = None
        # (time, envelope) every second or so, to learn how fast the two clocks run apart.
        self._history: deque[tuple[float, float]] = deque()
        # Holes in media time that a reordered completion may still fill: (begin, end).
        self._holes: deque[tuple[float, float]] = deque(maxlen=8)

    def arrive(self, completion: Completion) -> list[Dated]:
        """Take a complete segment; return what is fixed by now, itself often included."""
        fixed = self.tick(completion.arrived_s)
        if self._fills_a_hole(completion):
            return [*fixed, self._date(completion, self._envelope_s)]
        continuous = self._is_continuous(completion)
        media_end, self._media_end_s = self._media_end_s, completion.media_end_s
        if continuous and self._was_backlog(completion):
            held, self._held = self._held, []
            return fixed + [self._date(late, self._envelope_s) for late in (*held, completion)]
        if self._held:
            if continuous:
                self._held.append(completion)
                # One that keeps pace says that the camera paused, whatever came at once before it.
                keeps_pace = not self._gains(self._held[-2], completion)
                return fixed + (self._release(bursting=False) if keeps_pace else [])
            fixed += self._release(bursting=self._is_backlog)
        envelope = self._envelope_s
        if continuous and self._catches_up(completion):
            # The last of a backlog: the window is too old by now to hold the envelope against its delay.
            return [*fixed, self._date(completion, envelope)]
        if envelope is not None and completion.delay_s <= envelope + RISE_S:
            # Also after a hole in media time: the clocks still agree.
            if continuous or completion.delay_s >= envelope - RISE_S:
                if not continuous and media_end is not None:
                    self._holes.append((media_end, completion.media_begin_s))
                self._behind_since = None
                return [*fixed, self._date_normally(completion)]
        elif continuous and self._is_still_behind(completion):
            return [*fixed, self._date(completion, envelope)]
        self._behind_since = None
        if not continuous:
            self._doubted = None  # its media time is not comparable any more
        self._held = [completion]
        self._held_chains = envelope is not None and continuous
        return fixed

    @property
    def decides_at_s(self) -> float | None:
        """Monotonic time at which `tick` will fix what is held back; None where nothing is."""
        if not self._held:
            return None
        at_the_latest = self._held[0].arrived_s + HOLD_AT_MOST_S
        if self._held_chains:
            return at_the_latest
        last = self._held[-1]
        return min(at_the_latest, last.arrived_s + max(0.0, last.duration_s - ACCEPTED_ERROR_S))

    def tick(self, now_s: float) -> list[Dated]:
        """Return what has become fixed by waiting until `now_s` (monotonic)."""
        decides_at = self.decides_at_s
        if decides_at is None or now_s < decides_at:
            return []
        last = self._held[-1]
        kept_pace = now_s - last.arrived_s >= last.duration_s - ACCEPTED_ERROR_S
        gains = not kept_pace and len(self._held) > 1 and self._gains(self._held[-2], last)
        return self._release(bursting=gains or self._is_backlog)

    def end(self, last: Completion | None = None) -> list[Dated]:
        """The run has ended: fix what is held back and its `last` segment.

        The last one is completed by the end of ffmpeg, which may come long after its last picture, so
        its arrival says nothing: it follows the one before it in media time.
        """
        fixed: list[Dated] = []
        if self._held:
            # Without an arrival that kept pace there is no sign that the camera, not the way, was late.
            alone = len(self._held) == 1
            fixed = self._release(bursting=alone or self._gains(self._held[-2], self._held[-1]))
        if last is not None:
            chained = self._envelope_s is not None and self._is_continuous(last)
            fixed.append(self._date(last, self._envelope_s if chained else last.delay_s))
            self._media_end_s = last.media_end_s
        return fixed

    def _is_continuous(self, completion: Completion) -> bool:
        return self._media_end_s is None or abs(completion.media_begin_s - self._media_end_s) <= RISE_S

    def _fills_a_hole(self, completion: Completion) -> bool:
        return any(
            begin - RISE_S <= completion.media_begin_s and completion.media_end_s <= end + RISE_S
            for begin, end in self._holes
        )

    @property
    def _is_backlog(self) -> bool:
        return self._held[0].delay_s - min(held.delay_s for held in self._held) > BACKLOG_S

    def _catches_up(self, completion: Completion) -> bool:
        behind, envelope = self._behind_since, self._envelope_s
        if behind is None or envelope is None or completion.delay_s <= envelope:
            return False
        # Of a camera whose clock runs fast the delay shrinks without end: that is no catching up.
        drifted_s = BURST_GAIN * (completion.arrived_s - behind.arrived_s)
        if not self._gains(behind, completion) or behind.delay_s - completion.delay_s <= drifted_s:
            return False
        self._behind_since = completion
        return True

    def _is_still_behind(self, completion: Completion) -> bool:
        behind = self._behind_since
        return behind is not None and completion.arrived_s - behind.arrived_s < FALTERS_AT_MOST_S

    def _was_backlog(self, completion: Completion) -> bool:
        """Whether a rise that was believed to stay goes away: what comes is dated as before it again."""
        if self._doubted is None:
            return False
        before, risen, since_s = self._doubted
        if completion.arrived_s - since_s > DOUBTED_FOR_S:
            self._doubted = None
            return False
        if risen - completion.delay_s < max(BACKLOG_S, REGAINED * (risen - before)):
            return False
        self._restart_envelope([], before)
        self._window.append((completion.arrived_s, before))
        self._behind_since = completion
        return True

    @staticmethod
    def _gains(earlier: Completion, later: Completion) -> bool:
        return earlier.delay_s - later.delay_s > BURST_GAIN * later.duration_s

    def _release(self, *, bursting: bool) -> list[Dated]:
        held, self._held = self._held, []
        lowest = min(completion.delay_s for completion in held)
        before = self._envelope_s
        if not self._held_chains or before is None:
            return self._restart_envelope(held, lowest)
        drift = self._drift(DRIFT_LEARNED_OVER_S)
        elapsed_s = held[-1].arrived_s - self._window[-1][0]
        if drift is not None and drift > 0 and self._drift(DRIFT_TRUSTED_OVER_S) is None:
            before += drift * WINDOW_S  # not yet followed: the smallest of a rising window is its oldest
        expected = before + (DRIFT / 3 if drift is None else drift) * elapsed_s
        if lowest <= expected + RISE_S + (DRIFT * elapsed_s if drift is None else 0.0):
            # The delay is gone again: it was the way, not the camera.
            return self._date_backlog(held, before, min(lowest, expected))
        if bursting:
            self._behind_since = held[-1]
            return [self._date(completion, before) for completion in held]
        # The rise stays: the camera paused. What was under way when it did belongs before the pause.
        self._doubted = (before, lowest, held[-1].arrived_s)
        first = self._date(held[0], before)
        return [first, *self._restart_envelope(held[1:] or held, lowest)[0 if held[1:] else 1 :]]

    def _date_backlog(self, held: list[Completion], before_s: float, after_s: float) -> list[Dated]:
        """The clocks ran on apart while nothing came: from `before_s` to `after_s`, evenly."""
        begin, end = held[0].media_begin_s, held[-1].media_end_s
        dated = []
        for completion in held:
            share = (completion.media_end_s - begin) / max(end - begin, 0.001)
            dated.append(self._date(completion, before_s + share * (after_s - before_s)))
        self._take_samples(held)
        return dated

    def _restart_envelope(self, held: list[Completion], envelope_s: float) -> list[Dated]:
        self._window.clear()
        self._history.clear()
        self._window.extend((completion.arrived_s, completion.delay_s) for completion in held)
        self._envelope_s = envelope_s
        return [self._date(completion, envelope_s) for completion in held]

    def _date_normally(self, completion: Completion) -> Dated:
        self._take_samples([completion])
        return self._date(completion, self._envelope_s)

    def _take_samples(self, completions: list[Completion]) -> None:
        self._window.extend((completion.arrived_s, completion.delay_s) for completion in completions)
        now_s = completions[-1].arrived_s
        while self._window[0][0] < now_s - WINDOW_S:
            self._window.popleft()
        # Along the clocks' drift, once it is known well: of a rising window the smallest is the oldest.
        drift = self._drift(DRIFT_TRUSTED_OVER_S) or 0.0
        self._envelope_s = min(delay + drift * (now_s - at) for at, delay in self._window)
        if not self._history or now_s - self._history[-1][0] >= 1.0:
            self._history.append((now_s, self._envelope_s))
            while self._history[0][0] < now_s - DRIFT_FORGOTTEN_AFTER_S:
                self._history.popleft()

    def _drift(self, over_s: float) -> float | None:
        """Seconds by which the clocks run apart in a second; None until seen for `over_s`."""
        settled = [(at, envelope) for at, envelope in self._history if at >= self._history[0][0] + WINDOW_S]
        if not settled or settled[-1][0] - settled[0][0] < over_s:
            return None
        slope = (settled[-1][1] - settled[0][1]) / (settled[-1][0] - settled[0][0])
        return max(-DRIFT, min(DRIFT, slope))

    @staticmethod
    def _date(completion: Completion, envelope_s: float | None) -> Dated:
        offset_s = (envelope_s or 0.0) + completion.wall_offset_s
        end_s = completion.media_end_s
        if completion.content_end_s is not None:
            end_s = min(end_s, completion.content_end_s)
        # Both ends are rounded, not the duration: rounding must not add up over an hour.
        duration_ms = round(end_s * 1000) - round(completion.media_begin_s * 1000)
        return Dated(completion, round((completion.media_begin_s + offset_s) * 1000), max(0, duration_ms))
