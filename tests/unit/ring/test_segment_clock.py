"""A camera, a network and a recorder are simulated; the clock must tell when each segment was."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.ring.segment_clock import HOLD_AT_MOST_S, Completion, Dated, SegmentClock

WALL_OFFSET_S = 1_790_000_000.0
BOUND_S = 0.5


@dataclass(frozen=True)
class Sent:
    """A segment as it left the camera: when its first picture was really taken, and its media time."""

    captured_s: float
    media_begin_s: float
    media_end_s: float
    ends_s: float


def camera(
    count: int,
    *,
    rate: float = 1.0,
    segment_s: float = 1.0,
    media_start_s: float = 0.0,
    starts_s: float = 100.0,
    pauses: dict[int, float] | None = None,
) -> list[Sent]:
    """`rate` media seconds pass in a true second; before segment n the camera stops for pauses[n]."""
    sent, at, media = [], starts_s, media_start_s
    for index in range(count):
        at += (pauses or {}).get(index, 0.0)
        sent.append(Sent(at, media, media + segment_s, at + segment_s / rate))
        at += segment_s / rate
        media += segment_s
    return sent


def on_the_way(
    sent: list[Sent],
    delay_s: Callable[[float], float] = lambda _at: 0.05,
    *,
    held_until: Callable[[float], float] = lambda at: at,
    wall_step: Callable[[float], float] = lambda _at: 0.0,
) -> list[tuple[Sent, Completion]]:
    """A segment is complete when the next one's first packet is here. `held_until`: a stalled network."""
    arrivals, last = [], 0.0
    for index, segment in enumerate(sent):
        done = sent[index + 1].captured_s if index + 1 < len(sent) else segment.ends_s
        last = max(last + 0.001, held_until(done) + delay_s(done))
        completion = Completion(
            segment.media_begin_s, segment.media_end_s, last, WALL_OFFSET_S + wall_step(last)
        )
        arrivals.append((segment, completion))
    return arrivals


def dated(arrivals: list[tuple[Sent, Completion]], *, poll_s: float = 0.05) -> list[Dated]:
    """Feed the clock as the recorder does: arrivals in their order, and a tick every `poll_s`."""
    clock, found = SegmentClock(), []
    now = arrivals[0][1].arrived_s
    for _, completion in arrivals[:-1]:
        while now + poll_s < completion.arrived_s:
            now += poll_s
            found += clock.tick(now)
        now = completion.arrived_s
        found += clock.arrive(completion)
    return found + clock.end(arrivals[-1][1])


def errors_s(arrivals: list[tuple[Sent, Completion]], *, poll_s: float = 0.05) -> list[float]:
    """How far each begin is from the time at which its first picture was really taken."""
    truth = {completion: sent for sent, completion in arrivals}
    found = dated(arrivals, poll_s=poll_s)
    assert len(found) == len(arrivals), "every segment is dated exactly once"
    return [
        item.begin_utc_ms / 1000 - (truth[item.completion].captured_s + item.completion.wall_offset_s)
        for item in found
    ]


def worst(values: list[float]) -> float:
    return max(abs(value) for value in values)


def faltering(begins_s: float, stall_s: float, first_s: float, hiccup_s: float) -> Callable[[float], float]:
    """TCP waits for what was lost again: `first_s` of a stall's backlog come, then nothing for a moment."""

    def delivered(at: float) -> float:
        if at < begins_s:
            return at
        faltered = hiccup_s if at - begins_s > first_s else 0.0
        return max(at, begins_s + stall_s + (at - begins_s) / 5 + faltered)

    return delivered


def test_a_steady_camera_is_dated_by_its_delay_alone() -> None:
    assert worst(errors_s(on_the_way(camera(100)))) < 0.06


@pytest.mark.parametrize("rate", [0.98, 1.02])
def test_a_source_clock_two_percent_off_stays_within_the_bound_for_a_day(rate: float) -> None:
    found = errors_s(on_the_way(camera(86_400, rate=rate)), poll_s=2.0)
    assert worst(found) < BOUND_S
    assert worst(found[100:]) < 0.1, "once the drift is learned it is followed"


