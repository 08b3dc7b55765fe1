"""Texts as answers: compressed where the caller takes it, in pieces where they are long."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from flask import Response, request
from werkzeug.http import quote_etag

from shared.http.sent_file import is_unchanged

# Below this a packet is not filled anyway.
_WORTH_COMPRESSING_BYTES = 1000
_GZIP_WINDOW_BITS = 16 + zlib.MAX_WBITS
# The first levels are several times faster and a playlist repeats itself: level 9 gains next to nothing.
_LEVEL = 2
_PIECE_CHARACTERS = 64 * 1024


def takes_gzip() -> bool:
    """Whether the caller said that it takes gzip (a bare `*` is no browser's way to say it)."""
    return request.accept_encodings["gzip"] > 0


def compressed(pieces: Iterable[bytes], *, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> Iterator[bytes]:
    """The pieces as one gzip stream."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW_BITS, strategy=strategy)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def send_text(
    text: str | bytes, *, content_type: str, cache_control: str = "no-cache", is_dense: bool = False
) -> Response:
    """Answer with a text, tagged by its content: 200 or 304.

    `is_dense`: nothing in it comes again but single letters (base64 of measurements): looking for more would
    take twice as long and find nothing.
    """
    body = text.encode() if isinstance(text, str) else text
    packs = len(body) >= _WORTH_COMPRESSING_BYTES and takes_gzip()
    strategy = zlib.Z_RLE if is_dense else zlib.Z_DEFAULT_STRATEGY
    return send_tagged(
        body,
        tag=content_tag(body),
        packed=(lambda: b"".join(compressed([body], strategy=strategy))) if packs else None,
        content_type=content_type,
        cache_control=cache_control,
    )


def content_tag(body: bytes) -> str:
    """What a content is told from others by."""
    return hashlib.sha256(body).hexdigest()[:32]


def send_tagged(
    body: bytes, *, tag: str, packed: Callable[[], bytes] | None, content_type: str, cache_control: str
) -> Response:
    """Answer with `body`, or with its gzip that `packed` gives: 200, or 304 to who has it already."""
    # Two encodings of one text are two representations: each has its own tag (RFC 9110, 8.8.3.3).
    etag = tag + ("-gzip" if packed is not None else "")
    response = Response(content_type=content_type)
    response.headers["ETag"] = quote_etag(etag)
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = "Accept-Encoding"
    if is_unchanged(etag, None):
        response.status_code = 304
        del response.headers["Content-Type"]
        return response
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(packed() if packed is not None else body)
    return response


def stream_text(pieces: Iterable[str], *, content_type: str, cache_control: str = "no-cache") -> Response:
    """Answer with a text that is made while it is sent; what fails before its first piece is an error."""
    large = _in_large_pieces(pieces)
    data = chain([next(large, b"")], large)
    packs = takes_gzip()
    response = Response(compressed(data) if packs else data, content_type=content_type)
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _in_large_pieces(pieces: Iterable[str]) -> Iterator[bytes]:
    """Join small pieces: each one that is sent costs a system call."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= _PIECE_CHARACTERS:
            yield "".join(held).encode()
            held, length = [], 0
    if held:
        yield "".join(held).encode()
