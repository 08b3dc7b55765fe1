"""What happened in front of the sample camera in its generated past. Plain: data in, data out.

A street corner: people pass by day and hardly anybody by night; for a while the lens is covered, for a
while the picture stands still, and three times nothing is recorded at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from shared.spans import Span, from_utc_ms, utc_ms

SHORTEST = timedelta(hours=2)
CAPTURE_EVERY_MS = 10_000
# How far a gap is moved where it would meet something else of the day.
_DETOURS = tuple(timedelta(minutes=minutes) for minutes in (0, 25, -25, 50, -50, 75, -75))
_APART = timedelta(minutes=1)
# How often somebody passes, by hour of the day where the camera is: 0 never, 1 without a pause.
_BUSYNESS = (
    *(0.02, 0.01, 0.01, 0.01, 0.02, 0.08, 0.25, 0.6),
    *(0.85, 0.6, 0.4, 0.45, 0.7, 0.55, 0.4, 0.45),
    *(0.65, 0.9, 0.8, 0.5, 0.3, 0.2, 0.1, 0.04),
)


class Light(StrEnum):
    """How bright it is; the value is part of a scene's name."""

    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Happening(StrEnum):
    """What there is to see; the value is part of a scene's name."""

    PASSING = "passing"
    STILL = "still"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class Scene:
    """One piece of footage, as long as every other; it is shown again and again."""

    happening: Happening
    light: Light

    @property
    def name(self) -> str:
        return f"{self.happening.value}-{self.light.value}"


SCENES = (
    *(Scene(Happening.PASSING, light) for light in Light),
    *(Scene(Happening.STILL, light) for light in Light),
    Scene(Happening.BLACK, Light.DAY),
)


@dataclass(frozen=True, slots=True)
class PlannedGap:
    """Nothing is recorded in `span`; code, state and sentence are the recorder's own."""

    span: Span
    code: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DayPlan:
    """`span` begins with the first segment. `gaps` are sorted. Each but the last stretch of footage is a
    whole number of segments of `segment_ms` long; the last one has no end here."""

    span: Span
    segment_ms: int
    gaps: tuple[PlannedGap, ...]
    black: Span
    frozen: Span
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """`run` counts the stretches from 0; `media_ms` from the beginning of its own."""

    begin_utc_ms: int
    duration_ms: int
    scene: Scene
    run: int
    media_ms: int


@dataclass(frozen=True, slots=True)
class PlannedCapture:
    """The picture `frame` of `scene`, taken at `at_utc_ms`; its burnt-in clock shows `shown_utc_ms`."""

    at_utc_ms: int
    scene: Scene
    frame: int
    shown_utc_ms: int


_NO_ANSWER = "The camera did not answer in time: check that it is on and reachable."
# Share of the span at which it begins, seconds, code, state, sentence.
_GAPS = (
    (0.2, 360, "source_unreachable", "backing_off", _NO_ANSWER),
    (0.45, 40, "ffmpeg_crashed", "backing_off", "ffmpeg was ended by signal 9 (SIGKILL)."),
    (0.8, 1200, "stopped_by_user", "stopped", "Stopped by operator; start it again to record."),
)
_BLACK_AT, _BLACK_S = 0.58, 180
_FROZEN_AT, _FROZEN_S = 0.68, 300


