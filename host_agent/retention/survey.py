"""Looks at every disk that holds footage: what lies there, and whether it may be touched at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from host_agent.retention.alarm import DELETION_FAILED, DISK_MISSING, DISK_READ_ONLY, Alarm
from host_agent.retention.disk_space import DiskSpace
from host_agent.retention.plan import StoredHour
from host_agent.retention.root_identity import RootIdentity
from host_agent.ring.layout import ASIDE_NAME, NUMBERED_KINDS, Hour, Kind
from host_agent.ring.store import RingStore
from shared.spans import from_utc_ms


@dataclass(slots=True)
class Disk:
    """One file system: its room, our roots on it, our devices, every hour with the store it is in."""

    space: DiskSpace
    roots: list[Path] = field(default_factory=list)
    devices: set[str] = field(default_factory=set)
    hours: dict[StoredHour, RingStore] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " and ".join(str(root) for root in self.roots)


@dataclass(slots=True)
class Survey:
    """`disks` are those that can be written to. `hot`: (device, kind, hour) of files in hot folders.

    `newest_file`: begin of the newest footage on any of them; of what has left the hot folder, of its
    hour. `spaces`: each root that answered.
    """

    disks: list[Disk] = field(default_factory=list)
    hot: set[tuple[str, str, Hour]] = field(default_factory=set)
    newest_file: datetime | None = None
    spaces: dict[Path, DiskSpace] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)


def survey(stores: Iterable[RingStore], roots: RootIdentity, measure: Callable[[Path], DiskSpace]) -> Survey:
    """Look at everything in `stores`. Never raises for a disk: what cannot be looked at is an alarm,
    and nothing of it is in the survey."""
    found = Survey()
    by_root: dict[Path, list[RingStore]] = {}
    for store in stores:
        by_root.setdefault(store.folders.root, []).append(store)
    disks: dict[int, Disk] = {}
    for root, in_root in sorted(by_root.items()):
        space = _usable_space(root, roots, measure, found)
        if space is None:
            continue
        disk = disks.setdefault(space.file_system, Disk(space))
        disk.roots.append(root)
        for store in in_root:
            try:
                _look(store, disk, found)
            except OSError as error:
                found.alarms.append(_unreadable(store, error))
    found.disks = list(disks.values())
    return found


def _usable_space(
    root: Path, roots: RootIdentity, measure: Callable[[Path], DiskSpace], found: Survey
) -> DiskSpace | None:
    problem = roots.problem(root)
    if problem is not None:
        found.alarms.append(Alarm(DISK_MISSING, problem.sentence))
        return None
    try:
        space = measure(root)
    except OSError as error:
        found.alarms.append(
            Alarm(DISK_MISSING, f"The disk at {root} does not answer: {error.strerror}. Check the disk.")
        )
        return None
    found.spaces[root] = space
    if space.read_only:
        found.alarms.append(
            Alarm(
                DISK_READ_ONLY,
                f"The disk at {root} is mounted read-only, so nothing is deleted from it. Look at the"
                " kernel's log (dmesg), check the disk and mount it for writing again.",
            )
        )
        return None
    return space


def _look(store: RingStore, disk: Disk, found: Survey) -> None:
    disk.devices.add(store.device)
    hot: list[datetime] = []
    for kind in NUMBERED_KINDS:
        try:
            files = store.hot_files(kind)
        except FileNotFoundError:
            continue  # the device's folders are not made yet, or somebody removed one
        begins = [from_utc_ms(file.mtime_ms) for file in files]
        found.hot.update((store.device, kind.value, Hour.of(begin)) for begin in begins)
        hot += begins
    hours = [StoredHour(store.device, kind.value, hour) for kind in Kind for hour in store.hours(kind)]
    newest = [found.newest_file] if found.newest_file is not None else []
    found.newest_file = max([*newest, *hot, *(stored.hour.start for stored in hours)], default=None)
    hours += [StoredHour(store.device, ASIDE_NAME, hour) for hour in store.aside_hours()]
    # A device that was moved to another root of the same disk may have an hour in both: one of them
    # goes in this cycle and the other in the next.
    disk.hours.update((stored, store) for stored in hours)


def _unreadable(store: RingStore, error: OSError) -> Alarm:
    return Alarm(
        DELETION_FAILED,
        f"The folders of {store.device} cannot be read: {error.strerror or error}."
        " Check their owner and mode.",
        store.device,
    )
