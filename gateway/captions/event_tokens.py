"""Words that are no text: camera and time of an event, for the full-text index to narrow by. Plain.

The index finds words fast and can sort by nothing but relevance. With these beside the texts, a question
about one camera or one day looks at no other camera's or day's events. All are digits behind one letter:
nothing in them is stemmed, and no text is mistaken for one, as they have a property of their own.
"""

import hashlib

from gateway.captions.event import Event

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# Longer questions of time are worth less than what asking costs.
MOST_TOKENS = 400


def camera_token(camera_id: str) -> str:
    """Of one camera, whatever its name is made of."""
    return f"c{int.from_bytes(hashlib.sha256(camera_id.encode()).digest()[:8])}"


def tokens_of(event: Event) -> str:
    """What is kept with an event: its camera, and every day and hour (UTC) that it touches."""
    hours = range(event.start_ms // HOUR_MS, event.end_ms // HOUR_MS + 1)
    days = range(event.start_ms // DAY_MS, event.end_ms // DAY_MS + 1)
    return " ".join(
        (camera_token(event.camera_id), *(f"d{day}" for day in days), *(f"h{hour}" for hour in hours))
    )


def tokens_between(from_ms: int, to_ms: int) -> list[str]:
    """Any of these is with every event that touches `from_ms` (included) to `to_ms` (not included), UTC ms.

    Whole days are one token; an event outside the span may have one as well, by less than an hour. Empty
    where the span is empty, or too long to be asked in this way.
    """
    if to_ms <= from_ms:
        return []
    first, behind = from_ms // HOUR_MS, (to_ms - 1) // HOUR_MS + 1
    first_day, behind_day = -(-first // 24), behind // 24
    if first_day >= behind_day:
        return [f"h{hour}" for hour in range(first, behind)]
    if behind_day - first_day > MOST_TOKENS:
        return []
    return [
        *(f"h{hour}" for hour in range(first, first_day * 24)),
        *(f"d{day}" for day in range(first_day, behind_day)),
        *(f"h{hour}" for hour in range(behind_day * 24, behind)),
    ]
