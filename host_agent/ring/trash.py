"""What left sight: put back what is not ours, count, free. State is in the folders' names."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from host_agent.ring.device_lock import device_locked
from host_agent.ring.folder_reading import list_names
from host_agent.ring.layout import TRASH_NAME, DeviceFolders, Kind
from host_agent.ring.ownership import CONFLICT, is_footage, is_ours
from host_agent.ring.store import ignore_operation
from host_agent.ring.trash_name import Origin, TrashName, parse_trash_name
from shared.kernel import rename_noreplace


@dataclass(frozen=True, slots=True)
class Trashed:
    """A folder of the trash, counted for its receipt.

    `spared`: names that this system did not write, back in their place; `stuck`: such that could not
    be put back and wait in the trash.
    """

    name: TrashName
    spared: list[str]
    stuck: list[str]


class Trash:
    """What left sight under one root, until its bytes are free and its receipts are written.

    The state of each deletion is in its folder's name, so that after a kill between any two
    operations the next `settle`, `free` and `forget` go on where the last ones stopped.
    """

    def __init__(self, root: Path, on_operation: Callable[[str], None] = ignore_operation) -> None:
        self._root = root
        self._path = root / TRASH_NAME
        self._done = on_operation

    def names(self) -> list[TrashName]:
        """What is in the trash, oldest deletion first."""
        found = [name for text in list_names(self._path) if (name := parse_trash_name(text)) is not None]
        return sorted(found, key=lambda name: (name.at_utc_ms, name.text))

    def strangers(self) -> list[str]:
        """What lies in the trash and never came there through a store; it is left alone."""
        return sorted(text for text in list_names(self._path) if parse_trash_name(text) is None)

    def settle(self, name: TrashName) -> Trashed:
        """Put back what this system did not write, and count the rest into the folder's name.

        Before anything is removed. Raises OSError.
        """
        spared, stuck = self._spare(name)
        if name.is_counted:
            return Trashed(name, spared, stuck)
        files = size = 0
        with os.scandir(self._path / name.text) as entries:
            for entry in entries:
                if is_ours(entry, name.origin):
                    files += is_footage(entry.name, name.origin)
                    size += entry.stat(follow_symlinks=False).st_size
        counted = name.counted(files, size)
        rename_noreplace(self._path / name.text, self._path / counted.text)
        self._done("count")
        return Trashed(counted, spared, stuck)

    def free(self, name: TrashName, *, stop_after_files: int) -> bool:
        """Remove up to `stop_after_files` files of a counted folder; return whether all are gone.

        Raises OSError.
        """
        with os.scandir(self._path / name.text) as entries:
            ours = (entry.name for entry in entries if is_ours(entry, name.origin))
            going = list(islice(ours, stop_after_files))
        for gone in going:
            (self._path / name.text / gone).unlink(missing_ok=True)
            self._done("free")
        return len(going) < stop_after_files

    def forget(self, name: TrashName) -> bool:
        """Drop the empty folder of a deletion whose receipt is written.

        False where something that is not ours could not be put back and is still in it. Raises OSError.
        """
        _, stuck = self._spare(name)
        if stuck:
            return False
        (self._path / name.text).rmdir()
        self._done("forget")
        if name.origin is Origin.RING:
            folders = DeviceFolders(self._root, name.device)
            with device_locked(folders):
                # Where no inode was free when the hour left, its place is made now.
                folders.cold(Kind(name.kind), name.hour.number).mkdir(parents=True, exist_ok=True)
        return True

    def _spare(self, name: TrashName) -> tuple[list[str], list[str]]:
        """Put back what is not ours; return the names that are back and those that are stuck."""
        folder = self._path / name.text
        with os.scandir(folder) as entries:
            foreign = sorted(entry.name for entry in entries if not is_ours(entry, name.origin))
        spared: list[str] = []
        stuck: list[str] = []
        if not foreign:
            return spared, stuck
        folders = DeviceFolders(self._root, name.device)
        place = _place(folders, name)
        try:
            place.mkdir(parents=True, exist_ok=True)
            with device_locked(folders):
                place.mkdir(parents=True, exist_ok=True)
                for foreign_name in foreign:
                    kept = _rename_keeping_both(folder / foreign_name, place)
                    spared.append(kept)
                    self._done("spare")
        except OSError:
            stuck = foreign[len(spared) :]
        return spared, stuck


def _place(folders: DeviceFolders, name: TrashName) -> Path:
    if name.origin is Origin.ASIDE:
        return folders.aside(name.hour)
    kind = Kind(name.kind)
    return (
        folders.cold(kind, name.hour.number) if name.origin is Origin.RING else folders.vault(kind, name.hour)
    )


def _rename_keeping_both(source: Path, folder: Path) -> str:
    """Move `source` into `folder`, under another name where its own is taken; return the name."""
    name = source.name
    for attempt in range(1, 1000):
        try:
            rename_noreplace(source, folder / name)
        except FileExistsError:
            name = f"{source.stem}{CONFLICT}{attempt}{source.suffix}"
        else:
            return name
    raise FileExistsError(f"{source}: a thousand conflicts of this name are in {folder}")


def trash_is_empty(root: Path) -> bool:
    """Whether every byte that left sight has been freed."""
    return not list_names(root / TRASH_NAME)
