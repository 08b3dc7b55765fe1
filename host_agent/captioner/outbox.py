"""Captions that wait for the gateway, on disk: `captions.db` in the state folder.

A caption and the number of its frame are kept in one transaction, so that no frame is captioned twice,
whenever the process is killed. The newest are kept: what exceeds the limits goes oldest first, counted and
told.
"""

import array
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_agent.journal.database import JournalDatabase
from shared.errors import StorageError

OUTBOX_NAME = "captions.db"
MOST_WAITING = 1_000_000
MOST_BYTES = 512 * 1024 * 1024
_GO_AT_ONCE = 100
_NEVER_MS = 2**63 - 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, captured_utc_ms INTEGER NOT NULL,
  text TEXT NOT NULL, embedding BLOB, model TEXT NOT NULL, frame TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS captioned (device TEXT PRIMARY KEY, number INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caption on its way. `id`: its place in the line; 0 before it has one."""

    device: str
    captured_utc_ms: int
    text: str
    embedding: Sequence[float] | None
    model: str
    frame: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """What is kept at most. Age is no limit: a clock that was wrong for a minute would empty the box."""

    captions: int = MOST_WAITING
    size_bytes: int = MOST_BYTES


class Outbox:
    """For any thread of the one process that has it. Raises sqlite3.Error, OSError where the disk refuses;
    when it is opened, StorageError."""

    def __init__(self, state_dir: Path, limits: OutboxLimits | None = None) -> None:
        self._limits = limits or OutboxLimits()
        self._database = JournalDatabase(state_dir / OUTBOX_NAME)
        try:
            self._database.create(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            path = state_dir / OUTBOX_NAME
            raise StorageError(
                f"{path} cannot be used: {error}.",
                remedy="Check its disk and owner. If it is torn, delete it: what waits in it is lost.",
            ) from None

    def last_number(self, device: str) -> int | None:
        """The number of the frame that was captioned last; None where none was."""
        row = (
            self._database.connection()
            .execute("SELECT number FROM captioned WHERE device = ?", (device,))
            .fetchone()
        )
        return None if row is None else int(row["number"])

    def add(self, caption: Waiting, number: int) -> None:
        """Keep the caption of frame `number`."""
        embedding = None if caption.embedding is None else array.array("f", caption.embedding).tobytes()
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO waiting (device, captured_utc_ms, text, embedding, model, frame)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    caption.device,
                    caption.captured_utc_ms,
                    caption.text,
                    embedding,
                    caption.model,
                    caption.frame,
                ),
            )
            db.execute("INSERT OR REPLACE INTO captioned VALUES (?, ?)", (caption.device, number))

    def oldest(
        self,
        most: int,
        most_bytes: int,
        *,
        passing_over: Collection[str] = (),
        before_utc_ms: int | None = None,
    ) -> tuple[list[Waiting], bool]:
        """The captions that wait for the longest: at least one where there is one, `most` and `most_bytes`
        of JSON at most; and whether there are more. Those of devices `passing_over`, and of frames of
        `before_utc_ms` or later, are left where they are."""
        devices = ", ".join("?" * len(passing_over))
        rows = (
            self._database.connection()
            .execute(
                f"SELECT * FROM waiting WHERE device NOT IN ({devices}) AND captured_utc_ms < ?"
                " ORDER BY id LIMIT ?",
                (*passing_over, _NEVER_MS if before_utc_ms is None else before_utc_ms, most + 1),
            )
            .fetchall()
        )
        found: list[Waiting] = []
        size_bytes = 0
        for row in rows[:most]:
            floats = None if row["embedding"] is None else array.array("f", row["embedding"])
            size_bytes += 300 + 2 * len(row["text"]) + 22 * (0 if floats is None else len(floats))
            if found and size_bytes > most_bytes:
                break
            found.append(
                Waiting(
                    row["device"],
                    row["captured_utc_ms"],
                    row["text"],
                    None if floats is None else list(floats),
                    row["model"],
                    row["frame"],
                    row["id"],
                )
            )
        return found, len(found) < len(rows)

    def remove(self, captions: Iterable[Waiting]) -> None:
        """These were taken, or never will be."""
        with self._database.writing() as db:
            db.executemany("DELETE FROM waiting WHERE id = ?", [(caption.id,) for caption in captions])

    def count(self) -> int:
        """How many wait."""
        row = self._database.connection().execute("SELECT COUNT(*) FROM waiting").fetchone()
        return int(row[0])

    def has_from(self, utc_ms: int) -> bool:
        """Whether one of a frame of that time or later waits."""
        row = (
            self._database.connection()
            .execute("SELECT 1 FROM waiting WHERE captured_utc_ms >= ? LIMIT 1", (utc_ms,))
            .fetchone()
        )
        return row is not None

    def oldest_utc_ms(self) -> int | None:
        """The frame's time of the one that waits for the longest."""
        row = (
            self._database.connection()
            .execute("SELECT captured_utc_ms FROM waiting ORDER BY id LIMIT 1")
            .fetchone()
        )
        return None if row is None else int(row[0])

    def let_go(self) -> int:
        """Drop what exceeds the limits, oldest first; return how many that were."""
        surplus = self.count() - self._limits.captions
        dropped = self._drop_oldest(surplus) if surplus > 0 else 0
        while self._size_bytes() > self._limits.size_bytes:
            # Each a transaction: what is free is known behind it.
            gone = self._drop_oldest(_GO_AT_ONCE)
            if not gone:
                break
            dropped += gone
        return dropped

    def close(self) -> None:
        """Close this thread's connection."""
        self._database.close()

    def _drop_oldest(self, count: int) -> int:
        with self._database.writing() as db:
            return db.execute(
                "DELETE FROM waiting WHERE id IN (SELECT id FROM waiting ORDER BY id LIMIT ?)", (count,)
            ).rowcount

    def _size_bytes(self) -> int:
        """Of what is in use: pages of captions that went are used again."""
        db = self._database.connection()
        pages, free, size = (
            int(db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size
