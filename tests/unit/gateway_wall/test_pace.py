"""How often hosts are asked, and who waits."""

import pytest

from gateway.wall.frames.pace import LastFetch, age_s, is_worth_waiting, rest_after


@pytest.mark.parametrize(
    ("took_s", "failures", "rest_s"),
    [
        (0.01, 0, 1.0),
        (0.25, 0, 1.0),
        (1.0, 0, 4.0),  # a thin link is used for a quarter of the time
        (5.0, 0, 15.0),
        (0.01, 1, 2.0),
        (0.01, 3, 8.0),
        (0.01, 9999, 30.0),
        (5.0, 1, 15.0),
    ],
)
def test_hosts_rest_longer_where_the_link_is_thin_or_nothing_comes(
    took_s: float, failures: int, rest_s: float
) -> None:
    assert rest_after(took_s, failures) == rest_s


@pytest.mark.parametrize(
    ("last", "is_worth"),
    [
        (LastFetch(), True),
        (LastFetch(0.02), True),
        (LastFetch(2.0), False),
        (LastFetch(0.02, failures=1), False),
    ],
)
def test_viewers_wait_only_for_hosts_that_answer_quickly(last: LastFetch, is_worth: bool) -> None:
    assert is_worth_waiting(last) is is_worth


def test_a_pictures_age_is_by_the_gateways_clock_whatever_the_hosts_says() -> None:
    assert age_s(10_000, 12_500, 0.0) == 2.5
    assert age_s(13_000, 12_500, 3.0) == 2.5
    assert age_s(13_000, 12_500, 0.0) == 0.0
