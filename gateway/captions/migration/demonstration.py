"""Six captions of a field that are two events: what comes out of them, and how it is shown. Plain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.captions.caption import Caption
from gateway.captions.event import Event
from gateway.captions.merging import Rules
from shared.spans import from_utc_ms, utc_ms

# Seconds after the first, and what it says.
EXAMPLE = (
    (0, "surveillance camera view of man in fields"),
    (30, "man in fields surveillance view"),
    (60, "surveillance view of man in field"),
    (90, "man working in agricultural field"),
    (120, "man in fields"),
    (180, "person walking away from field"),
)
# By which they are two events; whatever the settings say.
EXAMPLE_RULES = Rules(similarity_threshold=0.95, min_duration_s=60.0, max_duration_s=300.0)
_BEFORE_NOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ExpectedEvent:
    """Seconds after the first caption."""

    caption: str
    from_s: int
    to_s: int
    frame_count: int


EXPECTED = (
    ExpectedEvent("surveillance camera view of man in fields", 0, 120, 5),
    ExpectedEvent("person walking away from field", 180, 180, 1),
)


def begin_of_example(now: datetime) -> int:
    """A full minute, so long ago that no caption of it is ahead of any clock; UTC ms."""
    return utc_ms((now - _BEFORE_NOW).replace(second=0, microsecond=0))


def example_captions(camera_id: str, begin_ms: int) -> list[Caption]:
    """The captions, the first at `begin_ms`."""
    return [Caption(camera_id, begin_ms + seconds * 1000, text) for seconds, text in EXAMPLE]


def end_of_example(begin_ms: int) -> int:
    """The time of the last one."""
    return begin_ms + EXAMPLE[-1][0] * 1000


def differences(events: Sequence[Event], begin_ms: int) -> list[str]:
    """What of `events`, in order of time, is not as it is known to be; sentences."""
    if len(events) != len(EXPECTED):
        return [f"There are {len(events)} events, and {len(EXPECTED)} are expected."]
    found: list[str] = []
    for number, (event, expected) in enumerate(zip(events, EXPECTED, strict=True), 1):
        pairs = (
            ("caption", event.caption, expected.caption),
            ("start", event.start_ms, begin_ms + expected.from_s * 1000),
            ("end", event.end_ms, begin_ms + expected.to_s * 1000),
            ("duration in seconds", event.duration_seconds, expected.to_s - expected.from_s),
            ("number of frames", event.frame_count, expected.frame_count),
        )
        found += [
            f"Event {number}: its {name} is {is_!r}, and {should!r} is expected."
            for name, is_, should in pairs
            if is_ != should
        ]
    return found


def table(events: Iterable[Event]) -> list[str]:
    """Lines for a terminal."""
    lines = [f"  {'start':8}  {'end':8}  {'duration':>8}  {'frames':>6}  caption"]
    for event in events:
        lines.append(
            f"  {clock_of(event.start_ms)}  {clock_of(event.end_ms)}  {event.duration_seconds:6.0f} s"
            f"  {event.frame_count:6}  {event.caption}"
        )
    return lines


def clock_of(ms: int) -> str:
    """`13:00:00`, UTC."""
    return f"{from_utc_ms(ms):%H:%M:%S}"
