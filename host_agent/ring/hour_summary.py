"""`hour.json`: what a sealed hour holds, so that nobody counts 700,000 files. Derived, can be rebuilt."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from host_agent.ring.layout import Hour
from host_agent.ring.segment_times import SegmentTime


@dataclass(frozen=True, slots=True)
class HourSummary:
    """Counts and bytes of the numbered files; `begin`/`end` in UTC milliseconds of what is recorded.

    `recorded_ms` and `runs` are of segments only, 0 elsewhere.
    """

    hour: Hour
    files: int
    size_bytes: int
    first: int
    last: int
    begin_utc_ms: int
    end_utc_ms: int
    recorded_ms: int = 0
    runs: int = 0


def summarise(
    hour: Hour, numbers: Sequence[int], size_bytes: int, begin_utc_ms: int, end_utc_ms: int
) -> HourSummary:
    """The summary of an hour of frames or facts. `numbers` is sorted."""
    first, last = (numbers[0], numbers[-1]) if numbers else (0, 0)
    return HourSummary(hour, len(numbers), size_bytes, first, last, begin_utc_ms, end_utc_ms)


def summarise_segments(hour: Hour, times: Sequence[SegmentTime], size_bytes: int) -> HourSummary:
    """The summary of an hour of video."""
    if not times:
        return HourSummary(hour, 0, size_bytes, 0, 0, 0, 0)
    return HourSummary(
        hour=hour,
        files=len(times),
        size_bytes=size_bytes,
        first=min(time.number for time in times),
        last=max(time.number for time in times),
        begin_utc_ms=min(time.begin_utc_ms for time in times),
        end_utc_ms=max(time.end_utc_ms for time in times),
        recorded_ms=sum(time.duration_ms for time in times),
        runs=len({time.run for time in times}),
    )


def encode_summary(summary: HourSummary) -> str:
    """The text of `hour.json`."""
    return (
        json.dumps(
            {
                "hour": str(summary.hour),
                "files": summary.files,
                "bytes": summary.size_bytes,
                "first": summary.first,
                "last": summary.last,
                "begin_utc_ms": summary.begin_utc_ms,
                "end_utc_ms": summary.end_utc_ms,
                "recorded_ms": summary.recorded_ms,
                "runs": summary.runs,
            }
        )
        + "\n"
    )


def parse_summary(text: str) -> HourSummary | None:
    """Return what `encode_summary` wrote; None where the text is torn or somebody else's."""
    try:
        read = json.loads(text)
        return HourSummary(
            hour=Hour.parse(read["hour"]),
            files=int(read["files"]),
            size_bytes=int(read["bytes"]),
            first=int(read["first"]),
            last=int(read["last"]),
            begin_utc_ms=int(read["begin_utc_ms"]),
            end_utc_ms=int(read["end_utc_ms"]),
            recorded_ms=int(read["recorded_ms"]),
            runs=int(read["runs"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
