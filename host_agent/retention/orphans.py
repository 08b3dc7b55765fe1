"""Footage of devices that were taken away: it stays until retention ends it."""

from collections.abc import Iterable
from pathlib import Path

from host_agent.journal.journal import Journal
from host_agent.ring.layout import DEVICE_NAME, STAGING_NAME, DeviceFolders, Kind


def orphan_devices(root: Path, configured: Iterable[str], journal: Journal) -> list[str]:
    """Devices that this agent recorded into `root` and that are not among `configured` (in this root).

    Only folders of a device's form that this journal has given numbers to: what another agent, or a
    person, keeps in the same root is not ours to delete. Raises OSError, sqlite3.Error.
    """
    taken = set(configured)
    return sorted(
        folder.name
        for folder in _folders(root)
        if folder.name not in taken and _has_form(root, folder) and _is_ours(folder.name, journal)
    )


def _has_form(root: Path, folder: Path) -> bool:
    folders = DeviceFolders(root, folder.name)
    return (
        DEVICE_NAME.fullmatch(folder.name) is not None
        and (folder / STAGING_NAME).is_dir()
        and all(folders.hot(kind).is_dir() for kind in Kind)
    )


def _is_ours(device: str, journal: Journal) -> bool:
    return any(journal.knows_numbers(device, kind.value) for kind in Kind)


def _folders(root: Path) -> list[Path]:
    try:
        return [entry for entry in root.iterdir() if entry.is_dir() and not entry.is_symlink()]
    except FileNotFoundError:
        return []
