"""What somebody types in a search, and what the full-text index is asked for it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.events.search_words import MOST_WORDS, STOP_WORDS, index_text, search_of, words_of

# Of the index's own language only these may stand around words that are quoted.
LANGUAGE = re.compile(r'(?:[+-]\((?:caption:"[^"\\]*"(?:\^2)? variants:"[^"\\]*"|\*:\*)\)(?:\^0)? ?)+')
texts = st.text(max_size=200) | st.text("ab \"-+&|!(){}[]^~*?:\\/'.AND OR NOT TO", max_size=60)


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("", [], []),
        ("truck", ["truck"], []),
        ("  Red   TRUCKS ", ["Red", "TRUCKS"], []),
        ("truck truck", ["truck"], []),
        ('"red truck"', ["red truck"], []),
        ("“red truck”", ["red truck"], []),
        ('"red truck', ["red", "truck"], []),
        ('red "" truck"', ["red", "truck"], []),
        ("truck -red", ["truck"], ["red"]),
        ('truck -"red car"', ["truck"], ["red car"]),
        ("-truck", [], ["truck"]),
        ("red-truck", ["red truck"], []),
        ("red - truck", ["red", "truck"], []),
        ("--truck", [], ["truck"]),
        ("the of", [], []),
        ("the truck", ["truck"], []),
        ('"man in the house"', ["man in the house"], []),
        ('"the house"', ["house"], []),
        ("-the", [], []),
        ("??? *", [], []),
        ("truck*", ["truck"], []),
        ("car AND NOT truck", ["car", "truck"], []),
        ("caption:truck", ["caption:truck"], []),
        ("[a TO b]", ["b"], []),
        ("driver's", ["driver's"], []),
        ("10.5 m", ["10.5", "m"], []),
        ("cam_001", ["cam_001"], []),
        ("赤い車", ["赤 い 車"], []),
    ],
)
def test_what_is_typed_means_words_that_are_wanted_and_others_that_are_not(
    typed: str, wanted: list[str], unwanted: list[str]
) -> None:
    search = search_of(typed)
    assert [" ".join(term.words) for term in search.wanted] == wanted
    assert [" ".join(term.words) for term in search.unwanted] == unwanted
    assert bool(search) == bool(wanted or unwanted)


@given(typed=texts)
def test_nothing_that_is_typed_is_of_the_language_of_the_index(typed: str) -> None:
    search = search_of(typed)
    assert LANGUAGE.fullmatch(index_text(search))
    for term in (*search.wanted, *search.unwanted):
        assert all(re.fullmatch(r"[\w\u0300-\u036f'’.:·,;]+", word) for word in term.words)


@given(
    typed=st.text(min_size=900, max_size=1_000)
    | st.lists(st.text("ab", min_size=1, max_size=2)).map(" ".join)
)
def test_a_question_never_has_more_words_than_the_index_takes(typed: str) -> None:
    search = search_of(typed)
    assert sum(len(term.words) for term in (*search.wanted, *search.unwanted)) <= MOST_WORDS


def test_a_text_of_very_many_words_is_searched_by_the_first_of_them() -> None:
    search = search_of(" ".join(f"w{number}" for number in range(400)))
    assert [term.words[0] for term in search.wanted] == [f"w{number}" for number in range(MOST_WORDS)]


def test_tokens_narrow_a_question_without_counting() -> None:
    asked = index_text(search_of("truck -red"), [["c1", "c2"], ["d3"]])
    assert asked == (
        '+(caption:"truck"^2 variants:"truck") -(caption:"red" variants:"red")'
        " +tokens:(c1 c2)^0 +tokens:(d3)^0"
    )


@given(text=texts)
def test_words_of_a_text_are_parts_of_it_in_order(text: str) -> None:
    at = 0
    for word in words_of(text):
        assert at <= word.start < word.end <= len(text)
        assert word.stem is None or word.stem not in STOP_WORDS or len(word.stem) > 0
        at = word.end
