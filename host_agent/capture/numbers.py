"""Numbers of segments and of runs: reserved durably before they are used, never given out twice."""

import sqlite3

from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore

RUNS = "runs"
RANGE = 1000
RESERVE_WHEN_LEFT = 200


class NumberSupply:
    """The next number of one device and kind, for the life of the device."""

    def __init__(self, journal: Journal, store: RingStore, kind: Kind) -> None:
        self._journal = journal
        self._store = store
        self._kind = kind
        self._next = 0
        self._end = 0
        self._following: range | None = None

    def take(self) -> int:
        """Return a number that was never given out. Raises sqlite3.Error where none can be reserved."""
        if self._next >= self._end:
            fresh = self._following or self._reserve()
            self._following = None
            self._next, self._end = fresh.start, fresh.stop
        number = self._next
        self._next += 1
        if self._end - self._next <= RESERVE_WHEN_LEFT and self._following is None:
            try:
                self._following = self._reserve()
            except sqlite3.Error:
                # There are numbers left: the next call tries again, and fails once there are none.
                self._following = None
        return number

    def _reserve(self) -> range:
        device, kind = self._store.device, self._kind.value
        at_least = 1
        if not self._journal.knows_numbers(device, kind):
            # The journal is new or was lost: what is on disk says which numbers were used.
            at_least = self._store.highest_number(self._kind) + 1
        fresh = self._journal.reserve_numbers(device, kind, RANGE, at_least=at_least)
        if self._newest_on_disk() >= fresh.start:
            # The journal is older than the disk: it was put back from a backup.
            at_least = self._store.highest_number(self._kind) + 1
            fresh = self._journal.reserve_numbers(device, kind, RANGE, at_least=at_least)
        return fresh

    def _newest_on_disk(self) -> int:
        """The highest number that is hot or in the newest hour; 0 where there is none."""
        files = [hot.file for hot in self._store.hot_files(self._kind)]
        for hour in self._store.hours(self._kind)[-1:]:
            files += self._store.hour_files(self._kind, hour)
        return max((file.number for file in files), default=0)


class RunSupply:
    """The numbers of a device's starts of ffmpeg, by which lines of `times.csv` belong together."""

    def __init__(self, journal: Journal, store: RingStore) -> None:
        self._journal = journal
        self._store = store

    def take(self) -> int:
        """Return a number that no start had. Raises sqlite3.Error where none can be reserved, OSError."""
        # A journal that was lost, or put back from a backup, does not know the newest ones.
        at_least = self._newest_on_disk() + 1
        return self._journal.reserve_numbers(self._store.device, RUNS, 1, at_least=at_least).start

    def _newest_on_disk(self) -> int:
        """The highest run of the newest hour that dates anything; 0 where there is none."""
        for hour in reversed(self._store.hours(Kind.SEGMENTS)):
            times = self._store.segment_times(hour)
            if times:
                return max(time.run for time in times)
        return 0
