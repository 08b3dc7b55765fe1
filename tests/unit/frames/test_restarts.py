"""An ffmpeg that makes pictures is started again ever more slowly, until one has been healthy."""

from datetime import UTC, datetime

import pytest

from host_agent.frames.restarts import Restarts
from host_agent.settings import SupervisorSettings
from tests.support.set_clock import SetClock

SUPERVISOR = SupervisorSettings(backoff_min_s=1, backoff_max_s=5, healthy_after_s=60)


def restarts(clock: SetClock) -> Restarts:
    return Restarts(clock, SUPERVISOR, lambda: 0.5)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 21, 14, tzinfo=UTC))


def test_pauses_double_up_to_the_longest(clock: SetClock) -> None:
    made = restarts(clock)
    pauses = []
    for _ in range(5):
        made.failed("It ended.")
        pauses.append(made.wait_s)
    assert pauses == pytest.approx([1, 2, 4, 5, 5])
    assert (made.count, made.trouble) == (5, "It ended.")
    clock.pass_time(5)
    assert made.wait_s <= 0


def test_after_a_healthy_one_the_next_pause_is_short_again(clock: SetClock) -> None:
    made = restarts(clock)
    made.failed("It ended.")
    made.failed("It ended.")
    started_s = clock.monotonic()
    clock.pass_time(60)
    assert not made.runs_since(started_s)
    clock.pass_time(1)
    assert made.runs_since(started_s)
    made.failed("It ended.")
    assert made.wait_s == pytest.approx(1)


def test_what_is_no_start_is_not_counted_and_something_else_begins_at_once(clock: SetClock) -> None:
    made = restarts(clock)
    made.back_off("The disk refuses.")
    assert (made.count, made.trouble) == (0, "The disk refuses.")
    made.forget()
    assert made.wait_s <= 0
    assert made.trouble == ""
