"""What files cannot say, in one small SQLite database: starts, stops, crashes, clocks, receipts.

The file system stays the truth about footage. Facts are append-only and pruned with retention;
the present and wanted states of devices, leases and reserved numbers are tables of their own.
The agent's processes share these and nothing else. Write-ahead logging: readers never wait for the
writer, a commit survives kill -9, and only reserved numbers are synced to disk before they are used.
"""

import json
import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from host_agent.journal.database import JournalDatabase
from host_agent.journal.facts import ClockPair, Fact, Lease, Receipt, WantedState
from shared.clock import Clock
from shared.spans import Span, from_utc_ms, utc_ms

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_utc_ms INTEGER NOT NULL, monotonic_ms INTEGER NOT NULL,
  boot_id TEXT NOT NULL, device TEXT, kind TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
  detail TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS facts_by_time ON facts (at_utc_ms);
CREATE INDEX IF NOT EXISTS facts_by_device ON facts (device, id);
CREATE TABLE IF NOT EXISTS clock_pairs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, wall_utc_ms INTEGER NOT NULL, monotonic_ms INTEGER NOT NULL,
  boot_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS clock_pairs_by_time ON clock_pairs (wall_utc_ms);
CREATE TABLE IF NOT EXISTS receipts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_utc_ms INTEGER NOT NULL, device TEXT NOT NULL, kind TEXT NOT NULL,
  hour TEXT NOT NULL, files INTEGER NOT NULL, size_bytes INTEGER NOT NULL, reason TEXT NOT NULL,
  deletion_id TEXT UNIQUE);
