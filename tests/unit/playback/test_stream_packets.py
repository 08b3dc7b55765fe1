"""Timestamps and codings in transport streams, on packets built by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.playback.stream_packets import PACKET_BYTES, WRAP_90KHZ, configuration, shifted

_ticks = st.integers(0, WRAP_90KHZ - 1)


def stamp(prefix: int, ticks: int) -> bytes:
    """Five bytes of PTS or DTS (ISO/IEC 13818-1, 2.4.3.7)."""
    return bytes(
        [
            prefix << 4 | ticks >> 30 << 1 | 1,
            ticks >> 22 & 0xFF,
            (ticks >> 15 & 0x7F) << 1 | 1,
            ticks >> 7 & 0xFF,
            (ticks & 0x7F) << 1 | 1,
        ]
    )


def read_stamp(data: bytes) -> int:
    return (data[0] >> 1 & 7) << 30 | data[1] << 22 | data[2] >> 1 << 15 | data[3] << 7 | data[4] >> 1


def packet(pid: int, payload: bytes, *, begins: bool = True, pcr: int | None = None) -> bytes:
    """One packet; what is free is filled in its adaptation field."""
    field = b"" if pcr is None else bytes([0x10]) + (pcr << 15 | 0x7E00).to_bytes(6, "big")
    room = PACKET_BYTES - 4 - len(payload)
    control = 0x10
    adaptation = b""
    if field or room:
        control |= 0x20
        field = field or (b"\x00" if room > 1 else b"")
        adaptation = bytes([room - 1]) + field + b"\xff" * (room - 1 - len(field))
    return bytes([0x47, begins << 6 | pid >> 8, pid & 0xFF, control]) + adaptation + payload


def picture(pts: int, dts: int | None = None, body: bytes = b"", stream_id: int = 0xE0) -> bytes:
    stamps = stamp(2, pts) if dts is None else stamp(3, pts) + stamp(1, dts)
    flags = 0x80 if dts is None else 0xC0
    return (
        b"\x00\x00\x01" + bytes([stream_id]) + b"\x00\x00\x80" + bytes([flags, len(stamps)]) + stamps + body
    )


def tables(streams: dict[int, int]) -> bytes:
    """A PAT and a PMT that name `streams` (PID → stream type)."""
    entries = b"".join(bytes([kind, 0xE0 | pid >> 8, pid & 0xFF, 0xF0, 0]) for pid, kind in streams.items())
    pat = b"\x00\x00\xb0\x0d\x00\x01\xc1\x00\x00\x00\x01\xf0\x00" + b"crc!"
    pmt = (
        b"\x00\x02\xb0"
        + bytes([9 + len(entries) + 4])
        + b"\x00\x01\xc1\x00\x00\xe1\x00\xf0\x00"
        + entries
        + b"crc!"
    )
    return packet(0, pat) + packet(0x1000, pmt)


@given(_ticks, _ticks, _ticks, st.integers(-(WRAP_90KHZ**2), WRAP_90KHZ**2))
def test_every_timestamp_is_moved_by_the_same(pts: int, dts: int, pcr: int, by: int) -> None:
    before = tables({0x100: 0x1B}) + packet(0x100, picture(pts, dts, b"body"), pcr=pcr)
    after = shifted(before, by)
    moved = packet(
        0x100,
        picture((pts + by) % WRAP_90KHZ, (dts + by) % WRAP_90KHZ, b"body"),
        pcr=(pcr + by) % WRAP_90KHZ,
    )
    assert after == tables({0x100: 0x1B}) + moved


@given(_ticks, st.integers(-WRAP_90KHZ, WRAP_90KHZ), st.sampled_from([0xC0, 0xDF, 0xE0, 0xEF, 0xBD, 0xFD]))
def test_moved_there_and_back_nothing_has_changed(pts: int, by: int, stream_id: int) -> None:
    data = packet(0x101, picture(pts, None, b"\x00\x00\x01\xe0 like a header", stream_id))
    assert shifted(shifted(data, by), -by) == data


@pytest.mark.parametrize(
    "data",
    [
        packet(0x100, b"\x00\x00\x01\xe0" + b"x" * 100, begins=False),
        packet(0x100, picture(5, None, b"", 0xBE)),  # padding has no timestamps
        b"no packet at all" * 30,
        packet(0x100, picture(5))[:100],
        b"",
    ],
)
def test_what_has_no_timestamp_is_left_as_it_is(data: bytes) -> None:
    assert shifted(data, 1000) == data


def test_timestamps_are_read_where_they_were_written() -> None:
    moved = shifted(packet(0x100, picture(WRAP_90KHZ - 1)), 2)
    assert read_stamp(moved[moved.index(b"\x00\x00\x01\xe0") + 9 :]) == 1


SPS, OTHER_SPS, PPS = b"\x00\x00\x01\x67sps", b"\x00\x00\x01\x67other", b"\x00\x00\x01\x68pps"
SLICE, OTHER_SLICE = b"\x00\x00\x01\x65slice", b"\x00\x00\x01\x65anything"
ADTS = b"\xff\xf1\x4c\x80"


def segment(video: bytes, sound: bytes | None = None, kind: int = 0x1B) -> bytes:
    streams = {0x100: kind} if sound is None else {0x100: kind, 0x101: 0x0F}
    data = tables(streams) + packet(0x100, picture(0, None, video))
    if sound is not None:
        data += packet(0x101, picture(0, None, sound, 0xC0))
    return data + packet(0x100, picture(3600, None, OTHER_SLICE))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (segment(SPS + PPS + SLICE), segment(SPS + PPS + OTHER_SLICE), True),
        (segment(SPS + PPS + SLICE), segment(OTHER_SPS + PPS + SLICE), False),
        (segment(SPS + PPS + SLICE), segment(SPS + PPS + SLICE, ADTS + b"\x01rest"), False),
        (segment(SPS + SLICE, ADTS + b"\x01"), segment(SPS + SLICE, ADTS + b"\xff and more"), True),
        (segment(SPS + SLICE, ADTS + b"\x01"), segment(SPS + SLICE, b"\xff\xf1\x50\x80\x01"), False),
        (segment(SPS + SLICE), segment(SPS + SLICE, kind=0x24), False),
        # H.265: VPS, SPS, PPS; an IDR slice (type 20) looks like a PPS of H.264.
        (
            segment(b"\x00\x00\x01\x42\x01sps\x00\x00\x01\x28\x01one", kind=0x24),
            segment(b"\x00\x00\x01\x42\x01sps\x00\x00\x01\x28\x01two", kind=0x24),
            True,
        ),
        (
            segment(b"\x00\x00\x01\x42\x01sps", kind=0x24),
            segment(b"\x00\x00\x01\x42\x01SPS", kind=0x24),
            False,
        ),
    ],
)
def test_equal_beginnings_mean_equal_coding(one: bytes, other: bytes, equal: bool) -> None:
    assert (configuration(one) == configuration(other)) is equal


@given(st.binary(max_size=3 * PACKET_BYTES))
def test_no_bytes_are_too_broken_to_look_at(data: bytes) -> None:
    configuration(data)
    configuration(tables({0x100: 0x1B}) + data)
    assert len(shifted(b"\x47" + data, 5)) == len(data) + 1
