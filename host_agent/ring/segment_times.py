"""The lines of `times.csv`: when each segment of an hour was, fixed once and only appended to."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from host_agent.ring.layout import Hour
from shared.spans import Span, from_utc_ms

# The run of a line that had to be rebuilt from its file: it is continuous with no other.
UNKNOWN_RUN = 0
HEADER = "number,begin_utc_ms,duration_ms,media_ts_90khz,run\n"
# [0-9] and not int()'s idea of a number; as many digits as a time that can be shown has at most.
_LINE_FORM = r"[0-9]{1,10},-?[0-9]{1,13},[0-9]{1,13},[0-9]{1,13},[0-9]{1,13}\n"
_LINE = re.compile(_LINE_FORM)
_WHOLE_LINES = re.compile(f"(?:{_LINE_FORM})+")

# A line's five numbers as they stand: a day has 86,400 of them, and objects cost more than reading.
SegmentRow = list[int]
TIMES_FIELDS = 5
NUMBER, BEGIN_UTC_MS, DURATION_MS, MEDIA_TS_90KHZ, RUN = range(TIMES_FIELDS)


@dataclass(frozen=True, slots=True)
class SegmentTime:
    """When a segment was.

    `begin_utc_ms`: wall time of its first picture. `duration_ms`: how long its media plays.
    `media_ts_90khz`: the timestamp of its first picture as it stands in the file (33 bits, wraps).
    `run`: which start of ffmpeg wrote it; within a run media time is continuous.
    """

    number: int
    begin_utc_ms: int
    duration_ms: int
    media_ts_90khz: int
    run: int

    @property
    def begin(self) -> datetime:
        return from_utc_ms(self.begin_utc_ms)

    @property
    def end_utc_ms(self) -> int:
        return self.begin_utc_ms + self.duration_ms

    @property
    def span(self) -> Span:
        return Span(from_utc_ms(self.begin_utc_ms), from_utc_ms(self.end_utc_ms))

    @property
    def hour(self) -> Hour:
        return Hour.of(self.begin)


def encode_line(time: SegmentTime) -> str:
    """One line of `times.csv`, with its line end."""
    return f"{time.number},{time.begin_utc_ms},{time.duration_ms},{time.media_ts_90khz},{time.run}\n"


def parse_line(line: str) -> SegmentTime | None:
    """Return what a line says; None for the header, a torn line or one that somebody broke by hand."""
    if not _LINE.fullmatch(line):
        return None
    number, begin, duration, media, run = map(int, line.split(","))
    return SegmentTime(number, begin, duration, media, run)


def parse_lines(lines: Iterable[str]) -> list[SegmentTime]:
    """Return the times in the order they were written; the first line of a number holds."""
    seen: dict[int, SegmentTime] = {}
    for line in lines:
        time = parse_line(line)
        if time is not None:
            seen.setdefault(time.number, time)
    return list(seen.values())


def parse_rows(text: str) -> list[SegmentRow]:
    """Return the rows of a whole `times.csv` in the order they were written; says what `parse_lines`
    says of the same text.

    A file without a torn or broken line is read by the JSON parser, five times as fast as line by line.
    """
    body = text.removeprefix(HEADER)
    if _WHOLE_LINES.fullmatch(body):
        try:
            rows: list[SegmentRow] = json.loads("[[" + body[:-1].replace("\n", "],[") + "]]")
        except ValueError:  # leading zeros: somebody wrote by hand
            rows = []
        if rows and len({row[NUMBER] for row in rows}) == len(rows):
            return rows
    return [
        [time.number, time.begin_utc_ms, time.duration_ms, time.media_ts_90khz, time.run]
        for time in parse_lines(text.splitlines(keepends=True))
    ]
