"""Watches a device's folder from outside while processes are killed, and says what was lost or changed.

It looks again and again and believes only what it saw: a segment that ffmpeg listed, a file that was
published, a playlist as a player could have loaded it. Nothing of the agent is used.
"""

import hashlib
import re
import threading
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.playlist_check import growth_faults, playlist_faults, read_playlist, reload_faults
from tests.support.ring_on_disk import RingOnDisk

_PERIOD_S = 0.1
_LISTED = re.compile(r"^([0-9]+\.ts)$", re.MULTILINE)
_END = "#EXT-X-ENDLIST\n"
_TOO_SHORT = "6.2.2"  # with three segments in the window there cannot be three target durations in it


@dataclass
class Seen:
    """What was ever there. Contents are known by their hash."""

    names: dict[str, str] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    complete: set[str] = field(default_factory=set)
    live: list[str] = field(default_factory=list)
    archives: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class RingWitness:
    """Watches one device in a thread of its own, from `__enter__` to `__exit__`."""

    def __init__(self, root: Path, device: str) -> None:
        self._ring = RingOnDisk(root, device)
        self._root = root
        self._device = device
        self._seen = Seen()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"witness-{device}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def segments_seen(self) -> int:
        return len(self._seen.names)

    # -- looking -----------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._ended.wait(_PERIOD_S):
            self.look()

    def look(self) -> None:
        """Take down what is there now."""
        self._look_at_staging()
        for name, path in self._ring.segments().items():
            if name not in self._seen.names and (content := _hash(path)) is not None:
                self._seen.names[name] = content
                self._seen.order.append(int(name[8:-3]))
        live = _text(self._ring.base / "segments" / "output.m3u8")
        if live and live != (self._seen.live or [""])[-1]:
            self._seen.live.append(live)
        for path in self._archives():
            # The ring's folder of an hour may be another day's next time: its stamp says which it is.
            hour, text, again = _stamp(path.parent), _text(path), _stamp(path.parent)
            if text and hour and hour == again:
                versions = self._seen.archives.setdefault(hour, [])
                if not versions or versions[-1] != text:
                    versions.append(text)

    def _look_at_staging(self) -> None:
        """Segments that ffmpeg has listed are complete, whatever happens to who reads them."""
        for folder in (self._ring.base / ".staging" / "segments").glob("[0-9]*"):
            for name in _LISTED.findall(_text(folder / "list.m3u8"))[-4:]:
                content = _hash(folder / name)
                if content is not None:
                    self._seen.complete.add(content)

    def _archives(self) -> list[Path]:
        base = self._ring.base
        return [*base.glob("segments/*/archive.m3u8"), *base.glob("vault/*/*/segments/archive.m3u8")]

    # -- judging -----------------------------------------------------------------------------

    def faults(self) -> list[str]:
        """What must not be, once nothing runs any more; each with the device's name."""
        self.look()
        found = [
            *self._seen.faults,
            *self._lost_files(),
            *self._numbers(),
            *self._live_playlists(),
            *self._archive_playlists(),
        ]
        return [f"{self._device}: {fault}" for fault in found]

    def _lost_files(self) -> list[str]:
        now = {name: _hash(path) for name, path in self._ring.segments().items()}
        aside = {_hash(path) for path in (self._ring.base / "aside").rglob("*") if path.is_file()}
        trashed = {_hash(path) for path in (self._root / ".trash").glob(f"{self._device}.*/*")}
        faults = [
            f"{name} is gone" if name not in now else f"{name} was overwritten"
            for name, content in self._seen.names.items()
            if now.get(name) != content and content not in trashed
        ]
        kept = {*now.values(), *aside, *trashed}
        lost = self._seen.complete - kept
        if lost:
            faults.append(f"{len(lost)} segments that ffmpeg had completed are nowhere")
        if len(set(now.values())) != len(now):
            faults.append(f"{len(now) - len(set(now.values()))} segments are there twice")
        return faults + [str(path) for path in self._ring.base.rglob("*.conflict-*")]

    def _numbers(self) -> list[str]:
        faults = [
            f"{after} was published after {before}"
            for before, after in pairwise(self._seen.order)
            if after <= before
        ]
        rows = self._ring.times()
        numbers = [row.number for row in rows]
        faults += [f"{number} is dated twice" for number in set(numbers) if numbers.count(number) > 1]
        undated = {int(name[8:-3]) for name in self._ring.segments()} - set(numbers)
        if undated:
            faults.append(f"these have no line: {sorted(undated)}")
        faults += [
            f"{after.number} is of run {after.run}, the one before of {before.run}"
            for before, after in pairwise(rows)
            if after.run < before.run
        ]
        return faults

    def _live_playlists(self) -> list[str]:
        loads = self._seen.live
        faults = [fault for text in loads for fault in playlist_faults(text)]
        faults += [fault for pair in pairwise(loads) for fault in reload_faults(*pair)]
        sequences: dict[int, tuple[str, int]] = {}
        for text in loads:
            for entry in read_playlist(text).segments:
                told = sequences.setdefault(entry.sequence, (entry.uri, entry.era))
                if told != (entry.uri, entry.era):
                    faults.append(f"media sequence {entry.sequence} was {told}, is {entry.uri}, {entry.era}")
        names = set(self._ring.segments())
        if loads:
            listed = [entry.uri for entry in read_playlist(loads[-1]).segments]
            faults += [f"output.m3u8 names {uri}, which is missing" for uri in listed if uri not in names]
        return [fault for fault in dict.fromkeys(faults) if _TOO_SHORT not in fault]

    def _archive_playlists(self) -> list[str]:
        faults: list[str] = []
        for hour, versions in self._seen.archives.items():
            for text in versions:
                faults += [f"{hour}: {fault}" for fault in playlist_faults(text)]
            for before, after in pairwise(versions):
                faults += [f"{hour}: {fault}" for fault in growth_faults(before.removesuffix(_END), after)]
        for path in self._archives():
            listed = [entry.uri for entry in read_playlist(_text(path)).segments]
            there = {entry.name for entry in path.parent.glob("segment_*.ts")}
            faults += [
                f"{path.parent.name}: names {uri}, which is missing" for uri in listed if uri not in there
            ]
            faults += [f"{path.parent.name}: does not list {name}" for name in sorted(there - set(listed))]
        return list(dict.fromkeys(faults))


def _hash(path: Path) -> str | None:
    try:
        return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    except OSError:
        return None  # it is on its way to another place, where it will be seen


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _stamp(folder: Path) -> str:
    found = re.search(r'"hour": "([^"]+)"', _text(folder / ".hour.json"))
    return found[1] if found else ""
