"""From complete segments in staging to dated, numbered ones in the hot folder and the live playlist."""

import sqlite3
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from host_agent.capture.numbers import NumberSupply
from host_agent.capture.recording_run import CompleteSegment
from host_agent.ring.layout import Kind, RingFile, parse_file_name
from host_agent.ring.playlist import (
    LivePlaylist,
    is_discontinuous,
    live_target_duration_s,
    parse_live,
    target_duration_s,
)
from host_agent.ring.segment_clock import Completion, Dated, SegmentClock
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.atomic_write import write_atomically


@dataclass(slots=True)
class _Waiting:
    """A dated segment on its way: `time` is set once it has a number, `named` once its file has it."""

    segment: CompleteSegment
    dated: Dated
    run: int
    path: Path
    time: SegmentTime | None = None
    named: bool = False
    written: bool = False


class SegmentPublisher:
    """Publishes one device's segments in order. What cannot be published now waits in staging.

    The order of the steps (name, time, rename into the hot folder, playlist) is what lets a kill
    between any two of them lose nothing: `salvage.py` finishes what it finds.
    """

    def __init__(self, store: RingStore, numbers: NumberSupply, live_window: int) -> None:
        self._store = store
        self._numbers = numbers
        self._live_window = live_window
        self._clock = SegmentClock()
        self._undated: dict[Completion, CompleteSegment] = {}
        self._waiting: deque[_Waiting] = deque()
        self._previous: SegmentTime | None = None
        self._run = 0
        self._longest_s = 1.0
        self._live: LivePlaylist | None = None
        self.newest: SegmentTime | None = None
        self.recent: deque[tuple[SegmentTime, int]] = deque(maxlen=10)
        self.mishaps: deque[str] = deque()

    @property
    def backlog(self) -> int:
        """Segments that are dated but could not be published yet."""
        return len(self._waiting)

    def begin_run(self, run: int) -> None:
        """A new start of ffmpeg: its media time is its own."""
        self._clock = SegmentClock()
        self._undated.clear()
        self._run = run

    def take(self, segment: CompleteSegment, longest_segment_s: float) -> None:
        """Take a segment that has just been completed."""
        self._longest_s = longest_segment_s
        self._undated[segment.completion] = segment
        self._queue(self._clock.arrive(segment.completion))

    def tick(self, now_s: float) -> None:
        """Let what was held back become fixed; `now_s` is monotonic."""
        self._queue(self._clock.tick(now_s))

    def end_run(self, last: CompleteSegment | None) -> None:
        """ffmpeg has ended: date everything, the last segment by the one before it."""
        if last is not None:
            self._undated[last.completion] = last
        self._queue(self._clock.end(None if last is None else last.completion))

    def _queue(self, dated: list[Dated]) -> None:
        for item in dated:
            segment = self._undated.pop(item.completion)
            self._waiting.append(_Waiting(segment, item, self._run, segment.path))

    def publish(self) -> list[SegmentTime]:
        """Publish what waits, in order; return what is in the hot folder now.

        Raises OSError or sqlite3.Error at the first that cannot be; it and all behind it wait.
        """
        published: list[SegmentTime] = []
        try:
            while self._waiting:
                try:
                    published.append(self._publish_one(self._waiting[0]))
                except FileExistsError:
                    self._set_aside(self._waiting[0])
                except FileNotFoundError:
                    if not self._has_vanished(self._waiting[0]):
                        raise
                self._waiting.popleft()
        finally:
            if published:
                self._write_live_playlist()
        return published

    def _publish_one(self, waiting: _Waiting) -> SegmentTime:
        if waiting.time is None:
            waiting.time = SegmentTime(
                number=self._numbers.take(),
                begin_utc_ms=waiting.dated.begin_utc_ms,
                duration_ms=waiting.dated.duration_ms,
                media_ts_90khz=waiting.segment.media_ts_90khz,
                run=waiting.run,
            )
        time = waiting.time
        file = RingFile(Kind.SEGMENTS, time.number)
        if not waiting.named:
            waiting.path = self._store.name_in_staging(waiting.path, file)
            waiting.named = True
        if not waiting.written:
            self._store.append_time(time, target_duration_s=target_duration_s(self._longest_s))
            waiting.written = True
        self._store.publish(waiting.path, file, time.begin_utc_ms)
        self._add_to_live(time)
        self.recent.append((time, waiting.segment.size_bytes))
        self.newest = self._previous = time
        return time

    def _set_aside(self, waiting: _Waiting) -> None:
        """Somebody else's file has the number: keep both, or nothing behind it would ever get on."""
        assert waiting.time is not None
        kept = self._store.set_aside(waiting.path, waiting.time.hour)
        self.mishaps.append(f"{kept.name} was set aside: its number is taken.")

    def _has_vanished(self, waiting: _Waiting) -> bool:
        """Whether somebody removed the file alone, and not the disk went with all that is on it."""
        if waiting.path.exists() or not waiting.path.parent.is_dir():
            return False
        self.mishaps.append(f"{waiting.path.name} vanished from staging before it could be published.")
        return True

    def _add_to_live(self, time: SegmentTime) -> None:
        live = self._live or self._read_live() or LivePlaylist(live_target_duration_s(self._longest_s))
        discontinuity = self._previous is None or is_discontinuous(self._previous, time)
        self._live = live.with_segment(time, discontinuity=discontinuity, window=self._live_window)

    def _read_live(self) -> LivePlaylist | None:
        """What the last run of the agent published; entries whose file is gone have left the window."""
        path = self._store.folders.live_playlist
        try:
            live = parse_live(path.read_text())
        except (FileNotFoundError, UnicodeDecodeError):
            live = None
        if live is None:
            return self._continue_without_playlist()
        gone = 0
        for entry in live.entries:
            file = parse_file_name(entry.name)
            if file is not None and self._store.find(file) is not None:
                break
            gone += 1
        return live.without_oldest(gone)

    def _continue_without_playlist(self) -> LivePlaylist | None:
        """A lost playlist must not repeat media sequences: no device has had more than its numbers."""
        assert self._waiting[0].time is not None
        number = self._waiting[0].time.number
        if number <= 1:
            return None
        return LivePlaylist(live_target_duration_s(self._longest_s), number, number)

    def _write_live_playlist(self) -> None:
        if self._live is not None:
            write_atomically(self._store.folders.live_playlist, self._live.render())


PUBLISH_ERRORS = (OSError, sqlite3.Error)
