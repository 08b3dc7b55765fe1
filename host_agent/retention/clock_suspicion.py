"""When a clock must not be believed, and until when.

Retention is counted by the clock, so a wrong clock could delete everything that it thinks is old.
It is suspect when it is older than the newest file, and when it has moved against monotonic time.
A machine that was off proves nothing by that: it is suspect only where the clock is earlier than
before, or where a kernel that used to be synchronised says that it is not yet.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from host_agent.journal.facts import ClockPair
from shared.spans import from_utc_ms, iso_ms, utc_ms

MAX_STEP = timedelta(hours=1)
# Time daemons step by seconds; the newest file may then be a moment ahead of now.
TOLERANCE = timedelta(seconds=60)
LASTS_AT_MOST_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`id` ties a confirmation to this one suspicion. `began`: when it was noticed.

    `since` and `counted_ms`: monotonic time that has passed is `counted_ms` of earlier boots, and
    in the present one what has gone since `since`.
    """

    id: str
    sentence: str
    began: ClockPair
    since: ClockPair
    counted_ms: int = 0

    def lasted_ms(self, now: ClockPair) -> int:
        """Monotonic time since it began, as far as it was seen to pass."""
        if now.boot_id != self.since.boot_id:
            return self.counted_ms
        return self.counted_ms + max(0, now.monotonic_ms - self.since.monotonic_ms)


@dataclass(frozen=True, slots=True)
class ClockMemory:
    """What must be known of the past to judge the present; survives restarts.

    `last`: the pair that was judged last. `accepted_until`: the newest file when a suspicion ended;
    files up to there are no evidence any more. `was_synchronised`: this machine has a time source.
    """

    last: ClockPair | None = None
    suspicion: Suspicion | None = None
    accepted_until: datetime | None = None
    was_synchronised: bool = False


def judge(
    memory: ClockMemory,
    now: ClockPair,
    *,
    newest_file: datetime | None,
    synchronised: bool | None,
    confirmed_id: str | None,
) -> ClockMemory:
    """Return what is to be remembered; the clock is suspect while it has a `suspicion`.

    `newest_file`: begin of the newest footage on disk. `synchronised`: what the kernel says of this
    clock, None where it does not say. `confirmed_id`: the suspicion that an operator has said is
    unfounded.
    """
    suspicion = _carried_on(memory, now)
    jump = None if synchronised else _jump(memory, now, synchronised)
    if jump is not None:
        # Also while another suspicion lasts: who confirmed that one did not know of this.
        suspicion = _suspicion(jump, now)
    elif suspicion is not None:
        if synchronised or confirmed_id == suspicion.id or suspicion.lasted_ms(now) >= LASTS_AT_MOST_MS:
            suspicion = None
    elif not synchronised and (ahead := _files_ahead(memory, now, newest_file)):
        suspicion = _suspicion(ahead, now)
    accepted_until = memory.accepted_until
    if suspicion is None and newest_file is not None and newest_file > now.wall:
        accepted_until = max(newest_file, accepted_until or newest_file)
    return ClockMemory(
        last=now,
        suspicion=suspicion,
        accepted_until=accepted_until,
        was_synchronised=memory.was_synchronised or synchronised is True,
    )


def _carried_on(memory: ClockMemory, now: ClockPair) -> Suspicion | None:
    """The suspicion with the time of an earlier boot added up, where this is a new boot."""
    suspicion = memory.suspicion
    if suspicion is None or suspicion.since.boot_id == now.boot_id:
        return suspicion
    passed = suspicion.lasted_ms(memory.last) if memory.last is not None else suspicion.counted_ms
    return replace(suspicion, since=now, counted_ms=passed)


def _jump(memory: ClockMemory, now: ClockPair, synchronised: bool | None) -> str | None:
    last = memory.last
    if last is None:
        return None
    moved = now.wall - last.wall
    if now.boot_id == last.boot_id:
        moved -= timedelta(milliseconds=now.monotonic_ms - last.monotonic_ms)
        if abs(moved) > MAX_STEP:
            return f"The clock of this host was moved by {_signed_hours(moved)} against monotonic time."
        return None
    if moved < -TOLERANCE:
        return (
            f"The clock of this host says {iso_ms(now.wall)} after a restart of the machine,"
            f" and before it said {iso_ms(last.wall)}."
        )
    if moved > MAX_STEP and synchronised is False and memory.was_synchronised:
        return (
            f"The clock of this host is {_signed_hours(moved)} later than before the restart of the machine,"
            " and it is not synchronised yet."
        )
    return None


def _files_ahead(memory: ClockMemory, now: ClockPair, newest_file: datetime | None) -> str | None:
    if newest_file is None or newest_file <= now.wall + TOLERANCE:
        return None
    if memory.accepted_until is not None and newest_file <= memory.accepted_until:
        return None
    return f"The clock of this host says {iso_ms(now.wall)}, but there is footage of {iso_ms(newest_file)}."


def _suspicion(sentence: str, now: ClockPair) -> Suspicion:
    return Suspicion(f"{now.boot_id}:{now.monotonic_ms}", sentence, began=now, since=now)


def _signed_hours(moved: timedelta) -> str:
    return f"{moved / timedelta(hours=1):+.1f} h"


def encode_memory(memory: ClockMemory) -> str:
    """As JSON, for the journal."""
    suspicion = memory.suspicion
    return json.dumps(
        {
            "last": None if memory.last is None else _encode_pair(memory.last),
            "suspicion": None
            if suspicion is None
            else {
                "id": suspicion.id,
                "sentence": suspicion.sentence,
                "began": _encode_pair(suspicion.began),
                "since": _encode_pair(suspicion.since),
                "counted_ms": suspicion.counted_ms,
            },
            "accepted_until_utc_ms": None if memory.accepted_until is None else utc_ms(memory.accepted_until),
            "was_synchronised": memory.was_synchronised,
        }
    )


def decode_memory(text: str) -> ClockMemory:
    """Raises ValueError, KeyError or TypeError where `text` is not what `encode_memory` wrote."""
    read = json.loads(text)
    found = read["suspicion"]
    accepted = read["accepted_until_utc_ms"]
    return ClockMemory(
        last=None if read["last"] is None else _decode_pair(read["last"]),
        suspicion=None
        if found is None
        else Suspicion(
            id=str(found["id"]),
            sentence=str(found["sentence"]),
            began=_decode_pair(found["began"]),
            since=_decode_pair(found["since"]),
            counted_ms=int(found["counted_ms"]),
        ),
        accepted_until=None if accepted is None else from_utc_ms(int(accepted)),
        was_synchronised=bool(read["was_synchronised"]),
    )


def _encode_pair(pair: ClockPair) -> list[object]:
    return [utc_ms(pair.wall), pair.monotonic_ms, pair.boot_id]


def _decode_pair(read: list[object]) -> ClockPair:
    wall, monotonic, boot_id = read
    if not isinstance(wall, int) or not isinstance(monotonic, int):
        raise TypeError(f"{read!r} is no pair of times")
    return ClockPair(from_utc_ms(wall), monotonic, str(boot_id))
