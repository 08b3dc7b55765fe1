"""Files as answers: opened without following links, with validators, ranges and nothing torn."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date, parse_date, parse_etags, quote_etag, unquote_etag
from werkzeug.wsgi import FileWrapper

from shared.http.byte_range import ByteRange, UnsatisfiableRangeError, parse_range

_CHUNK_BYTES = 64 * 1024
_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Never waits: a pipe put in the place of a file must not hold a thread.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class OpenFile:
    """A regular file that was opened for an answer. Whoever does not send it closes it."""

    file: BinaryIO
    size_bytes: int
    mtime_ns: int
    etag: str

    def read(self) -> bytes:
        """The whole content."""
        return os.pread(self.file.fileno(), self.size_bytes, 0)

    def first(self, count: int) -> bytes:
        return os.pread(self.file.fileno(), count, 0)

    def last(self, count: int) -> bytes:
        return os.pread(self.file.fileno(), count, max(0, self.size_bytes - count))

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_beneath(base: Path, path: Path) -> OpenFile | None:
    """Open the regular file `path`, which lies under `base`, following no link below `base`.

    None where there is none, where it is no regular file, or where a link is in the way.
    """
    *folders, name = path.relative_to(base).parts
    try:
        with _folder_beneath(base, folders) as folder_fd:
            descriptor = os.open(name, _OPEN_FILE, dir_fd=folder_fd)
    except OSError:
        # Gone meanwhile, a link (ELOOP), not ours to read: all the same to whoever asks.
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    # A rename within the ring keeps all three; a rewritten playlist has another inode.
    etag = f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"
    return OpenFile(os.fdopen(descriptor, "rb", buffering=0), status.st_size, status.st_mtime_ns, etag)


@contextmanager
def _folder_beneath(base: Path, folders: list[str]) -> Iterator[int]:
    descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, _OPEN_DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


class _FilePart:
    """The bytes `[start, stop)` of a file, for servers that read and for those that use sendfile(2)."""

    def __init__(self, file: BinaryIO, part: ByteRange) -> None:
        self._file = file
        self._left = part.length
        os.lseek(file.fileno(), part.start, os.SEEK_SET)

    def fileno(self) -> int:
        return self._file.fileno()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted) if wanted else b""
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def send_file(
    opened: OpenFile,
    *,
    content_type: str,
    cache_control: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with the file: 200, 206 or 304, as the request's conditions say; 416 is raised. Closes it."""
    response = Response(content_type=content_type)
    response.headers["ETag"] = quote_etag(opened.etag)
    response.headers["Last-Modified"] = http_date(opened.mtime_ns // 1_000_000_000)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = cache_control
    response.headers.update(headers or {})
    if is_unchanged(opened.etag, opened.mtime_ns // 1_000_000_000):
        opened.close()
        response.status_code = 304
        del response.headers["Content-Type"]
        return response
    try:
        part = _wanted_part(opened)
    except UnsatisfiableRangeError:
        opened.close()
        raise RequestedRangeNotSatisfiable(length=opened.size_bytes) from None
    if part is not None:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{opened.size_bytes}"
    sent = part or ByteRange(0, opened.size_bytes)
    response.headers["Content-Length"] = str(sent.length)
    if request.method == "HEAD":
        opened.close()
        return response
    # Handed to the server as it is, so that it may use sendfile(2).
    wrap = request.environ.get("wsgi.file_wrapper", FileWrapper)
    response.response = wrap(_FilePart(opened.file, sent), _CHUNK_BYTES)
    response.direct_passthrough = True
    return response


def is_unchanged(etag: str, mtime_s: int | None) -> bool:
    """Whether the caller has this version already (RFC 9110, 13.2.2): a tag outranks a date."""
    if request.method not in ("GET", "HEAD"):
        return False
    offered = request.headers.get("If-None-Match")
    if offered is not None:
        return parse_etags(offered).contains_weak(etag)
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and mtime_s is not None and mtime_s <= since.timestamp()


def _wanted_part(opened: OpenFile) -> ByteRange | None:
    if request.method != "GET" or not _range_still_fits(opened):
        return None
    return parse_range(request.headers.get("Range"), opened.size_bytes)


def _range_still_fits(opened: OpenFile) -> bool:
    """If-Range: a part is only of use to a caller that has the rest of this very version."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        tag, weak = unquote_etag(condition)
        return not weak and tag == opened.etag
    date = parse_date(condition)
    return date is not None and int(date.timestamp()) == opened.mtime_ns // 1_000_000_000
