"""Words for where and when, kept with each event, by which the full-text index narrows a search. Plain.

The index streams hits by how well they match; only it can leave out other times and cameras before they are
looked up. So each event carries a word for every ten minutes, hour, day and thirty days that it touches, and
one for its camera. All are a letter and digits: no analyzer makes anything else of them.
"""

import hashlib
from collections.abc import Iterable

TEN_MINUTES_MS = 600_000
_LEVELS = (
    ("m", 30 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("t", TEN_MINUTES_MS),
)
# An event is a day long at most; what claims more is found by its longer spells.
_MOST_OF_A_LEVEL = 150


def place_words(camera_id: str, start_ms: int, end_ms: int) -> str:
    """What is kept with an event of `camera_id` from `start_ms` to `end_ms`, both inclusive, in UTC ms."""
    words = [camera_word(camera_id)]
    for letter, length_ms in _LEVELS:
        first, last = start_ms // length_ms, end_ms // length_ms
        words += [f"{letter}{number}" for number in range(first, min(last, first + _MOST_OF_A_LEVEL) + 1)]
    return " ".join(words)


def camera_word(camera_id: str) -> str:
    """Stands for a camera. Two may share one: what is found is looked at again."""
    return f"c{int.from_bytes(hashlib.sha256(camera_id.encode()).digest()[:6])}"


def span_words(start_ms: int, end_ms: int) -> list[str]:
    """The fewest words of which every event that touches `[start_ms, end_ms)` has one at least.

    Others may have one, too: ten minutes are the shortest spell that there is a word for.
    """
    return list(_cover(start_ms // TEN_MINUTES_MS * TEN_MINUTES_MS, end_ms, _LEVELS))


def _cover(start_ms: int, end_ms: int, levels: tuple[tuple[str, int], ...]) -> Iterable[str]:
    if start_ms >= end_ms:
        return
    letter, length_ms = levels[0]
    if len(levels) == 1:
        yield from (f"{letter}{number}" for number in range(start_ms // length_ms, -(-end_ms // length_ms)))
        return
    first, last = -(-start_ms // length_ms), end_ms // length_ms
    if first >= last:
        yield from _cover(start_ms, end_ms, levels[1:])
        return
    yield from _cover(start_ms, first * length_ms, levels[1:])
    yield from (f"{letter}{number}" for number in range(first, last))
    yield from _cover(last * length_ms, end_ms, levels[1:])