@pytest.mark.parametrize("rate", [0.98, 1.0, 1.02])
@pytest.mark.parametrize("stall_s", [3.0, 12.0, 15.0, 40.0])
@pytest.mark.parametrize("begins_s", [150.0, 150.3, 150.7, 150.95])
def test_a_stalled_network_moves_no_segment_in_time(rate: float, stall_s: float, begins_s: float) -> None:
    arrivals = on_the_way(
        camera(200, rate=rate),
        held_until=lambda at: begins_s + stall_s if begins_s <= at < begins_s + stall_s else at,
    )
    assert worst(errors_s(arrivals)) < BOUND_S


@pytest.mark.parametrize("speed", [1.6, 2.0, 5.0])
def test_a_backlog_that_comes_slowly_is_still_dated_as_before_the_stall(speed: float) -> None:
    begins_s, stall_s = 150.2, 20.0

    def delivered(at: float) -> float:
        if at < begins_s:
            return at
        return max(at, begins_s + stall_s + (at - begins_s) / speed)

    assert worst(errors_s(on_the_way(camera(300), held_until=delivered))) < BOUND_S


@pytest.mark.parametrize("stall_s", [8.0, 15.0, 40.0])
@pytest.mark.parametrize("first_s", [3.0, 5.0])
@pytest.mark.parametrize("hiccup_s", [0.7, 0.95, 1.3, 2.5])
def test_a_backlog_that_falters_on_its_way_is_still_dated_as_before_the_stall(
    stall_s: float, first_s: float, hiccup_s: float
) -> None:
    arrivals = on_the_way(camera(300), held_until=faltering(150.2, stall_s, first_s, hiccup_s))
    assert worst(errors_s(arrivals)) < BOUND_S


@pytest.mark.parametrize("hiccup_s", [0.95, 1.3, 4.0])
def test_a_backlog_that_falters_before_it_can_be_told_from_a_pause_costs_its_first_segments_alone(
    hiccup_s: float,
) -> None:
    arrivals = on_the_way(camera(300), held_until=faltering(150.2, 15.0, 1.0, hiccup_s))
    wrong = [error for error in errors_s(arrivals) if abs(error) > BOUND_S]
    assert len(wrong) <= 6


@pytest.mark.parametrize("flushed_s", [0.3, 0.9])
@pytest.mark.parametrize("pause_s", [3.0, 12.0, 60.0])
def test_a_camera_that_paused_and_then_sends_a_little_at_once_is_at_the_true_time(
    pause_s: float, flushed_s: float
) -> None:
    resumes_s = 150.0 + pause_s
    arrivals = on_the_way(
        camera(100, pauses={50: pause_s}),
        held_until=lambda at: max(at, resumes_s + flushed_s) if at >= resumes_s else at,
    )
    assert worst(errors_s(arrivals)) < BOUND_S


@pytest.mark.parametrize("flushed_s", [1.3, 2.0, 3.0])
@pytest.mark.parametrize("pause_s", [3.0, 12.0])
def test_a_camera_that_paused_and_sends_much_at_once_is_known_by_its_keeping_pace(
    pause_s: float, flushed_s: float
) -> None:
    resumes_s = 150.0 + pause_s
    arrivals = on_the_way(
        camera(200, segment_s=0.5, pauses={100: pause_s}),
        held_until=lambda at: max(at, resumes_s + flushed_s) if at >= resumes_s else at,
    )
    assert worst(errors_s(arrivals)) < BOUND_S


@pytest.mark.parametrize("segment_s", [0.5, 1.0])
def test_a_camera_whose_clock_runs_fast_is_not_taken_for_one_that_catches_up_for_ever(
    segment_s: float,
) -> None:
    resumes_s, flushed_s = 150.0 / 1.025 + 117.0, 2.0
    arrivals = on_the_way(
        camera(
            round(400 / segment_s), rate=1.025, segment_s=segment_s, pauses={round(150 / segment_s): 17.0}
        ),
        held_until=lambda at: max(at, resumes_s + flushed_s) if at >= resumes_s else at,
    )
    long_after = round(175 / segment_s)
    assert worst(errors_s(arrivals)[long_after:]) < BOUND_S


