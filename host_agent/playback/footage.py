"""Which segments a range of time has, and what to say where it has none."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from host_agent.ring.layout import Hour, Kind
from host_agent.ring.segment_times import BEGIN_UTC_MS, DURATION_MS, NUMBER, SegmentRow, SegmentTime
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.errors import NotFoundError
from shared.spans import Span, iso_ms, utc_ms

# A segment lies in the hour of its begin and may reach into the next.
LONGEST_SEGMENT = timedelta(hours=1)


def store_of(stores: Mapping[str, RingStore], device: str) -> RingStore:
    """The ring of `device`. Raises NotFoundError."""
    store = stores.get(device)
    if store is None:
        raise NotFoundError(
            f"There is no device {device[:63]!r} here.",
            remedy="GET /api/host/devices lists the devices of this host.",
            code="unknown_device",
        )
    return store


def rows_by_hour(store: RingStore, span: Span) -> Iterator[tuple[Hour, list[SegmentRow]]]:
    """Yield the hours of `span` with the rows of the segments that are there and touch it.

    Hours are in order of time, the rows of one in order of number; hours without rows are left out.
    One hour is in memory at a time. Raises OSError.
    """
    start_ms, end_ms = utc_ms(span.start), utc_ms(span.end)
    first = Hour.of(span.start - LONGEST_SEGMENT)
    for hour in store.hours(Kind.SEGMENTS):
        if hour < first or hour.start >= span.end:
            continue
        rows = [
            row
            for row in store.segment_rows(hour)
            if row[BEGIN_UTC_MS] < end_ms and row[BEGIN_UTC_MS] + row[DURATION_MS] > start_ms
        ]
        if rows:
            rows.sort(key=lambda row: row[NUMBER])
            yield hour, rows


def times_of(store: RingStore, span: Span) -> Iterator[tuple[Hour, SegmentTime]]:
    """Yield the segments that are there and touch `span`, each with the hour it lies in."""
    for hour, rows in rows_by_hour(store, span):
        for row in rows:
            yield hour, SegmentTime(*row)


def why_nothing(timelines: TimelineService, device: str, span: Span) -> str:
    """Return why `span` has no footage: the sentence of its longest gap, with the gap's code."""
    gaps = timelines.timeline(device, span).gaps
    if not gaps:
        return "it has not been recorded yet."
    longest = max(gaps, key=lambda gap: gap.span.duration_s)
    return f"{longest.code}: {longest.sentence}"


def spoken(span: Span) -> str:
    """A range in a sentence."""
    return f"between {iso_ms(span.start)} and {iso_ms(span.end)}"