def plan_day(span: Span, *, segment_ms: int, zone: tzinfo, words: Sequence[datetime] = ()) -> DayPlan:
    """Return the plan of `span`.

    `zone`: where the camera stands, by which it is day or night. `words`: when the agent's journal says
    something of its own life; no gap lies there, since that would say something else of it. A gap for
    which there is no place is left out. Raises ValueError where `span` is shorter than two hours.
    """
    if span.end - span.start < SHORTEST:
        raise ValueError("a sample's past is two hours long at least")
    black, frozen = (
        _placed(span, at, length_s) for at, length_s in ((_BLACK_AT, _BLACK_S), (_FROZEN_AT, _FROZEN_S))
    )
    taken = [black, frozen]
    gaps: list[PlannedGap] = []
    begin = span.start
    for at, length_s, code, state, sentence in _GAPS:
        for detour in _DETOURS:
            wanted = _placed(span, at, length_s)
            wanted = Span(wanted.start + detour, wanted.end + detour)
            if wanted.start > begin and wanted.end < span.end and _is_free(wanted, taken, words):
                whole = (utc_ms(wanted.start) - utc_ms(begin)) // segment_ms
                start = begin + timedelta(milliseconds=whole * segment_ms)
                gaps.append(PlannedGap(Span(start, wanted.end), code, state, sentence))
                taken.append(wanted)
                begin = wanted.end
                break
    return DayPlan(span, segment_ms, tuple(gaps), black, frozen, zone)


def _placed(span: Span, at: float, length_s: int) -> Span:
    start = from_utc_ms(utc_ms(span.start + (span.end - span.start) * at))
    return Span(start, start + timedelta(seconds=length_s))


def _is_free(wanted: Span, taken: Sequence[Span], words: Sequence[datetime]) -> bool:
    wide = Span(wanted.start - _APART, wanted.end + _APART)
    return not any(wide.overlaps(other) for other in taken) and not any(word in wide for word in words)


def segments_of(plan: DayPlan) -> Iterator[PlannedSegment]:
    """The segments by time. They do not end with the plan's span: what comes later is an ordinary day."""
    begin_ms = utc_ms(plan.span.start)
    for run, gap in enumerate((*plan.gaps, None)):
        at_ms = begin_ms
        while gap is None or at_ms < utc_ms(gap.span.start):
            scene = scene_at(plan, at_ms)
            yield PlannedSegment(at_ms, plan.segment_ms, scene, run, at_ms - begin_ms)
            at_ms += plan.segment_ms
        begin_ms = utc_ms(gap.span.end)


def captures_of(segment: PlannedSegment, plan: DayPlan, frame_ms: int) -> Iterator[PlannedCapture]:
    """The captures taken during `segment`: one every ten seconds, each a picture of it."""
    late_ms = -segment.begin_utc_ms % CAPTURE_EVERY_MS
    for offset_ms in range(late_ms, segment.duration_ms, CAPTURE_EVERY_MS):
        frame = offset_ms // frame_ms
        at_ms = segment.begin_utc_ms + frame * frame_ms
        # A picture that stands still has a clock that stands still.
        frozen = from_utc_ms(segment.begin_utc_ms) in plan.frozen
        shown_ms = utc_ms(plan.frozen.start) if frozen else at_ms
        yield PlannedCapture(at_ms, segment.scene, frame, shown_ms)


def scene_at(plan: DayPlan, at_utc_ms: int) -> Scene:
    """What a segment that begins then shows."""
    at = from_utc_ms(at_utc_ms)
    if at in plan.black:
        return Scene(Happening.BLACK, Light.DAY)
    light = light_at(at if at not in plan.frozen else plan.frozen.start, plan.zone)
    if at in plan.frozen:
        return Scene(Happening.STILL, light)
    busy = _share(at_utc_ms // plan.segment_ms) < _BUSYNESS[at.astimezone(plan.zone).hour]
    return Scene(Happening.PASSING if busy else Happening.STILL, light)


def light_at(at: datetime, zone: tzinfo) -> Light:
    """How bright it is where the camera stands."""
    hour = at.astimezone(zone).hour
    if 8 <= hour < 17:
        return Light.DAY
    return Light.DUSK if hour in (6, 7, 17, 18, 19) else Light.NIGHT


def _share(index: int) -> float:
    """0–1, the same for the same index, and without a pattern that one could see (Knuth's
    multiplicative hash, twice)."""
    mixed = index * 2654435761 % (1 << 32)
    mixed = (mixed ^ mixed >> 15) * 2246822519 % (1 << 32)
    return (mixed ^ mixed >> 13) / (1 << 32)