@pytest.mark.parametrize("jump_s", [3.0, 100.0])
@pytest.mark.parametrize("later", [2, 10])
def test_a_camera_that_is_set_ahead_soon_after_a_pause_is_not_dated_as_before_the_pause(
    later: int, jump_s: float
) -> None:
    sent = camera(120, pauses={50: 12.0})
    ahead = [
        replace(one, media_begin_s=one.media_begin_s + jump_s, media_end_s=one.media_end_s + jump_s)
        for one in sent[50 + later :]
    ]
    assert worst(errors_s(on_the_way([*sent[: 50 + later], *ahead]))) < BOUND_S


@pytest.mark.parametrize("burst", [2, 3, 5, 10])
def test_a_burst_at_the_start_is_recognised_by_its_end(burst: int) -> None:
    opened_s = 100.0 + burst - 0.02
    arrivals = on_the_way(camera(60), held_until=lambda at: max(at, opened_s))
    assert worst(errors_s(arrivals)) < BOUND_S


@pytest.mark.parametrize("pause_s", [0.8, 2.0, 12.0, 60.0, 3600.0])
def test_a_camera_that_paused_leaves_a_gap_and_goes_on_at_the_true_time(pause_s: float) -> None:
    arrivals = on_the_way(camera(100, pauses={50: pause_s}))
    found = dated(arrivals)
    assert worst(errors_s(arrivals)) < BOUND_S
    ends = found[49].begin_utc_ms + found[49].duration_ms
    assert (found[50].begin_utc_ms - ends) / 1000 == pytest.approx(pause_s, abs=BOUND_S)


def test_jitter_of_less_than_half_a_second_is_no_gap() -> None:
    def delay_s(at: float) -> float:
        return 0.05 + 0.4 * ((at * 7919) % 1.0) ** 4

    found = dated(on_the_way(camera(500), delay_s))
    holes = [
        (after.begin_utc_ms - before.begin_utc_ms - before.duration_ms) / 1000
        for before, after in pairwise(found)
    ]
    assert max(holes) < BOUND_S
    assert min(holes) > -BOUND_S


def test_one_late_segment_does_not_shift_its_neighbours() -> None:
    late = {int(at) for at in (130.0, 150.0, 170.0)}
    arrivals = on_the_way(camera(100), lambda at: 0.75 if int(at) in late else 0.05)
    assert worst(errors_s(arrivals)) < 0.1


@pytest.mark.parametrize("step_s", [1.0, -1.0, 3600.0, -3600.0, 86_400.0, -WALL_OFFSET_S])
def test_a_step_of_the_wall_clock_moves_what_comes_after_it_and_nothing_else(step_s: float) -> None:
    arrivals = on_the_way(camera(60), wall_step=lambda at: step_s if at >= 130.5 else 0.0)
    assert worst(errors_s(arrivals)) < 0.06
    begins = [item.begin_utc_ms for item in dated(arrivals)]
    jumps = [round((b - a) / 1000 - 1.0) for a, b in pairwise(begins)]
    assert [jump for jump in jumps if jump] == [round(step_s)]


def test_a_reordered_completion_is_dated_by_its_own_media_time() -> None:
    arrivals = on_the_way(camera(40))
    (sent_a, a), (sent_b, b) = arrivals[20], arrivals[21]
    arrivals[20:22] = [
        (sent_b, Completion(b.media_begin_s, b.media_end_s, b.arrived_s, b.wall_offset_s)),
        (sent_a, Completion(a.media_begin_s, a.media_end_s, b.arrived_s + 0.01, a.wall_offset_s)),
    ]
    assert worst(errors_s(arrivals)) < 0.1


def test_a_hole_in_media_time_keeps_the_anchor_and_the_content_alone_counts() -> None:
    arrivals = on_the_way(camera(20) + camera(20, media_start_s=32.0, starts_s=132.0))
    sent, last_before = arrivals[19]
    arrivals[19] = (sent, Completion(19.0, 32.0, 132.05, WALL_OFFSET_S, content_end_s=20.0))
    found = dated(arrivals)
    assert worst(errors_s(arrivals)) < 0.1
    assert found[19].duration_ms == 1000
    assert last_before.media_end_s == 20.0


