"""Whether two captions say the same."""

import math

import pytest

from gateway.captions.deduplication.similarity import Saying


def similar(one: str, other: str, threshold: float = 0.95) -> bool:
    found = Saying(one).is_similar(Saying(other), threshold)
    assert Saying(other).is_similar(Saying(one), threshold) == found
    return found


def at_cosine(value: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Two vectors of different lengths with that cosine."""
    return (2.0, 0.0), (3 * value, 3 * math.sqrt(1 - value**2))


def test_most_of_the_shorter_ones_words_are_enough() -> None:
    assert similar("man in fields", "man working in agricultural field")
    assert not similar("man in fields", "person walking away from field")


def test_four_words_of_five_are_enough_and_three_of_four_are_not() -> None:
    assert similar("red car near open gate", "red car near open door")
    assert not similar("red car near gate", "red car near door")


def test_a_cosine_at_the_threshold_is_enough() -> None:
    one, other = at_cosine(0.95)
    assert Saying("dog", one).is_similar(Saying("cat", other), 0.95)
    one, other = at_cosine(0.9499)
    assert not Saying("dog", one).is_similar(Saying("cat", other), 0.95)


def test_a_cosine_that_rounding_made_smaller_is_enough() -> None:
    one, other = Saying("dog", (1, 1)), Saying("cat", (1, 7))
    assert one.cosine(other) < 0.8  # which it is
    assert one.is_similar(other, 0.8)


def test_either_signal_is_enough() -> None:
    one, other = at_cosine(0.5)
    assert Saying("man in a field", one).is_similar(Saying("man in fields", other), 0.95)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1.0, 0.0), None),
        ((1.0, 0.0), (1.0, 0.0, 0.0)),
        ((0.0, 0.0), (1.0, 0.0)),
        ((0.0, 0.0), (0.0, 0.0)),
        ((), ()),
        ((1.0, 1.0), (-1.0, -1.0)),
    ],
)
def test_embeddings_that_cannot_be_compared_say_nothing(
    one: tuple[float, ...], other: tuple[float, ...] | None
) -> None:
    assert not Saying("dog", one).is_similar(Saying("cat", other), 0.01)
    assert Saying("dog", one).is_similar(Saying("a dog", other), 0.95)


def test_with_threshold_one_only_equal_content_is_similar() -> None:
    assert similar("Surveillance view: a man in the fields", "man in field", threshold=1.0)
    assert not similar("man in field", "man in a green field", threshold=1.0)
    same = (0.3, 0.4)
    assert not Saying("dog", same).is_similar(Saying("cat", same), 1.0)


def test_nothing_but_boilerplate_is_similar_only_to_itself() -> None:
    for threshold in (0.95, 1.0):
        assert similar("camera view", "Camera view.", threshold)
        assert not similar("camera view", "view of the camera", threshold)
        assert not similar("camera view", "a man in camera view", threshold)
    same = (0.3, 0.4)
    assert not Saying("camera view", same).is_similar(Saying("scene", same), 0.95)


def test_signs_and_pictures_alone_are_similar_only_to_themselves() -> None:
    for threshold in (0.5, 1.0):
        assert not Saying("\U0001f697").is_similar(Saying("\U0001f436"), threshold)
        assert not Saying("...").is_similar(Saying("!!!"), threshold)
        assert Saying("\U0001f697").is_similar(Saying("\U0001f697"), threshold)


def test_what_is_there_is_not_what_is_not() -> None:
    assert not similar("no person", "person")
    assert not similar("no person in the field", "person in the field")
