"""What this host and its gateway have agreed on: minutes that were acknowledged, commands carried out."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from host_agent.journal.database import JournalDatabase
from shared.clock import Clock
from shared.spans import utc_ms

_SCHEMA = """
CREATE TABLE IF NOT EXISTS acknowledged_minutes (
  device TEXT NOT NULL, first_minute INTEGER NOT NULL, revisions TEXT NOT NULL,
  PRIMARY KEY (device, first_minute));
CREATE TABLE IF NOT EXISTS gateway_commands (
  id TEXT PRIMARY KEY, at_utc_ms INTEGER NOT NULL, done INTEGER NOT NULL, sentence TEXT NOT NULL,
  reported INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS gateway_told (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
MINUTES_AN_HOUR = 60
NEVER = -1
_COMMANDS_KEPT = timedelta(days=1)
_HOST_ID = "host_id"


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What became of a command."""

    id: str
    done: bool
    sentence: str


class FleetRecords:
    """Tables of the journal that only the process which reports to the gateway writes to; the one that
    deletes reads what was acknowledged.

    Minutes are counted from 1970 (UTC); an hour is known by its first one. Raises sqlite3.Error.
    """

    def __init__(self, database: JournalDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        database.create(_SCHEMA)

    # -- minutes -----------------------------------------------------------------------------

    def belong_to(self, host_id: str) -> None:
        """What another identity's gateway acknowledged counts for nothing under this one."""
        with self._database.writing() as db:
            if self._told(_HOST_ID) != host_id:
                db.execute("DELETE FROM acknowledged_minutes")
                self._tell(db, _HOST_ID, host_id)

    def acknowledged(self, device: str, first_minute: int) -> list[int]:
        """The revisions that the gateway has of an hour's 60 minutes, NEVER where it has none."""
        row = (
            self._database.connection()
            .execute(
                "SELECT revisions FROM acknowledged_minutes WHERE device = ? AND first_minute = ?",
                (device, first_minute),
            )
            .fetchone()
        )
        return [NEVER] * MINUTES_AN_HOUR if row is None else [int(entry) for entry in json.loads(row[0])]

    def acknowledge(self, hours: Mapping[tuple[str, int], Mapping[int, int]]) -> None:
        """Note what the gateway has now. `hours`: (device, first minute) → minute → revision."""
        with self._database.writing() as db:
            for (device, first_minute), revisions in hours.items():
                held = self.acknowledged(device, first_minute)
                for minute, revision in revisions.items():
                    held[minute - first_minute] = max(held[minute - first_minute], revision)
                db.execute(
                    "INSERT OR REPLACE INTO acknowledged_minutes (device, first_minute, revisions)"
                    " VALUES (?, ?, ?)",
                    (device, first_minute, json.dumps(held, separators=(",", ":"))),
                )

    def keep_hours(self, hours: Iterable[tuple[str, int]], *, before_minute: int) -> None:
        """Forget every hour before `before_minute` but these: what is no longer on disk cannot be sent
        again."""
        kept = set(hours)
        rows = self._database.connection().execute(
            "SELECT device, first_minute FROM acknowledged_minutes WHERE first_minute < ?", (before_minute,)
        )
        gone = [(row[0], row[1]) for row in rows if (row[0], row[1]) not in kept]
        if gone:
            with self._database.writing() as db:
                db.executemany("DELETE FROM acknowledged_minutes WHERE device = ? AND first_minute = ?", gone)

    # -- commands ----------------------------------------------------------------------------

    def carry_out_once(self, command_id: str, carry_out: Callable[[], tuple[bool, str]]) -> bool:
        """Carry a command out unless it was before; return whether it was carried out now.

        What `carry_out` writes to this journal and the note that it is done are one transaction: a kill
        leaves both or neither. Its answer, done and a sentence, is reported until it is acknowledged;
        a command that is delivered again is reported again.
        """
        with self._database.writing() as db:
            known = db.execute("SELECT 1 FROM gateway_commands WHERE id = ?", (command_id,)).fetchone()
            if known is not None:
                db.execute("UPDATE gateway_commands SET reported = 0 WHERE id = ?", (command_id,))
                return False
            done, sentence = carry_out()
            db.execute(
                "INSERT INTO gateway_commands (id, at_utc_ms, done, sentence) VALUES (?, ?, ?, ?)",
                (command_id, utc_ms(self._clock.now()), done, sentence),
            )
            return True

    def unreported(self, most: int) -> list[CommandOutcome]:
        """Outcomes that the gateway does not know yet, oldest first."""
        rows = self._database.connection().execute(
            "SELECT id, done, sentence FROM gateway_commands WHERE reported = 0"
            " ORDER BY at_utc_ms, rowid LIMIT ?",
            (most,),
        )
        return [CommandOutcome(row["id"], bool(row["done"]), row["sentence"]) for row in rows]

    def reported(self, command_ids: Iterable[str]) -> None:
        """The gateway knows these; those of more than a day ago are forgotten."""
        known = [(command_id,) for command_id in command_ids]
        if not known:
            return
        with self._database.writing() as db:
            db.executemany("UPDATE gateway_commands SET reported = 1 WHERE id = ?", known)
            db.execute(
                "DELETE FROM gateway_commands WHERE reported = 1 AND at_utc_ms < ?",
                (_limit_ms(self._clock.now()),),
            )

    def _told(self, name: str) -> str | None:
        row = (
            self._database.connection()
            .execute("SELECT value FROM gateway_told WHERE name = ?", (name,))
            .fetchone()
        )
        return None if row is None else str(row[0])

    @staticmethod
    def _tell(db: sqlite3.Connection, name: str, value: str) -> None:
        db.execute("INSERT OR REPLACE INTO gateway_told (name, value) VALUES (?, ?)", (name, value))


def _limit_ms(now: datetime) -> int:
    return utc_ms(now - _COMMANDS_KEPT)
