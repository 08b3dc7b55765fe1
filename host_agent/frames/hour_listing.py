"""The pictures of one hour, wherever they lie now, and a thinner choice of them."""

from collections.abc import Iterable, Iterator

from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.store import RingStore


def files_of_hour(store: RingStore, kind: Kind, hour: Hour) -> list[RingFile]:
    """An hour's files by number, those that are still hot included. Raises OSError."""
    # Hot first: what is archived in between is then seen in both places, not in neither.
    hot = [found.file for found in store.hot_files(kind) if found.hour == hour]
    cold = store.hour_files(kind, hour)
    return sorted({*cold, *hot}) if hot else cold


def files_with_times(store: RingStore, kind: Kind, hour: Hour) -> Iterator[tuple[RingFile, int]]:
    """An hour's files by number, each with its true begin in UTC ms. One that has gone is left out."""
    hot = {found.file: found.mtime_ms for found in store.hot_files(kind) if found.hour == hour}
    folder = store.hour_folder(kind, hour)
    for file in sorted({*store.hour_files(kind, hour), *hot}):
        if file in hot:
            yield file, hot[file]
        elif folder is not None:
            try:
                status = (folder / file.name).stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield file, status.st_mtime_ns // 1_000_000


def thin(files: Iterable[tuple[RingFile, int]], every_s: int) -> list[RingFile]:
    """One file for every `every_s` seconds: the first of each such piece of time.

    The pieces are those of the clock, so that a list that grows keeps what it had.
    """
    chosen: dict[int, RingFile] = {}
    for file, begin_utc_ms in files:
        chosen.setdefault(begin_utc_ms // (every_s * 1000), file)
    return list(chosen.values())
