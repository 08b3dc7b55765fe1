"""Texts of jobs as people see them."""

import re

from shared.ffmpeg.masking import mask_secrets

# Longer words are pictures and keys, which nobody reads; looking for credentials in them takes for ever.
LONGEST_WORD = 500
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


def shown_text(text: str) -> str:
    """`text` without credentials, and without words that are too long to be any."""
    return mask_secrets(_LONG_WORD.sub(lambda word: f"({len(word[0])} characters)", text))
