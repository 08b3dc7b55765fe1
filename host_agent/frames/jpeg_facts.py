"""What a JPEG's own bytes say without decoding it: whether it is whole, and its size.

Markers after ITU-T T.81, annex B. ffmpeg on a full disk renames torn and empty files into place.
"""

import os
from dataclasses import dataclass
from pathlib import Path

_START = b"\xff\xd8\xff"
_END = b"\xff\xd9"
_SHORTEST = 100
_HEAD_BYTES = 2048
# Start-of-frame markers; C4, C8 and CC are other tables.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class JpegFacts:
    """Size in pixels and bytes."""

    width: int
    height: int
    size_bytes: int


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Return (width, height) from the beginning of a JPEG; None where it does not say."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker in _FRAME_MARKERS:
            height = int.from_bytes(head[at + 5 : at + 7])
            width = int.from_bytes(head[at + 7 : at + 9])
            return (width, height) if width and height else None
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return None


def read_jpeg_facts(path: Path) -> JpegFacts | None:
    """Return the facts of a whole JPEG; None where it is empty or torn. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size_bytes = os.fstat(descriptor).st_size
        if size_bytes < _SHORTEST:
            return None
        head = os.pread(descriptor, _HEAD_BYTES, 0)
        if not head.startswith(_START) or os.pread(descriptor, 2, size_bytes - 2) != _END:
            return None
    finally:
        os.close(descriptor)
    size = picture_size(head)
    return None if size is None else JpegFacts(*size, size_bytes)
