"""The pictures of one hour, wherever they lie now, and a thinner choice of them.

By number, not by object: an hour has up to 18,000 thumbnails.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from host_agent.ring.layout import Hour, Kind, name_format, numbers_among
from host_agent.ring.store import RingStore


def numbers_of_hour(store: RingStore, kind: Kind, hour: Hour) -> list[int]:
    """The numbers of an hour's files, those that are still hot included. Raises OSError."""
    # Hot first: what is archived in between is then seen in both places, not in neither.
    hot = [found.file.number for found in store.hot_files(kind) if found.hour == hour]
    cold = numbers_among(kind, _listed(store.hour_folder(kind, hour)))
    return sorted({*cold, *hot})


def times_of_hour(store: RingStore, kind: Kind, hour: Hour) -> list[tuple[int, int]]:
    """(number, true begin in UTC ms) of an hour's files, by number. What has gone is left out."""
    hot = {found.file.number: found.mtime_ms for found in store.hot_files(kind) if found.hour == hour}
    return sorted({**_mtimes_ms(kind, store.hour_folder(kind, hour)), **hot}.items())


def _listed(folder: Path | None) -> list[str]:
    if folder is not None:
        with suppress(FileNotFoundError):  # it expired meanwhile
            return os.listdir(folder)
    return []


def _mtimes_ms(kind: Kind, folder: Path | None) -> dict[int, int]:
    found: dict[int, int] = {}
    if folder is None:
        return found
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return found  # it expired meanwhile
    name_of = name_format(kind).format
    try:
        for number in numbers_among(kind, os.listdir(descriptor)):
            # By the descriptor: no path of every file is put together and walked.
            with suppress(FileNotFoundError):
                status = os.stat(name_of(number), dir_fd=descriptor, follow_symlinks=False)
                found[number] = status.st_mtime_ns // 1_000_000
    finally:
        os.close(descriptor)
    return found


def thin(files: Iterable[tuple[int, int]], every_s: int) -> list[int]:
    """One number for every `every_s` seconds: the first of each such piece of time.

    `files`: (number, begin in UTC ms) by number. The pieces are those of the clock, so that a list
    that grows keeps what it had.
    """
    chosen: dict[int, int] = {}
    for number, begin_utc_ms in files:
        chosen.setdefault(begin_utc_ms // (every_s * 1000), number)
    return list(chosen.values())
