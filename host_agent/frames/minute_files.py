"""The hours of minutes that a host has on disk, each with a version that says whether it changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.minutes import Minute
from host_agent.frames.minutes_file import MinutesFile, parse_minutes
from host_agent.ring.folder_reading import dated_folders, list_names
from host_agent.ring.layout import HOURS_A_DAY, MINUTES_NAME, VAULT_NAME, Hour, Kind
from host_agent.ring.store import RingStore
from shared.clock import Clock

# What lies in the vault hardly changes, and there may be a month of it.
_VAULT_EVERY_S = 600.0

_Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class MinutesHour:
    """One hour of one device. `version` is another one as soon as any of its files was written again."""

    device: str
    hour: Hour
    version: tuple[_Signature, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    device: str
    signature: _Signature
    hour: Hour | None


class MinuteFiles:
    """Follows `minutes.json` of every hour of every device. A file is read when it changed.

    `stores`: gives the rings to look at, by name. Not safe to use from several threads.
    """

    def __init__(self, stores: Callable[[], Mapping[str, RingStore]], clock: Clock) -> None:
        self._stores = stores
        self._clock = clock
        self._known: dict[Path, _Known] = {}
        self._paths: dict[tuple[str, Hour], list[Path]] = {}
        self._ring_hours: dict[Path, Hour] = {}
        self._vaults: dict[str, list[tuple[str, Path]]] = {}
        self._look_into_vaults_at_s = 0.0

    def hours(self) -> list[MinutesHour]:
        """Every hour that there is now and can be read."""
        stores = dict(self._stores())
        ring = self._look_at_all(file for store in stores.values() for file in _ring_files(store))
        # What lay in a folder of the ring and is not there any more lies in the vault, or is gone.
        has_left = any(path not in ring or ring[path].hour != hour for path, hour in self._ring_hours.items())
        self._ring_hours = {path: found.hour for path, found in ring.items() if found.hour is not None}
        self._find_vaults(stores, now=has_left)
        known = ring | self._look_at_all(file for files in self._vaults.values() for file in files)
        paths: dict[tuple[str, Hour], list[Path]] = defaultdict(list)
        for path, found in known.items():
            if found.hour is not None:
                paths[found.device, found.hour].append(path)
        self._known, self._paths = known, dict(paths)
        return [
            MinutesHour(device, hour, tuple(known[path].signature for path in held))
            for (device, hour), held in paths.items()
        ]

    def minutes(self, device: str, hour: Hour) -> list[Minute]:
        """The minutes of an hour that are over, each as it was written last. The running hour's file and
        that of the hour's folder may both be there for a while. Raises OSError."""
        newest: dict[int, Minute] = {}
        for path in self._paths.get((device, hour), ()):
            file = _read(path)
            if file is None or file.hour != hour:
                continue
            for minute in file.minutes:
                if minute is None:
                    continue
                before = newest.get(minute.minute)
                if before is None or minute.revision > before.revision:
                    newest[minute.minute] = minute
        return [newest[index] for index in sorted(newest)]

    def _look_at_all(self, files: Iterable[tuple[str, Path]]) -> dict[Path, _Known]:
        found: dict[Path, _Known] = {}
        for device, path in files:
            try:
                status = path.stat()
                signature = (status.st_ino, status.st_mtime_ns, status.st_size)
                before = self._known.get(path)
                if before is not None and before.signature == signature:
                    found[path] = before
                    continue
                file = _read(path)
            except OSError:
                # There is none; and a disk that refuses, which has an alarm, does not silence the others.
                continue
            found[path] = _Known(device, signature, None if file is None else file.hour)
        return found

    def _find_vaults(self, stores: Mapping[str, RingStore], *, now: bool) -> None:
        now_s = self._clock.monotonic()
        if not now and now_s < self._look_into_vaults_at_s and self._vaults.keys() == stores.keys():
            return
        self._look_into_vaults_at_s = now_s + _VAULT_EVERY_S
        found: dict[str, list[tuple[str, Path]]] = {}
        for device, store in stores.items():
            try:
                found[device] = list(_vault_files(store))
            except OSError:
                # As above: of this one what was there before is looked at.
                found[device] = self._vaults.get(device, [])
        self._vaults = found


def _ring_files(store: RingStore) -> Iterator[tuple[str, Path]]:
    yield store.device, store.folders.hot(Kind.HEATMAP) / MINUTES_NAME
    for number in range(HOURS_A_DAY):
        yield store.device, store.folders.cold(Kind.HEATMAP, number) / MINUTES_NAME


def _vault_files(store: RingStore) -> Iterator[tuple[str, Path]]:
    for _day, folder in dated_folders(store.folders.base / VAULT_NAME):
        for number in list_names(folder):
            yield store.device, folder / number / Kind.HEATMAP.value / MINUTES_NAME


def _read(path: Path) -> MinutesFile | None:
    try:
        return parse_minutes(path.read_text(errors="replace"))
    except (FileNotFoundError, NotADirectoryError):
        return None
