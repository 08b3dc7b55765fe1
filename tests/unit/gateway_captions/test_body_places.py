"""How many large bodies are read at the same time."""

import pytest

from gateway.captions.intake.body_places import LARGE_FROM_BYTES, BodyPlaces
from shared.errors import UnavailableError


@pytest.mark.parametrize("size_bytes", [LARGE_FROM_BYTES, None])
def test_large_bodies_and_those_of_unknown_size_wait_for_a_place(size_bytes: int | None) -> None:
    places = BodyPlaces(1, waits_s=0.01)
    with places.place(size_bytes):
        with pytest.raises(UnavailableError) as refused, places.place(size_bytes):
            pass
        assert refused.value.code == "too_many_large_requests"
        with places.place(LARGE_FROM_BYTES - 1), places.place(0):
            pass
    with places.place(size_bytes):
        pass


def test_a_place_is_free_again_after_a_failure() -> None:
    places = BodyPlaces(1, waits_s=0.01)
    for _ in range(3):
        with pytest.raises(KeyError), places.place(None):
            raise KeyError
