"""Stretches of footage and the holes between them, in whole milliseconds: a day has 86,400 segments.

A hole shorter than half a second is none (a source clock that runs slow leaves 20 ms between two
segments), so stretches are joined across it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from host_agent.ring.segment_times import BEGIN_UTC_MS, DURATION_MS, RUN, SegmentRow

SHORTEST_HOLE_MS = 500
_by_begin = itemgetter(BEGIN_UTC_MS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """`[start_ms, end_ms)` is recorded. The runs of its first and its last segment say whether the
    same ffmpeg recorded on both sides of a hole."""

    start_ms: int
    end_ms: int
    first_run: int
    last_run: int


@dataclass(frozen=True, slots=True)
class Hole:
    """`[start_ms, end_ms)` is not recorded. A run is None where no footage is known on that side."""

    start_ms: int
    end_ms: int
    run_before: int | None = None
    run_after: int | None = None


def stretches_of(rows: Iterable[SegmentRow]) -> list[Stretch]:
    """Return what `rows` cover, sorted, without overlaps; the rows may be in any order.

    After a clock was set back, segments of two passes over the same hour overlap: each counts once.
    """
    ordered = sorted(rows, key=_by_begin)
    if not ordered:
        return []
    found: list[Stretch] = []
    start = end = ordered[0][BEGIN_UTC_MS]
    first_run = last_run = ordered[0][RUN]
    for row in ordered:
        begin = row[BEGIN_UTC_MS]
        until = begin + row[DURATION_MS]
        if begin >= end + SHORTEST_HOLE_MS:
            found.append(Stretch(start, end, first_run, last_run))
            start, end, first_run, last_run = begin, until, row[RUN], row[RUN]
        elif until > end:
            end, last_run = until, row[RUN]
    found.append(Stretch(start, end, first_run, last_run))
    return found


def joined(parts: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches of several hours as one sorted list without overlaps or short holes."""
    found: list[Stretch] = []
    for part in sorted(parts, key=lambda stretch: stretch.start_ms):
        if not found or part.start_ms >= found[-1].end_ms + SHORTEST_HOLE_MS:
            found.append(part)
        elif part.end_ms > found[-1].end_ms:
            found[-1] = Stretch(found[-1].start_ms, part.end_ms, found[-1].first_run, part.last_run)
    return found


def holes_between(stretches: Sequence[Stretch], start_ms: int, end_ms: int) -> list[Hole]:
    """Return what of `[start_ms, end_ms)` no stretch covers and is long enough to be a hole."""
    found: list[Hole] = []
    at, run = start_ms, None
    for stretch in stretches:
        if stretch.end_ms <= at:
            run = stretch.last_run
            continue
        if stretch.start_ms >= end_ms:
            if end_ms - at >= SHORTEST_HOLE_MS:
                found.append(Hole(at, end_ms, run, stretch.first_run))
            return found
        if stretch.start_ms - at >= SHORTEST_HOLE_MS:
            found.append(Hole(at, stretch.start_ms, run, stretch.first_run))
        at, run = stretch.end_ms, stretch.last_run
    if end_ms - at >= SHORTEST_HOLE_MS:
        found.append(Hole(at, end_ms, run, None))
    return found
