"""A device's history told in seconds of true time: what the journal, the ring and the clocks would hold."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from host_agent.journal.facts import (
    AGENT_STARTED,
    AGENT_STOPPED,
    DEVICE_ADDED,
    DEVICE_REMOVED,
    STATE_CHANGED,
    Fact,
    Receipt,
)
from host_agent.ring.segment_times import SegmentRow
from host_agent.timeline.causes import ClockRow, history_of
from host_agent.timeline.stretches import stretches_of
from host_agent.timeline.timeline import Timeline, draw
from shared.spans import Span, from_utc_ms, utc_ms

# 14:00:00, so that hour boundaries are at multiples of 3600 s.
BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
DEVICE = "capture1"
CLOCK_EVERY_S = 5.0


def ms(second: float) -> int:
    """The UTC milliseconds of a second of the story on the wall clock."""
    return utc_ms(BEGIN) + round(second * 1000)


def span(start_s: float, end_s: float) -> Span:
    return Span(from_utc_ms(ms(start_s)), from_utc_ms(ms(end_s)))


@dataclass
class Story:
    """Events are told in order of true time `t` (seconds); `wall_offset_s` is what the wall clock shows
    beyond it. While the agent runs, a clock pair is written every five seconds."""

    wall_offset_s: float = 0.0
    boot: int = 1
    facts: list[Fact] = field(default_factory=list)
    rows: list[SegmentRow] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    clock_rows: list[ClockRow] = field(default_factory=list)
    _alive_at: float | None = None

    def clock(self, t: float) -> ClockRow:
        return (ms(t + self.wall_offset_s), round(t * 1000) + 100_000, f"boot-{self.boot}")

    def _live_until(self, t: float) -> None:
        while self._alive_at is not None and self._alive_at + CLOCK_EVERY_S <= t:
            self._alive_at += CLOCK_EVERY_S
            self.clock_rows.append(self.clock(self._alive_at))

    def _note(self, t: float, kind: str, code: str, sentence: str, device: str | None) -> "Story":
        self._live_until(t)
        wall_ms, monotonic_ms, boot = self.clock(t)
        self.facts.append(Fact(from_utc_ms(wall_ms), monotonic_ms, boot, device, kind, code, sentence))
        return self

    def agent_starts(self, t: float) -> "Story":
        self._note(t, AGENT_STARTED, "agent_started", "The agent started.", None)
        self._alive_at = t - CLOCK_EVERY_S
        self._live_until(t)
        return self

    def agent_stops(self, t: float) -> "Story":
        self._note(t, AGENT_STOPPED, "agent_stopped", "The agent was stopped.", None)
        self._alive_at = None
        return self

    def agent_is_killed(self, t: float) -> "Story":
        self._live_until(t)
        self._alive_at = None
        return self

    def machine_boots(self) -> "Story":
        self.boot += 1
        return self

    def clock_is_set(self, t: float, by_s: float) -> "Story":
        self._live_until(t)
        self.wall_offset_s += by_s
        return self

    def added(self, t: float) -> "Story":
        return self._note(t, DEVICE_ADDED, "starting", "The device is in the settings.", DEVICE)

    def removed(self, t: float) -> "Story":
        return self._note(t, DEVICE_REMOVED, "unassigned", "The device was taken out.", DEVICE)

    def state(self, t: float, code: str, sentence: str = "") -> "Story":
        return self._note(t, STATE_CHANGED, code, sentence or f"It is {code}.", DEVICE)

    def records(
        self, start: float, end: float, run: int, segment_s: float = 1.0, every_s: float | None = None
    ) -> "Story":
        """Segments from `start` to `end`, dated by the wall clock as it is set now."""
        step = every_s or segment_s
        at = start
        while at < end - 1e-6:
            duration_ms = round(min(segment_s, end - at) * 1000)
            begin_ms = ms(at + self.wall_offset_s)
            self.rows.append([len(self.rows) + 1, begin_ms, duration_ms, round(at * 90_000), run])
            at += step
        return self

    def loses(self, start: float, end: float) -> "Story":
        """Footage between two seconds of the wall clock is gone from the disk."""
        self.rows = [row for row in self.rows if not ms(start) <= row[1] < ms(end)]
        return self

    def hour_deleted(self, hour_s: float, reason: str = "expired") -> "Story":
        """The hour that begins at this second is deleted, with its receipt."""
        hour = span(hour_s, hour_s + 3600)
        self.receipts.append(
            Receipt(hour.end, DEVICE, "segments", f"{hour.start:%Y-%m-%dT%H}", 3600, 1, reason)
        )
        return self.loses(hour_s, hour_s + 3600)

    def timeline(
        self, start: float, end: float, now: float, live_edge_s: float = 15.0, alive: bool = True
    ) -> Timeline:
        """What is answered at the true second `now` about a range of the wall clock."""
        if alive:
            self._live_until(now)
        return draw(
            span(start, end),
            stretches_of(self.rows),
            history_of(self.facts, self.clock_rows, self.clock(now)),
            self.receipts,
            now_ms=self.clock(now)[0],
            live_edge_ms=round(live_edge_s * 1000),
        )

    def copy(self) -> "Story":
        return replace(self, facts=list(self.facts), rows=list(self.rows), clock_rows=list(self.clock_rows))


def gaps(timeline: Timeline) -> list[tuple[str, float, float]]:
    """The gaps as (code, start, end) in seconds of the story."""
    return [
        (gap.code, (gap.span.start - BEGIN).total_seconds(), (gap.span.end - BEGIN).total_seconds())
        for gap in timeline.gaps
    ]


def recorded(timeline: Timeline) -> list[tuple[float, float]]:
    """The recorded spans in seconds of the story."""
    return [
        ((part.start - BEGIN).total_seconds(), (part.end - BEGIN).total_seconds())
        for part in timeline.recorded
    ]


Teller = Callable[[Story], Story]


def running(run: int = 1, until: float = 100.0) -> Story:
    """An agent that started at 0 and has recorded the device since second 2."""
    story = Story().agent_starts(0).added(0.1).state(0.2, "starting").state(3.5, "live")
    return story.records(2, until, run)
