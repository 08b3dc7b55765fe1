"""What a deed tells about itself, made fit for the log: plain JSON, not endless, and never a secret. Plain.

Whoever tells a deed leaves secrets out; what is done here is for the day that somebody forgets.
"""

import math
import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any

from shared.ffmpeg.masking import mask_secrets

HIDDEN = "***"
LONGEST_TEXT = 500
LONGEST_KEY = 100
MOST_ITEMS = 50
DEEPEST = 6
_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)?$|pwd|secret|token$|credential|authori[sz]ation|api_?key|private_?key|cookie",
    re.IGNORECASE,
)
# Of a secret these may be told: that it is there, and that it was changed.
_TELLING = frozenset({"changed", "set", "removed"})


def plain_text(text: str, longest: int) -> str:
    """`text` as a database can hold it, at most `longest` characters."""
    kept = "".join(
        "\N{REPLACEMENT CHARACTER}" if letter == "\0" or 0xD800 <= ord(letter) < 0xE000 else letter
        for letter in text[: longest + 1]
    )
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"


def fit_details(details: Mapping[str, object]) -> dict[str, object]:
    """`details` as they may stand in the log."""
    return _fit_mapping(details, depth=1, is_secret=False)


def _fit(value: object, *, depth: int, is_secret: bool) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        return "…" if depth >= DEEPEST else _fit_mapping(value, depth=depth + 1, is_secret=is_secret)
    if isinstance(value, Sequence | Set) and not isinstance(value, str | bytes):
        return "…" if depth >= DEEPEST else _fit_items(value, depth=depth + 1, is_secret=is_secret)
    if is_secret:
        return value if isinstance(value, str) and value in _TELLING else HIDDEN
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return plain_text(mask_secrets(text), LONGEST_TEXT)


def _fit_mapping(mapping: Mapping[Any, object], *, depth: int, is_secret: bool) -> dict[str, object]:
    pairs = [(plain_text(str(key), LONGEST_KEY), value) for key, value in mapping.items()]
    shown = {
        key: _fit(value, depth=depth, is_secret=is_secret or _SECRET_KEY.search(key) is not None)
        for key, value in pairs[:MOST_ITEMS]
    }
    return shown if len(pairs) <= MOST_ITEMS else {**shown, "…": f"{len(pairs) - MOST_ITEMS} more"}


def _fit_items(items: Sequence[object] | Set[object], *, depth: int, is_secret: bool) -> list[object]:
    ordered = sorted(items, key=str) if isinstance(items, Set) else list(items)
    shown = [_fit(item, depth=depth, is_secret=is_secret) for item in ordered[:MOST_ITEMS]]
    return shown if len(ordered) <= MOST_ITEMS else [*shown, f"… {len(ordered) - MOST_ITEMS} more"]
