"""Which days of minutes need a partition of their own, and which are over. Plain."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAYS_AHEAD = 7
# How much later than what hosts told last it may be, for days to be dropped by this gateway's clock.
BELIEVED_FOR = timedelta(days=1)
_PREFIX = "activity_minutes_"
_NAME = re.compile(_PREFIX + r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_DAY = timedelta(days=1)


def partition_name(day: date) -> str:
    """The table that holds the minutes of a day (UTC): `activity_minutes_20261121`."""
    return f"{_PREFIX}{day:%Y%m%d}"


def day_of_partition(name: str) -> date | None:
    """The day that `partition_name` made this name of; None for any other table."""
    found = _NAME.match(name)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The begin of a day and that of the next, in UTC."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return begin, begin + _DAY


@dataclass(frozen=True, slots=True)
class DayPlan:
    """`missing`: days that need a partition, in order; `over`: partitioned days of which no minute is kept
    any more, in order. `kept_since`: what is older has no place anywhere."""

    missing: tuple[date, ...]
    over: tuple[date, ...]
    kept_since: datetime


def minutes_kept_since(now: datetime, newest_told: datetime | None, kept_days: int) -> datetime:
    """From when on minutes are kept: `kept_days` back from `now`, or from a day after `newest_told` where
    that is earlier (the newest moment that hosts told by their own clocks; None: none ever did).

    What is dropped is gone for good, since hosts have been told that it is here: a clock that is ahead, or a
    fleet that says nothing, drops nothing.
    """
    surely_now = now if newest_told is None else min(now, newest_told + BELIEVED_FOR)
    return surely_now - timedelta(days=kept_days)


def plan_days(
    partitioned: Collection[date], without_partition: Collection[date], now: datetime, kept_since: datetime
) -> DayPlan:
    """Plan partitions for today and a week ahead, and for kept days that have minutes without one.

    `without_partition`: the days (UTC) of the minutes that are in the default partition.
    """
    today = now.astimezone(UTC).date()
    wanted = {today + ahead * _DAY for ahead in range(DAYS_AHEAD + 1)}
    wanted |= {day for day in without_partition if day_bounds(day)[1] > kept_since}
    return DayPlan(
        missing=tuple(sorted(wanted - set(partitioned))),
        over=tuple(sorted(day for day in partitioned if day_bounds(day)[1] <= kept_since)),
        kept_since=kept_since,
    )
