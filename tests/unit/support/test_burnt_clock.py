"""The burnt clock: what is painted is read, and what is damaged is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.burnt_clock import CELLS, CELLS_ACROSS, CELLS_DOWN, BandPainter, Stamp, read_band

STAMPS = st.builds(Stamp, st.integers(0, 2**32 - 1), st.integers(0, 2**48 - 1))


def cells_of(band: bytes, width: int, height: int) -> bytes:
    """The mean brightness of each cell, as ffmpeg's area scaler gives it."""
    across, down = width // CELLS_ACROSS, height // CELLS_DOWN
    means = []
    for row in range(CELLS_DOWN):
        for column in range(CELLS_ACROSS):
            pixels = [
                band[(row * down + y) * width + column * across + x]
                for y in range(down)
                for x in range(across)
            ]
            means.append(sum(pixels) // len(pixels))
    return bytes(means)


@given(STAMPS)
def test_every_stamp_that_is_painted_is_read(stamp: Stamp) -> None:
    painter = BandPainter(64, 36)
    assert read_band(cells_of(painter.paint(stamp), 64, painter.lines)) == stamp


@given(STAMPS, st.integers(0, CELLS - 1))
def test_a_stamp_with_a_wrong_cell_is_not_read(stamp: Stamp, cell: int) -> None:
    painter = BandPainter(32, 18)
    cells = bytearray(cells_of(painter.paint(stamp), 32, painter.lines))
    cells[cell] = 255 - cells[cell]
    assert read_band(bytes(cells)) is None


def test_a_picture_that_is_torn_between_two_that_follow_each_other_is_not_read() -> None:
    painter = BandPainter(32, 18)
    bands = [
        cells_of(painter.paint(Stamp(number, 1_795_248_430_689 + 40 * number)), 32, painter.lines)
        for number in range(1, 300)
    ]
    for first, second in pairwise(bands):
        for rows in (1, 2):
            assert read_band(first[: rows * CELLS_ACROSS] + second[rows * CELLS_ACROSS :]) is None


@pytest.mark.parametrize("brightness", [0, 16, 128, 255])
def test_a_plain_picture_has_no_stamp(brightness: int) -> None:
    assert read_band(bytes([brightness]) * CELLS) is None


@pytest.mark.parametrize(("width", "height"), [(641, 360), (640, 361), (20, 18)])
def test_a_size_with_broken_cells_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match=f"{width}x{height}"):
        BandPainter(width, height)
