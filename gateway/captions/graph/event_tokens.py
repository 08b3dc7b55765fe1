"""Words that are no text: camera, time and kind of an event, for the full-text index to narrow by. Plain.

The index finds words fast and can sort by nothing but relevance. With these beside the texts, a question
about one camera or one day looks at no other camera's or day's events. All are digits behind one letter:
nothing in them is stemmed, and no text is mistaken for one, as they have a property of their own.
"""

import hashlib
from collections.abc import Iterator, Sequence

from gateway.captions.event import Event

# The shortest stretch of time that there is a token for.
SHORTEST_MS = 600_000
_DAY_MS = 86_400_000
# What tokens stand for, the longest first; each is a multiple of the next.
_LEVELS: Sequence[tuple[str, int]] = (
    ("m", 30 * _DAY_MS),
    ("d", _DAY_MS),
    ("h", 3_600_000),
    ("t", SHORTEST_MS),
)
# An event is a day long at most. One that is longer is found by the stretches that it begins and ends in.
_MOST_OF_A_LEVEL = 150


def camera_token(camera_id: str) -> str:
    """Of one camera, whatever its name is made of."""
    return f"c{int.from_bytes(hashlib.sha256(camera_id.encode()).digest()[:8])}"


def brief_token(brief: bool) -> str:
    """Of brief events, or of all others."""
    return "b1" if brief else "b0"


def tokens_of(event: Event) -> str:
    """What is kept with an event: its camera, whether it is brief, and the ten minutes, hours, days and
    thirty days (UTC) that it touches."""
    times = _touched(event.start_ms, event.end_ms)
    return " ".join((camera_token(event.camera_id), brief_token(event.brief), *times))


def tokens_between(from_ms: int, to_ms: int) -> list[str]:
    """Any of these is with every event that touches `from_ms` (included) to `to_ms` (not included), UTC ms.

    They are the fewest that do: 100 for some years. An event outside the span may have one as well, by less
    than ten minutes. Empty where the span is empty.
    """
    return list(_covering(from_ms // SHORTEST_MS * SHORTEST_MS, to_ms, _LEVELS)) if from_ms < to_ms else []


def _touched(start_ms: int, end_ms: int) -> Iterator[str]:
    for letter, length_ms in _LEVELS:
        first, last = start_ms // length_ms, end_ms // length_ms
        if last - first < _MOST_OF_A_LEVEL:
            yield from (f"{letter}{number}" for number in range(first, last + 1))
        else:
            yield from (f"{letter}{first}", f"{letter}{last}")


def _covering(from_ms: int, to_ms: int, levels: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Whole stretches of the first level, and of the next ones what is before and behind these."""
    (letter, length_ms), shorter = levels[0], levels[1:]
    if not shorter:
        yield from (f"{letter}{number}" for number in range(from_ms // length_ms, -(-to_ms // length_ms)))
        return
    first, behind = -(-from_ms // length_ms), to_ms // length_ms
    if first >= behind:
        yield from _covering(from_ms, to_ms, shorter)
        return
    if from_ms < first * length_ms:
        yield from _covering(from_ms, first * length_ms, shorter)
    yield from (f"{letter}{number}" for number in range(first, behind))
    if behind * length_ms < to_ms:
        yield from _covering(behind * length_ms, to_ms, shorter)
