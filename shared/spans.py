"""Half-open spans of time `[start, end)` in UTC, and the arithmetic of holes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware `moment`, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_utc_ms(ms: int) -> datetime:
    """The aware UTC time of `ms` milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


def iso_ms(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`: `2026-11-21T14:02:03.250Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)`, both aware UTC, `start <= end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs times with an offset")
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @property
    def duration_s(self) -> float:
        return (self.end - self.start).total_seconds()

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Span") -> "Span | None":
        """What both cover, or None where they do not overlap."""
        if not self.overlaps(other):
            return None
        return Span(max(self.start, other.start), min(self.end, other.end))


def merge(spans: Iterable[Span], tolerance_s: float = 0.0) -> list[Span]:
    """Return the spans as a sorted list without overlaps; holes up to `tolerance_s` are closed."""
    tolerance = timedelta(seconds=tolerance_s)
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end + tolerance:
            if span.end > merged[-1].end:
                merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def holes(within: Span, covered: Sequence[Span]) -> list[Span]:
    """Return what of `within` no span of `covered` covers. `covered` is sorted and merged."""
    found: list[Span] = []
    at = within.start
    for span in covered:
        if span.end <= at:
            continue
        if span.start >= within.end:
            break
        if span.start > at:
            found.append(Span(at, span.start))
        at = span.end
    if at < within.end:
        found.append(Span(at, within.end))
    return found
