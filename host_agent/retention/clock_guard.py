"""Keeps what `clock_suspicion` must know of the past, so that a suspicion survives restarts."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from host_agent.journal.facts import ClockPair
from host_agent.journal.journal import Journal
from host_agent.retention.clock_suspicion import (
    LASTS_AT_MOST_MS,
    ClockMemory,
    Suspicion,
    decode_memory,
    encode_memory,
    judge,
)
from shared.clock import Clock
from shared.spans import from_utc_ms, utc_ms

CLOCK_SUSPECT = "clock_suspect"
CLOCK_TRUSTED = "clock_trusted"
_MEMORY = "clock_guard"
_CONFIRMED = "clock_confirmed"
# A restart may have missed this much; written down durably, so not in every cycle.
_SAVE_EVERY_MS = 30_000


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """The clock as judged at `now`. What is deleted by it must be deleted by this `now`, not a later one."""

    now: datetime
    suspicion: Suspicion | None
    left_s: float

    @property
    def is_suspect(self) -> bool:
        return self.suspicion is not None

    @property
    def sentence(self) -> str:
        """What is wrong and how it ends; empty where nothing is."""
        if self.suspicion is None:
            return ""
        return (
            f"{self.suspicion.sentence} Nothing is deleted until the system clock is synchronised,"
            f" an operator confirms that it is right, or {self.left_s / 3600:.1f} h have passed."
        )


class ClockGuard:
    """Judges the clock for the one process that deletes; any process may ask and confirm.

    `is_synchronised`: what the kernel says of the clock that `clock` tells; None where it does not
    say, and for a clock that is moved (`clock_offset_s`), since the kernel speaks of another one.
    """

    def __init__(self, journal: Journal, clock: Clock, is_synchronised: Callable[[], bool | None]) -> None:
        self._journal = journal
        self._clock = clock
        self._is_synchronised = is_synchronised
        self._memory: ClockMemory | None = None
        self._saved: ClockMemory | None = None

    def judge(self, newest_file: datetime | None) -> ClockVerdict:
        """Judge the clock now. `newest_file`: begin of the newest footage on disk, None without any.

        Raises sqlite3.Error where the journal cannot be read: then nothing is known of the clock.
        """
        before = self._memory if self._memory is not None else self._recalled()
        now = ClockPair(
            from_utc_ms(utc_ms(self._clock.now())),
            int(self._clock.monotonic() * 1000),
            self._clock.boot_id(),
        )
        memory = judge(
            before,
            now,
            newest_file=newest_file,
            synchronised=self._is_synchronised(),
            confirmed_id=self._confirmed_id() if before.suspicion is not None else None,
        )
        self._memory = memory
        self._save(before, memory)
        return _verdict(memory, now)

    def suspicion(self) -> Suspicion | None:
        """What was judged last, by whichever process. Raises sqlite3.Error."""
        return self._recalled().suspicion

    def confirm(self, by: str) -> bool:
        """Take an operator's word that the clock is right; False where it is not suspect.

        Holds for this suspicion only: another jump raises another one. Raises sqlite3.Error.
        """
        suspicion = self.suspicion()
        if suspicion is None:
            return False
        self._journal.remember(_CONFIRMED, json.dumps({"id": suspicion.id, "by": by}))
        return True

    def _recalled(self) -> ClockMemory:
        text = self._journal.recall(_MEMORY)
        if text is not None:
            try:
                return decode_memory(text)
            except (ValueError, KeyError, TypeError) as error:
                self._journal.note("repaired", "clock_memory", f"The clock's memory was unreadable: {error}.")
        pairs = self._journal.last_clock_pairs(1)
        return ClockMemory(last=pairs[0] if pairs else None)

    def _confirmed_id(self) -> str | None:
        text = self._journal.recall(_CONFIRMED)
        try:
            return None if text is None else str(json.loads(text)["id"])
        except (ValueError, KeyError, TypeError):
            return None

    def _save(self, before: ClockMemory, memory: ClockMemory) -> None:
        saved = self._saved
        same = (
            saved is not None
            and saved.last is not None
            and memory.last is not None
            and (saved.suspicion, saved.accepted_until, saved.was_synchronised, saved.last.boot_id)
            == (memory.suspicion, memory.accepted_until, memory.was_synchronised, memory.last.boot_id)
            and memory.last.monotonic_ms - saved.last.monotonic_ms < _SAVE_EVERY_MS
        )
        if same:
            return
        try:
            self._journal.remember(_MEMORY, encode_memory(memory))
            if (before.suspicion is None) != (memory.suspicion is None) or (
                before.suspicion is not None
                and memory.suspicion is not None
                and before.suspicion.id != memory.suspicion.id
            ):
                self._note_change(memory)
        except sqlite3.Error:
            # A full disk may refuse. This process knows what it judged, and will try again.
            return
        self._saved = memory

    def _note_change(self, memory: ClockMemory) -> None:
        if memory.suspicion is not None:
            self._journal.note(CLOCK_SUSPECT, CLOCK_SUSPECT, memory.suspicion.sentence)
        else:
            self._journal.note(CLOCK_TRUSTED, CLOCK_TRUSTED, "The clock of this host is trusted again.")


def _verdict(memory: ClockMemory, now: ClockPair) -> ClockVerdict:
    suspicion = memory.suspicion
    left_ms = 0 if suspicion is None else max(0, LASTS_AT_MOST_MS - suspicion.lasted_ms(now))
    return ClockVerdict(now.wall, suspicion, left_ms / 1000)