@pytest.mark.parametrize("jump_s", [-500.0, -7.0, 400.0, 90_000.0])
def test_a_camera_that_resets_its_own_clock_stays_at_the_true_time(jump_s: float) -> None:
    before = camera(30, media_start_s=1000.0)
    after = camera(30, media_start_s=1030.0 + jump_s, starts_s=130.0)
    assert worst(errors_s(on_the_way(before + after))) < BOUND_S


@pytest.mark.parametrize("ends_after_s", [0.0, 10.0, 20.0])
def test_the_last_segment_of_a_run_follows_the_one_before_it(ends_after_s: float) -> None:
    arrivals = on_the_way(camera(10))
    sent, last = arrivals[-1]
    arrivals[-1] = (
        sent,
        Completion(last.media_begin_s, last.media_end_s, last.arrived_s + ends_after_s, last.wall_offset_s),
    )
    assert worst(errors_s(arrivals)) < 0.1


def test_a_run_of_one_segment_is_dated_by_its_end() -> None:
    clock = SegmentClock()
    [only] = clock.end(Completion(7.0, 8.0, 108.0, WALL_OFFSET_S))
    assert only.begin_utc_ms == round((107.0 + WALL_OFFSET_S) * 1000)


def test_nothing_is_held_back_longer_than_the_bound() -> None:
    arrivals = on_the_way(camera(100), held_until=lambda at: 165.0 if 150 <= at < 165 else at)
    clock, waiting = SegmentClock(), dict[float, float]()
    now = 100.0
    for _, completion in arrivals:
        while now < completion.arrived_s:
            now += 0.05
            for item in clock.tick(now):
                waiting[item.completion.media_begin_s] = now - item.completion.arrived_s
        for item in clock.arrive(completion):
            waiting[item.completion.media_begin_s] = completion.arrived_s - item.completion.arrived_s
    assert max(waiting.values()) <= HOLD_AT_MOST_S + 0.06


def test_rounding_does_not_add_up_over_an_hour() -> None:
    segment_s = 30 / 29.97
    found = dated(on_the_way(camera(3600, segment_s=segment_s)))
    assert sum(item.duration_ms for item in found) == pytest.approx(3600 * segment_s * 1000, abs=2)


@pytest.mark.parametrize("rate", [0.98, 1.02])
def test_a_long_stall_before_the_drift_is_learned_costs_less_than_a_second(rate: float) -> None:
    arrivals = on_the_way(camera(120, rate=rate), held_until=lambda at: 145.0 if 115 <= at < 145 else at)
    assert worst(errors_s(arrivals)) < 1.0


@settings(max_examples=40, deadline=None)
@given(
    segment_s=st.sampled_from([0.5, 1.0, 1.96, 2.0]),
    rate=st.floats(0.985, 1.015),
    # Once the clocks' drift is learned (35 s); before that a long stall may cost up to a second.
    stall_at=st.floats(140, 180),
    stall_s=st.floats(0, 20),
    jitter=st.lists(st.floats(0, 0.2), min_size=7, max_size=7),
    polls=st.sampled_from([0.01, 0.05, 0.1]),
)
def test_every_segment_is_dated_once_and_within_the_bound(
    segment_s: float, rate: float, stall_at: float, stall_s: float, jitter: list[float], polls: float
) -> None:
    arrivals = on_the_way(
        camera(round(130 / segment_s), segment_s=segment_s, rate=rate),
        lambda at: 0.02 + jitter[int(at * 3) % 7],
        held_until=lambda at: stall_at + stall_s if stall_at <= at < stall_at + stall_s else at,
    )
    found = dated(arrivals, poll_s=polls)
    truth = {completion: sent for sent, completion in arrivals}
    assert sorted(item.completion.media_begin_s for item in found) == [s.media_begin_s for s, _ in arrivals]
    assert all(
        abs(item.begin_utc_ms / 1000 - truth[item.completion].captured_s - WALL_OFFSET_S) < BOUND_S + 0.1
        for item in found
    )
