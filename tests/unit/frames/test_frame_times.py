import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.frame_times import (
    WRAP_TICKS,
    FrameTime,
    MediaPosition,
    Undated,
    date_frame,
    media_offset_ms,
    position_at,
    position_beside,
)
from host_agent.ring.segment_times import SegmentTime

T0 = 1_795_000_000_000


def segment(
    number: int, begin_ms: int, media_ms: int, *, run: int = 1, duration_ms: int = 1000
) -> SegmentTime:
    return SegmentTime(number, T0 + begin_ms, duration_ms, media_ms * 90 % WRAP_TICKS, run)


# A second of media each; number 3 came after a hole of 5 s in which nothing was sent.
RUN_1 = [segment(1, 0, 0), segment(2, 1000, 1000), segment(3, 7000, 7000)]
RUN_2 = [segment(4, 20_000, 0, run=2), segment(5, 21_000, 1000, run=2)]


@pytest.mark.parametrize(
    ("media_ms", "run", "number", "at_ms"),
    [
        (0, 1, 1, 0),
        (999, 1, 1, 999),
        (1000, 1, 2, 1000),
        (7400, 1, 3, 7400),
        (400, 2, 4, 20_400),
        (1999, 2, 5, 21_999),
        # Reordered pictures and rounding reach over an edge by a little.
        (2100, 1, 2, 2100),
        (6950, 1, 3, 6950),
        (-40, 2, 4, 19_960),
        (8100, 1, 3, 8100),
    ],
)
def test_a_frame_has_the_time_of_its_segment_and_its_place_in_it(
    media_ms: int, run: int, number: int, at_ms: int
) -> None:
    dated = date_frame(media_ms, run, [*RUN_1, *RUN_2])
    assert isinstance(dated, FrameTime)
    assert dated.position.segment == number
    assert dated.utc_ms == T0 + at_ms


@pytest.mark.parametrize(
    ("media_ms", "run", "times", "verdict"),
    [
        (0, 1, [], Undated.NOT_YET),
        (8000, 1, RUN_1, Undated.NOT_YET),  # the recorder's frames come before their segment is whole
        (100, 2, RUN_1, Undated.NOT_YET),
        (4000, 1, RUN_1, Undated.NO_SEGMENT),
        (9000, 1, [*RUN_1, *RUN_2], Undated.NO_SEGMENT),
        (-400, 1, RUN_1, Undated.NO_SEGMENT),
        (0, 1, RUN_2, Undated.NO_SEGMENT),
    ],
)
def test_a_frame_without_a_segment_waits_or_never_gets_a_time(
    media_ms: int, run: int, times: list[SegmentTime], verdict: Undated
) -> None:
    assert date_frame(media_ms, run, times) is verdict


def test_a_frame_in_a_small_hole_is_not_later_than_the_next_segment() -> None:
    times = [segment(1, 0, 0), segment(2, 1050, 1200)]  # the clock took 150 ms back between them
    dated = date_frame(1190, 1, times)
    assert isinstance(dated, FrameTime)
    assert dated.utc_ms == T0 + 1050


@given(st.integers(0, WRAP_TICKS - 1), st.integers(0, 999), st.integers(-2, 3))
def test_the_wrap_of_the_clock_is_invisible(first_ticks: int, offset_ms: int, wraps: int) -> None:
    """ffmpeg counts on above 2**33, below zero, or begins anew: all of them name the same instant."""
    time = SegmentTime(7, T0, 1000, first_ticks, 1)
    media_ms = round((first_ticks + wraps * WRAP_TICKS) / 90) + offset_ms
    dated = date_frame(media_ms, 1, [time, segment(8, 1000, 0, run=2)])
    assert isinstance(dated, FrameTime)
    assert abs(dated.utc_ms - (T0 + offset_ms)) <= 1


@given(st.integers(0, 2**31), st.integers(-3, 3))
def test_media_time_that_overflows_32_bits_names_the_same_instant(media_ms: int, overflows: int) -> None:
    """ffmpeg puts milliseconds into 32 bits when it names a file: they run over after 24 days."""
    time = SegmentTime(1, T0, 1000, media_ms * 90 % WRAP_TICKS, 1)
    assert media_offset_ms(media_ms + overflows * 2**32, time) == 0


@given(st.lists(st.integers(0, 30_000), min_size=2, max_size=40))
def test_later_pictures_of_a_run_never_get_earlier_positions(media: list[int]) -> None:
    dated = [date_frame(ms, 1, [*RUN_1, *RUN_2]) for ms in sorted(media)]
    positions = [entry.position for entry in dated if isinstance(entry, FrameTime)]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("at_ms", "position"),
    [
        (1500, MediaPosition(2, 500)),
        (20_000, MediaPosition(4, 0)),
        (5000, None),
        (99_000, None),
    ],
)
def test_a_published_frames_place_follows_from_its_time(at_ms: int, position: MediaPosition | None) -> None:
    assert position_at(T0 + at_ms, [*RUN_1, *RUN_2]) == position


def test_where_the_clock_was_set_back_the_newest_segment_holds() -> None:
    times = [segment(1, 0, 0), segment(2, 1000, 1000), segment(3, 0, 2000)]
    assert position_at(T0 + 300, times) == MediaPosition(3, 300)


@pytest.mark.parametrize(
    ("at_ms", "segment_number", "offset_ms"),
    [
        (1500, 2, 500),
        # In a hole, and long after the recording ended: behind what began last.
        (5000, 2, 4000),
        (3_600_000, 5, 3_579_000),
        # Before anything was recorded: before everything.
        (-1, 0, T0 - 1),
    ],
)
def test_a_picture_of_a_sub_stream_has_its_place_beside_the_recording(
    at_ms: int, segment_number: int, offset_ms: int
) -> None:
    found = position_beside(T0 + at_ms, [*RUN_1, *RUN_2])
    assert found == MediaPosition(segment_number, offset_ms)


def test_after_a_clock_was_set_back_a_picture_is_beside_the_newest_segment() -> None:
    back = [*RUN_2, segment(6, 5000, 0, run=3)]
    assert position_beside(T0 + 5500, back) == MediaPosition(6, 500)
    assert position_beside(T0 + 5500, []) == MediaPosition(0, T0 + 5500)
