"""Whether a device may record now: before a torn file is written, not after."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from host_agent.retention.disk_pressure import is_below
from host_agent.retention.disk_space import DiskSpace, measure_disk
from host_agent.retention.refusal import DISK_FULL, DISK_MISSING, MISCONFIGURED, UNASSIGNED, Refusal
from host_agent.retention.root_identity import RootIdentity
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.store import RingStore

# Recording goes on when half as much again as the reserve is free: not on and off every second.
_RESUME_FACTOR = 1.5


def is_full(disk: DiskSpace, reserve_percent: float, *, was_full: bool) -> bool:
    """Whether recording must pause: below the reserve, or not yet well above it again."""
    return is_below(disk, reserve_percent * (_RESUME_FACTOR if was_full else 1.0))


class RecordingGate:
    """Asked by capture before a recorder starts and every second while it runs: some 0.1 ms each.

    `reserve_percent`: below this share of free bytes or inodes nothing is recorded.
    """

    def __init__(
        self,
        stores: Mapping[str, RingStore],
        roots: RootIdentity,
        reserve_percent: float,
        measure: Callable[[Path], DiskSpace] = measure_disk,
    ) -> None:
        self._stores = stores
        self._roots = roots
        self._reserve_percent = reserve_percent
        self._measure = measure
        self._full: set[Path] = set()

    def reload(self, reserve_percent: float) -> None:
        """Take a changed setting over."""
        self._reserve_percent = reserve_percent

    def may_record(self, device: str) -> Refusal | None:
        """None where `device` may record."""
        store = self._stores.get(device)
        if store is None:  # taken away a moment ago
            return Refusal(UNASSIGNED, f"{device} is not configured on this host any more.")
        folders = store.folders
        return self.root_refusal(folders.root) or _unwritable(folders) or self._no_room(folders.root)

    def root_refusal(self, root: Path) -> Refusal | None:
        """Whether `root` is the disk it was; claims it at its first use. Before folders are made in it."""
        return self._roots.claim(root)

    def _no_room(self, root: Path) -> Refusal | None:
        try:
            disk = self._measure(root)
        except OSError as error:
            return Refusal(
                DISK_MISSING, f"The disk at {root} does not answer: {error.strerror}. Check the disk."
            )
        if disk.read_only:
            return Refusal(
                DISK_MISSING,
                f"The disk at {root} is mounted read-only. The kernel does that when a disk fails:"
                " look at its log (dmesg), check the disk and mount it for writing again.",
            )
        reserve = self._reserve_percent
        if not is_full(disk, reserve, was_full=root in self._full):
            self._full.discard(root)
            return None
        self._full.add(root)
        return Refusal(
            DISK_FULL,
            f"The disk at {root} is full: {disk.free_percent:.1f} % of its {disk.scarce} are free and"
            f" {reserve:g} % are kept in reserve. Recording goes on when the oldest hours have made room;"
            " if they cannot, free some or lower [retention].",
        )


def _unwritable(folders: DeviceFolders) -> Refusal | None:
    """Where the recorder must write: the device's folder, its hot segments, its staging."""
    for folder in (folders.segment_staging, folders.hot(Kind.SEGMENTS)):
        place = _nearest_existing(folder, folders.root)
        if not place.is_dir():
            return Refusal(MISCONFIGURED, f"{place} is no folder. Move it away; the agent makes its own.")
        if not os.access(place, os.W_OK | os.X_OK, effective_ids=True) and not _is_read_only(place):
            return Refusal(
                MISCONFIGURED,
                f"{place} cannot be written to. Give it to the agent's user (chown), or check its mode.",
            )
    return None


def _nearest_existing(folder: Path, root: Path) -> Path:
    while folder != root and not os.path.lexists(folder):
        folder = folder.parent
    return folder


def _is_read_only(place: Path) -> bool:
    """A read-only disk refuses writing too, but is another trouble than a wrong owner."""
    try:
        return bool(os.statvfs(place).f_flag & os.ST_RDONLY)
    except OSError:
        return True


__all__ = ["RecordingGate", "Refusal", "is_full"]
