"""Watches an agent's rings while it is being killed: what was once there must stay as it was.

Reads names and bytes alone: nothing of the agent is used.
"""

import hashlib
import json
import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.playlist_check import Listed, playlist_faults, read_playlist, reload_faults

PERIOD_S = 0.1
ORPHANS_GONE_WITHIN_S = 3.0
KINDS = ("segments", "captures", "thumbnails", "metadata")
_NUMBERED = ("segment_", "capture_")
_PACKET_BYTES = 188
_END = "#EXT-X-ENDLIST\n"
_Seen = tuple[int, int, int]


@dataclass
class DeviceWatch:
    """What was seen of one device. `contents`: hash by kind and name of every published file;
    `staged`: hash of every complete segment that waited in staging, with where it was first seen."""

    base: Path
    contents: dict[tuple[str, str], str] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    staged: dict[str, str] = field(default_factory=dict)
    listed: dict[int, Listed] = field(default_factory=dict)
    live_loads: int = 0
    archive_loads: int = 0
    faults: dict[str, None] = field(default_factory=dict)
    _known: dict[Path, _Seen] = field(default_factory=dict)
    _numbers: set[int] = field(default_factory=set)
    _live: str | None = None
    _archives: dict[str, str] = field(default_factory=dict)
    _highest: deque[int] = field(default_factory=lambda: deque([-1, -1], maxlen=2))

    def look(self) -> None:
        """Compare what is there now with what was there before."""
        for path in self._names(*self.base.glob(".staging/segments/[0-9]*"), suffix=".ts"):
            self._look_at_staged(path)
        self._look_at_ring()
        for path in self._names(*self.base.glob("aside/*/*")):
            data = self._new_bytes(path)
            if data:
                self.aside.add(_hash(data))
        self._look_at_live_playlist()
        for path in [
            *self.base.glob("segments/[0-9]*/archive.m3u8"),
            *self.base.glob("vault/*/*/segments/archive.m3u8"),
        ]:
            self._look_at_archive_playlist(path)

    def lost(self) -> list[str]:
        """Complete segments that were in staging and are neither published nor set aside (yet)."""
        kept = {content for (kind, _), content in self.contents.items() if kind == "segments"} | self.aside
        return [where for content, where in self.staged.items() if content not in kept]

    def unlisted(self) -> list[str]:
        """Archived segments that the playlist of their hour does not name (yet)."""
        found: list[str] = []
        for folder in self.base.glob("segments/[0-9]*"):
            present = {path.name for path in self._names(folder, suffix=".ts")}
            listed = _read(folder / "archive.m3u8").splitlines()
            found += [f"{folder.name}/{name}" for name in sorted(present - set(listed))]
        return found

    # -- parts -------------------------------------------------------------------------------

    def _look_at_staged(self, path: Path) -> None:
        data = self._new_bytes(path)
        if data and len(data) % _PACKET_BYTES == 0:
            self.staged.setdefault(_hash(data), f"{path.parent.name}/{path.name}")

    def _look_at_ring(self) -> None:
        numbers: list[int] = []
        for kind in KINDS:
            # Hot first: what moves on meanwhile is seen twice, not never.
            folders = (
                self.base / kind,
                *(self.base / kind).glob("[0-9]*"),
                *self.base.glob(f"vault/*/*/{kind}"),
            )
            for path in self._names(*folders, prefixes=_NUMBERED):
                self._look_at_published(kind, path)
                if kind == "segments":
                    numbers.append(int(path.stem.removeprefix("segment_").partition(".")[0]))
        new = [number for number in numbers if number not in self._numbers]
        # Names are not read at one moment: what was missed by the last look may still come with this one.
        self.faults |= dict.fromkeys(
            f"segment {number} came after segment {self._highest[0]}"
            for number in new
            if number < self._highest[0]
        )
        self._numbers.update(new)
        self._highest.append(max(self._numbers, default=-1))

    def _look_at_published(self, kind: str, path: Path) -> None:
        data = self._new_bytes(path)
        if data is None:
            return
        content = _hash(data)
        if self.contents.setdefault((kind, path.name), content) != content:
            self._fault(f"{kind}/{path.name}: its content changed")

    def _look_at_live_playlist(self) -> None:
        text = _read(self.base / "segments" / "output.m3u8")
        if not text or text == self._live:
            return
        self.live_loads += 1
        self.faults |= dict.fromkeys(playlist_faults(text))
        if self._live is not None:
            self.faults |= dict.fromkeys(reload_faults(self._live, text))
        for entry in read_playlist(text).segments:
            if self.listed.setdefault(entry.sequence, entry) != entry:
                self._fault(f"live: {self.listed[entry.sequence]} became {entry}")
        self._live = text

    def _look_at_archive_playlist(self, path: Path) -> None:
        try:
            hour = str(json.loads((path.parent / ".hour.json").read_text())["hour"])
        except FileNotFoundError:
            return  # lapped or trashed meanwhile
        text = _read(path)
        present = {path.name for path in self._names(path.parent, suffix=".ts")}
        if not text or not path.exists() or hour not in _read(path.parent / ".hour.json"):
            return
        before = self._archives.get(hour)
        if text == before:
            return
        self.archive_loads += 1
        self.faults |= dict.fromkeys(f"{hour}: {fault}" for fault in playlist_faults(text))
        missing = {line for line in text.splitlines() if line and not line.startswith("#")} - present
        if missing:
            self._fault(f"archive.m3u8 of {hour} names {sorted(missing)}, which are not there")
        if before is not None and not text.startswith(before.removesuffix(_END)):
            self._fault(f"archive.m3u8 of {hour} does not begin as it was:\n{before}\nis now\n{text}")
        self._archives[hour] = text

    def _fault(self, sentence: str) -> None:
        self.faults[sentence] = None

    @staticmethod
    def _names(*folders: Path, suffix: str = "", prefixes: tuple[str, ...] = ("",)) -> list[Path]:
        found: list[Path] = []
        for folder in folders:
            try:
                names = os.listdir(folder)
            except (FileNotFoundError, NotADirectoryError):
                continue  # it moved meanwhile
            found += [folder / name for name in names if name.startswith(prefixes) and name.endswith(suffix)]
        return found

    def _new_bytes(self, path: Path) -> bytes | None:
        """The bytes of a file that was not read before; None where it was, or where it has moved on."""
        try:
            status = path.stat()
            seen = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._known.get(path) == seen:
                return None
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        self._known[path] = seen
        return data


