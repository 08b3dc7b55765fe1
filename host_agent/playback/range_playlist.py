"""A playlist for any range of time, across hours and gaps, without a day of segments in memory."""

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta

from host_agent.playback.footage import rows_by_hour, spoken, store_of, times_of, why_nothing
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.playlist import render_range, segment_name
from host_agent.ring.segment_times import BEGIN_UTC_MS, DURATION_MS, SegmentTime
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.clock import Clock
from shared.errors import ConflictError
from shared.spans import Span, utc_ms

# After this, no segment of a past range is still on its way into the ring.
SETTLED_AFTER = timedelta(minutes=1)
# A player that follows a growing range loads it again within seconds.
FOLLOWED_FOR = timedelta(minutes=2)
_ENTRIES_A_PIECE = 500


class RangePlaylists:
    """Renders from the files; keeps nothing. Addresses are relative to `…/{device}/playlist.m3u8`."""

    def __init__(self, stores: Mapping[str, RingStore], timelines: TimelineService, clock: Clock) -> None:
        self._stores = stores
        self._timelines = timelines
        self._clock = clock

    def render(self, device: str, span: Span) -> Iterator[str]:
        """Return the pieces of the playlist of every segment that touches `span`.

        A range that is over is a VOD with its end. One that is still being recorded is an EVENT, which
        grows when it is asked for again and gets its end when the range is over; its type may not
        change under a player that follows it (RFC 8216, 6.2.1), so it becomes a VOD only later.
        Raises before the first piece: NotFoundError, ConflictError (`no_footage`, with the gap's
        reason), OSError.
        """
        store = store_of(self._stores, device)
        target_s, newest_ms = self._survey(store, span)
        if newest_ms is None:
            why = why_nothing(self._timelines, device, span)
            raise ConflictError(
                f"There is no footage of {device} {spoken(span)}: {why}",
                code="no_footage",
                remedy="Ask for a range that the time line shows as recorded.",
            )
        now = self._clock.now()
        is_over = newest_ms >= utc_ms(span.end) or now >= span.end + SETTLED_AFTER
        grown = now < span.end + FOLLOWED_FOR
        return _pieces(_entries(store, span, target_s, is_over=is_over, grown=grown))

    def _survey(self, store: RingStore, span: Span) -> tuple[int, int | None]:
        """TARGETDURATION in seconds, and the end of the newest segment (UTC ms; None: no segment).

        What an hour began with holds for it; a camera may have sent longer segments all the same, and
        no EXTINF may exceed it (RFC 8216, 4.3.3.1).
        """
        target_s, longest_ms = 1, 0
        newest_ms: int | None = None
        for hour, rows in rows_by_hour(store, span):
            target_s = max(target_s, _stamped_target_s(store, hour))
            longest_ms = max(longest_ms, *(row[DURATION_MS] for row in rows))
            newest_ms = max(newest_ms or 0, *(row[BEGIN_UTC_MS] + row[DURATION_MS] for row in rows))
        return max(target_s, math.ceil(longest_ms / 1000)), newest_ms


def _stamped_target_s(store: RingStore, hour: Hour) -> int:
    folder = store.hour_folder(Kind.SEGMENTS, hour)
    stamped = store.stamp(folder).get("target_duration_s") if folder is not None else None
    return stamped if isinstance(stamped, int) else 1


def _entries(store: RingStore, span: Span, target_s: int, *, is_over: bool, grown: bool) -> Iterator[str]:
    hour: Hour | None = None
    folder = ""

    def times() -> Iterator[SegmentTime]:
        nonlocal hour, folder
        for hour_of_time, time in times_of(store, span):
            if hour_of_time != hour:
                hour, folder = hour_of_time, f"segments/{hour_of_time}/"
            yield time

    return render_range(
        times(), target_s, lambda time: folder + segment_name(time), ended=is_over, grown=grown
    )


def _pieces(entries: Iterator[str]) -> Iterator[str]:
    """Join entries by the hundred: a response sends pieces, and a day has 86,400 entries."""
    held: list[str] = []
    for entry in entries:
        held.append(entry)
        if len(held) >= _ENTRIES_A_PIECE:
            yield "".join(held)
            held.clear()
    yield "".join(held)