CREATE INDEX IF NOT EXISTS receipts_by_device ON receipts (device, kind, hour);
CREATE TABLE IF NOT EXISTS leases (
  id TEXT PRIMARY KEY, device TEXT NOT NULL, from_utc_ms INTEGER NOT NULL, to_utc_ms INTEGER NOT NULL,
  until_utc_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS numbers (
  device TEXT NOT NULL, kind TEXT NOT NULL, reserved_to INTEGER NOT NULL, PRIMARY KEY (device, kind));
CREATE TABLE IF NOT EXISTS device_states (
  device TEXT NOT NULL, part TEXT NOT NULL, at_utc_ms INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (device, part));
CREATE TABLE IF NOT EXISTS wanted_states (
  device TEXT PRIMARY KEY, wanted TEXT NOT NULL, asked_by TEXT NOT NULL, at_utc_ms INTEGER NOT NULL,
  restart_count INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Journal:
    """The journal of one agent. One connection a thread; every call is a transaction of its own.

    Raises sqlite3.Error where its disk refuses: callers that record go on without it.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self.database = JournalDatabase(path)
        self.database.create(_SCHEMA)

    def _connection(self) -> sqlite3.Connection:
        return self.database.connection()

    def _writing(self, *, durable: bool = False) -> AbstractContextManager[sqlite3.Connection]:
        return self.database.writing(durable=durable)

    def close(self) -> None:
        """Close this thread's connection."""
        self.database.close()

    # -- numbers -----------------------------------------------------------------------------

    def reserve_numbers(self, device: str, kind: str, count: int, *, at_least: int = 1) -> range:
        """Reserve the next `count` numbers, durably, before any of them is used.

        `at_least`: the lowest acceptable number (one more than the highest on disk, for a journal
        that was lost). A number that was ever reserved is never given out again.
        """
        with self._writing(durable=True) as db:
            row = db.execute(
                "SELECT reserved_to FROM numbers WHERE device = ? AND kind = ?", (device, kind)
            ).fetchone()
            first = max(at_least, 1 if row is None else int(row["reserved_to"]) + 1)
            db.execute(
                "INSERT INTO numbers (device, kind, reserved_to) VALUES (?, ?, ?)"
                " ON CONFLICT (device, kind) DO UPDATE SET reserved_to = excluded.reserved_to",
                (device, kind, first + count - 1),
            )
        return range(first, first + count)

    def knows_numbers(self, device: str, kind: str) -> bool:
        """Whether numbers of this device and kind were ever reserved in this journal."""
        return (
            self._connection()
            .execute("SELECT 1 FROM numbers WHERE device = ? AND kind = ?", (device, kind))
            .fetchone()
            is not None
        )

    # -- facts -------------------------------------------------------------------------------

    def note(self, kind: str, code: str, sentence: str, *, device: str | None = None, **detail: Any) -> None:
        """Append a fact of now: what happened (`kind`), its `code` and a sentence for a person."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO facts (at_utc_ms, monotonic_ms, boot_id, device, kind, code, sentence, detail)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    utc_ms(self._clock.now()),
                    int(self._clock.monotonic() * 1000),
                    self._clock.boot_id(),
                    device,
                    kind,
                    code,
                    sentence,
                    json.dumps(detail),
                ),
            )

    def facts(self, span: Span, device: str | None) -> list[Fact]:
        """Facts of `device` and of the whole agent in `span`, in the order they were written, and
        before them the last of each kind that was written before the span began."""
        start, end = utc_ms(span.start), utc_ms(span.end)
        rows = self._connection().execute(
            "SELECT * FROM facts WHERE (device = ? OR device IS NULL) AND ("
            " (at_utc_ms >= ? AND at_utc_ms < ?) OR id IN ("
            "  SELECT max(id) FROM facts WHERE at_utc_ms < ? AND (device = ? OR device IS NULL)"
            "  GROUP BY kind, device)) ORDER BY id",
            (device, start, end, start, device),
        )
        return [_fact(row) for row in rows]

    def first_facts_after(self, moment: datetime, device: str | None) -> list[Fact]:
        """The first of each kind of `device` and of the whole agent at or after `moment`, in the order
        they were written: how what held before it came to an end."""
        rows = self._connection().execute(
            "SELECT * FROM facts WHERE id IN (SELECT min(id) FROM facts WHERE at_utc_ms >= ?"
            " AND (device = ? OR device IS NULL) GROUP BY kind, device) ORDER BY id",
            (utc_ms(moment), device),
        )
        return [_fact(row) for row in rows]

    # -- clocks ------------------------------------------------------------------------------

    def note_clock(self) -> None:
        """Append the pair of wall and monotonic time of now."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO clock_pairs (wall_utc_ms, monotonic_ms, boot_id) VALUES (?, ?, ?)",
                (utc_ms(self._clock.now()), int(self._clock.monotonic() * 1000), self._clock.boot_id()),
            )

    def clock_pairs(self, span: Span) -> list[ClockPair]:
        """The pairs in `span` and whatever was written between them (a clock may be set far away and
        back), by order of writing, with the one written before and the one written after."""
        return [
            ClockPair(from_utc_ms(wall), monotonic, boot) for wall, monotonic, boot in self.clock_rows(span)
        ]

    def clock_rows(self, span: Span) -> list[tuple[int, int, str]]:
        """`clock_pairs` as they are stored: wall UTC ms, monotonic ms, boot id (a day has 17,280)."""
        start, end = utc_ms(span.start), utc_ms(span.end)
        db = self._connection()
        first, last = db.execute(
            "SELECT min(id), max(id) FROM clock_pairs WHERE wall_utc_ms >= ? AND wall_utc_ms < ?",
            (start, end),
        ).fetchone()
        if first is None:
            (last,) = db.execute("SELECT max(id) FROM clock_pairs WHERE wall_utc_ms < ?", (start,)).fetchone()
            last = last or 0
            first = last + 1
        rows = db.execute(
            "SELECT wall_utc_ms, monotonic_ms, boot_id FROM clock_pairs WHERE id BETWEEN"
            " coalesce((SELECT max(id) FROM clock_pairs WHERE id < ?), 0) AND"
            " coalesce((SELECT min(id) FROM clock_pairs WHERE id > ?), ?) ORDER BY id",
            (first, last, last),
        )
        return [tuple(row) for row in rows]

    def last_clock_pairs(self, count: int) -> list[ClockPair]:
        """The newest pairs by order of writing, oldest of them first."""
        rows = self._connection().execute("SELECT * FROM clock_pairs ORDER BY id DESC LIMIT ?", (count,))
        return [_clock_pair(row) for row in rows][::-1]

    # -- receipts ----------------------------------------------------------------------------

    def write_receipt(self, receipt: Receipt, *, deletion_id: str | None = None) -> None:
        """Append what was deleted and why, durably: the footage itself can say it no longer.

        `deletion_id`: writing the receipt of one deletion again (after a kill) changes nothing.
        """
        with self._writing(durable=True) as db:
            db.execute(
                "INSERT INTO receipts (at_utc_ms, device, kind, hour, files, size_bytes, reason, deletion_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (deletion_id) DO NOTHING",
                (
                    utc_ms(receipt.at),
                    receipt.device,
                    receipt.kind,
                    receipt.hour,
                    receipt.files,
                    receipt.size_bytes,
                    receipt.reason,
                    deletion_id,
                ),
            )

    def receipts(self, device: str, kind: str | None = None) -> list[Receipt]:
        """What was deleted of `device`, oldest deletion first."""
        rows = self._connection().execute(
            "SELECT * FROM receipts WHERE device = ? AND (? IS NULL OR kind = ?) ORDER BY id",
            (device, kind, kind),
        )
        return [
            Receipt(
                at=from_utc_ms(row["at_utc_ms"]),
                device=row["device"],
                kind=row["kind"],
                hour=row["hour"],
                files=row["files"],
                size_bytes=row["size_bytes"],
                reason=row["reason"],
            )
            for row in rows
        ]

    # -- leases ------------------------------------------------------------------------------

    def take_lease(self, lease: Lease) -> None:
        """Keep a range from the cleaner until `lease.until`; the same id again extends it."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO leases (id, device, from_utc_ms, to_utc_ms, until_utc_ms)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    lease.id,
                    lease.device,
                    utc_ms(lease.span.start),
                    utc_ms(lease.span.end),
                    utc_ms(lease.until),
                ),
            )

    def end_lease(self, lease_id: str) -> None:
        """Give the range back; unknown ids are fine."""
        with self._writing() as db:
            db.execute("DELETE FROM leases WHERE id = ?", (lease_id,))

    def leases(self, now: datetime) -> list[Lease]:
        """Leases that have not run out."""
        rows = self._connection().execute("SELECT * FROM leases WHERE until_utc_ms > ?", (utc_ms(now),))
        return [
            Lease(
                id=row["id"],
                device=row["device"],
                span=Span(from_utc_ms(row["from_utc_ms"]), from_utc_ms(row["to_utc_ms"])),
                until=from_utc_ms(row["until_utc_ms"]),
            )
            for row in rows
        ]

    # -- states ------------------------------------------------------------------------------

    def set_state(self, device: str, part: str, state: dict[str, Any]) -> None:
        """Replace what `part` (capture, frames, archive) says of `device` now."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO device_states (device, part, at_utc_ms, state) VALUES (?, ?, ?, ?)",
                (device, part, utc_ms(self._clock.now()), json.dumps(state)),
            )

    def states(self, device: str) -> dict[str, dict[str, Any]]:
        """What each part said last of `device`, by part, each with `at_utc_ms`."""
        rows = self._connection().execute("SELECT * FROM device_states WHERE device = ?", (device,))
        return {row["part"]: {**json.loads(row["state"]), "at_utc_ms": row["at_utc_ms"]} for row in rows}

    def want(self, device: str, wanted: str, asked_by: str) -> None:
        """Record that `device` shall be `running` or `stopped`; survives restarts."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO wanted_states (device, wanted, asked_by, at_utc_ms) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (device) DO UPDATE SET wanted = excluded.wanted, asked_by = excluded.asked_by,"
                " at_utc_ms = excluded.at_utc_ms",
                (device, wanted, asked_by, utc_ms(self._clock.now())),
            )

    def want_restart(self, device: str, asked_by: str) -> None:
        """Ask for one restart of the recorder; a stopped device is started."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO wanted_states (device, wanted, asked_by, at_utc_ms, restart_count)"
                " VALUES (?, 'running', ?, ?, 1) ON CONFLICT (device) DO UPDATE SET wanted = 'running',"
                " asked_by = excluded.asked_by, at_utc_ms = excluded.at_utc_ms,"
                " restart_count = restart_count + 1",
                (device, asked_by, utc_ms(self._clock.now())),
            )

    def wanted(self, device: str) -> WantedState:
        """What was asked for last; `running` where nobody asked."""
        row = self._connection().execute("SELECT * FROM wanted_states WHERE device = ?", (device,)).fetchone()
        if row is None:
            return WantedState("running", "", None, 0)
        return WantedState(
            row["wanted"], row["asked_by"], from_utc_ms(row["at_utc_ms"]), row["restart_count"]
        )

    # -- remembered --------------------------------------------------------------------------

    def remember(self, name: str, value: str) -> None:
        """Keep a named value (the identity of a disk, the last run of a device), durably."""
        with self._writing(durable=True) as db:
            db.execute("INSERT OR REPLACE INTO remembered (name, value) VALUES (?, ?)", (name, value))

    def recall(self, name: str) -> str | None:
        """The named value, None where there is none."""
        row = self._connection().execute("SELECT value FROM remembered WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def recall_all(self, prefix: str) -> dict[str, str]:
        """Every named value whose name begins with `prefix`, by name."""
        rows = self._connection().execute(
            "SELECT name, value FROM remembered WHERE substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        return {row["name"]: row["value"] for row in rows}

    # -- pruning -----------------------------------------------------------------------------

    def prune(self, before: datetime) -> None:
        """Forget facts, clock pairs and receipts from before `before`, and leases that have run out.

        The last fact of each device and kind stays: it says what held when the kept span began.
        """
        limit = utc_ms(before)
        with self._writing() as db:
            db.execute(
                "DELETE FROM facts WHERE at_utc_ms < ? AND id NOT IN"
                " (SELECT max(id) FROM facts WHERE at_utc_ms < ? GROUP BY kind, device)",
                (limit, limit),
            )
            db.execute(
                "DELETE FROM clock_pairs WHERE wall_utc_ms < ?"
                " AND id < (SELECT max(id) - 100 FROM clock_pairs)",
                (limit,),
            )
            db.execute("DELETE FROM receipts WHERE at_utc_ms < ?", (limit,))
            db.execute("DELETE FROM leases WHERE until_utc_ms < ?", (utc_ms(self._clock.now()),))


def _fact(row: sqlite3.Row) -> Fact:
    return Fact(
        at=from_utc_ms(row["at_utc_ms"]),
        monotonic_ms=row["monotonic_ms"],
        boot_id=row["boot_id"],
        device=row["device"],
        kind=row["kind"],
        code=row["code"],
        sentence=row["sentence"],
        detail=json.loads(row["detail"]),
    )


def _clock_pair(row: sqlite3.Row) -> ClockPair:
    return ClockPair(from_utc_ms(row["wall_utc_ms"]), row["monotonic_ms"], row["boot_id"])
