"""Which files leave the hot folder, and which hours are complete."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol

from host_agent.ring.layout import Hour, RingFile
from shared.spans import from_utc_ms, utc_ms

HOUR_MS = 3_600_000


class Hot(Protocol):
    """A file in a hot folder, as far as deciding needs it."""

    @property
    def file(self) -> RingFile: ...
    @property
    def mtime_ms(self) -> int: ...


def leaving(hot: Sequence[Hot], limit: int, oldest_stays_utc_ms: int) -> list[Hot]:
    """Return the files beyond `limit` and those from before `oldest_stays_utc_ms`, oldest first.

    `hot` may be in any order. Numbers grow for the life of a device, so the number, not the time, says
    which is older: a clock that is set back must not archive live files.
    """
    by_age = sorted(hot, key=lambda item: item.file.number)
    beyond = max(0, len(by_age) - limit)
    return [item for at, item in enumerate(by_age) if at < beyond or item.mtime_ms < oldest_stays_utc_ms]


def by_hour(files: Iterable[Hot]) -> list[tuple[Hour, list[RingFile]]]:
    """Group by hour without changing the order: after a clock step an hour may come twice."""
    groups = groupby(files, lambda item: item.mtime_ms // HOUR_MS)
    return [(Hour(from_utc_ms(index * HOUR_MS)), [item.file for item in group]) for index, group in groups]


def complete_hours(stamped: Iterable[Hour], hot: Iterable[Hot], current: Hour) -> list[Hour]:
    """Return the hours that are over and of which nothing is hot any more, oldest first."""
    still_hot = {item.mtime_ms // HOUR_MS for item in hot}
    return sorted(
        hour for hour in stamped if hour < current and utc_ms(hour.start) // HOUR_MS not in still_hot
    )
