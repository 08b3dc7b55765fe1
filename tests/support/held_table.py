"""Whoever writes to a table waits: a moment in the middle of things, for as long as a test needs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.sql import SQL, Identifier

_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND position(%s IN query) > 0"
)
_WITHIN_S = 20.0
_POLL_S = 0.02


class HeldTable:
    """A lock on one table."""

    def __init__(self, database_url: str, table: str) -> None:
        self._connection = psycopg.connect(database_url)
        self._watching = psycopg.connect(database_url, autocommit=True)
        self._connection.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Identifier(table)))

    def wait_for(self, statement: str, count: int = 1) -> None:
        """Wait until `count` statements that contain this wait for a lock. Raises AssertionError."""
        until_s = time.monotonic() + _WITHIN_S
        while True:
            row = self._watching.execute(_WAITING, (statement,)).fetchone()
            if row is not None and row[0] >= count:
                return
            assert time.monotonic() < until_s, f"nobody waits with {statement!r}"
            time.sleep(_POLL_S)

    def release(self) -> None:
        """Let everybody go on."""
        self._connection.close()
        self._watching.close()


@contextmanager
def held_table(database_url: str, table: str) -> Iterator[HeldTable]:
    """Hold a table until the end of the block, or until `release`."""
    held = HeldTable(database_url, table)
    try:
        yield held
    finally:
        held.release()
