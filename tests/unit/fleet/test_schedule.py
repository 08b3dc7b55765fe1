"""Hosts report at times of their own, and lose patience slowly."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from host_agent.fleet.schedule import (
    MINUTES_READY_AFTER_S,
    Patience,
    minutes_offset_s,
    phase_of,
    sane_interval_s,
    until_next_s,
)


def test_a_thousand_hosts_come_spread_over_the_interval() -> None:
    beats = [until_next_s(1_800_000_000.0, 10.0, phase_of(f"host-{number}") * 10) for number in range(1000)]
    a_second = Counter(int(beat) for beat in beats)
    assert set(a_second) == set(range(10))
    assert max(a_second.values()) < 150


def test_a_host_keeps_its_place() -> None:
    offset_s = phase_of("lab-1") * 10
    at_s = 1_800_000_003.7
    for _ in range(5):
        at_s += until_next_s(at_s, 10.0, offset_s)
        assert at_s % 10 == pytest.approx(offset_s, abs=1e-5)


@given(st.floats(0, 4e9), st.floats(0.2, 60), st.floats(0, 60))
@example(0.0, 10.0, 5e-324)
def test_the_next_time_is_at_most_an_interval_away_and_never_now(
    now_s: float, interval_s: float, offset_s: float
) -> None:
    assert 0 < until_next_s(now_s, interval_s, offset_s) <= interval_s


@given(st.floats(0, 1, exclude_max=True))
def test_minutes_are_looked_for_when_they_are_there_and_within_their_minute(phase: float) -> None:
    assert MINUTES_READY_AFTER_S <= minutes_offset_s(phase) <= 60


def test_pauses_double_up_to_the_longest_and_begin_anew() -> None:
    patience, pauses = Patience(5.0, 300.0), []
    for _ in range(9):
        patience = patience.after_failure()
        pauses.append(patience.pause_s(lambda: 0.999_999))
    assert [round(pause_s) for pause_s in pauses] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert max(pauses) <= 300
    for _ in range(2000):
        patience = patience.after_failure()
    assert patience.pause_s(lambda: 0.0) == 225.0


@pytest.mark.parametrize(("told_s", "kept_s"), [(10, 10), (0, 0.2), (-5, 0.2), (1e9, 60)])
def test_no_gateway_makes_a_host_race_or_fall_silent(told_s: float, kept_s: float) -> None:
    assert sane_interval_s(told_s) == kept_s
