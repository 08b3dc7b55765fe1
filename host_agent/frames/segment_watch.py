"""The latest segments of a device, followed as they are published."""

import threading
from bisect import insort

from host_agent.frames.folder_watch import FolderWatch
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.clock import Clock

# Long enough for every frame that still waits for its time.
_KEPT = 400
_LOOK_EVERY_S = 0.15
_HOURS_FOLLOWED = 4


class SegmentWatch:
    """Reads what was appended to the lists of times whenever a segment has appeared in the hot folder.

    Shared by the threads that feed and date; one of them looks, the others get what it saw.
    """

    def __init__(self, store: RingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._hot = FolderWatch(store.folders.hot(Kind.SEGMENTS))
        self._looked_at_s: float | None = None
        self._offsets: dict[Hour, int] = {}
        self._times: list[SegmentTime] = []
        self._snapshot: tuple[SegmentTime, ...] = ()
        self._published_to = 0

    def recent(self) -> tuple[SegmentTime, ...]:
        """The times of the latest segments by number. Raises OSError where the disk cannot be read."""
        self._look()
        return self._snapshot

    def published(self) -> tuple[SegmentTime, ...]:
        """As `recent`, without those whose file has not appeared in the hot folder yet."""
        self._look()
        return tuple(time for time in self._snapshot if time.number <= self._published_to)

    def _look(self) -> None:
        with self._lock:
            now_s = self._clock.monotonic()
            if self._looked_at_s is not None and now_s - self._looked_at_s < _LOOK_EVERY_S:
                return
            self._looked_at_s = now_s
            if self._hot.changed():
                self._read()

    def _read(self) -> None:
        hot = self._store.hot_files(Kind.SEGMENTS)
        newest = self._times[-1].number if self._times else 0
        fresh = [file for file in hot if file.file.number > newest]
        if hot:
            self._published_to = max(self._published_to, hot[-1].file.number)
        # The hour followed last too: its end may have been written and archived between two looks.
        hours = {file.hour for file in fresh} | set(list(self._offsets)[-1:])
        known = {time.number for time in self._times}
        for hour in sorted(hours):
            times, offset = self._store.segment_times_behind(hour, self._offsets.pop(hour, 0))
            self._offsets[hour] = offset
            for time in times:
                if time.number not in known:
                    insort(self._times, time, key=lambda entry: entry.number)
        del self._times[:-_KEPT]
        self._snapshot = tuple(self._times)
        for hour in list(self._offsets)[:-_HOURS_FOLLOWED]:
            del self._offsets[hour]
