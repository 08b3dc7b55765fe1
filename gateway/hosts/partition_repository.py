"""Partitions of the minutes in PostgreSQL: each is made or dropped in a short transaction of its own.

Readers and writers of minutes come first. Whoever makes a partition waits for their locks for a moment only,
less than PostgreSQL takes to look for a deadlock, so that it is never somebody else's statement that fails;
what could not be done is done the next time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from psycopg.errors import LockNotAvailable
from pydantic import ValidationError
from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import OperationalError

from gateway.hosts.minute_days import day_bounds, day_of_partition, partition_name
from gateway.hosts.minute_repository import store_minutes
from shared.contracts.minutes import MinuteReport

# Any number that nothing else in this database locks by.
_MAINTENANCE_LOCK = 6_203_417_711
_LOCK_TIMEOUT_MS = 400  # deadlock_timeout is 1 s

_PARTITIONS = text(
    """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
    WHERE pg_inherits.inhparent = 'activity_minutes'::regclass AND NOT pg_inherits.inhdetachpending
    """
)
# By the hosts' own clocks. A clock may say anything; what it says must stay within what a date can be.
_NEWEST_TOLD = text(
    """
    SELECT max(received_at + make_interval(secs => least(greatest(clock_offset_s, -1e9), 1e9)))
    FROM host_reports
    """
)
_SET_ASIDE_AFTER = text("SELECT count(*) FROM activity_minutes_set_aside WHERE at > :moment")
_TAKEN_UP_AT_ONCE = 5000
_DUE = text(
    f"""
    SELECT devices.host_id, devices.name, aside.device_id, aside.at, aside.report
    FROM activity_minutes_set_aside AS aside JOIN devices ON devices.id = aside.device_id
    WHERE aside.at >= :since AND aside.at <= :until
    ORDER BY devices.host_id, aside.device_id, aside.at LIMIT {_TAKEN_UP_AT_ONCE}
    """
)
# Not one whose newer revision has come meanwhile: it is taken up the next time.
_TAKEN_UP = text(
    """
    DELETE FROM activity_minutes_set_aside AS aside
    USING unnest(CAST(:device_id AS integer[]), CAST(:at AS timestamptz[]), CAST(:revision AS integer[]))
        AS taken (device_id, at, revision)
    WHERE aside.device_id = taken.device_id AND aside.at = taken.at
        AND CAST(aside.report ->> 'revision' AS integer) = taken.revision
    """
)
_DAYS_WITHOUT = text(
    "SELECT DISTINCT CAST(at AT TIME ZONE 'UTC' AS date) FROM activity_minutes_default WHERE at >= :since"
)


class BusyError(Exception):
    """Others hold a lock that is needed; or another process is at the same work."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """Minutes that were set aside. `unreadable`: of another version; they stay where they are."""

    minutes: int
    unreadable: int


class PartitionRepository:
    """Every method is one transaction and raises BusyError where others were in the way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def partitioned(self) -> set[date]:
        """The days that have a partition."""
        with self._engine.begin() as connection:
            return _partitioned(connection)

    def days_without(self, since: datetime) -> set[date]:
        """The days of minutes from `since` on that are in the default partition."""
        with self._engine.begin() as connection:
            return set(connection.execute(_DAYS_WITHOUT, {"since": since}).scalars())

    def make(self, day: date) -> int | None:
        """Make the partition of a day; return how many minutes moved into it from the default partition,
        None where it was there already."""
        name = partition_name(day)
        begin, end = (moment.isoformat() for moment in day_bounds(day))
        with self._alone() as connection:
            if day in _partitioned(connection):
                return None
            # Writers wait before they choose a partition: one that chose the default partition and came
            # to it too late would be refused. Readers wait only where they look into that one.
            connection.execute(text("LOCK TABLE ONLY activity_minutes IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(text("LOCK TABLE activity_minutes_default IN ACCESS EXCLUSIVE MODE"))
            connection.execute(
                text(f"CREATE TABLE {name} (LIKE activity_minutes INCLUDING DEFAULTS INCLUDING INDEXES)")
            )
            moved = connection.execute(
                text(
                    f"""
                    WITH moved AS (
                        DELETE FROM activity_minutes_default WHERE at >= :begin AND at < :end RETURNING *
                    )
                    INSERT INTO {name} SELECT * FROM moved
                    """
                ),
                {"begin": begin, "end": end},
            ).rowcount
            connection.execute(
                text(
                    f"ALTER TABLE activity_minutes ATTACH PARTITION {name}"
                    f" FOR VALUES FROM ('{begin}') TO ('{end}')"
                )
            )
        return moved

    def drop(self, day: date) -> bool:
        """Drop the partition of a day with its minutes; False where there was none."""
        name = partition_name(day)
        with self._alone() as connection:
            if day not in _partitioned(connection):
                return False
            connection.execute(text(f"ALTER TABLE activity_minutes DETACH PARTITION {name}"))
            connection.execute(text(f"DROP TABLE {name}"))
        return True

    def newest_told(self) -> datetime | None:
        """The newest moment that hosts have reported at, by their own clocks; None where none has."""
        with self._engine.begin() as connection:
            found: datetime | None = connection.execute(_NEWEST_TOLD).scalar_one()
        return found

    def set_aside_after(self, moment: datetime) -> int:
        """How many minutes that were set aside lie after `moment`."""
        with self._engine.begin() as connection:
            found: int = connection.execute(_SET_ASIDE_AFTER, {"moment": moment}).scalar_one()
        return found

    def take_up(self, since: datetime, until: datetime) -> TakenUp:
        """Have minutes that were set aside, and are not before `since` nor after `until`, among all others,
        some thousands at most. The newest revision counts."""
        with self._alone() as connection:
            found = connection.execute(_DUE, {"since": since, "until": until}).all()
            read = [(row, _read(row)) for row in found]
            due = [row for row, minute in read if minute is not None]
            if not due:
                return TakenUp(0, len(found))
            # In the order in which heartbeats lock them: first minutes, then those that are set aside.
            for host_id, of_host in groupby(read, key=lambda each: each[0].host_id):
                minutes = [minute for _, minute in of_host if minute is not None]
                store_minutes(connection, str(host_id), minutes)
            connection.execute(
                _TAKEN_UP,
                {
                    "device_id": [row.device_id for row in due],
                    "at": [row.at for row in due],
                    "revision": [row.report["revision"] for row in due],
                },
            )
        return TakenUp(len(due), len(found) - len(due))

    def forget_before(self, kept_since: datetime) -> int:
        """Delete older minutes that have no partition, and those that were set aside so long ago."""
        with self._alone() as connection:
            stray = connection.execute(
                text("DELETE FROM activity_minutes_default WHERE at < :since"), {"since": kept_since}
            ).rowcount
            aside = connection.execute(
                text("DELETE FROM activity_minutes_set_aside WHERE received_at < :since"),
                {"since": kept_since},
            ).rowcount
        return stray + aside

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction while which no other process maintains partitions."""
        try:
            with self._engine.begin() as connection:
                connection.execute(text(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MAINTENANCE_LOCK})"))
                yield connection
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise BusyError(str(error.orig).splitlines()[0]) from None
            raise


def _partitioned(connection: Connection) -> set[date]:
    names = connection.execute(_PARTITIONS).scalars()
    return {day for name in names if (day := day_of_partition(name)) is not None}


def _read(row: Row[Any]) -> MinuteReport | None:
    """What a row holds that was set aside; None where this version cannot read it."""
    try:
        return MinuteReport.model_validate({**row.report, "device": row.name})
    except ValidationError:
        return None
