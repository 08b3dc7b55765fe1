"""Where a page of events ended, in a cursor that goes out and comes back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.events.event_cursor import (
    MOST_BEST,
    BestCursor,
    TimeCursor,
    encode_best_cursor,
    encode_time_cursor,
    parse_best_cursor,
    parse_time_cursor,
)
from gateway.captions.graph.event_query import LONGEST_CURSOR, SortKey

IN_AN_ADDRESS = re.compile(r"[A-Za-z0-9_-]+")
ids = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200)


@given(start_ms=st.integers(0, 10**15 - 1), event_id=ids, sort=st.sampled_from(["newest", "oldest"]))
def test_a_cursor_of_time_comes_back_as_it_was(start_ms: int, event_id: str, sort: SortKey) -> None:
    text = encode_time_cursor(TimeCursor(start_ms, event_id), sort)
    assert IN_AN_ADDRESS.fullmatch(text)
    assert parse_time_cursor(text, sort) == TimeCursor(start_ms, event_id)


@given(told=st.sets(ids, max_size=30), other=ids)
def test_a_cursor_of_the_best_knows_what_was_told(told: set[str], other: str) -> None:
    text = encode_best_cursor(BestCursor().with_more(told))
    assert IN_AN_ADDRESS.fullmatch(text)
    cursor = parse_best_cursor(text)
    assert all(cursor.has(event_id) for event_id in told)
    assert cursor.has(other) == (other in told)


def test_the_longest_cursor_fits_into_an_address() -> None:
    told = BestCursor().with_more(f"evt_{number}" for number in range(MOST_BEST))
    assert len(encode_best_cursor(told)) < LONGEST_CURSOR
    longest = encode_time_cursor(TimeCursor(10**14, "evt_" + "c" * 130 + "_1761742800000:0123abcd"), "newest")
    assert len(longest) < LONGEST_CURSOR


def test_without_a_cursor_a_list_begins() -> None:
    assert parse_time_cursor("", "newest") is None
    assert parse_best_cursor("") == BestCursor()


@given(text=st.text("abnoABC019_-", min_size=1, max_size=60))
def test_what_is_no_cursor_is_refused_in_a_sentence(text: str) -> None:
    for parse in (lambda: parse_time_cursor(text, "newest"), lambda: parse_best_cursor(text)):
        try:
            parse()
        except ValueError as error:
            assert str(error) in ("is no cursor.", "is one of another order.")


def test_a_cursor_of_another_order_is_refused() -> None:
    newest = encode_time_cursor(TimeCursor(1, "evt_1"), "newest")
    with pytest.raises(ValueError, match="another order"):
        parse_time_cursor(newest, "oldest")
    with pytest.raises(ValueError, match="another order"):
        parse_best_cursor(newest)
