"""Tables of what leaves the hot folder, and of which hours are complete."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.ring.hot_limit import by_hour, complete_hours, leaving
from host_agent.ring.layout import Hour, Kind, RingFile
from shared.spans import from_utc_ms, utc_ms

HOUR = Hour.parse("2026-11-21T14")
HOUR_MS = 3_600_000
START_MS = utc_ms(HOUR.start)
NEVER = -(10**15)


@dataclass(frozen=True)
class Item:
    """A hot file of `minute` minutes into the hour."""

    number: int
    minute: float = 0.0

    @property
    def file(self) -> RingFile:
        return RingFile(Kind.SEGMENTS, self.number)

    @property
    def mtime_ms(self) -> int:
        return START_MS + round(self.minute * 60_000)

    @property
    def hour(self) -> Hour:
        return Hour.of(from_utc_ms(self.mtime_ms))


@pytest.mark.parametrize(
    ("numbers", "limit", "expected"),
    [
        ([], 10, []),
        ([1, 2, 3], 3, []),
        ([1, 2, 3], 10, []),
        ([3, 1, 2], 2, [1]),
        ([99, 100, 101], 1, [99, 100]),  # as text, 100 sorts before 99
        ([999_999_999, 1_000_000_000], 1, [999_999_999]),
        ([5, 4, 3, 2, 1], 0, [1, 2, 3, 4, 5]),
    ],
)
def test_the_oldest_files_beyond_the_limit_leave_the_hot_folder(
    numbers: list[int], limit: int, expected: list[int]
) -> None:
    hot = [Item(number) for number in numbers]
    assert [item.file.number for item in leaving(hot, limit, NEVER)] == expected


@pytest.mark.parametrize(
    ("minutes", "oldest_stays_minute", "expected"),
    [
        ([0, 1, 2], 0, []),
        ([0, 1, 2], 1, [1]),
        ([0, 1, 2], 60, [1, 2, 3]),
        ([60, 0, 1], 30, [2, 3]),  # the clock was set back: what is newer by number is older by time
    ],
)
def test_what_is_too_old_leaves_although_the_limit_is_not_reached(
    minutes: list[float], oldest_stays_minute: float, expected: list[int]
) -> None:
    hot = [Item(number, minute) for number, minute in enumerate(minutes, start=1)]
    oldest = START_MS + round(oldest_stays_minute * 60_000)
    assert [item.file.number for item in leaving(hot, 10, oldest)] == expected


def test_a_clock_that_was_set_back_does_not_archive_the_newest_files() -> None:
    hot = [Item(1, 600), Item(2, 601), Item(3, 0), Item(4, 1)]
    assert [item.file.number for item in leaving(hot, 2, NEVER)] == [1, 2]


@given(st.lists(st.integers(1, 10**10), unique=True, max_size=30), st.integers(0, 30))
def test_what_stays_is_the_newest_by_number(numbers: list[int], limit: int) -> None:
    hot = [Item(number) for number in numbers]
    gone = [item.file.number for item in leaving(hot, limit, NEVER)]
    assert gone == sorted(numbers)[: max(0, len(numbers) - limit)]


def test_files_are_grouped_by_hour_without_changing_their_order() -> None:
    files = [Item(1, 0), Item(2, 59), Item(3, 60), Item(4, 5), Item(5, 61)]
    assert [(str(hour), [file.number for file in group]) for hour, group in by_hour(files)] == [
        ("2026-11-21T14", [1, 2]),
        ("2026-11-21T15", [3]),
        ("2026-11-21T14", [4]),  # the clock was set back
        ("2026-11-21T15", [5]),
    ]


@pytest.mark.parametrize(
    ("stamped", "hot_minutes", "current_minute", "expected"),
    [
        ([0], [], 59, []),  # still running
        ([0], [], 60, [0]),
        ([0], [59], 61, []),  # something of it is still hot
        ([0], [60], 61, [0]),
        ([60, 0], [120], 121, [0, 60]),
        ([0, 60], [], -600, []),  # the clock was set back: nothing is over
    ],
)
def test_an_hour_is_complete_when_it_is_over_and_nothing_of_it_is_hot(
    stamped: list[int], hot_minutes: list[float], current_minute: float, expected: list[int]
) -> None:
    def hour(minute: float) -> Hour:
        return Item(0, minute).hour

    hot = [Item(number, minute) for number, minute in enumerate(hot_minutes)]
    found = complete_hours([hour(minute) for minute in stamped], hot, hour(current_minute))
    assert found == [hour(minute) for minute in expected]
