"""What is recorded of a device, and why the rest is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from host_agent.journal.facts import Receipt
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.store import RingStore
from host_agent.ring.trash import Trash
from host_agent.timeline.causes import ClockRow, History, history_of
from host_agent.timeline.gap_reasons import GapReasons
from host_agent.timeline.stretches import SHORTEST_HOLE_MS, Stretch, holes_between, joined, stretches_of
from shared.clock import Clock
from shared.errors import NotFoundError
from shared.spans import Span, from_utc_ms, utc_ms

# A hole at the edge of a range is judged by where it really begins and ends, as far as this.
LOOK_BACK = timedelta(hours=1)
LOOK_AHEAD = timedelta(minutes=1)
# The segment being recorded is no gap for as long as a stall may go unnoticed, and a little more.
LIVE_EDGE_S = 15.0


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing is recorded in `span`. `code` is one of `GapCode`, `sentence` is for a person."""

    span: Span
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """`recorded` and `gaps`, each sorted, fill `span` without overlap.

    `span` ends where the question did, or earlier: the future is no gap, nor is the segment that a
    live device is just recording. (Where the clock was set back, footage dated later than now is in
    `recorded`; the time between is left out.)
    """

    span: Span
    recorded: list[Span]
    gaps: list[Gap]


def draw(
    asked: Span,
    stretches: Sequence[Stretch],
    history: History,
    receipts: Sequence[Receipt],
    *,
    now_ms: int,
    live_edge_ms: int,
) -> Timeline:
    """Return the time line of `asked`. `stretches` and `history` reach LOOK_BACK and LOOK_AHEAD beyond
    it, so that a question about a part of a gap is answered like one about all of it."""
    start_ms, end_ms = utc_ms(asked.start), utc_ms(asked.end)
    window_start_ms = utc_ms(asked.start - LOOK_BACK)
    window_end_ms = min(utc_ms(asked.end + LOOK_AHEAD), now_ms)
    reasons = GapReasons(history, receipts, now_ms)
    holes = holes_between(stretches, window_start_ms, window_end_ms)
    answered_ms = min(end_ms, now_ms)
    if holes and holes[-1].end_ms == now_ms and holes[-1].run_before is not None:
        last = holes[-1]
        if last.end_ms - last.start_ms <= live_edge_ms and reasons.is_work_only(last):
            answered_ms = min(answered_ms, last.start_ms)
            holes.pop()
    elif not holes or holes[-1].end_ms != now_ms:
        newest_ms = max((stretch.end_ms for stretch in stretches if stretch.end_ms <= now_ms), default=0)
        if now_ms - newest_ms < SHORTEST_HOLE_MS:
            answered_ms = min(answered_ms, newest_ms)
    gaps: list[Gap] = []
    for hole in holes:
        if hole.end_ms <= start_ms or hole.start_ms >= answered_ms:
            continue
        for cause in reasons.explain(hole):
            from_ms, to_ms = max(cause.start_ms, start_ms), min(cause.end_ms, answered_ms)
            if from_ms < to_ms:
                gaps.append(Gap(_span(from_ms, to_ms), cause.code, cause.sentence))
    recorded = [
        _span(max(stretch.start_ms, start_ms), min(stretch.end_ms, end_ms))
        for stretch in stretches
        if stretch.start_ms < end_ms and stretch.end_ms > start_ms
    ]
    until_ms = max([answered_ms, start_ms, *(utc_ms(span.end) for span in recorded[-1:])])
    return Timeline(_span(start_ms, until_ms), recorded, gaps)


class TimelineService:
    """Answers for any device and range from the files and the journal; keeps nothing."""

    def __init__(self, stores: Mapping[str, RingStore], journal: Journal, clock: Clock) -> None:
        self._stores = stores
        self._journal = journal
        self._clock = clock

    def timeline(self, device: str, span: Span) -> Timeline:
        """What is recorded in `span`, and each gap with its reason.

        Raises NotFoundError for an unknown device, OSError where the disk refuses to be read.
        """
        store = self._stores.get(device)
        if store is None:
            raise NotFoundError(
                f"There is no device {device} on this host.",
                remedy="GET /api/host/devices lists the devices.",
                code="unknown_device",
            )
        wide = Span(span.start - LOOK_BACK, span.end + LOOK_AHEAD)
        now: ClockRow = (
            utc_ms(self._clock.now()),
            int(self._clock.monotonic() * 1000),
            self._clock.boot_id(),
        )
        return draw(
            span,
            self._stretches(store, wide),
            self._history(device, wide, now),
            self._receipts(store),
            now_ms=now[0],
            live_edge_ms=self._live_edge_ms(device),
        )

    def _stretches(self, store: RingStore, span: Span) -> list[Stretch]:
        """One hour's rows in memory at a time. A segment is filed by its begin: LOOK_BACK brings in those
        that reach into the range that was asked for."""
        first = Hour.of(span.start)
        hours = [hour for hour in store.hours(Kind.SEGMENTS) if first <= hour and hour.start < span.end]
        return joined(stretch for hour in hours for stretch in stretches_of(store.segment_rows(hour)))

    def _history(self, device: str, span: Span, now: ClockRow) -> History:
        facts = self._journal.facts(span, device)
        facts += self._journal.first_facts_after(span.end, device)
        return history_of(facts, self._journal.clock_rows(span), now)

    def _receipts(self, store: RingStore) -> list[Receipt]:
        """Of every deletion, also of one whose receipt has not been written yet: the name of its folder
        in the trash carries it. Trash first, since the receipt is there before the folder goes."""
        unwritten = [
            Receipt(name.at, name.device, name.kind, str(name.hour), 0, 0, name.reason)
            for name in Trash(store.folders.root).names()
            if name.device == store.device and name.kind == Kind.SEGMENTS.value
        ]
        return unwritten + self._journal.receipts(store.device, Kind.SEGMENTS.value)

    def _live_edge_ms(self, device: str) -> int:
        state = self._journal.states(device).get("capture", {})
        interval_s = state.get("keyframe_interval_s")
        longest_s = 3 * interval_s + 5 if isinstance(interval_s, int | float) else 0.0
        return int(max(LIVE_EDGE_S, longest_s) * 1000)


def _span(start_ms: int, end_ms: int) -> Span:
    return Span(from_utc_ms(start_ms), from_utc_ms(end_ms))


__all__ = ["Gap", "Timeline", "TimelineService", "draw"]
