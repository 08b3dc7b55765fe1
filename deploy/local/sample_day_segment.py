"""One piece of a transport stream, again and again at other media times (ISO/IEC 13818-1).

A day of the same few seconds must play like one recording: media time goes on from segment to segment.
So each copy gets times of its own, written over those of the original; nothing else differs.
"""

from dataclasses import dataclass
from pathlib import Path

from host_agent.ring.transport_stream import PACKET_BYTES, WRAP_90KHZ, is_whole, picture_times
from shared.errors import UnavailableError

_SYNC = 0x47
_PTS_BYTES, _PCR_BYTES = 5, 6
_HAS_PTS, _HAS_DTS = 0x80, 0x40
_HAS_PCR = 0x10
_PCR_RESERVED = 0x3F << 9


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time in the stream: where its bytes are, what it says in 90 kHz, and the bits around it.

    `bits`: of a PTS or DTS the four that come first; of a PCR the nine of its extension.
    """

    offset: int
    at_90khz: int
    bits: int


@dataclass(frozen=True, slots=True)
class SegmentTemplate:
    """A segment and every time in it."""

    data: bytes
    first_90khz: int
    shown: tuple[Stamp, ...]
    clocks: tuple[Stamp, ...]

    def at(self, media_90khz: int) -> bytes:
        """The segment with its first picture at `media_90khz` (which wraps at 33 bits)."""
        data = bytearray(self.data)
        shift = media_90khz - self.first_90khz
        for stamp in self.shown:
            time = (stamp.at_90khz + shift) % WRAP_90KHZ
            data[stamp.offset : stamp.offset + _PTS_BYTES] = _pts_bytes(time, stamp.bits)
        for stamp in self.clocks:
            time = (stamp.at_90khz + shift) % WRAP_90KHZ
            whole = time << 15 | _PCR_RESERVED | stamp.bits
            data[stamp.offset : stamp.offset + _PCR_BYTES] = whole.to_bytes(_PCR_BYTES)
        return bytes(data)


def read_template(path: Path) -> SegmentTemplate:
    """Read a whole segment. Raises UnavailableError where it is none, OSError."""
    data = path.read_bytes()
    times = picture_times(data) if is_whole(len(data)) else None
    if times is None:
        raise UnavailableError(
            f"{path} is no segment of video.", remedy="Delete its folder: it is made anew."
        )
    shown: list[Stamp] = []
    clocks: list[Stamp] = []
    for packet in range(0, len(data), PACKET_BYTES):
        if data[packet] == _SYNC:
            shown += _shown_of(data, packet)
            clocks += _clock_of(data, packet)
    return SegmentTemplate(data, times.first_90khz, tuple(shown), tuple(clocks))


def _clock_of(data: bytes, packet: int) -> list[Stamp]:
    has_adaptation = data[packet + 3] & 0x20 and data[packet + 4] > _PCR_BYTES
    if not has_adaptation or not data[packet + 5] & _HAS_PCR:
        return []
    offset = packet + 6
    whole = int.from_bytes(data[offset : offset + _PCR_BYTES])
    return [Stamp(offset, whole >> 15, whole & 0x1FF)]


def _shown_of(data: bytes, packet: int) -> list[Stamp]:
    """The PTS of a packet in which a picture begins, and its DTS where it has one."""
    if not data[packet + 1] & 0x40:
        return []
    payload = packet + 4
    if data[packet + 3] & 0x20:
        payload += 1 + data[packet + 4]
    end = packet + PACKET_BYTES
    if payload + 9 + 2 * _PTS_BYTES > end or data[payload : payload + 3] != b"\x00\x00\x01":
        return []
    flags = data[payload + 7]
    offsets = [payload + 9] if flags & _HAS_PTS else []
    if flags & _HAS_PTS and flags & _HAS_DTS:
        offsets.append(payload + 9 + _PTS_BYTES)
    return [_stamp_at(data, offset) for offset in offsets]


def _stamp_at(data: bytes, offset: int) -> Stamp:
    field = data[offset : offset + _PTS_BYTES]
    at = (field[0] & 0x0E) << 29 | field[1] << 22 | (field[2] & 0xFE) << 14 | field[3] << 7 | field[4] >> 1
    return Stamp(offset, at, field[0] & 0xF0)


def _pts_bytes(time: int, bits: int) -> bytes:
    return bytes(
        (
            bits | time >> 29 & 0x0E | 1,
            time >> 22 & 0xFF,
            time >> 14 & 0xFE | 1,
            time >> 7 & 0xFF,
            time << 1 & 0xFE | 1,
        )
    )
