"""Which file an address of `/host/stream` means, opened so that nothing outside the ring can be meant."""

from dataclasses import dataclass
from pathlib import Path

from host_agent.hour_address import HourAddress
from host_agent.ring.layout import (
    METADATA_ARRAY_NAME,
    MINUTES_NAME,
    MOSAIC_NAME,
    TIMES_NAME,
    Hour,
    Kind,
    RingFile,
    parse_file_name,
)
from host_agent.ring.store import RingStore
from shared.errors import NotFoundError, UnavailableError
from shared.opened_file import OpenFile, open_beneath

CONTENT_TYPES = {
    ".ts": "video/mp2t",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".m3u8": "application/vnd.apple.mpegurl",
}
# What an hour's folder has beside numbered files, by kind. The playlist is rendered, not listed here.
DERIVED_OF_KIND = {
    Kind.SEGMENTS: frozenset({TIMES_NAME}),
    Kind.METADATA: frozenset({METADATA_ARRAY_NAME}),
    Kind.HEATMAP: frozenset({MINUTES_NAME, MOSAIC_NAME}),
}
_TS_PACKET_BYTES = 188
_TS_SYNC = b"\x47"
_JPEG_BEGIN, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that may be sent. `path`: where it is now, under `base`, for a front server that sends it."""

    opened: OpenFile
    path: Path
    base: Path

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.path.suffix]


def is_whole(suffix: str, opened: OpenFile) -> bool:
    """Whether a file can have been written to its end: a power cut and a full disk leave torn ones."""
    if opened.size_bytes == 0:
        return False
    if suffix == ".ts":
        return opened.size_bytes % _TS_PACKET_BYTES == 0 and opened.first(1) == _TS_SYNC
    if suffix == ".jpg":
        return opened.first(2) == _JPEG_BEGIN and opened.last(2) == _JPEG_END
    if suffix == ".json":
        return (opened.first(1), opened.last(2).rstrip()[-1:]) in ((b"{", b"}"), (b"[", b"]"))
    return True


def open_numbered(store: RingStore, kind: Kind, name: str, hour: Hour | None) -> MediaFile:
    """Open a numbered file wherever it is now. Raises NotFoundError, UnavailableError where it is torn."""
    file = parse_file_name(name)
    if file is None or file.kind is not kind:
        raise NotFoundError(
            f"{name[:80]!r} is no file of {kind.value}.",
            remedy=f"Names there look like {RingFile(kind, 1).name}.",
        )
    for _ in range(_ATTEMPTS):
        path = store.find(file, hour)
        if path is None:
            break
        opened = open_beneath(store.folders.base, path)
        if opened is not None:
            return _checked(MediaFile(opened, path, store.folders.base))
        # It was archived or lapped between the two looks, or a link stands in its place.
    raise NotFoundError(
        f"{file.name} is not here.", remedy="It may have expired; the time line says what there is."
    )


def open_derived(store: RingStore, kind: Kind, name: str, address: HourAddress) -> MediaFile:
    """Open what was derived from an hour, such as its mosaic. Raises NotFoundError, UnavailableError."""
    folder = store.hour_folder(kind, address.hour)
    path = None if folder is None else folder / name
    opened = None if path is None else open_beneath(store.folders.base, path)
    if path is None or opened is None:
        raise NotFoundError(
            f"{store.device} has no {name} of {kind.value} for the hour {address.hour}.",
            remedy="It is made while the hour runs and goes when it expires.",
        )
    return _checked(MediaFile(opened, path, store.folders.base))


def _checked(found: MediaFile) -> MediaFile:
    if not is_whole(found.path.suffix, found.opened):
        found.opened.close()
        raise UnavailableError(
            f"{found.path.name} is torn.",
            code="torn_file",
            remedy="A power cut or a full disk cut it off; it will be set aside. Use its neighbours.",
        )
    return found


def is_derived(kind: Kind, name: str) -> bool:
    """Whether `name` is one of the files that are derived from an hour of `kind`."""
    return name in DERIVED_OF_KIND.get(kind, frozenset())
