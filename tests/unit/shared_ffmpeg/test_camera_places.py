"""So many cameras at once, and no more."""

import pytest

from shared.errors import UnavailableError
from shared.ffmpeg.camera_places import CameraPlaces


def test_a_place_that_is_taken_is_free_again_afterwards_whatever_came_of_it() -> None:
    places = CameraPlaces(1)
    for _ in range(3):
        with pytest.raises(RuntimeError), places.taken():
            raise RuntimeError


def test_where_all_are_taken_the_caller_is_told_when_to_come_back() -> None:
    places = CameraPlaces(2)
    with places.taken(), places.taken():
        with pytest.raises(UnavailableError) as refused, places.taken():
            pass
        assert refused.value.code == "too_many_probes"
        assert isinstance(refused.value.details["retry_after_s"], int)
    with places.taken():
        pass
