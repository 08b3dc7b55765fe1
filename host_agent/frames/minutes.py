"""What a minute of a device was like: counted from its captures' metadata and its segments' times."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from host_agent.frames.metadata import CONTINUES_WITHIN_MS, CaptureFacts
from host_agent.ring.layout import Hour, hours_of
from shared.spans import Span, from_utc_ms, utc_ms

MINUTES = 60
MINUTE_MS = 60_000
HOUR_MS = MINUTES * MINUTE_MS
# As for the time line: a shorter hole is no gap.
_NO_GAP_MS = 500


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of an hour.

    `frames`: captures. `analysed`: whether any was; otherwise motion, black and frozen are None, not 0.
    Motion is 0–1. `black_s`, `frozen_s`, `missing_s` are seconds, 0–60. `thumbnail` is the number of the
    thumbnail at the moment of most motion and `thumbnail_utc_ms` that moment. `revision` begins at 1 and
    grows when late footage changes the minute.
    """

    minute: int
    frames: int
    analysed: bool
    motion_mean: float | None
    motion_peak: float | None
    black_s: float | None
    frozen_s: float | None
    missing_s: float
    thumbnail: int | None
    thumbnail_utc_ms: int | None
    revision: int = 1


class _Tally:
    """Sums of one minute."""

    __slots__ = ("analysed", "black_ms", "frames", "frozen_ms", "motion_peak", "motion_sum", "shown")

    def __init__(self) -> None:
        self.frames = 0
        self.analysed = 0
        self.motion_sum = 0.0
        self.motion_peak = 0.0
        self.black_ms = 0
        self.frozen_ms = 0
        self.shown: CaptureFacts | None = None

    def count(self, facts: CaptureFacts) -> None:
        self.frames += 1
        judged = facts.judgement
        motion = judged.motion if judged is not None else 0.0
        if judged is not None:
            self.analysed += 1
            self.motion_sum += motion
        if self.shown is None or motion > self.motion_peak:
            self.shown = facts
        self.motion_peak = max(self.motion_peak, motion)

    def minute(self, index: int, missing_ms: int) -> Minute:
        there_s = (MINUTE_MS - missing_ms) / 1000
        analysed = self.analysed > 0
        shown = self.shown
        return Minute(
            minute=index,
            frames=self.frames,
            analysed=analysed,
            motion_mean=round(self.motion_sum / self.analysed, 4) if analysed else None,
            motion_peak=round(self.motion_peak, 4) if analysed else None,
            black_s=round(min(self.black_ms / 1000, there_s), 1) if analysed else None,
            frozen_s=round(min(self.frozen_ms / 1000, there_s), 1) if analysed else None,
            missing_s=round(missing_ms / 1000, 1),
            thumbnail=shown.thumbnail if shown is not None else None,
            thumbnail_utc_ms=shown.captured_at_utc_ms if shown is not None else None,
        )


class MinuteBook:
    """Sums of every minute of the hours it was opened for, fed with captures in the order of their
    numbers. A capture that it has seen is not counted again."""

    def __init__(self) -> None:
        self._hours: dict[Hour, list[_Tally]] = {}
        self._previous: CaptureFacts | None = None

    def open(self, hour: Hour) -> None:
        """From now on captures of this hour are counted."""
        self._hours.setdefault(hour, [_Tally() for _ in range(MINUTES)])

    def close(self, hour: Hour) -> None:
        """Forget the hour."""
        self._hours.pop(hour, None)

    def add(self, facts: CaptureFacts) -> None:
        """Count one capture; what is not in an open hour only says what was before the next."""
        before = self._previous
        if before is not None and facts.number <= before.number:
            return
        self._previous = facts
        at_ms = facts.captured_at_utc_ms
        tallies = self._hours.get(Hour.of(from_utc_ms(at_ms)))
        if tallies is not None:
            tallies[at_ms % HOUR_MS // MINUTE_MS].count(facts)
        judged = facts.judgement
        was = None
        if before is not None and 0 <= at_ms - before.captured_at_utc_ms <= CONTINUES_WITHIN_MS:
            was = before.judgement
            if was is not None and was.blackscreen:
                for tally, overlap_ms in self._covered(before.captured_at_utc_ms, at_ms):
                    tally.black_ms += overlap_ms
        if judged is not None and judged.freeze:
            # A freeze is known only after a while: its begin is made up for.
            begin_ms = at_ms - round(judged.freeze_s * 1000)
            if before is not None and was is not None and was.freeze:
                begin_ms = before.captured_at_utc_ms
            for tally, overlap_ms in self._covered(begin_ms, at_ms):
                tally.frozen_ms += overlap_ms

    def _covered(self, begin_ms: int, end_ms: int) -> Iterable[tuple[_Tally, int]]:
        """The minutes of open hours that a stretch covers, each with how much of it."""
        for hour in hours_of(Span(from_utc_ms(begin_ms), from_utc_ms(end_ms))):
            tallies = self._hours.get(hour)
            if tallies is None:
                continue
            start_ms = utc_ms(hour.start)
            for index, overlap_ms in _by_minute(begin_ms - start_ms, end_ms - start_ms):
                yield tallies[index], overlap_ms

    def minutes(self, hour: Hour, missing_ms: list[int]) -> list[Minute]:
        """The 60 minutes of an open hour. `missing_ms`: what no segment covers, by minute."""
        return [
            tally.minute(index, missing)
            for index, (tally, missing) in enumerate(zip(self._hours[hour], missing_ms, strict=True))
        ]


def missing_by_minute(hour: Hour, recorded: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each minute of `hour` how many milliseconds no segment covers.

    `recorded`: (begin, end) of segments in UTC ms, in any order; a hole below 0.5 s is none.
    """
    start_ms = utc_ms(hour.start)
    missing = [0] * MINUTES
    covered_to = 0
    for begin, end in sorted((begin - start_ms, end - start_ms) for begin, end in recorded):
        if begin - covered_to >= _NO_GAP_MS:
            _add(missing, covered_to, begin)
        covered_to = max(covered_to, end)
    if HOUR_MS - covered_to >= _NO_GAP_MS:
        _add(missing, covered_to, HOUR_MS)
    return missing


def _add(sums: list[int], begin_ms: int, end_ms: int) -> None:
    for index, overlap_ms in _by_minute(begin_ms, end_ms):
        sums[index] += overlap_ms


def _by_minute(begin_ms: int, end_ms: int) -> Iterable[tuple[int, int]]:
    """Cut a stretch (ms from the hour's begin) at minutes and at the hour's ends."""
    begin_ms, end_ms = max(0, begin_ms), min(HOUR_MS, end_ms)
    while begin_ms < end_ms:
        index = begin_ms // MINUTE_MS
        until_ms = min(end_ms, (index + 1) * MINUTE_MS)
        yield index, until_ms - begin_ms
        begin_ms = until_ms


def revise(before: Minute | None, now: Minute) -> Minute:
    """Return `now` with the revision it deserves: the old one where nothing changed, else one more."""
    if before is None:
        return now
    same = replace(now, revision=before.revision)
    return before if same == before else replace(now, revision=before.revision + 1)
