"""Times in a copied segment: every one moves by the same, and nothing else changes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.sample_day_segment import SegmentTemplate, read_template
from host_agent.ring.transport_stream import PACKET_BYTES, WRAP_90KHZ, picture_times, signed_difference
from shared.errors import UnavailableError

PICTURES = (126_000, 133_200, 140_400)


def pts_field(time: int, prefix: int) -> bytes:
    return bytes(
        (
            prefix << 4 | time >> 29 & 0x0E | 1,
            time >> 22 & 0xFF,
            time >> 14 & 0xFE | 1,
            time >> 7 & 0xFF,
            time << 1 & 0xFE | 1,
        )
    )


def packet(pts: int, dts: int | None, pcr: int | None) -> bytes:
    """A picture's first packet, padded: an adaptation field with a clock where `pcr` is given."""
    flags, times = (0x80, pts_field(pts, 2)) if dts is None else (0xC0, pts_field(pts, 3) + pts_field(dts, 1))
    pes = b"\x00\x00\x01\xe0\x00\x00\x80" + bytes((flags, len(times))) + times
    if pcr is None:
        return b"\x47\x41\x00\x10" + pes + b"\xff" * (PACKET_BYTES - 4 - len(pes))
    clock = b"\x10" + (pcr << 15 | 0x3F << 9 | 123).to_bytes(6)
    head = b"\x47\x41\x00\x30" + bytes((len(clock),)) + clock
    return head + pes + b"\xff" * (PACKET_BYTES - len(head) - len(pes))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> SegmentTemplate:
    """Three pictures: one with a clock, one with a DTS, one with neither; and one packet of another kind."""
    path = tmp_path_factory.mktemp("segment") / "scene.ts"
    other = b"\x47\x40\x00\x10" + b"\x00" * (PACKET_BYTES - 4)
    first, second, third = PICTURES
    path.write_bytes(
        other
        + packet(first, None, first - 900)
        + packet(second, second - 3600, None)
        + packet(third, None, None)
    )
    return read_template(path)


@given(st.integers(min_value=0, max_value=WRAP_90KHZ - 1))
def test_every_picture_is_shown_as_much_later_as_the_first(template: SegmentTemplate, begin: int) -> None:
    times = picture_times(template.at(begin))
    assert times is not None
    assert times.first_90khz == begin
    shifts = {
        signed_difference(after, before) for before, after in zip(PICTURES, times.pts_90khz, strict=True)
    }
    assert len(shifts) == 1


@given(st.integers(min_value=0, max_value=WRAP_90KHZ - 1))
def test_nothing_but_the_times_differs_from_the_original(template: SegmentTemplate, begin: int) -> None:
    moved = template.at(begin)
    assert len(moved) == len(template.data)
    changed = {index for index, byte in enumerate(moved) if byte != template.data[index]}
    allowed = {stamp.offset + at for stamp in template.shown for at in range(5)}
    allowed |= {stamp.offset + at for stamp in template.clocks for at in range(6)}
    assert changed <= allowed
    assert template.at(PICTURES[0]) == template.data


def test_clocks_and_decoding_times_are_found_beside_the_times_of_showing(template: SegmentTemplate) -> None:
    first, second, third = PICTURES
    assert [stamp.at_90khz for stamp in template.shown] == [first, second, second - 3600, third]
    assert [(stamp.at_90khz, stamp.bits) for stamp in template.clocks] == [(first - 900, 123)]


@pytest.mark.parametrize(
    "data", [b"", b"\x47" * 100, b"\x47\x40\x00\x10" + b"\x00" * (PACKET_BYTES - 4)], ids=len
)
def test_what_holds_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "scene.ts").write_bytes(data)
    with pytest.raises(UnavailableError, match="no segment of video"):
        read_template(tmp_path / "scene.ts")
