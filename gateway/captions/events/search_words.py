"""Words of texts and of what somebody searches, cut and stemmed as the full-text index does it. Plain.

A word is what UAX #29 makes one, as far as captions go: letters and digits, with apostrophes and dots inside
(`driver's`, `10.5`); an ideograph is one by itself. Words that say nothing (`the`, `of`) are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.captions.events.stems import stem

# More are more than the index takes in one question; who searches a whole text finds it by these.
MOST_WORDS = 150
# What the index leaves out of English texts.
_SAY_NOTHING = """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these
    they this to was will with
"""
STOP_WORDS = frozenset(_SAY_NOTHING.split())
# Ideographs and hiragana.
_ALONE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_IN_WORDS = rf"(?:(?![{_ALONE}])[\w\u0300-\u036f])+"
_LETTER = r"[^\W\d_]"
_WORD = re.compile(
    rf"[{_ALONE}]|(?![\u0300-\u036f]){_IN_WORDS}"
    rf"(?:(?:(?<={_LETTER})['’.:·](?={_LETTER})|(?<=\d)['’.,;](?=\d)){_IN_WORDS})*"
)
_POSSESSIVE = re.compile(r"['’＇][sS]\Z")
_QUOTED = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"|(?P<bare>[^\s"]+))')
_QUOTES = str.maketrans("“”„«»＂", '""""""')


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, from `start` to `end` in it. `stem` None: it says nothing."""

    start: int
    end: int
    stem: str | None


@dataclass(frozen=True, slots=True)
class Term:
    """Words one behind the other as they were typed, and their stems; None: any word."""

    words: Sequence[str]
    stems: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: all of `wanted` and none of `unwanted`. Neither: everything."""

    wanted: Sequence[Term] = ()
    unwanted: Sequence[Term] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, one after the other."""
    for found in _WORD.finditer(text):
        # Neither underscores nor raised numbers are words to the index.
        if any(letter.isalpha() or letter.isdecimal() for letter in found[0]):
            yield Word(found.start(), found.end(), _stem_of(found[0]))


def search_of(text: str) -> Search:
    """What `text` means, as it was typed. Nothing in it is wrong: what means nothing is left out."""
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    left = MOST_WORDS
    for found in _QUOTED.finditer(text.translate(_QUOTES)):
        said = found["phrase"] if found["phrase"] is not None else found["bare"]
        term = _term_of(said, left)
        if term is not None:
            left -= len(term.words)
            (unwanted if found["minus"] else wanted)[term] = None
    return Search(tuple(wanted), tuple(unwanted))


def index_text(search: Search, tokens: Sequence[Sequence[str]] = ()) -> str:
    """The question in the index's own language, for the properties of an event that have words.

    `tokens`: of each group one must be with the event; they do not count for how well it matches. Nothing
    that was typed is of that language: of each term only words are left, and they are quoted.
    """
    parts = [f"+({_anywhere(term, boost='^2')})" for term in search.wanted]
    if not parts:
        # What is unwanted is taken away from something.
        parts.append("+(*:*)^0")
    parts += [f"-({_anywhere(term)})" for term in search.unwanted]
    parts += [f"+tokens:({' '.join(group)})^0" for group in tokens]
    return " ".join(parts)


def _anywhere(term: Term, boost: str = "") -> str:
    quoted = f'"{" ".join(term.words)}"'
    return f"caption:{quoted}{boost} variants:{quoted}"


def _term_of(said: str, most: int) -> Term | None:
    found = [(said[word.start : word.end], word.stem) for word in words_of(said)][:most]
    while found and found[0][1] is None:
        del found[0]
    while found and found[-1][1] is None:
        del found[-1]
    if not found:
        return None
    words, stems = zip(*found, strict=True)
    return Term(words, stems)


@lru_cache(maxsize=20_000)
def _stem_of(word: str) -> str | None:
    small = _POSSESSIVE.sub("", word).lower()
    return None if small in STOP_WORDS else stem(small)
