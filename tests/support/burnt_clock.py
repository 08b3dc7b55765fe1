"""A clock burnt into pictures for programs to read: which picture this is, and when it was taken.

The top sixth of a picture carries 3 rows of 32 black or white cells (20×20 pixels at 640×360):
the number of the picture (32 bits), the wall clock in milliseconds since 1970 (48 bits) and a
CRC-16 of both. Cells that large survive H.264 at 500 kbit/s, JPEG, and being scaled to a width
of 320; a picture that was torn or mixed of two fails its checksum and is not read at all.
"""

import binascii
from dataclasses import dataclass

CELLS_ACROSS = 32
CELLS_DOWN = 3
CELLS = CELLS_ACROSS * CELLS_DOWN
BAND_SHARE = 6  # the band is the picture's height divided by this
BLACK, WHITE = 16, 235  # luma of limited range
_MIDDLE = 128
_CRC_START = 0xFFFF  # so that an all-black band is no valid stamp
_BITS = [bytes((value >> bit) & 1 for bit in range(7, -1, -1)) for value in range(256)]


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """What one picture says of itself: its running `number` and when it was taken."""

    number: int
    wall_ms: int


def pack(stamp: Stamp) -> bytes:
    """The 12 bytes of a stamp: number, wall clock, checksum."""
    body = stamp.number.to_bytes(4, "big") + stamp.wall_ms.to_bytes(6, "big")
    return body + binascii.crc_hqx(body, _CRC_START).to_bytes(2, "big")


def unpack(packed: bytes) -> Stamp | None:
    """The stamp of 12 bytes; None where the checksum does not fit."""
    body, check = packed[:10], int.from_bytes(packed[10:], "big")
    if len(packed) != CELLS // 8 or binascii.crc_hqx(body, _CRC_START) != check:
        return None
    return Stamp(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:], "big"))


class BandPainter:
    """Paints stamps for one picture size. Prepared once: painting is a few look-ups a picture."""

    def __init__(self, width: int, height: int) -> None:
        """Raises ValueError where cells would not be whole pixels."""
        if width % CELLS_ACROSS or height % (BAND_SHARE * CELLS_DOWN):
            raise ValueError(
                f"{width}x{height}: needs a multiple of {CELLS_ACROSS} x {BAND_SHARE * CELLS_DOWN}"
            )
        self.lines = height // BAND_SHARE
        self._lines_a_cell = self.lines // CELLS_DOWN
        cell = width // CELLS_ACROSS
        self._eight_cells = [
            b"".join(bytes([WHITE if bit else BLACK]) * cell for bit in bits) for bits in _BITS
        ]

    def paint(self, stamp: Stamp) -> bytes:
        """The luma of the picture's topmost `lines` lines."""
        packed = pack(stamp)
        rows = (packed[at : at + CELLS_ACROSS // 8] for at in range(0, len(packed), CELLS_ACROSS // 8))
        return b"".join(
            b"".join(self._eight_cells[value] for value in row) * self._lines_a_cell for row in rows
        )


def read_band(cells: bytes) -> Stamp | None:
    """Read the mean brightness (0–255) of the 96 cells, row by row; None where there is no stamp."""
    if len(cells) != CELLS:
        return None
    bits = 0
    for brightness in cells:
        bits = bits << 1 | (brightness >= _MIDDLE)
    return unpack(bits.to_bytes(CELLS // 8, "big"))
