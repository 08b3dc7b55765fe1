"""Streams of unknown length, read to a limit and no further."""

from collections.abc import Iterator

from gateway.storage.failures import broke_off, too_large
from gateway.storage.storage import Readable

CHUNK_BYTES = 1024 * 1024


class MeasuredReader:
    """Reads `data` and counts; more than `limit_bytes` is an error."""

    def __init__(self, data: Readable, limit_bytes: int) -> None:
        self._data = data
        self._limit_bytes = limit_bytes
        self.read_bytes = 0

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end. Raises BadRequestError (`too_large`, `broke_off`)."""
        pieces: list[bytes] = []
        missing = size
        while missing:
            try:
                piece = self._data.read(missing)
            except OSError as error:  # of a client that has gone, not of where it is kept
                raise broke_off(error) from error
            if not piece:
                break
            missing -= len(piece)
            self.read_bytes += len(piece)
            if self.read_bytes > self._limit_bytes:
                raise too_large(self._limit_bytes)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """The rest, piece by piece."""
        while piece := self.read(size):
            yield piece
