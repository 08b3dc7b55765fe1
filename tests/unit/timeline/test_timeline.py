"""Recorded spans, holes that are none, edges of ranges, now and the future."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.spans import Span
from tests.support.device_story import Story, gaps, recorded, running, span

HOUR = 3600.0


def test_segments_that_follow_each_other_are_one_span() -> None:
    assert recorded(running(until=100).timeline(10, 90, 100)) == [(10, 90)]


def test_a_slow_source_clock_leaves_no_holes() -> None:
    story = running(until=2).records(2, 200, run=1, segment_s=1.0, every_s=1.02)
    assert recorded(story.timeline(0, 150, 200)) == [(2, 150)]


@pytest.mark.parametrize(("hole_s", "is_gap"), [(0.499, False), (0.5, True), (0.02, False), (3, True)])
def test_a_hole_shorter_than_half_a_second_is_none(hole_s: float, is_gap: bool) -> None:
    story = running(until=100).records(100 + hole_s, 200, run=1)
    assert bool(story.timeline(50, 150, 200).gaps) is is_gap


def test_overlapping_spans_after_a_step_back_count_once() -> None:
    story = running(until=100).clock_is_set(100, -30).records(100, 200, run=1)
    assert recorded(story.timeline(10, 150, 200)) == [(10, 150)]
    assert gaps(story.timeline(10, 150, 200)) == []


def test_a_segment_that_begins_before_the_range_reaches_into_it() -> None:
    story = running(until=2).records(2, 200, run=1, segment_s=20)
    assert recorded(story.timeline(50, 60, 200)) == [(50, 60)]


@pytest.mark.parametrize(
    ("start", "end"), [(95, 300), (100, 161.5), (105, 110), (105, 112.9), (112, 120), (120, 140), (160, 161)]
)
def test_a_part_of_a_gap_has_the_reasons_of_the_whole(start: float, end: float) -> None:
    story = running().state(110.3, "stalled").state(113, "source_unreachable").state(163, "live")
    story.records(161.5, 300, run=4)
    whole = gaps(story.timeline(10, 300, 300))
    part = gaps(story.timeline(start, end, 300))
    cut = [(code, max(a, start), min(b, end)) for code, a, b in whole if a < end and b > start]
    assert part == cut


def test_a_gap_cut_to_less_than_half_a_second_is_still_told() -> None:
    story = running(until=100).records(110, 200, run=1)
    assert gaps(story.timeline(10, 100.2, 200)) == [("stalled", 100, 100.2)]
    assert gaps(story.timeline(109.8, 150, 200)) == [("stalled", 109.8, 110)]


def test_the_future_is_no_gap() -> None:
    timeline = running(until=200).timeline(100, 500, 200)
    assert (timeline.span, recorded(timeline), gaps(timeline)) == (span(100, 200), [(100, 200)], [])


def test_a_range_in_the_future_has_nothing_to_tell() -> None:
    timeline = running(until=200).timeline(300, 400, 200)
    assert (timeline.span, timeline.recorded, timeline.gaps) == (span(300, 300), [], [])


@pytest.mark.parametrize("behind_s", [0.3, 1.0, 4.0, 14.9])
def test_the_segment_that_a_live_device_is_recording_is_no_gap(behind_s: float) -> None:
    timeline = running(until=200).timeline(100, 500, 200 + behind_s)
    assert (timeline.span, gaps(timeline)) == (span(100, 200), [])


def test_a_live_device_without_a_segment_for_too_long_has_a_gap() -> None:
    assert gaps(running(until=200).timeline(100, 500, 220)) == [("stalled", 200, 220)]


def test_a_camera_with_long_segments_may_be_quiet_for_longer() -> None:
    assert gaps(running(until=200).timeline(100, 500, 220, live_edge_s=35)) == []


def test_the_edge_of_a_device_that_is_not_live_is_a_gap_at_once() -> None:
    story = running(until=200).state(200.5, "source_unreachable")
    assert gaps(story.timeline(100, 500, 202)) == [("source_unreachable", 200, 202)]


def test_a_range_that_ends_shortly_before_now_ends_at_the_newest_footage() -> None:
    timeline = running(until=200).timeline(100, 202, 203)
    assert (timeline.span, gaps(timeline)) == (span(100, 200), [])


def test_footage_from_before_a_step_back_is_shown_though_it_lies_in_the_future() -> None:
    story = running(until=1000).clock_is_set(1000, -500).records(1000, 1100, run=1)
    timeline = story.timeline(10, 2000, 1100)
    assert recorded(timeline) == [(10, 1000)]
    assert (timeline.span, gaps(timeline)) == (span(10, 1000), [])


@st.composite
def _stories(draw: st.DrawFn) -> Story:
    """Any mixture of footage, holes, facts, kills, stops, boots, steps of the clock and deletions."""
    story = Story().agent_starts(0).added(0.1).state(0.2, "starting").state(3, "live")
    t, run, up = 3.0, 1, True
    for _ in range(draw(st.integers(0, 12))):
        action = draw(
            st.sampled_from(["record", "pause", "state", "kill", "stop", "start", "boot", "step", "delete"])
        )
        length = draw(st.floats(0.2, 4000).map(lambda value: round(value, 3)))
        if action == "record" and up:
            story.records(t, t + length, run, segment_s=draw(st.sampled_from([1.0, 2.0, 9.7])))
            t += length
        elif action == "pause":
            t += length
        elif action == "state" and up:
            story.state(t, draw(st.sampled_from(["live", "starting", "stalled", "source_refused"])))
            run += 1
        elif action in ("kill", "stop") and up:
            story = story.agent_is_killed(t) if action == "kill" else story.agent_stops(t)
            up = False
        elif action == "start" and not up:
            story.agent_starts(t).added(t).state(t, "starting")
            run, up = run + 1, True
        elif action == "boot" and not up:
            story.machine_boots()
        elif action == "step" and up:
            story.clock_is_set(t, draw(st.sampled_from([-3600.0, -30.0, -1.0, 1.0, 30.0, 3600.0, 90_000.0])))
        elif action == "delete":
            story.hour_deleted(
                draw(st.integers(0, 4)) * HOUR, draw(st.sampled_from(["expired", "disk_full"]))
            )
        t += 0.001
    return story


@given(_stories(), st.floats(0, 30_000), st.floats(0.001, 30_000), st.floats(0, 40_000))
def test_recorded_spans_and_gaps_fill_the_answer_without_overlap(
    story: Story, start: float, length: float, now: float
) -> None:
    timeline = story.timeline(start, start + length, now, alive=False)
    assert timeline.span.start == span(start, start).start
    assert timeline.span.end <= span(start, start + length).end
    parts: list[Span] = sorted([*timeline.recorded, *(gap.span for gap in timeline.gaps)])
    now_at = span(now + story.wall_offset_s, now + story.wall_offset_s).start
    at = timeline.span.start
    for part in parts:
        # Beyond now there may be footage from before the clock was set back, and no word about the rest.
        assert (
            part.start == at
            or (part in timeline.recorded and part.start > at >= now_at)
            or (
                # A hole of less than half a second at the very edge of what is known.
                0 < (part.start - at).total_seconds() < 0.5
            )
        )
        assert part.end > part.start
        at = part.end
    assert at == timeline.span.end or timeline.span.end == timeline.span.start
    assert all(
        one.code != other.code for one, other in pairwise(timeline.gaps) if one.span.end == other.span.start
    )
    assert all(gap.sentence for gap in timeline.gaps)
