"""When which device is captioned: each at times of its own, never twice at once, never in a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.captioner.pace import LONGEST_PAUSE_S, Pace, to_be_started

NOW_S = 1000.0


def pace(due_s: float = NOW_S, *, every_s: float = 10.0, lane: str = "a", phase: float = 0.0) -> Pace:
    return Pace(every_s, phase, lane, due_s)


@given(st.floats(0, 1e6), st.floats(1, 3600), st.floats(0, 0.999))
def test_the_first_time_is_within_an_interval_and_at_the_devices_own_phase(
    now_s: float, every_s: float, phase: float
) -> None:
    due_s = Pace.begin(now_s, every_s, phase, "a").due_s
    assert now_s < due_s <= now_s + every_s * 1.001
    off_s = (due_s - phase * every_s) % every_s
    assert min(off_s, every_s - off_s) < 1e-3


def test_devices_of_different_phases_do_not_come_at_once() -> None:
    times = {round(Pace.begin(NOW_S, 10.0, phase / 10, "a").due_s % 10, 6) for phase in range(10)}
    assert len(times) == 10


@pytest.mark.parametrize(
    ("took_s", "due_s", "missed"), [(2.0, 1010.0, 0), (12.0, 1020.0, 1), (35.0, 1040.0, 3)]
)
def test_frames_that_came_while_one_was_captioned_are_missed(
    took_s: float, due_s: float, missed: int
) -> None:
    done = pace().started(NOW_S).done(NOW_S + took_s)
    assert (done.due_s, done.missed) == (due_s, missed)


def test_times_that_passed_while_others_were_asked_about_are_missed_too() -> None:
    started = pace(NOW_S - 25).started(NOW_S)
    assert (started.due_s, started.missed) == (NOW_S + 10, 2)


def test_pauses_double_with_each_failure_up_to_a_minute_and_end_with_a_success() -> None:
    held, now_s, pauses = pace(), NOW_S, []
    for _ in range(7):
        held = held.started(now_s).failed(now_s)
        pauses.append(held.due_s - now_s)
        now_s = held.due_s
    assert pauses == [10, 20, 40, 60, 60, 60, 60]
    assert max(pauses) <= LONGEST_PAUSE_S
    held = held.started(now_s).done(now_s + 1)
    assert (held.failures, held.due_s) == (0, now_s + 10)


@pytest.mark.parametrize(("asked_for_s", "pause_s"), [(0.0, 10), (7.0, 10), (25.0, 30), (300.0, 300)])
def test_what_the_server_asks_for_is_kept_to(asked_for_s: float, pause_s: float) -> None:
    due_s = pace().started(NOW_S).failed(NOW_S, at_least_s=asked_for_s).due_s
    assert due_s - NOW_S == pause_s
    assert due_s - NOW_S >= asked_for_s


def test_a_device_that_is_asked_rarely_is_not_asked_oftener_after_a_failure() -> None:
    held = pace(every_s=600.0).started(NOW_S)
    assert held.failed(NOW_S).due_s == held.due_s


def test_the_one_that_waits_for_the_longest_is_first_and_a_lane_takes_no_more_than_it_has_room_for() -> None:
    paces = {f"d{number}": pace(NOW_S - number) for number in range(6)}
    assert to_be_started(paces, [], {"a": 2}, NOW_S) == ["d5", "d4"]
    assert to_be_started(paces, ["d5"], {"a": 2}, NOW_S) == ["d4"]
    assert to_be_started(paces, ["d5", "d4"], {"a": 2}, NOW_S) == []


def test_a_lane_that_is_full_holds_up_no_other() -> None:
    paces = {"slow1": pace(lane="slow"), "slow2": pace(lane="slow"), "scene": pace(lane="scene")}
    assert to_be_started(paces, ["slow1"], {"slow": 1, "scene": 1}, NOW_S) == ["scene"]


def test_nobody_is_started_before_their_time_or_while_they_are_being_captioned() -> None:
    paces = {"early": pace(NOW_S + 0.1), "busy": pace(NOW_S - 100), "due": pace(NOW_S)}
    assert to_be_started(paces, ["busy", "gone"], {"a": 9}, NOW_S) == ["due"]


@given(st.lists(st.floats(0.1, 40), min_size=40, max_size=40))
def test_with_one_place_every_device_has_its_turn_while_others_are_slow(durations_s: list[float]) -> None:
    paces = {f"d{number}": pace(NOW_S, phase=number / 5) for number in range(5)}
    now_s, turns = NOW_S, dict.fromkeys(paces, 0)
    for took_s in durations_s:
        now_s = max(now_s, min(held.due_s for held in paces.values()))
        [name] = to_be_started(paces, [], {"a": 1}, now_s)
        paces[name] = paces[name].started(now_s)
        now_s += took_s
        paces[name] = paces[name].done(now_s)
        turns[name] += 1
    # Nobody is passed over: the longest wait is that of the others' turns.
    assert max(turns.values()) - min(turns.values()) <= 8
    assert min(turns.values()) >= 4
