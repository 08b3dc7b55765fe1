"""What goes when the disk runs full: the oldest hour of all devices that share it, one at a time."""

from collections.abc import Iterable

from host_agent.retention.disk_space import DiskSpace, Room
from host_agent.retention.plan import DISK_FULL, Circumstances, Departure, Kept, StoredHour, kept
from host_agent.ring.layout import ASIDE_NAME, Kind

_NOTHING = Room()

# Of the same hour, what is worth least goes first, and the video last.
_ORDER = {
    ASIDE_NAME: 0,
    Kind.CAPTURES.value: 1,
    Kind.THUMBNAILS.value: 2,
    Kind.METADATA.value: 3,
    Kind.HEATMAP.value: 4,
    Kind.SEGMENTS.value: 5,
}


def is_below(disk: DiskSpace, percent: float, *, soon_free: Room = _NOTHING) -> bool:
    """Whether bytes or inodes are scarcer than `percent`, counting `soon_free` as free already."""
    if is_short_of_bytes(disk, percent, soon_free=soon_free):
        return True
    free_inodes = disk.free.inodes + soon_free.inodes
    return disk.total.inodes > 0 and free_inodes * 100 < percent * disk.total.inodes


def is_short_of_bytes(disk: DiskSpace, percent: float, *, soon_free: Room = _NOTHING) -> bool:
    """As `is_below`, of bytes alone: what is large and few files helps against nothing else."""
    return (disk.free.size_bytes + soon_free.size_bytes) * 100 < percent * disk.total.size_bytes


def next_to_go(
    disk: DiskSpace,
    floor_percent: float,
    in_trash: Room,
    candidates: Iterable[StoredHour],
    circumstances: Circumstances,
) -> Departure | None:
    """Return the one hour that must go so that recording can, or None.

    None where the floor holds once the trash is empty, and where every hour left is protected.
    `candidates`: every hour on this file system, of all its devices.
    """
    if disk.read_only or not is_below(disk, floor_percent, soon_free=in_trash):
        return None
    free_to_go = [stored for stored in candidates if kept(stored, circumstances) is None]
    oldest = min(free_to_go, key=_by_age, default=None)
    if oldest is None:
        return None
    why = (
        f"{disk.free_percent:.1f} % of the disk's {disk.scarce} are free and {floor_percent:g} % shall be,"
        " and this is the oldest hour on it"
    )
    return Departure(oldest, DISK_FULL, why)


def protections(candidates: Iterable[StoredHour], circumstances: Circumstances) -> set[Kept]:
    """Return what protects the hours that may not go, to say why a full disk stays full."""
    return {reason for stored in candidates if (reason := kept(stored, circumstances)) is not None}


def _by_age(stored: StoredHour) -> tuple[object, int, str]:
    return stored.hour.start, _ORDER[stored.kind], stored.device
