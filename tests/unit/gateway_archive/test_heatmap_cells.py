"""Packed cells of the fleet's heatmap, taken apart."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.archive.heatmap.cells import Grid, grid_of, series_of

NONE = 255


def packed(
    number: int,
    *,
    mean: int = NONE,
    peak: int = NONE,
    frames: int = 120,
    black: int = 63,
    frozen: int = 63,
    missing: int = 0,
    last: int = 63,
) -> bytes:
    """A cell as the database packs it."""
    six = black << 18 | frozen << 12 | missing << 6 | last
    return struct.pack(">Q", number << 48 | mean << 40 | peak << 32 | frames << 24 | six)


def test_each_series_has_a_byte_for_each_cell() -> None:
    cells = packed(0, mean=10, peak=20, frames=1, black=2, frozen=3, missing=4, last=5)
    cells += packed(1, mean=250, peak=254, frames=254, black=60, frozen=59, missing=58, last=57)
    assert series_of(cells, Grid(0, 2, 1)) == {
        "frames": bytes([1, 254]),
        "motion_mean": bytes([10, 250]),
        "motion_peak": bytes([20, 254]),
        "black_s": bytes([2, 60]),
        "frozen_s": bytes([3, 59]),
        "missing_s": bytes([4, 58]),
        "thumbnail_s": bytes([5, 57]),
    }


def test_cells_that_are_missing_are_not_known_in_any_series() -> None:
    cells = packed(1, mean=7, peak=8, missing=9, last=10) + packed(4, mean=1, peak=2)
    found = series_of(cells, Grid(0, 6, 1))
    assert found["frames"] == bytes([NONE, 120, NONE, NONE, 120, NONE])
    assert found["motion_mean"] == bytes([NONE, 7, NONE, NONE, 1, NONE])
    assert found["missing_s"] == bytes([NONE, 9, NONE, NONE, 0, NONE])
    assert found["thumbnail_s"] == bytes([NONE, 10, NONE, NONE, NONE, NONE])


def test_series_that_say_nothing_are_left_out() -> None:
    assert series_of(b"", Grid(0, 3, 1)) == {}
    not_analysed = packed(0) + packed(1) + packed(2)
    assert series_of(not_analysed, Grid(0, 3, 1)) == {"frames": bytes([120, 120, 120])}
    quiet = packed(0, mean=0, peak=0, black=0, frozen=0)
    assert set(series_of(quiet, Grid(0, 1, 1))) == {"frames", "motion_mean", "motion_peak"}


def test_a_longer_cell_says_how_many_of_its_minutes_are_known_unless_all_are() -> None:
    assert "known_minutes" not in series_of(packed(0, last=60), Grid(0, 1, 60))
    found = series_of(packed(0, last=60) + packed(2, last=7), Grid(0, 3, 60))
    assert found["known_minutes"] == bytes([60, NONE, 7])
    assert "thumbnail_s" not in found


@given(st.lists(st.integers(0, 44_640), unique=True, max_size=60))
def test_cells_in_any_order_and_with_any_holes_come_to_their_places(numbers: list[int]) -> None:
    found = series_of(b"".join(packed(number, frames=number % 200) for number in numbers), Grid(0, 44_641, 1))
    frames = found.get("frames", bytes([NONE]) * 44_641)
    assert {at: value for at, value in enumerate(frames) if value != NONE} == {
        number: number % 200 for number in numbers
    }


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "every", "grid"),
    [
        (0, 60_000, 1, Grid(0, 1, 1)),
        (59_999, 60_001, 1, Grid(0, 2, 1)),
        (60_000, 180_000, 1, Grid(1, 2, 1)),
        (90 * 60_000, 150 * 60_000, 60, Grid(60, 2, 60)),
    ],
)
def test_the_cells_of_a_span_are_those_that_it_touches(
    start_ms: int, end_ms: int, every: int, grid: Grid
) -> None:
    assert grid_of(start_ms, end_ms, every) == grid


def test_the_cells_of_31_days_have_numbers_that_fit() -> None:
    grid = grid_of(59_999, 59_999 + 31 * 86_400_000, 1)
    assert grid.count == 44_641
    last = series_of(packed(grid.count - 1, frames=9), grid)["frames"]
    assert last == bytes([NONE]) * 44_640 + bytes([9])
