"""The journal's SQLite database: one connection a thread, every write a transaction."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class JournalDatabase:
    """Write-ahead logging: readers never wait for the writer, and a commit survives kill -9.

    Raises sqlite3.Error where its disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def create(self, schema: str) -> None:
        """Make the file and those tables of `schema` that are not there yet. Raises OSError too."""
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The agent's processes start at the same time, and SQLite does not wait for the one that turns
        # write-ahead logging on.
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not self._path.exists():
                # Never on a database that is open: closing a file takes SQLite's locks on it away.
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            with self.writing() as db:
                db.executescript(schema)
        finally:
            os.close(descriptor)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            self._local.db = db
        return db

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; within another one of this thread: a part of that. `durable`: synced to disk
        (of the outermost one)."""
        db = self.connection()
        is_within_another = db.in_transaction
        if is_within_another:
            yield db
            return
        if durable:
            db.execute("PRAGMA synchronous=FULL")
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            if db.in_transaction:
                db.execute("COMMIT")
        finally:
            if durable:
                db.execute("PRAGMA synchronous=NORMAL")

    def close(self) -> None:
        """Close this thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None:
            db.close()
            self._local.db = None
