"""What happens in a sample's past: gaps, spells, passers-by, pictures."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby, islice, pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.sample_day_plan import (
    DayPlan,
    Happening,
    Light,
    PlannedSegment,
    captures_of,
    light_at,
    plan_day,
    scene_at,
    segments_of,
)
from shared.spans import Span, utc_ms

BEGIN = datetime(2026, 11, 20, 14, 23, 5, tzinfo=UTC)
SEGMENT_MS, FRAME_MS = 3520, 80
CODES = ["source_unreachable", "ffmpeg_crashed", "stopped_by_user"]


def planned(hours: float = 24, words: tuple[datetime, ...] = ()) -> DayPlan:
    span = Span(BEGIN, BEGIN + timedelta(hours=hours))
    return plan_day(span, segment_ms=SEGMENT_MS, zone=UTC, words=words)


def segments(plan: DayPlan) -> list[PlannedSegment]:
    end_ms = utc_ms(plan.span.end)
    return list(takewhile(lambda segment: segment.begin_utc_ms < end_ms, segments_of(plan)))


@given(st.floats(min_value=2, max_value=4))
def test_segments_follow_each_other_without_a_hole_but_for_the_gaps(hours: float) -> None:
    plan = planned(hours)
    made = segments(plan)
    assert made[0].begin_utc_ms == utc_ms(BEGIN)
    gaps = [(utc_ms(gap.span.start), utc_ms(gap.span.end)) for gap in plan.gaps]
    holes = [
        (one.begin_utc_ms + one.duration_ms, other.begin_utc_ms)
        for one, other in pairwise(made)
        if one.begin_utc_ms + one.duration_ms != other.begin_utc_ms
    ]
    assert holes == gaps
    assert [gap.code for gap in plan.gaps] == CODES


def test_each_stretch_is_a_run_whose_media_time_begins_at_nought_and_goes_on() -> None:
    made = segments(planned())
    runs = [list(of_run) for _, of_run in groupby(made, lambda segment: segment.run)]
    assert [run[0].run for run in runs] == [0, 1, 2, 3]
    for run in runs:
        assert [segment.media_ms for segment in run] == [index * SEGMENT_MS for index in range(len(run))]


def test_footage_goes_on_beyond_the_span_for_what_passes_while_it_is_written() -> None:
    plan = planned(2)
    beyond = list(islice(segments_of(plan), len(segments(plan)) + 100))
    assert beyond[-1].begin_utc_ms > utc_ms(plan.span.end) + 300_000
    assert beyond[-1].run == len(plan.gaps)


def test_a_gap_gives_way_to_what_the_agent_says_of_itself() -> None:
    calm = planned(3).gaps[1].span
    moved = planned(3, words=(calm.start + timedelta(seconds=20),)).gaps
    assert [gap.code for gap in moved] == CODES
    assert abs(moved[1].span.start - calm.start) >= timedelta(minutes=20)


def test_a_gap_for_which_there_is_no_place_is_left_out() -> None:
    every_minute = tuple(BEGIN + timedelta(seconds=30 * index) for index in range(2 * 120))
    plan = planned(2, words=every_minute)
    assert plan.gaps == ()
    assert len({segment.run for segment in segments(plan)}) == 1


@given(st.lists(st.integers(min_value=0, max_value=3 * 3600), max_size=12))
def test_no_gap_holds_a_word_of_the_agent_or_touches_another(seconds: list[int]) -> None:
    words = tuple(BEGIN + timedelta(seconds=second) for second in seconds)
    plan = planned(3, words=words)
    for gap in plan.gaps:
        assert not any(word in gap.span for word in words)
        assert not gap.span.overlaps(plan.black)
        assert not gap.span.overlaps(plan.frozen)
    assert all(one.span.end < other.span.start for one, other in pairwise(plan.gaps))


def test_a_past_shorter_than_two_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="two hours"):
        planned(1.9)


def test_a_capture_is_taken_every_ten_seconds_of_footage_and_is_a_picture_of_its_segment() -> None:
    plan = planned(2)
    made = segments(plan)
    captures = [capture for segment in made for capture in captures_of(segment, plan, FRAME_MS)]
    for one, other in pairwise(captures):
        step_ms = other.at_utc_ms - one.at_utc_ms
        across_gap = any(
            utc_ms(gap.span.end) in range(one.at_utc_ms, other.at_utc_ms + 1) for gap in plan.gaps
        )
        assert across_gap or abs(step_ms - 10_000) <= FRAME_MS
    by_begin = {segment.begin_utc_ms: segment for segment in made}
    for capture in captures:
        segment = by_begin[capture.at_utc_ms - capture.frame * FRAME_MS]
        assert 0 <= capture.frame < SEGMENT_MS // FRAME_MS
        assert capture.scene == segment.scene
    # No two loops of the scene are caught at the same picture again and again.
    assert len({capture.frame for capture in captures}) > 30


def test_the_burnt_in_clock_shows_the_time_and_stands_still_while_the_picture_does() -> None:
    plan = planned(2)
    for segment in segments(plan):
        for capture in captures_of(segment, plan, FRAME_MS):
            frozen = (
                plan.frozen.start
                <= BEGIN + timedelta(milliseconds=segment.begin_utc_ms - utc_ms(BEGIN))
                < plan.frozen.end
            )
            assert capture.shown_utc_ms == (utc_ms(plan.frozen.start) if frozen else capture.at_utc_ms)


def test_the_lens_is_covered_for_a_while_and_the_picture_stands_still_for_a_while() -> None:
    plan = planned()
    scenes = [(segment.begin_utc_ms, segment.scene) for segment in segments(plan)]
    black_s = sum(scene.happening is Happening.BLACK for _, scene in scenes) * SEGMENT_MS / 1000
    assert black_s == pytest.approx(180, abs=SEGMENT_MS / 1000)
    frozen = {
        scene for at_ms, scene in scenes if utc_ms(plan.frozen.start) <= at_ms < utc_ms(plan.frozen.end)
    }
    assert len(frozen) == 1
    assert frozen.pop().happening is Happening.STILL


def test_many_pass_in_the_morning_and_hardly_anybody_at_night() -> None:
    plan = planned()

    def passing(hour: int) -> float:
        begin_ms = utc_ms(datetime(2026, 11, 21, hour, tzinfo=UTC))
        scenes = [scene_at(plan, begin_ms + index * SEGMENT_MS) for index in range(1000)]
        return sum(scene.happening is Happening.PASSING for scene in scenes) / 1000

    assert passing(8) > 0.75
    assert 0.3 < passing(10) < 0.5
    assert passing(3) < 0.05


def test_it_is_day_and_night_where_the_camera_stands() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert light_at(noon, UTC) is Light.DAY
    assert light_at(noon, timezone(timedelta(hours=7))) is Light.DUSK
    assert light_at(noon, timezone(timedelta(hours=-9))) is Light.NIGHT
