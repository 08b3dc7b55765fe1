"""What English words have in common however they end: `trucks` and `truck`, `parked` and `parking`. Plain.

M. F. Porter, "An algorithm for suffix stripping" (1980), with the two later changes of its author ("bli" and
"logi"), which is what the full-text index does to the words of events: what is marked in a text must be
what was found in it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

_VOWELS = frozenset("aeiou")
_STEP_2: Sequence[tuple[str, str]] = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("logi", "log"),
)
_STEP_3: Sequence[tuple[str, str]] = (
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
)
_STEP_4 = re.compile(
    r"(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|(?<=[st])ion|ou|ism|ate|iti|ous|ive|ize)\Z"
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a word in small letters."""
    if len(word) <= 2:
        return word
    for step in (_plurals, _past_and_progress, _final_y, _double_suffixes, _suffixes, _endings, _final_e):
        word = step(word)
    return word


def _is_consonant(word: str, at: int) -> bool:
    if word[at] == "y":
        return at == 0 or not _is_consonant(word, at - 1)
    return word[at] not in _VOWELS


def _measure(word: str) -> int:
    """How often vowels are followed by consonants in it."""
    kinds = [_is_consonant(word, at) for at in range(len(word))]
    return sum(1 for before, after in pairwise(kinds) if after and not before)


def _has_vowel(word: str) -> bool:
    return any(not _is_consonant(word, at) for at in range(len(word)))


def _ends_double(word: str) -> bool:
    return len(word) >= 2 and word[-1] == word[-2] and _is_consonant(word, len(word) - 1)


def _ends_short(word: str) -> bool:
    """Consonant, vowel, consonant other than w, x, y: what lost an e, as in hop(e)."""
    last = len(word) - 1
    return (
        last >= 2
        and _is_consonant(word, last)
        and not _is_consonant(word, last - 1)
        and _is_consonant(word, last - 2)
        and word[last] not in "wxy"
    )


def _plurals(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past_and_progress(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            left = word[: -len(ending)]
            return _with_lost_e(left) if _has_vowel(left) else word
    return word


def _with_lost_e(left: str) -> str:
    if left.endswith(("at", "bl", "iz")):
        return f"{left}e"
    if _ends_double(left):
        return left if left[-1] in "lsz" else left[:-1]
    return f"{left}e" if _measure(left) == 1 and _ends_short(left) else left


def _final_y(word: str) -> str:
    return f"{word[:-1]}i" if word.endswith("y") and _has_vowel(word[:-1]) else word


def _replaced(word: str, endings: Sequence[tuple[str, str]]) -> str:
    for ending, other in endings:
        if word.endswith(ending):
            left = word[: -len(ending)]
            return left + other if _measure(left) > 0 else word
    return word


def _double_suffixes(word: str) -> str:
    return _replaced(word, _STEP_2)


def _suffixes(word: str) -> str:
    return _replaced(word, _STEP_3)


def _endings(word: str) -> str:
    found = _STEP_4.search(word)
    if found is None:
        return word
    left = word[: found.start()]
    return left if _measure(left) > 1 else word


def _final_e(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
