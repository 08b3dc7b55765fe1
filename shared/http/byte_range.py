"""The Range header (RFC 9110, 14): which bytes of a file a request wants."""

import re
from dataclasses import dataclass

# Digits beyond 19 say no more than "beyond the end of any file".
_RANGE = re.compile(r"^bytes=\s*(?P<first>[0-9]*)-(?P<last>[0-9]*)\s*$")
_MANY_DIGITS = 19


class UnsatisfiableRangeError(ValueError):
    """The file has none of the bytes that were asked for."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `[start, stop)` of a file."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """Which part of a file of `size` bytes is wanted; None for all of it.

    What is no valid single range of bytes is ignored, as the RFC allows. Raises UnsatisfiableRangeError.
    """
    found = _RANGE.match(header or "")
    if found is None or (not found["first"] and not found["last"]):
        return None
    if not found["first"]:
        wanted = _number(found["last"])
        if wanted == 0 or size == 0:
            raise UnsatisfiableRangeError(header)
        return ByteRange(max(0, size - wanted), size)
    first = _number(found["first"])
    last = _number(found["last"]) if found["last"] else size - 1
    if last < first and found["last"]:
        return None  # an invalid range, not an unsatisfiable one
    if first >= size:
        raise UnsatisfiableRangeError(header)
    return ByteRange(first, min(last + 1, size))


def _number(digits: str) -> int:
    significant = digits.lstrip("0")
    return 10**_MANY_DIGITS if len(significant) > _MANY_DIGITS else int(significant or "0")
