"""An hour's metadata as one JSON array, joined from its files without parsing them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from host_agent.frames.hour_listing import numbers_of_hour
from host_agent.ring.layout import METADATA_ARRAY_NAME, Hour, Kind, RingFile
from host_agent.ring.store import RingStore
from shared.opened_file import open_beneath


def join_objects(texts: Iterable[bytes]) -> Iterator[str]:
    """The texts of JSON objects as the text of one array; what is no whole object is left out."""
    yield "["
    separator = ""
    for text in texts:
        stripped = text.strip()
        # A power cut leaves empty files and torn ones; each was one object when it was written.
        if stripped.startswith(b"{") and stripped.endswith(b"}"):
            yield separator + stripped.decode(errors="replace")
            separator = ",\n"
    yield "]\n"


def metadata_of_hour(store: RingStore, hour: Hour) -> Iterator[str]:
    """The hour's metadata by number, in pieces: a sealed hour's own array where there is one."""
    folder = store.hour_folder(Kind.METADATA, hour)
    if folder is not None:
        sealed = open_beneath(store.folders.base, folder / METADATA_ARRAY_NAME)
        if sealed is not None:
            with sealed:
                text = sealed.read().strip()
            if text.startswith(b"[") and text.endswith(b"]"):
                yield text.decode(errors="replace") + "\n"
                return
    yield from join_objects(_texts(store, hour))


def _texts(store: RingStore, hour: Hour) -> Iterator[bytes]:
    hot = store.folders.hot(Kind.METADATA)
    folder = store.hour_folder(Kind.METADATA, hour)
    for number in numbers_of_hour(store, Kind.METADATA, hour):
        file = RingFile(Kind.METADATA, number)
        places = (hot,) if folder is None else (folder, hot)
        text = _first_of(store.folders.base, [place / file.name for place in places])
        if text is None:
            # It was archived between the list and the look, perhaps into a folder that is new.
            moved = store.find(file, hour)
            text = None if moved is None else _first_of(store.folders.base, [moved])
        if text is not None:
            yield text


def _first_of(base: Path, paths: Iterable[Path]) -> bytes | None:
    for path in paths:
        opened = open_beneath(base, path)
        if opened is not None:
            with opened:
                return opened.read()
    return None
