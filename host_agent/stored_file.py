"""A file of the ring on its way to a caller: what type it is, and whether it was written to its end."""

from dataclasses import dataclass
from pathlib import Path

from host_agent.ring.transport_stream import is_whole as has_whole_packets
from shared.errors import UnavailableError
from shared.opened_file import OpenFile, open_beneath

CONTENT_TYPES = {
    ".ts": "video/mp2t",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".m3u8": "application/vnd.apple.mpegurl",
}
_TS_SYNC = b"\x47"
_JPEG_BEGIN, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that may be sent. `path`: where it is now, for a front server that sends it instead."""

    opened: OpenFile
    path: Path

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.path.suffix]


def is_whole(suffix: str, opened: OpenFile) -> bool:
    """Whether a file can have been written to its end: a power cut and a full disk leave torn ones."""
    if opened.size_bytes == 0:
        return False
    if suffix == ".ts":
        return has_whole_packets(opened.size_bytes) and opened.first(1) == _TS_SYNC
    if suffix == ".jpg":
        return opened.first(2) == _JPEG_BEGIN and opened.last(2) == _JPEG_END
    if suffix == ".json":
        return (opened.first(1), opened.last(2).rstrip()[-1:]) in ((b"{", b"}"), (b"[", b"]"))
    return True


def open_stored(base: Path, path: Path) -> StoredFile | None:
    """Open `path` under the device's folder `base`; None where it is gone or a link is in the way.

    Raises UnavailableError where it is torn.
    """
    opened = open_beneath(base, path)
    if opened is None:
        return None
    if not is_whole(path.suffix, opened):
        opened.close()
        raise UnavailableError(
            f"{path.name} is torn.",
            code="torn_file",
            remedy="A power cut or a full disk cut it off; it will be set aside. Use its neighbours.",
        )
    return StoredFile(opened, path)
