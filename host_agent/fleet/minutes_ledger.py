"""Which minutes wait for the gateway: what is on disk, less what it has acknowledged.

Only hours that changed are read again; of an outage's minutes no more are held than are sent at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from host_agent.fleet.minutes_plan import MINUTES_AN_HOUR, oldest_first, unacknowledged
from host_agent.journal.fleet_records import FleetRecords
from shared.contracts.minutes import MinuteReport

Key = tuple[str, int]
_REMEMBERED_MINUTES = 3 * 24 * 60


@dataclass(frozen=True, slots=True)
class HourOnDisk:
    """An hour of a device's minutes. `first_minute`: since 1970 (UTC). `version` changes with what its
    files say."""

    device: str
    first_minute: int
    version: object

    @property
    def key(self) -> Key:
        return self.device, self.first_minute


class MinuteSource(Protocol):
    """Where minutes come from. Raises OSError where the disk refuses."""

    def hours(self) -> Iterable[HourOnDisk]:
        """Every hour that there is now."""
        ...

    def minutes(self, device: str, first_minute: int) -> Sequence[MinuteReport]:
        """The finished minutes of an hour; nothing where it is gone."""
        ...


class MinutesLedger:
    """Not safe to use from several threads. Raises OSError, sqlite3.Error."""

    def __init__(self, source: MinuteSource, records: FleetRecords) -> None:
        self._source = source
        self._records = records
        self._versions: dict[Key, object] = {}
        self._waiting: dict[Key, int] = {}

    @property
    def waiting(self) -> int:
        """Minutes that the gateway does not have, as of the last survey."""
        return sum(self._waiting.values())

    def forget(self) -> None:
        """Another gateway: what was compared before counts for nothing."""
        self._versions.clear()
        self._waiting.clear()

    def survey(self, now_minute: int) -> None:
        """Look at every hour that changed since the last time. `now_minute`: since 1970."""
        found = {hour.key: hour.version for hour in self._source.hours()}
        for key in [key for key in self._versions if key not in found]:
            del self._versions[key]
            self._waiting.pop(key, None)
        for key, version in found.items():
            if self._versions.get(key) == version:
                continue
            try:
                self._waiting[key] = len(self._unacknowledged(key))
            except OSError:
                continue  # its disk refuses, which has an alarm of its own: looked at again next time
            self._versions[key] = version
        # A disk that is away for a while comes back with what was sent from it.
        self._records.keep_hours(found, before_minute=now_minute - _REMEMBERED_MINUTES)

    def next_batch(self, most: int) -> list[MinuteReport]:
        """The oldest minutes that wait, `most` at most."""
        batch: list[MinuteReport] = []
        for key in oldest_first(self._waiting):
            try:
                found = self._unacknowledged(key)
            except OSError:
                self._look_again(key)
                continue
            self._waiting[key] = len(found)
            batch += found[: most - len(batch)]
            if len(batch) >= most:
                break
        return batch

    def _look_again(self, key: Key) -> None:
        del self._waiting[key]
        self._versions.pop(key, None)

    def acknowledge(self, batch: Iterable[MinuteReport]) -> None:
        """The gateway has these."""
        hours: dict[Key, dict[int, int]] = defaultdict(dict)
        for minute in batch:
            first_minute = minute.minute - minute.minute % MINUTES_AN_HOUR
            hours[minute.device, first_minute][minute.minute] = minute.revision
        self._records.acknowledge(hours)
        for key, revisions in hours.items():
            self._waiting[key] = max(0, self._waiting.get(key, 0) - len(revisions))

    def _unacknowledged(self, key: Key) -> list[MinuteReport]:
        return unacknowledged(self._source.minutes(*key), key[1], self._records.acknowledged(*key))
