"""Bodies that are too large to be held: read piece by piece, as they come."""

from flask import request

from shared.http.server import read_on

# What must come within the time that a small request has as a whole.
_PIECE_BYTES = 64 * 1024


class LargeBody:
    """The body of this request, `largest_bytes` at most: more is a 413.

    A slow sender may take as long as it needs, if only a piece comes now and then.
    """

    def __init__(self, largest_bytes: int) -> None:
        request.max_content_length = largest_bytes
        self._stream = request.stream
        self._environ = request.environ
        self._promised = request.content_length
        self._came = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end. Raises ConnectionResetError where less came than was promised."""
        read_on(self._environ)
        piece = self._stream.read(_PIECE_BYTES if size < 0 else min(size, _PIECE_BYTES))
        self._came += len(piece)
        if not piece and self._promised is not None and self._came < self._promised:
            raise ConnectionResetError("the sender has gone")
        return piece
