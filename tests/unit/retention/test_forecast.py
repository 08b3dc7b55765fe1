"""When the disk will be full."""

from datetime import UTC, datetime, timedelta

import pytest

from host_agent.retention.forecast import Stream, forecast
from host_agent.ring.layout import Hour

NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
CURRENT = Hour.of(NOW)


def hours(ages: range, size_bytes: int) -> dict[Hour, int]:
    """Complete hours that began `ages` hours before the current one."""
    return {Hour(CURRENT.start - timedelta(hours=age)): size_bytes for age in ages}


@pytest.mark.parametrize(
    ("free_bytes", "streams", "hours_until_full"),
    [
        # 100 bytes an hour from now on, none of the old ones expires before the disk is full.
        (1000, [Stream(24, hours(range(1, 4), 100))], 10.0),
        (1000, [Stream(24, hours(range(1, 4), 100)), Stream(24, hours(range(1, 4), 300))], 2.5),
        # The mean of the newest three hours, not of all.
        (1000, [Stream(72, hours(range(4, 20), 900) | hours(range(1, 4), 100))], 10.0),
        # The oldest hour expires at 15:00, one more at 16:00: what is gained is lost again.
        (60, [Stream(3, hours(range(1, 4), 100))], None),
        # ... but the half hour until then does not fit.
        (40, [Stream(3, hours(range(1, 4), 100))], 0.4),
        # A ring that has grown to its retention never fills the disk.
        (10_000, [Stream(24, hours(range(1, 25), 100))], None),
        # A disk that holds 20 hours at a retention of 24.
        (500, [Stream(24, hours(range(1, 16), 100))], 5.0),
        (0, [Stream(24, hours(range(1, 4), 100))], 0.0),
        (-5, [Stream(24, hours(range(1, 4), 100))], 0.0),
        (1000, [], None),
        (1000, [Stream(24, {})], None),
        # It stopped recording hours ago, so it does not grow.
        (1000, [Stream(24, hours(range(5, 9), 100))], None),
    ],
)
def test_the_hours_to_come_are_played_through(
    free_bytes: int, streams: list[Stream], hours_until_full: float | None
) -> None:
    told = forecast(free_bytes, streams, NOW)
    assert told.hours_until_full == hours_until_full
    assert told.sentence.endswith(".")


def test_a_disk_that_fills_only_after_what_expires_has_been_counted_is_forecast_later() -> None:
    # It fell from 200 to 100 bytes an hour: the old hours that expire give more than is gained.
    shrinking = Stream(6, hours(range(4, 7), 200) | hours(range(1, 4), 100))
    steady = Stream(600, hours(range(1, 4), 100))
    told = forecast(1000, [shrinking, steady], NOW)
    alone = forecast(1000, [Stream(600, shrinking.hours), steady], NOW)
    assert alone.hours_until_full == 5.0
    assert told.hours_until_full is not None and told.hours_until_full > alone.hours_until_full
