"""Which hours of minutes the gateway does not have yet: they stay on disk until it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.minutes_file import parse_minutes
from host_agent.journal.fleet_records import MINUTES_AN_HOUR, NEVER, FleetRecords
from host_agent.ring.layout import MINUTES_NAME, Hour, Kind
from host_agent.ring.store import RingStore
from shared.spans import EPOCH, utc_ms

_MINUTE_MS = 60_000

DeviceHour = tuple[str, Hour]


@dataclass(frozen=True, slots=True)
class _Read:
    """What an hour's file said. `signature` is another one as soon as it was written again; `revisions`
    are of its 60 minutes, NEVER where there is none."""

    signature: tuple[int, int, int]
    revisions: tuple[int, ...]


class UnreportedMinutes:
    """Asked about every complete hour in every clean-up: a file is read when it changed. For one thread."""

    def __init__(self, records: FleetRecords) -> None:
        self._records = records
        self._read: dict[DeviceHour, _Read] = {}

    def among(self, hours: Mapping[DeviceHour, RingStore]) -> frozenset[DeviceHour]:
        """Those of `hours` that hold minutes which the gateway has not acknowledged, also those that
        cannot be read now: they may hold some. Raises sqlite3.Error."""
        self._read = {key: held for key, held in self._read.items() if key in hours}
        return frozenset(key for key, store in hours.items() if self._has_any(store, key))

    def _has_any(self, store: RingStore, key: DeviceHour) -> bool:
        device, hour = key
        folder = store.hour_folder(Kind.HEATMAP, hour)
        if folder is None or hour.start < EPOCH:
            return False
        try:
            revisions = self._revisions(key, folder / MINUTES_NAME)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        acknowledged = self._records.acknowledged(device, utc_ms(hour.start) // _MINUTE_MS)
        return any(written > had for written, had in zip(revisions, acknowledged, strict=True))

    def _revisions(self, key: DeviceHour, path: Path) -> tuple[int, ...]:
        status = path.stat()
        signature = (status.st_ino, status.st_mtime_ns, status.st_size)
        held = self._read.get(key)
        if held is None or held.signature != signature:
            held = _Read(signature, _revisions_in(path.read_text(errors="replace"), key[1]))
            self._read[key] = held
        return held.revisions


def _revisions_in(text: str, hour: Hour) -> tuple[int, ...]:
    """The revisions of the minutes that can be reported: none of a file that is torn or another hour's."""
    file = parse_minutes(text)
    revisions = [NEVER] * MINUTES_AN_HOUR
    if file is not None and file.hour == hour:
        for minute in file.minutes:
            if minute is not None and 0 <= minute.minute < MINUTES_AN_HOUR:
                revisions[minute.minute] = max(revisions[minute.minute], minute.revision)
    return tuple(revisions)
