"""Text in cells: no spreadsheet runs it, and it comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.spreadsheet_text import original_text, spreadsheet_text

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]


@pytest.mark.parametrize("start", STARTS)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(start: str) -> None:
    assert spreadsheet_text(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "Lobby", "a=b", "'quoted'", "'tis", "7", " =1", "3-4", "\u00fcber"])
def test_all_other_text_is_left_as_it_is(text: str) -> None:
    assert spreadsheet_text(text) == text
    assert original_text(text) == text


@given(st.lists(st.sampled_from(["'", "x", " ", *STARTS])).map("".join))
def test_every_text_comes_back_as_it_was_and_no_cell_begins_as_a_formula(text: str) -> None:
    cell = spreadsheet_text(text)
    assert original_text(cell) == text
    assert cell[:1] not in STARTS
