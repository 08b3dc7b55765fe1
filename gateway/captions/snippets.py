"""Which parts of a text a search hit. Plain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SnippetPiece:
    """A stretch of a text. `hit`: it is what was searched for."""

    text: str
    hit: bool
