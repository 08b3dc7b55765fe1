"""Cameras cut into lots."""

import pytest

from gateway.captions.migration.migration_lots import description_of, lots_of


@pytest.mark.parametrize(
    ("cameras", "size", "lots"),
    [(0, 50, []), (1, 50, [1]), (50, 50, [50]), (51, 50, [25, 26]), (1000, 50, [50] * 20), (3, 1, [1, 1, 1])],
)
def test_lots_are_about_as_large_and_none_is_larger_than_it_may_be(
    cameras: int, size: int, lots: list[int]
) -> None:
    names = [f"cam_{number}" for number in range(cameras)]
    found = lots_of(names, size)
    assert [len(lot) for lot in found] == lots
    assert [name for lot in found for name in lot] == names


def test_a_job_of_one_camera_names_it() -> None:
    assert description_of(["cam_001"]) == "Migrate the captions of cam_001."
    assert description_of(["cam_001", "cam_002"]) == "Migrate the captions of 2 cameras."
