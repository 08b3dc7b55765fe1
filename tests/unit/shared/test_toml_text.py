"""Text that is written as TOML reads back as it was."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from shared.toml_text import toml_string


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_reads_back(text: str) -> None:
    assert tomllib.loads(f"key = {toml_string(text)}") == {"key": text}
