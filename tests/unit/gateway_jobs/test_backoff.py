"""Pauses between tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.jobs.backoff import latest_try_s, retry_intervals_s


@pytest.mark.parametrize(
    ("retries", "first_s", "at", "expected"),
    [
        (3, 15.0, 0.5, [15, 60, 240]),
        (3, 15.0, 0.0, [12, 45, 180]),
        (3, 15.0, 1.0, [19, 75, 300]),
        (2, 0.01, 0.5, [1, 1]),
        (0, 15.0, 0.5, []),
    ],
)
def test_each_pause_is_about_four_times_as_long_as_the_one_before(
    retries: int, first_s: float, at: float, expected: list[int]
) -> None:
    assert retry_intervals_s(retries, first_s, lambda: at) == expected


def test_who_is_due_again_soon_waits_no_longer_than_that() -> None:
    assert retry_intervals_s(3, 15.0, lambda: 1.0, 60) == [19, 60, 60]


@pytest.mark.parametrize(
    ("scheduled_s", "pauses_s", "expected_s"),
    [
        (900.0, [15, 60], 900.0),
        (1060.0, [15, 60], 1060.0),
        (1060.5, [15, 60], 1060.5),
        (87_400.0, [15, 60], 1060.0),
        (87_400.0, [], 87_400.0),  # of no job of ours: nobody knows how long it is to wait
    ],
)
def test_a_try_is_never_further_ahead_than_the_longest_pause(
    scheduled_s: float, pauses_s: list[int], expected_s: float
) -> None:
    assert latest_try_s(scheduled_s, pauses_s, now_s=1000.0) == expected_s


@given(st.integers(0, 10), st.floats(0.001, 86_400), st.floats(0, 1))
def test_pauses_are_whole_seconds_and_never_shrink(retries: int, first_s: float, at: float) -> None:
    pauses = retry_intervals_s(retries, first_s, lambda: at)
    assert pauses == sorted(pauses) and len(pauses) == retries and all(pause >= 1 for pause in pauses)
