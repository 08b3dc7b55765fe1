"""The text of an event that a search hit, its hits marked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.events.search_words import Search, search_of, words_of
from gateway.captions.events.snippets import LONGEST_SNIPPET, SnippetPiece, snippet_of

SOME_WORDS = "red Trucks truck parked the gate of driver's 漢字 -red a.b x-y ??? É"
some_words = st.sampled_from(SOME_WORDS.split())
texts = st.lists(some_words, min_size=1, max_size=120).map(" ".join) | st.text(min_size=1, max_size=800)
typed_texts = st.lists(some_words, max_size=5).map(" ".join) | st.text(max_size=40)


def marked(pieces: tuple[SnippetPiece, ...]) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("typed", "texts", "expected"),
    [
        ("", ["a red truck"], "a red truck"),
        ("truck", ["a red truck at the gate"], "a red [truck] at the gate"),
        ("trucks", ["A red Truck"], "A red [Truck]"),
        ("parking", ["a parked car"], "a [parked] car"),
        ("red truck", ["a truck that is red"], "a [truck] that is [red]"),
        ('"red truck"', ["red car, red truck"], "red car, [red truck]"),
        ('"man in the house"', ["a man at a house"], "a [man at a house]"),
        ("forklift-driver", ["the forklift driver waits"], "the [forklift driver] waits"),
        ("driver", ["the driver's door"], "the [driver's] door"),
        ("truck", ["a red car", "a truck"], "a [truck]"),
        ("red truck", ["a red car", "the truck", "one red truck"], "one [red] [truck]"),
        ("bicycle", ["a red car", "a truck"], "a red car"),
        ("-red", ["a truck"], "a truck"),
        ("車", ["赤い車です"], "赤い[車]です"),
        ('"red truck" truck', ["a red truck"], "a [red truck]"),
    ],
)
def test_hits_are_marked_where_they_stand(typed: str, texts: list[str], expected: str) -> None:
    assert marked(snippet_of(texts, search_of(typed))) == expected


def test_of_a_long_text_the_part_with_the_first_hit_is_shown() -> None:
    text = "somebody walks by. " * 40 + "Then a red truck parks there. " + "nothing happens. " * 40
    pieces = snippet_of([text], search_of("truck"))
    assert pieces[0].text.startswith("…") and pieces[-1].text.endswith("…")
    assert "a red [truck] parks" in marked(pieces)
    assert sum(len(piece.text) for piece in pieces) <= LONGEST_SNIPPET + 2
    assert pieces[0].text[1:].split()[0] in ("somebody", "walks", "by.")


@given(texts=st.lists(texts, min_size=1, max_size=4), typed=typed_texts)
def test_pieces_are_of_one_of_the_texts_and_hits_are_what_was_searched(texts: list[str], typed: str) -> None:
    search = search_of(typed)
    pieces = snippet_of(texts, search)
    whole = "".join(piece.text for piece in pieces)
    assert whole in texts or any(whole.strip("…") in text and len(text) > LONGEST_SNIPPET for text in texts)
    assert len(whole) <= LONGEST_SNIPPET + 2
    assert all(piece.text for piece in pieces)
    assert all(before.hit or after.hit for before, after in pairwise(pieces))
    stems = {stem for term in search.wanted for stem in term.stems}
    for piece in pieces:
        if piece.hit and None not in stems and len(whole) < LONGEST_SNIPPET:
            assert stems & {word.stem for word in words_of(piece.text)}


@given(text=texts)
def test_without_a_search_nothing_is_marked(text: str) -> None:
    assert not any(piece.hit for piece in snippet_of([text], Search()))


@given(text=texts)
def test_every_word_of_a_short_text_is_found_in_it(text: str) -> None:
    if len(text) > LONGEST_SNIPPET:
        return
    for word in words_of(text):
        if word.stem is not None:
            pieces = snippet_of([text], search_of(text[word.start : word.end]))
            assert any(piece.hit for piece in pieces)
