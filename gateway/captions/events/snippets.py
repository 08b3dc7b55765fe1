"""The text of an event that a search hit, its hits marked. Plain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.captions.events.search_words import Search, Term, Word, words_of

LONGEST_SNIPPET = 300
# So much of what is before the first hit stays.
_BEFORE = 60
_CUT = "…"
_Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SnippetPiece:
    """A stretch of a text. `hit`: it is what was searched for."""

    text: str
    hit: bool


def snippet_of(texts: Sequence[str], search: Search) -> tuple[SnippetPiece, ...]:
    """Pieces of the one of `texts` with the most of what is wanted in it; of several the first.

    Together they are that text, or where it is longer than LONGEST_SNIPPET a part of it from shortly before
    the first hit on, with … for what is left out. There is one text at least.
    """
    best_text, most_terms = texts[0], -1
    best_hits: Sequence[_Stretch] = ()
    for text in texts if search.wanted else texts[:1]:
        words = list(words_of(text))
        found = [list(_found(words, term)) for term in search.wanted]
        terms = sum(1 for stretches in found if stretches)
        if terms > most_terms:
            hits = _joined(stretch for stretches in found for stretch in stretches)
            best_text, best_hits, most_terms = text, hits, terms
        if terms == len(search.wanted):
            break
    return _pieces(best_text, best_hits)


def _found(words: Sequence[Word], term: Term) -> Iterator[_Stretch]:
    """Where the words of a term stand one behind the other."""
    first, length = term.stems[0], len(term.stems)
    for at in range(len(words) - length + 1):
        if words[at].stem != first:
            continue
        here = words[at : at + length]
        if all(stem in (None, word.stem) for word, stem in zip(here, term.stems, strict=True)):
            yield here[0].start, here[-1].end


def _joined(stretches: Iterator[_Stretch]) -> tuple[_Stretch, ...]:
    joined: list[_Stretch] = []
    for start, end in sorted(stretches):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _pieces(text: str, hits: Sequence[_Stretch]) -> tuple[SnippetPiece, ...]:
    first, last = _shown(text, hits)
    pieces: list[SnippetPiece] = []
    at = first
    for start, end in hits:
        if end <= first or start >= last:
            continue
        if start > at:
            pieces.append(SnippetPiece(text[at:start], hit=False))
        at = min(end, last)
        pieces.append(SnippetPiece(text[max(start, first) : at], hit=True))
    if at < last or not pieces:
        pieces.append(SnippetPiece(text[at:last], hit=False))
    if first > 0:
        pieces.insert(0, SnippetPiece(_CUT, hit=False))
    if last < len(text):
        pieces.append(SnippetPiece(_CUT, hit=False))
    return _without_neighbours(pieces)


def _shown(text: str, hits: Sequence[_Stretch]) -> _Stretch:
    """The part of a text that is shown: whole words, where there are any."""
    if len(text) <= LONGEST_SNIPPET:
        return 0, len(text)
    first = max(0, min((hits[0][0] if hits else 0) - _BEFORE, len(text) - LONGEST_SNIPPET))
    last = first + LONGEST_SNIPPET
    if first > 0:
        space = text.find(" ", first, first + _BEFORE // 2)
        first = space + 1 if space >= 0 else first
    if last < len(text):
        space = text.rfind(" ", last - _BEFORE // 2, last)
        last = space if space >= 0 else last
    return first, last


def _without_neighbours(pieces: Sequence[SnippetPiece]) -> tuple[SnippetPiece, ...]:
    """No two pieces that are no hits stand beside each other."""
    told: list[SnippetPiece] = []
    for piece in pieces:
        if told and not piece.hit and not told[-1].hit:
            told[-1] = SnippetPiece(told[-1].text + piece.text, hit=False)
        else:
            told.append(piece)
    return tuple(told)
