"""When a segment's pictures are, read from its packets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.ring.transport_stream import (
    PACKET_BYTES,
    WRAP_90KHZ,
    PictureTimes,
    is_whole,
    picture_times,
    signed_difference,
)
from tests.support.ts_packets import AUDIO_PID, AUDIO_STREAM, more_of, pes_start, segment_bytes

FRAME = 3600


@settings(max_examples=50)
@given(st.lists(st.integers(0, WRAP_90KHZ - 1), min_size=1, max_size=5), st.integers(1, 3))
def test_every_picture_is_found_with_its_33_bits(times: list[int], packets: int) -> None:
    data = segment_bytes(times, packets_a_picture=packets)
    assert picture_times(data) == PictureTimes(tuple(times))
    assert picture_times(data, only_first=True) == PictureTimes((times[0],))


@pytest.mark.parametrize("adaptation_bytes", [0, 1, 8, 100, 170])
def test_a_picture_behind_an_adaptation_field_is_found(adaptation_bytes: int) -> None:
    data = pes_start(90_000, adaptation_bytes=adaptation_bytes)
    assert picture_times(data) == PictureTimes((90_000,))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x47",
        b"<html>not video</html>" * 20,
        more_of() * 3,
        pes_start(90_000, pid=AUDIO_PID, stream=AUDIO_STREAM),
        pes_start(None),
        pes_start(90_000)[:-1],  # torn within the packet
        pes_start(90_000, adaptation_bytes=180),  # its header would reach beyond the packet
        b"\x00" + pes_start(90_000)[1:],  # no sync byte
    ],
)
def test_where_there_is_no_picture_there_is_no_time(data: bytes) -> None:
    assert picture_times(data) is None


def test_sound_and_a_second_picture_stream_are_left_out() -> None:
    data = (
        pes_start(1, pid=AUDIO_PID, stream=AUDIO_STREAM)
        + segment_bytes([100, 200])
        + pes_start(7, pid=0x102)
        + segment_bytes([300])
    )
    assert picture_times(data) == PictureTimes((100, 200, 300))


def test_a_segment_reaches_to_the_end_of_its_last_picture() -> None:
    times = PictureTimes(tuple(at * FRAME for at in range(25)))
    assert (times.frame_90khz, times.duration_90khz) == (FRAME, 90_000)


def test_pictures_are_decoded_in_another_order_than_they_are_shown() -> None:
    times = PictureTimes((0, 3 * FRAME, FRAME, 2 * FRAME))
    assert times.sorted_90khz == [0, FRAME, 2 * FRAME, 3 * FRAME]
    assert times.duration_90khz == 4 * FRAME


def test_pictures_before_the_first_decoded_one_count_as_well() -> None:
    times = PictureTimes((2 * FRAME, 0, FRAME, 3 * FRAME))
    assert times.duration_90khz == 4 * FRAME


def test_a_wrap_within_a_segment_is_undone() -> None:
    times = PictureTimes(tuple((WRAP_90KHZ - FRAME + at * FRAME) % WRAP_90KHZ for at in range(3)))
    assert (times.first_90khz, times.duration_90khz) == (WRAP_90KHZ - FRAME, 3 * FRAME)


def test_a_single_picture_lasts_as_long_as_pictures_usually_do() -> None:
    assert PictureTimes((5,)).duration_90khz == FRAME


@given(st.integers(0, WRAP_90KHZ - 1), st.integers(-WRAP_90KHZ // 2, WRAP_90KHZ // 2 - 1))
def test_a_difference_of_two_timestamps_survives_the_wrap(one: int, difference: int) -> None:
    assert signed_difference((one + difference) % WRAP_90KHZ, one) == difference


@pytest.mark.parametrize(
    ("size", "whole"),
    [(0, False), (1, False), (PACKET_BYTES - 1, False), (PACKET_BYTES, True), (10 * PACKET_BYTES + 5, False)],
)
def test_a_whole_file_ends_on_a_packet_boundary(size: int, whole: bool) -> None:
    assert is_whole(size) is whole
