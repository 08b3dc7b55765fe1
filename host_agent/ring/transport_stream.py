"""What the timestamps in an MPEG transport stream say (ISO/IEC 13818-1), as far as dating needs it."""

from dataclasses import dataclass
from itertools import pairwise

PACKET_BYTES = 188
WRAP_90KHZ = 1 << 33
_SYNC = 0x47
_DEFAULT_FRAME_90KHZ = 3600


@dataclass(frozen=True, slots=True)
class PictureTimes:
    """Presentation times of a segment's pictures, 33 bits of 90 kHz, in the order of decoding."""

    pts_90khz: tuple[int, ...]

    @property
    def first_90khz(self) -> int:
        return self.pts_90khz[0]

    @property
    def sorted_90khz(self) -> list[int]:
        """Offsets from the first picture, in order of showing; a wrap inside the segment is undone."""
        offsets = [signed_difference(pts, self.first_90khz) for pts in self.pts_90khz]
        return sorted(offsets)

    @property
    def frame_90khz(self) -> int:
        """How long a picture is shown: the median distance of two."""
        offsets = self.sorted_90khz
        distances = sorted(late - early for early, late in pairwise(offsets))
        return distances[len(distances) // 2] if distances else _DEFAULT_FRAME_90KHZ

    @property
    def duration_90khz(self) -> int:
        """From the first picture to the end of the last one that is there."""
        offsets = self.sorted_90khz
        return offsets[-1] - offsets[0] + self.frame_90khz


def signed_difference(one_90khz: int, other_90khz: int) -> int:
    """`one - other` of two 33-bit timestamps that are less than half a wrap (13 h) apart."""
    difference = (one_90khz - other_90khz) % WRAP_90KHZ
    return difference - WRAP_90KHZ if difference >= WRAP_90KHZ // 2 else difference


def is_whole(size_bytes: int) -> bool:
    """Whether a file of this size can be a complete transport stream: not empty, whole packets."""
    return size_bytes > 0 and size_bytes % PACKET_BYTES == 0


def picture_times(data: bytes, *, only_first: bool = False) -> PictureTimes | None:
    """Read the presentation times of the first video stream; None where there is no picture."""
    found: list[int] = []
    video_pid: int | None = None
    second_bytes = data[1::PACKET_BYTES]
    for index, flags in enumerate(second_bytes):
        if not flags & 0x40:
            continue
        at = index * PACKET_BYTES
        if at + PACKET_BYTES > len(data) or data[at] != _SYNC:
            continue
        pid = (flags & 0x1F) << 8 | data[at + 2]
        if video_pid is not None and pid != video_pid:
            continue
        payload = at + 4
        if data[at + 3] & 0x20:
            payload += 1 + data[at + 4]
        pts = _pes_pts(data, payload, at + PACKET_BYTES)
        if pts is None:
            continue
        video_pid = pid
        found.append(pts)
        if only_first:
            break
    return PictureTimes(tuple(found)) if found else None


def _pes_pts(data: bytes, at: int, end: int) -> int | None:
    if at + 14 > end or data[at : at + 3] != b"\x00\x00\x01" or not 0xE0 <= data[at + 3] <= 0xEF:
        return None
    if not data[at + 7] & 0x80:
        return None
    field = data[at + 9 : at + 14]
    return (field[0] & 0x0E) << 29 | field[1] << 22 | (field[2] & 0xFE) << 14 | field[3] << 7 | field[4] >> 1
