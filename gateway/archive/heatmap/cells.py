"""The cells of a heatmap: what a database row holds of each, taken apart into one byte a cell and series.

A packed cell has eight bytes, so that the database can add up a device's day as one value:

    bits  16      8            8            8       6        6         6          6
          number  motion_mean  motion_peak  frames  black_s  frozen_s  missing_s  last

`number` counts cells from the range's begin. Motion m, 0–1, is `round(254 · √m)`: little motion is common
and to be told from none. All bits of a value set: not known. `last` is the second of the most active picture
where a cell is a minute and that was asked for, and the count of known minutes where it is several.
"""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass

PACKED_BYTES = 8
# What a byte of a series says where nothing is known.
NOT_KNOWN = 255
MOST_FRAMES = 254
MOTION_SCALE = 254
_NUMBER_SHIFT = 48
_NO_CELL = b"\xff" * PACKED_BYTES
_NO_CELL_NUMBER = int.from_bytes(_NO_CELL)
_NUMBERS = struct.pack(">65536H", *range(65_536))
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SIX_BITS = bytes.maketrans(_ALPHABET, bytes([*range(63), NOT_KNOWN]))


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of an answer: `count` of `every_minutes` each, from the minute `first` (since 1970)."""

    first: int
    count: int
    every_minutes: int

    @property
    def end(self) -> int:
        """The minute after the last cell."""
        return self.first + self.count * self.every_minutes


def grid_of(start_ms: int, end_ms: int, every_minutes: int) -> Grid:
    """The cells that a span touches. They begin at multiples of their length since 1970: hours at hours."""
    every_ms = every_minutes * 60_000
    first, end = start_ms // every_ms, -(-end_ms // every_ms)
    return Grid(first * every_minutes, end - first, every_minutes)


def series_of(packed: bytes, grid: Grid) -> Mapping[str, bytes]:
    """One byte a cell for each series that says something, from a device's cells in any order.

    `frames` is always there where a cell is known. `motion_*` are left out where nothing was analysed,
    seconds where all are 0, `thumbnail_s` where there is no picture, `known_minutes` where all are known.
    """
    if not packed:
        return {}
    cells = _in_place(packed, grid.count)
    six = bytearray(3 * grid.count)
    for index in range(3):
        six[index::3] = cells[5 + index :: PACKED_BYTES]
    # Base64 takes six bits after six apart, and does it in C.
    digits = base64.b64encode(six)
    black, frozen, missing, last = (digits[index::4].translate(_SIX_BITS) for index in range(4))
    found = {
        "frames": cells[4::PACKED_BYTES],
        "motion_mean": cells[2::PACKED_BYTES],
        "motion_peak": cells[3::PACKED_BYTES],
        "black_s": black,
        "frozen_s": frozen,
        "missing_s": missing,
    }
    silent = {"frames": b"", "motion_mean": b"\xff", "motion_peak": b"\xff"}
    series = {name: values for name, values in found.items() if values.strip(silent.get(name, b"\x00\xff"))}
    if grid.every_minutes == 1:
        if last.strip(b"\xff"):
            series["thumbnail_s"] = last
    elif last.strip(bytes([grid.every_minutes])):
        series["known_minutes"] = last
    return series


def _in_place(packed: bytes, count: int) -> bytes:
    """Every cell at its number, those that are missing as not known."""
    known = len(packed) // PACKED_BYTES
    first = int.from_bytes(packed[:2])
    wanted = _NUMBERS[2 * first : 2 * (first + known)]
    if packed[::PACKED_BYTES] == wanted[::2] and packed[1::PACKED_BYTES] == wanted[1::2]:
        # In order and without a hole.
        return b"".join([_NO_CELL * first, packed, _NO_CELL * (count - first - known)])
    # Several workers of the database have read them, or they came late, or some are missing.
    cells = [_NO_CELL_NUMBER] * count
    for cell in struct.unpack(f">{known}Q", packed):
        cells[cell >> _NUMBER_SHIFT] = cell
    return struct.pack(f">{count}Q", *cells)
