"""ffmpeg's private list of a run: which segments are complete, and how long each plays."""

import re
from dataclasses import dataclass

_ENTRY = re.compile(r"^#EXTINF:(?P<duration>[0-9.]+),[^\n]*\n(?P<name>[0-9]+\.ts)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ListedSegment:
    """`index` counts from 0 in a run; `duration_s` reaches to the next segment's first picture."""

    index: int
    name: str
    duration_s: float


def parse_segment_list(text: str) -> list[ListedSegment]:
    """Return the segments the list names, in order. Text that is no list has none."""
    return [
        ListedSegment(int(found["name"].removesuffix(".ts")), found["name"], float(found["duration"]))
        for found in _ENTRY.finditer(text)
    ]
