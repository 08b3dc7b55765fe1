"""The footage checks find what is missing, doubled or wrongly dated."""

from datetime import UTC, datetime, timedelta

from shared.spans import Span, utc_ms
from tests.support.burnt_clock import Stamp
from tests.support.footage_check import (
    DatedPicture,
    date_errors_ms,
    date_faults,
    jumps,
    media_rate,
    missing_faults,
    number_faults,
    picture_times,
    same_pictures_faults,
    span_faults,
    sum_faults,
    true_spans,
)
from tests.support.playlist_check import read_playlist

BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
BEGIN_MS = utc_ms(BEGIN)


def taken(numbers: range) -> list[Stamp]:
    """Pictures of a camera at 25 fps that took number 0 at 14:00:00."""
    return [Stamp(number, BEGIN_MS + number * 40) for number in numbers]


def span(start_s: float, end_s: float) -> Span:
    return Span(BEGIN + timedelta(seconds=start_s), BEGIN + timedelta(seconds=end_s))


def test_numbers_that_go_up_one_by_one_have_no_faults() -> None:
    assert number_faults(taken(range(100))) == []
    assert jumps(taken(range(100))) == []


def test_a_doubled_a_disordered_and_a_left_out_number_are_named() -> None:
    assert "2 pictures come more than once: 3, 4" in number_faults(taken(range(5)) + taken(range(3, 9)))[0]
    assert "(9, 2)" in number_faults(taken(range(5, 10)) + taken(range(2, 3)))[0]
    before, after = jumps(taken(range(5)) + taken(range(8, 10)))[0]
    assert (before.number, after.number) == (4, 8)


def test_pictures_may_be_missing_outside_of_recorded_time_and_near_its_edges_only() -> None:
    sent = taken(range(1000))
    recorded = taken(range(250)) + taken(range(500, 1000))
    assert missing_faults(recorded, sent, [span(0, 10), span(20, 40)]) == []
    assert missing_faults(recorded, sent, [span(0, 10.4), span(19.6, 40)]) == []
    assert "missing: 250" in missing_faults(recorded, sent, [span(0, 12), span(20, 40)])[0]
    assert (
        "1 pictures" in missing_faults(recorded[:600] + recorded[601:], sent, [span(0, 10), span(20, 40)])[0]
    )


def test_a_picture_that_is_dated_wrong_is_named_with_its_error() -> None:
    pictures = [
        DatedPicture(Stamp(7, BEGIN_MS), BEGIN_MS + error, "segment_000000001.ts")
        for error in (-500, 20, 501)
    ]
    assert date_faults(pictures) == [
        "1 pictures are dated wrong by more than 500 ms: ('segment_000000001.ts', 7, '+501 ms')"
    ]
    assert date_errors_ms(pictures) == (-500, 20, 501)


def test_true_spans_are_those_of_the_pictures() -> None:
    stamps = taken(range(250)) + taken(range(262, 500)) + taken(range(520, 600))
    assert true_spans(stamps) == [span(0, 20), span(20.8, 24)]


def test_spans_that_are_told_wrong_are_named() -> None:
    true = [span(0, 10), span(20, 30)]
    assert span_faults(true, [span(0.4, 9.6), span(20, 30.5)]) == []
    assert "+0.600 s" in span_faults(true, [span(0.6, 10), span(20, 30)])[0]
    assert "1 spans are told of, 2 are true" in span_faults(true, [span(0, 30)])[0]


def test_the_sum_of_extinf_is_held_against_the_recorded_time() -> None:
    text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n" + "".join(
        f"#EXTINF:1.000,\n{number}.ts\n" for number in range(10)
    )
    assert sum_faults(read_playlist(text), taken(range(250))) == []
    assert sum_faults(read_playlist(text), taken(range(226))) == []
    assert "adds up to 10.000 s, but 8.800 s" in sum_faults(read_playlist(text), taken(range(220)))[0]


def test_the_rate_of_a_sources_clock_is_that_of_its_media_times_across_their_wrap() -> None:
    stamps = taken(range(251))
    times = [((1 << 33) - 90_000 + number * 3_672) % (1 << 33) for number in range(251)]
    assert media_rate(times, stamps) == 1.02


def test_ways_that_show_different_pictures_are_named() -> None:
    assert same_pictures_faults({"hour": taken(range(9)), "range": taken(range(9))}) == []
    assert (
        "1 pictures are only in one of hour and range: 9"
        in same_pictures_faults({"hour": taken(range(9)), "range": taken(range(10))})[0]
    )


def packet(pes: bytes, *, begins: bool, adaptation_bytes: int = 0) -> bytes:
    flags = bytes([0x47, 0x40 if begins else 0, 0x21, 0x30 if adaptation_bytes else 0x10])
    adaptation = bytes([adaptation_bytes - 1]) + bytes(adaptation_bytes - 1) if adaptation_bytes else b""
    return (flags + adaptation + pes).ljust(188, b"\xff")


def video_pes(time: int) -> bytes:
    coded = bytes(
        [
            0x21 | time >> 29 & 0x0E,
            time >> 22 & 0xFF,
            time >> 14 & 0xFE | 1,
            time >> 7 & 0xFF,
            time << 1 & 0xFE | 1,
        ]
    )
    return b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05" + coded


def test_picture_times_are_read_from_the_beginning_of_each_video_packet() -> None:
    stream = (
        packet(video_pes(0), begins=True)
        + packet(b"more of the same picture", begins=False)
        + packet(video_pes((1 << 33) - 1), begins=True, adaptation_bytes=8)
        + packet(b"\x00\x00\x01\xc0" + video_pes(77)[4:], begins=True)
        + packet(video_pes(123_456_789), begins=True)
    )
    assert picture_times(stream) == [0, (1 << 33) - 1, 123_456_789]
