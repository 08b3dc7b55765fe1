"""The words of a caption that say what is seen."""

import pytest

from gateway.captions.deduplication.caption_words import content_of, stem_of, words_of


def content(text: str) -> tuple[str, ...]:
    return content_of(words_of(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Man in fields.", "man in the FIELD"),
        ("surveillance camera view of a man", "CCTV footage: man"),
        ("a red truck is parked", "red trucks parking"),
        ("two children running", "2 children run".replace("2", "two")),
        ("the lorry's lights", "lorries: light"),
        ("men and women", "man, woman"),
        ("vehicles driving by", "a vehicle drives by"),
        ("people near boxes", "person near a box"),
        ("somebody passes", "somebody passing"),
        ("Straße, naß", "STRASSE nass"),
    ],
)
def test_form_case_punctuation_and_boilerplate_make_no_difference(one: str, other: str) -> None:
    assert content(one) == content(other) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a person in the field", "no person in the field"),
        ("a red car", "a bed cart"),
        ("a man", "a woman"),
        ("two men", "three men"),
        ("bus", "bu"),
    ],
)
def test_other_words_are_other_words(one: str, other: str) -> None:
    assert content(one) != content(other)


@pytest.mark.parametrize("text", ["camera view", "the surveillance cameras' views", "", "…!", "it is there"])
def test_of_boilerplate_nothing_is_left(text: str) -> None:
    assert content(text) == ()


def test_a_negation_belongs_to_the_next_word_that_says_something() -> None:
    assert content("there is no visible person near the door") == ("no person", "near", "door")


@pytest.mark.parametrize("word", ["red", "bed", "king", "ring", "seed", "gas", "bus", "this", "sing", "I"])
def test_short_words_are_not_cut_to_pieces(word: str) -> None:
    assert len(stem_of(word)) >= min(3, len(word))
