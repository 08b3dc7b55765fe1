"""Parameter sets as x264 and x265 wrote them, with and without B-frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.reordering import without_reordering

H264_REORDERED = bytes.fromhex("6764001facd9405005bb011000000300100000030320f1831960")
H264_PLAIN = bytes.fromhex("6764001facb200a00b760220000003002000000641e30649")
H265_REORDERED = bytes.fromhex(
    "42010101600000030090000003000003005da00280802d16595952930bc05a020000030002000003003210"
)
H265_PLAIN = bytes.fromhex(
    "42010101600000030090000003000003005da00280802d165ba4a4c2f0168080000003008000000c84"
)
START_CODE = b"\x00\x00\x00\x01"
PICTURE_BEGINS = bytes.fromhex("47410010000001e000008080052100010001")


def packet(unit: bytes, head: bytes = PICTURE_BEGINS, stuffing: int = 0) -> bytearray:
    """A packet of a transport stream with `unit` and the begin of the one behind it."""
    body = head + b"\xff" * stuffing + START_CODE + unit + START_CODE + b"\x68\xee"
    return bytearray(body[:188].ljust(188, b"\xff") + body[188:])


@pytest.mark.parametrize(
    ("unit", "changed"), [(H264_REORDERED, 1), (H264_PLAIN, 0), (H265_REORDERED, 1), (H265_PLAIN, 0)]
)
def test_only_what_is_reordered_is_changed_and_only_once(unit: bytes, changed: int) -> None:
    segment = packet(unit) * 3
    before = bytes(segment)
    assert without_reordering(segment) == 3 * changed
    assert (bytes(segment) == before) is (changed == 0)
    assert len(segment) == len(before)
    assert without_reordering(segment) == 0, "what is left reorders nothing"


def test_the_set_itself_changes_and_nothing_around_it() -> None:
    segment = packet(H264_REORDERED)
    before = bytes(segment)
    without_reordering(segment)
    begin = before.index(H264_REORDERED)
    end = begin + len(H264_REORDERED)
    assert bytes(segment[:begin]) == before[:begin]
    assert bytes(segment[end:]) == before[end:]
    # Up to the last fields (…1 0000 011 011 0 = two reordered of four) it stays as it was.
    assert bytes(segment[begin : end - 3]) == H264_REORDERED[:-3]


@pytest.mark.parametrize("stuffing", [120, 140])
def test_a_set_that_goes_over_into_the_next_packet_is_left_alone(stuffing: int) -> None:
    segment = packet(H264_REORDERED, stuffing=stuffing)
    before = bytes(segment)
    changed = without_reordering(segment)
    assert changed == (stuffing == 120)
    assert (bytes(segment) == before) is (changed == 0)


def test_the_same_bytes_elsewhere_are_no_parameter_set() -> None:
    segment = packet(H264_REORDERED, head=bytes.fromhex("47010010"))
    before = bytes(segment)
    assert without_reordering(segment) == 0
    assert bytes(segment) == before


@given(st.binary(max_size=120), st.sampled_from([b"\x67", b"\x27", b"\x42\x01"]))
def test_nothing_that_stands_in_a_set_breaks_the_feeding(content: bytes, header: bytes) -> None:
    segment = packet(header + content)
    length = len(segment)
    without_reordering(segment)
    assert len(segment) == length


@given(st.binary(max_size=600))
def test_nothing_that_is_no_stream_breaks_the_feeding(content: bytes) -> None:
    segment = bytearray(content)
    without_reordering(segment)
    assert len(segment) == len(content)


@given(st.integers(0, len(H264_REORDERED) - 1), st.integers(0, 255))
def test_a_damaged_set_is_left_alone_or_stays_a_set(at: int, value: int) -> None:
    damaged = bytearray(H264_REORDERED)
    damaged[at] = value
    segment = packet(bytes(damaged))
    without_reordering(segment)
    assert without_reordering(segment) == 0
