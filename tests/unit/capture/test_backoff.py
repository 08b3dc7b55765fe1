"""How long a failed recorder waits, and when an encoder is too slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.capture.backoff import Backoff
from host_agent.capture.pace import Pace


def failed(times: int) -> Backoff:
    backoff = Backoff(1, 30)
    for _ in range(times):
        backoff = backoff.after_failure()
    return backoff


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (10_000, 30)]
)
def test_the_pause_doubles_up_to_its_limit(failures: int, seconds: float) -> None:
    assert failed(failures).pause_s(0.5) == pytest.approx(seconds)


def test_health_begins_anew() -> None:
    assert failed(9).after_health().pause_s(0.5) == 1
    assert failed(9).after_health().after_failure().pause_s(0.5) == 1


@given(st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_jitter_spreads_devices_that_failed_together(failures: int, jitter: float) -> None:
    pause = failed(failures).pause_s(jitter)
    middle = failed(failures).pause_s(0.5)
    assert 0.8 * middle <= pause <= 1.2 * middle


@pytest.mark.parametrize(
    ("rate", "seconds", "behind"),
    [
        (1.0, 60, False),
        (0.95, 60, False),
        (0.8, 10, False),  # too short to be sure
        (0.8, 60, True),
        (0.33, 30, True),
        (1.5, 60, False),
    ],
)
def test_an_encoder_is_behind_when_it_records_less_than_passes(
    rate: float, seconds: int, behind: bool
) -> None:
    pace = Pace()
    for second in range(seconds):
        pace.mark(1000 + second, second * rate)
    assert pace.is_behind() is behind


def test_a_pace_that_has_recovered_is_forgiven() -> None:
    pace = Pace()
    media = 0.0
    for second in range(120):
        media += 0.5 if second < 60 else 1.0
        pace.mark(second, media)
    assert not pace.is_behind()


def test_nothing_is_said_of_a_run_that_has_just_begun() -> None:
    pace = Pace()
    assert not pace.is_behind()
    pace.mark(0, 0)
    assert not pace.is_behind()
