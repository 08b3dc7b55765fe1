"""The cursor of the wall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wall.frames.cursor import (
    LONGEST_CURSOR,
    MOST_ENTRIES,
    device_key,
    encode_cursor,
    next_cursor,
    parse_cursor,
)

CURSORS = st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 10**10 - 1), max_size=40)


@given(CURSORS)
def test_a_cursor_comes_back_as_it_was_given(cursor: dict[int, int]) -> None:
    text = encode_cursor(cursor)
    assert parse_cursor(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum() or not text


def test_no_cursor_is_one_that_has_nothing() -> None:
    assert parse_cursor("") == {}


@pytest.mark.parametrize("text", ["x", "AAAA", "not base64!", "é", "\x00", "=", "A" * (LONGEST_CURSOR + 4)])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cursor"):
        parse_cursor(text)


def test_a_cursor_fits_into_an_address_however_many_devices_were_seen() -> None:
    sent = [(device_key(("lab-1", f"camera-{number}")), 10**10 - 1) for number in range(1000)]
    text = encode_cursor(next_cursor(sent, {}))
    assert len(text) <= LONGEST_CURSOR < 4096
    assert parse_cursor(text) == dict(sent[:MOST_ENTRIES])


def test_what_was_sent_now_comes_before_what_was_seen_before() -> None:
    found = next_cursor([(1, 10), (2, 20)], {3: 30, 1: 9})
    assert list(found.items()) == [(1, 10), (2, 20), (3, 30)]


def test_devices_of_the_same_name_on_two_hosts_are_two() -> None:
    assert device_key(("a", "street")) != device_key(("b", "street"))
    assert device_key(("a", "street")) == device_key(("a", "street"))
