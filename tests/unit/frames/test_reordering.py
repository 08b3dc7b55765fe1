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
PES_HEADER = bytes.fromhex("000001e000008080052100010001")


def packets(payload: bytes, *, pid: int = 0x100, first_bytes: int = 182) -> bytearray:
    """Packets of a transport stream with `payload`, a key frame; `first_bytes` go into the first one."""
    stream = bytearray()
    room = first_bytes
    while payload:
        begins = not stream
        part, payload = payload[:room], payload[room:]
        stuffing = 184 - len(part)
        head = bytes([0x47, (0x40 if begins else 0) | pid >> 8, pid & 0xFF, 0x30 if stuffing else 0x10])
        # The adaptation field: its length, the mark of a key frame, and what fills the packet up.
        field = bytes([max(0, stuffing - 1), 0x40 if begins else 0]) + b"\xff" * 184
        stream += head + field[:stuffing] + part
        room = 184
    return stream


def picture(unit: bytes, *, before: bytes = b"", first_bytes: int = 182) -> bytearray:
    """A key frame that begins with a delimiter, `before`, `unit`, and another set."""
    begin = PES_HEADER + START_CODE + b"\x09\xf0" + before
    return packets(begin + START_CODE + unit + START_CODE + b"\x68\xee" * 30, first_bytes=first_bytes)


@pytest.mark.parametrize(
    ("unit", "changed"), [(H264_REORDERED, 1), (H264_PLAIN, 0), (H265_REORDERED, 1), (H265_PLAIN, 0)]
)
def test_only_what_is_reordered_is_changed_and_only_once(unit: bytes, changed: int) -> None:
    segment = picture(unit) * 3
    before = bytes(segment)
    assert without_reordering(segment) == 3 * changed
    assert (bytes(segment) == before) is (changed == 0)
    assert len(segment) == len(before)
    assert without_reordering(segment) == 0, "what is left reorders nothing"


def test_the_set_itself_changes_and_nothing_around_it() -> None:
    segment = picture(H264_REORDERED)
    before = bytes(segment)
    without_reordering(segment)
    begin = before.index(H264_REORDERED)
    end = begin + len(H264_REORDERED)
    assert bytes(segment[:begin]) == before[:begin]
    assert bytes(segment[end:]) == before[end:]
    # Up to the last fields (…1 0000 011 011 0 = two reordered of four) it stays as it was.
    assert bytes(segment[begin : end - 3]) == H264_REORDERED[:-3]


@pytest.mark.parametrize("first_bytes", range(14, 80, 3))
def test_a_set_that_goes_over_into_the_next_packet_is_changed_too(first_bytes: int) -> None:
    """One that is missed would hold back every key frame after it."""
    segment = picture(H264_REORDERED, first_bytes=first_bytes)
    assert without_reordering(segment) == 1
    assert without_reordering(segment) == 0


def test_an_encoder_may_write_a_page_about_itself_first() -> None:
    segment = picture(H264_REORDERED, before=START_CODE + b"\x06\x05" + b"x264 - core 164 " * 45)
    assert without_reordering(segment) == 1


def test_sound_between_the_packets_of_a_picture_stays_as_it_is() -> None:
    one, other = picture(H264_REORDERED, first_bytes=30)[:188], picture(H264_REORDERED, first_bytes=30)[188:]
    sound = packets(bytes.fromhex("000001c0") + b"\x00\x00\x01" + H264_REORDERED, pid=0x101)
    segment = bytearray(one + sound + other)
    assert without_reordering(segment) == 1
    assert bytes(segment[188:376]) == bytes(sound)


@given(st.binary(max_size=120), st.sampled_from([b"\x67", b"\x27", b"\x42\x01"]))
def test_nothing_that_stands_in_a_set_breaks_the_feeding(content: bytes, header: bytes) -> None:
    segment = picture(header + content)
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
    segment = picture(bytes(damaged))
    without_reordering(segment)
    assert without_reordering(segment) == 0
