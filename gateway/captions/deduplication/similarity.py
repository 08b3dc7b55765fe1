"""Whether two captions say the same. Plain."""

import math
from collections.abc import Sequence
from operator import mul

from gateway.captions.deduplication.caption_words import content_of, words_of

# Of the shorter caption's words, so many must be in the other one.
WORD_OVERLAP = 0.80
# What rounding takes away from a cosine that is just at the limit.
_ROUNDING = 1e-9


class Saying:
    """What a caption says, ready to be compared: its words, and what a model made of it."""

    __slots__ = ("_embedding", "_length", "content", "distinct", "words")

    def __init__(self, text: str, embedding: Sequence[float] | None = None) -> None:
        # Signs and pictures alone are what they are.
        self.words = words_of(text) or (text.casefold(),)
        self.content = content_of(self.words)
        self.distinct = frozenset(self.content)
        self._embedding = embedding
        self._length = math.hypot(*embedding) if embedding else 0.0

    def is_similar(self, other: "Saying", threshold: float) -> bool:
        """By the cosine of the embeddings, where both have one, or by the words; either is enough.

        `threshold`: of the cosine. With 1 only what is equal but for case, punctuation, endings and
        boilerplate is similar; what is nothing but boilerplate is similar only to itself.
        """
        if not self.content or not other.content:
            return self.words == other.words
        if threshold >= 1:
            return self.content == other.content
        return self.overlap(other) >= WORD_OVERLAP or self.cosine(other) >= threshold - _ROUNDING

    def overlap(self, other: "Saying") -> float:
        """How much of the shorter one's words both have, from 0 to 1."""
        shorter = min(len(self.distinct), len(other.distinct))
        return len(self.distinct & other.distinct) / shorter if shorter else 0.0

    def cosine(self, other: "Saying") -> float:
        """Of the embeddings, from -1 to 1; -1 where they cannot be compared."""
        mine, others = self._embedding, other._embedding
        if not mine or not others or len(mine) != len(others) or not self._length or not other._length:
            return -1.0
        product: float = sum(map(mul, mine, others))
        return product / self._length / other._length
