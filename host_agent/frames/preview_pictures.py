"""What has come of a sub-stream: seen by the collector, and judged by whoever keeps it running."""

import os
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from host_agent.frames.arrival_clock import ArrivalClock
from host_agent.frames.folder_watch import FolderWatch
from host_agent.frames.staged_names import StagedName, parse_staged_name
from host_agent.ring.layout import Kind

_INTERVALS_KEPT = 12
# No picture for so long, or for a few usual intervals: nothing comes any more.
_SILENT_AFTER_S = 5.0
_SILENT_INTERVALS = 3.0


@dataclass(slots=True)
class Connection:
    """One connection to a sub-stream, whose pictures appear in `folder`. Times are monotonic."""

    folder: Path
    clock: ArrivalClock = field(default_factory=ArrivalClock)
    first_s: float | None = None
    newest_s: float | None = None
    _media_s: deque[float] = field(default_factory=lambda: deque(maxlen=_INTERVALS_KEPT + 1))

    def arrived(self, staged: StagedName, now_s: float) -> None:
        """A picture came. For the collector's thread."""
        media_s = staged.media_ms / 1000
        self.clock.arrive(media_s, now_s)
        if staged.kind is Kind.THUMBNAILS:
            self._media_s.append(media_s)
        if self.first_s is None:
            self.first_s = now_s
        self.newest_s = now_s

    @property
    def intervals_s(self) -> list[float]:
        """Between the last pictures, by their media time."""
        return [after - before for before, after in pairwise(list(self._media_s))]

    def delivers(self, now_s: float) -> bool:
        """Whether pictures come."""
        if self.newest_s is None:
            return False
        usual_s = max(self.intervals_s, default=0.0)
        return now_s - self.newest_s <= max(_SILENT_AFTER_S, _SILENT_INTERVALS * usual_s)


class PreviewPictures:
    """`connection` is changed by one thread and read by others; the rest is for the collector's."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._watched: tuple[Connection, FolderWatch] | None = None

    def look(self, now_s: float) -> list[tuple[Path, StagedName, Connection]]:
        """Every picture that lies there, if the folder has changed, by media time. Raises OSError."""
        connection = self.connection
        if connection is None:
            return []
        if self._watched is None or self._watched[0] is not connection:
            self._watched = (connection, FolderWatch(connection.folder))
        if not self._watched[1].changed():
            return []
        found = [
            (staged, connection.folder / name)
            for name in os.listdir(connection.folder)
            if (staged := parse_staged_name(name)) is not None
        ]
        found.sort(key=lambda entry: (entry[0].media_ms, entry[1]))
        return [(path, staged, connection) for staged, path in found]
