"""Which days need a partition, and which are over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.minute_days import (
    day_bounds,
    day_of_partition,
    minutes_kept_since,
    partition_name,
    plan_days,
)

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
WEEK = tuple(TODAY + timedelta(days=ahead) for ahead in range(8))


@given(st.dates(date(1970, 1, 1), date(9998, 12, 31)))
def test_a_name_says_which_day_it_is_of(day: date) -> None:
    assert day_of_partition(partition_name(day)) == day


@pytest.mark.parametrize(
    "name",
    ["activity_minutes", "activity_minutes_default", "activity_minutes_20261332", "activity_minutes_2026112",
     "activity_minutes_20261121_old", "x_activity_minutes_20261121", "activity_minutes_20261121\n"],
)  # fmt: skip
def test_other_tables_are_of_no_day(name: str) -> None:
    assert day_of_partition(name) is None


def test_a_day_ends_where_the_next_begins() -> None:
    assert day_bounds(date(2026, 12, 31)) == (
        datetime(2026, 12, 31, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("partitioned", "without", "missing", "over"),
    [
        ([], [], WEEK, []),
        (WEEK, [], [], []),
        (WEEK[:7], [], WEEK[7:], []),
        (WEEK, [date(2026, 11, 1)], [date(2026, 11, 1)], []),
        # Thirty days ago it was 14:00 on the 22nd of October: of that day minutes are kept, of the 21st none.
        (WEEK, [date(2026, 10, 22)], [date(2026, 10, 22)], []),
        (WEEK, [date(2026, 10, 21)], [], []),
        ([*WEEK, date(2026, 10, 22)], [], [], []),
        ([*WEEK, date(2026, 10, 21)], [], [], [date(2026, 10, 21)]),
        ([*WEEK, date(2026, 9, 1), date(2025, 1, 1)], [], [], [date(2025, 1, 1), date(2026, 9, 1)]),
    ],
)
def test_a_week_ahead_is_made_and_what_is_over_goes(
    partitioned: list[date], without: list[date], missing: list[date], over: list[date]
) -> None:
    plan = plan_days(partitioned, without, NOW, minutes_kept_since(NOW, None, 30))
    assert (list(plan.missing), list(plan.over)) == (list(missing), over)


@pytest.mark.parametrize(
    ("told_days_ago", "kept_days_ago"),
    [
        (None, 30),
        (0, 30),
        (-400, 30),  # a host whose clock is ahead: ours counts
        (1, 30),
        (2, 31),
        (31, 60),  # our clock is a month ahead, or no host has said anything for as long
    ],
)
def test_days_are_dropped_by_a_clock_that_hosts_have_just_borne_out(
    told_days_ago: int | None, kept_days_ago: int
) -> None:
    told = None if told_days_ago is None else NOW - timedelta(days=told_days_ago)
    assert minutes_kept_since(NOW, told, 30) == NOW - timedelta(days=kept_days_ago)


@given(
    st.sets(st.integers(-60, 20)), st.sets(st.integers(-60, 1)), st.integers(0, 86_399), st.integers(1, 40)
)
def test_what_is_made_is_never_dropped_by_the_same_round(
    partitioned: set[int], without: set[int], second: int, kept_days: int
) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=second)
    since = minutes_kept_since(now, None, kept_days)
    days = {TODAY + timedelta(days=ahead) for ahead in partitioned}
    plan = plan_days(days, {TODAY + timedelta(days=ahead) for ahead in without}, now, since)
    after = (days | set(plan.missing)) - set(plan.over)
    assert not set(plan.missing) & set(plan.over)
    assert set(WEEK) <= after
    again = plan_days(after, (), now, since)
    assert (again.missing, again.over) == ((), ())
