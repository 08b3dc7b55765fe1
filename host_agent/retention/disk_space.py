"""How much room a disk has, as plain values."""

import os
from dataclasses import dataclass
from pathlib import Path

from host_agent.ring.layout import TRASH_NAME

_BLOCK_BYTES = 512  # the unit of st_blocks, whatever the file system's own is


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes and inodes."""

    size_bytes: int = 0
    inodes: int = 0

    def __add__(self, other: "Room") -> "Room":
        return Room(self.size_bytes + other.size_bytes, self.inodes + other.inodes)


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """One file system. `file_system` tells two apart; a total of 0 inodes means that none are counted.

    What is reserved for root counts neither as free nor in the total, as `df` has it.
    """

    file_system: int
    free: Room
    total: Room
    read_only: bool

    @property
    def free_bytes_percent(self) -> float:
        return 100.0 * self.free.size_bytes / self.total.size_bytes if self.total.size_bytes else 0.0

    @property
    def free_inodes_percent(self) -> float:
        return 100.0 * self.free.inodes / self.total.inodes if self.total.inodes else 100.0

    @property
    def free_percent(self) -> float:
        """Of bytes or of inodes, whichever is scarcer."""
        return min(self.free_bytes_percent, self.free_inodes_percent)

    @property
    def scarce(self) -> str:
        """What there is less of, for a sentence: `bytes` or `inodes`."""
        return "bytes" if self.free_bytes_percent <= self.free_inodes_percent else "inodes"


def measure_disk(path: Path) -> DiskSpace:
    """Ask the kernel about the file system of `path`. Raises OSError."""
    status = os.statvfs(path)
    return DiskSpace(
        file_system=path.stat().st_dev,
        free=Room(status.f_bavail * status.f_frsize, status.f_favail),
        total=Room(
            (status.f_blocks - status.f_bfree + status.f_bavail) * status.f_frsize,
            status.f_files - status.f_ffree + status.f_favail if status.f_files else 0,
        ),
        read_only=bool(status.f_flag & os.ST_RDONLY),
    )


def room_in_trash(root: Path) -> Room:
    """What will be free once the trash of `root` has been emptied."""
    room = Room()
    try:
        with os.scandir(root / TRASH_NAME) as folders:
            for folder in folders:
                if folder.is_dir(follow_symlinks=False):
                    room += room_of(Path(folder.path))
    except FileNotFoundError:
        pass
    return room


def room_of(folder: Path) -> Room:
    """What will be free once the files of `folder` and itself are removed.

    A file that has another name elsewhere (a hard link) frees nothing. A file that goes meanwhile
    is left out: its room is free already.
    """
    size = 0
    inodes = 1
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if status.st_nlink == 1:
                    size += status.st_blocks * _BLOCK_BYTES
                    inodes += 1
    except FileNotFoundError:
        return Room()
    return Room(size, inodes)
