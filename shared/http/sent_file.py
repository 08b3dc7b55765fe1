"""Files as answers: with validators, ranges, and sendfile(2) where the server can."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date, parse_date, parse_etags, quote_etag, unquote_etag
from werkzeug.wsgi import FileWrapper

from shared.http.byte_range import ByteRange, UnsatisfiableRangeError, parse_range
from shared.opened_file import OpenFile

_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class FrontServer:
    """A server in front of this one that sends files below `root` itself (nginx: X-Accel-Redirect)."""

    prefix: str
    root: Path

    def address_of(self, path: Path) -> str | None:
        """How to tell it to send `path`; None for a file that it cannot see."""
        if not path.is_relative_to(self.root):
            return None
        return f"{self.prefix}/{quote(str(path.relative_to(self.root)))}"


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


def send_stored(
    opened: OpenFile,
    path: Path,
    *,
    content_type: str,
    cache_control: str,
    front: FrontServer | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a file that lies at `path`: by the front server where there is one. Closes it."""
    address = None if front is None else front.address_of(path)
    if address is None:
        return send_file(opened, content_type=content_type, cache_control=cache_control, headers=headers)
    opened.close()
    response = Response(content_type=content_type)
    response.headers["Cache-Control"] = cache_control
    response.headers["X-Accel-Redirect"] = address
    response.headers.update(headers or {})
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
    return wanted_part(opened.etag, opened.mtime_ns // 1_000_000_000, opened.size_bytes)


def wanted_part(etag: str, mtime_s: int, size_bytes: int) -> ByteRange | None:
    """Which part of this version the request wants; None for all of it. Raises UnsatisfiableRangeError."""
    if request.method != "GET" or not _range_still_fits(etag, mtime_s):
        return None
    return parse_range(request.headers.get("Range"), size_bytes)


def _range_still_fits(etag: str, mtime_s: int) -> bool:
    """If-Range: a part is only of use to a caller that has the rest of this very version."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if condition.startswith(('"', "W/")):
        tag, weak = unquote_etag(condition)
        return not weak and tag == etag
    date = parse_date(condition)
    return date is not None and int(date.timestamp()) == mtime_s
