"""Pauses between tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.jobs.backoff import retry_intervals_s


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


@given(st.integers(0, 10), st.floats(0.001, 86_400), st.floats(0, 1))
def test_pauses_are_whole_seconds_and_never_shrink(retries: int, first_s: float, at: float) -> None:
    pauses = retry_intervals_s(retries, first_s, lambda: at)
    assert pauses == sorted(pauses) and len(pauses) == retries and all(pause >= 1 for pause in pauses)
