"""A segment's bytes as a frame maker gets them."""

import os
from collections.abc import Iterator

from host_agent.frames.reordering import without_reordering

_PIECE_BYTES = 1 << 20
# A longer segment is a long key-frame interval, where a picture more or less behind does not matter.
_REWRITTEN_UP_TO_BYTES = 32 << 20


def segment_pieces(descriptor: int, *, keyframes_only: bool) -> Iterator[memoryview]:
    """Read an open segment in pieces that memory can bear. Raises OSError.

    `keyframes_only`: the copy says that nothing is reordered, so that no key frame is held back.
    """
    size_bytes = os.fstat(descriptor).st_size
    offset = 0
    if keyframes_only and size_bytes <= _REWRITTEN_UP_TO_BYTES:
        data = bytearray(os.pread(descriptor, size_bytes, 0))
        without_reordering(data)
        offset = len(data)
        yield memoryview(data)
    while piece := os.pread(descriptor, _PIECE_BYTES, offset):
        offset += len(piece)
        yield memoryview(piece)