@dataclass
class RingWatch:
    """Looks at `devices` under `root` again and again, in a thread of its own."""

    root: Path
    devices: dict[str, DeviceWatch]
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _orphans: dict[int, float] = field(default_factory=dict)
    _faults: dict[str, None] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    looks: int = 0

    @classmethod
    def of(cls, root: Path, *devices: str) -> Self:
        return cls(root, {device: DeviceWatch(root / device) for device in devices})

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Now, and not only with the next turn."""
        with self._lock:
            for watch in self.devices.values():
                watch.look()
            self._look_for_orphans()
            self.looks += 1

    def faults(self) -> list[str]:
        """Every rule that was broken, as sentences."""
        with self._lock:
            own = [f"{name}: {fault}" for name, watch in self.devices.items() for fault in watch.faults]
            return [*own, *self._faults]

    def lost(self) -> list[str]:
        with self._lock:
            return [f"{name}: {lost}" for name, watch in self.devices.items() for lost in watch.lost()]

    def unlisted(self) -> list[str]:
        with self._lock:
            return [f"{name}: {where}" for name, watch in self.devices.items() for where in watch.unlisted()]

    def _watch(self) -> None:
        while not self._ended.wait(PERIOD_S):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 (a watch that ends unseen would prove nothing)
                self._faults[f"the watch failed: {error!r}"] = None

    def _look_for_orphans(self) -> None:
        now = time.monotonic()
        found = set(_ffmpegs_without_agent(self.root))
        self._orphans = {pid: self._orphans.get(pid, now) for pid in found}
        for pid, since in self._orphans.items():
            if now - since > ORPHANS_GONE_WITHIN_S:
                self._faults[f"ffmpeg {pid} outlives its agent"] = None


def _ffmpegs_without_agent(root: Path) -> list[int]:
    """Every ffmpeg that names `root` and whose parent is no process of an agent."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes()
            program = arguments.partition(b"\0")[0].rpartition(b"/")[2]
            if program != b"ffmpeg" or not _names_folder(entry, arguments, root):
                continue
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue  # gone meanwhile
        try:
            is_agents = b"host_agent" in (entry.parent / parent / "cmdline").read_bytes()
        except OSError:
            is_agents = False
        if not is_agents:
            found.append(int(entry.name))
    return found


def _names_folder(entry: Path, arguments: bytes, root: Path) -> bool:
    return os.fsencode(root) in arguments or (entry / "cwd").readlink().is_relative_to(root)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
