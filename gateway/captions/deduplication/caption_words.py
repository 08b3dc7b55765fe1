"""The words of a caption that say what is seen: without case, punctuation, endings and boilerplate. Plain."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS = frozenset("aeiouy")
# Words between words.
_STOP_WORDS = """
    a an the this that these those there here it its his her their of in on at to from with by for into onto
    and or as is are was were be been being has have had while who which what where some
"""
# What any caption of any camera may say.
_BOILERPLATE = """
    surveillance security cctv camera cam view viewed footage video image picture photo photograph frame
    feed scene shot still clip showing shows show shown seen see visible captured captures depicting
    depicts overlooking
"""
_SAYS_NOTHING = frozenset((_STOP_WORDS + _BOILERPLATE).split())
# They belong to the next word that says something: "no person" is not "person".
_NEGATIONS = frozenset({"no", "not", "without", "never"})
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "persons": "person",
    "children": "child",
    "mice": "mouse",
    "feet": "foot",
    "lorries": "lorry",
    "buses": "bus",
}
_MOST_WORDS_REMEMBERED = 65_536


def words_of(text: str) -> tuple[str, ...]:
    """All words, in order, without case and punctuation."""
    return tuple(_WORD.findall(text.casefold()))


def content_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `words` that say what is seen, as stems, in order; none where all is boilerplate."""
    if _NEGATIONS.isdisjoint(words):
        return tuple([stem for word in words if (stem := _stem_or_nothing(word))])
    found = []
    negated = False
    for word in words:
        stem = _stem_or_nothing(word)
        if stem:
            found.append(f"no {stem}" if negated else stem)
            negated = False
        elif word in _NEGATIONS:
            negated = True
    return tuple(found)


# Captions have many texts and few words.
@lru_cache(maxsize=_MOST_WORDS_REMEMBERED)
def _stem_or_nothing(word: str) -> str:
    if word in _SAYS_NOTHING or word in _NEGATIONS:
        return ""
    stem = stem_of(word)
    # "cameras" and "views" as well
    return "" if stem in _STEMS_OF_NOTHING else stem


def stem_of(word: str) -> str:
    """`word` without the endings of its forms: a simple stem that is the same for all of them, for most."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    word = _IRREGULAR.get(word, word)
    if len(word) > 3:
        word = _without_plural(word)
    if len(word) > 4:
        word = _without_verb_ending(word)
    return word.removesuffix("e") if len(word) > 3 else word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and not _VOWELS.isdisjoint(stem):
            # "running" is of "run", "passing" of "pass"
            doubled = stem[-1] == stem[-2] and stem[-1] not in "lsz"
            return stem[:-1] if doubled else stem
    return word


_STEMS_OF_NOTHING = frozenset(stem_of(word) for word in _SAYS_NOTHING)
