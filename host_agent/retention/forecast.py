"""When a disk will be full, if its devices go on as they did in the last hours.

A ring that has reached its retention loses as much as it gains and never fills; one that has not
yet may. So the hours to come are played through, with what each brings and what then expires.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from host_agent.ring.layout import Hour

HORIZON_HOURS = 31 * 24
_RECENT_HOURS = 3


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of one device: how long it is kept, and the bytes of its complete hours on disk."""

    retention_hours: int
    hours: Mapping[Hour, int]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`hours_until_full` is None where the disk will not be full within a month, or nobody can tell."""

    hours_until_full: float | None
    sentence: str


def forecast(free_bytes: int, streams: Sequence[Stream], now: datetime) -> Forecast:
    """Say when `free_bytes` (what is free above the floor) are used up.

    `streams`: everything that is recorded to this disk. The growth of each is the mean of its newest
    complete hours; one that did not record within the last three hours does not grow.
    """
    if free_bytes <= 0:
        return Forecast(0.0, "The disk is full: the oldest hours go to make room for the newest.")
    current = Hour.of(now)
    growths = [_growth(stream, current) for stream in streams]
    if not any(growths):
        return Forecast(None, "Nothing has been recorded for a whole hour yet, so its growth is not known.")
    growth = sum(growths)
    free = float(free_bytes)
    for ahead in range(HORIZON_HOURS):
        hour = Hour(current.start + timedelta(hours=ahead))
        begin = max(hour.start, now)
        free += sum(
            _expiring(stream, hour, current, grows) for stream, grows in zip(streams, growths, strict=True)
        )
        gained = growth * ((hour.end - begin) / timedelta(hours=1))
        if gained >= free:
            hours = (begin - now) / timedelta(hours=1) + max(0.0, free) / growth
            return Forecast(round(hours, 2), f"At the present rate the disk is full in {_in_words(hours)}.")
        free -= gained
    return Forecast(None, "At the present rate the disk will not be full within a month.")


def _growth(stream: Stream, current: Hour) -> float:
    """Bytes an hour."""
    recent = [
        size
        for hour, size in stream.hours.items()
        if timedelta(0) < current.start - hour.start <= timedelta(hours=_RECENT_HOURS)
    ]
    return sum(recent) / len(recent) if recent else 0.0


def _expiring(stream: Stream, hour: Hour, current: Hour, growth: float) -> float:
    """Bytes that go when `hour` begins: those of the hour whose retention then is over."""
    leaving = Hour(hour.start - timedelta(hours=stream.retention_hours + 1))
    if leaving >= current:
        return growth
    if hour == current:
        return 0.0  # went already
    return float(stream.hours.get(leaving, 0))


def _in_words(hours: float) -> str:
    if hours < 1:
        return "less than an hour"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
