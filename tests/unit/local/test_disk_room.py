"""A disk that is nearly full is told of before anything fails on it."""

import pytest

from deploy.local.disk_room import lack_of_room

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("free_bytes", "total_bytes"), [(5 * GB, 100 * GB), (30 * GB, 1000 * GB), (5 * GB, 5 * GB)]
)
def test_a_disk_with_room_is_nothing_to_speak_of(free_bytes: int, total_bytes: int) -> None:
    assert lack_of_room("/srv", free_bytes, total_bytes) == ""


@pytest.mark.parametrize(
    ("free_bytes", "total_bytes", "said"),
    [
        (5 * GB - 1, 10 * GB, "5.0 GB (50.0 %)"),
        (29 * GB, 1000 * GB, "29.0 GB (2.9 %)"),
        (0, 10 * GB, "0.0 GB (0.0 %)"),
        (0, 0, "0.0 GB"),
    ],
)
def test_a_disk_that_is_nearly_full_is_named_with_what_it_has(
    free_bytes: int, total_bytes: int, said: str
) -> None:
    sentence = lack_of_room("/srv", free_bytes, total_bytes)
    assert "/srv" in sentence and said in sentence
