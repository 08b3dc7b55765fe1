"""Keeps one device's frame maker running and fed with finished segments.

It lives beside the recorder and never touches it: it reads what is published, in its own time. When it
falls behind it skips segments; when ffmpeg dies or says nothing it is started again, ever more slowly.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from host_agent.frames.feed_plan import continues, first_to_feed, plan_feed
from host_agent.frames.frame_maker_command import frame_maker_command
from host_agent.frames.maker_process import MakerProcess
from host_agent.frames.policy import Mode
from host_agent.frames.restarts import Restarts
from host_agent.frames.segment_pieces import segment_pieces
from host_agent.frames.segment_watch import SegmentWatch
from host_agent.frames.staged_names import StagingFolder
from host_agent.ring.layout import Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings, SupervisorSettings
from shared.clock import Clock

_LOOK_EVERY_S = 0.2
_STUCK_AFTER_S = 30.0
# Key frames of a stream with reordered pictures leave the decoder two intervals late.
_SILENT_AFTER_MS = 60_000
_SILENT_AFTER_SEGMENTS = 6
_IDLE_AT_LEAST_S = 5.0
_IDLE_SEGMENTS = 2.5
_FINISH_WITHIN_S = 5.0
_STOP_WITHIN_S = 2.0
_SKIPPING_IS_NEWS_FOR_S = 60.0


@dataclass(frozen=True, slots=True)
class MakerPlan:
    """What shall run: `mode` is ALL or KEYFRAMES, `threads` decode."""

    mode: Mode
    picture: FrameSettings
    threads: int


@dataclass(frozen=True, slots=True)
class MakerReport:
    """Counts since the start of this process; `trouble` is a sentence, empty while all is well."""

    segments_skipped: int
    restarts: int
    trouble: str


@dataclass(slots=True)
class _Running:
    process: MakerProcess
    plan: MakerPlan
    folder_name: str
    started_s: float
    last_fed: SegmentTime
    output_mtime_ns: int
    silent_ms: int = 0
    silent_segments: int = 0


class FrameMaker:
    """One device's frame maker. `run` is the body of a thread that lives as long as the device.

    `jitter` gives numbers in [0, 1): it spreads restarts of devices that failed together.
    """

    def __init__(
        self,
        store: RingStore,
        watch: SegmentWatch,
        clock: Clock,
        supervisor: SupervisorSettings,
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._watch = watch
        self._clock = clock
        self._restarts = Restarts(clock, supervisor, jitter)
        self._plan: MakerPlan | None = None
        self._running: _Running | None = None
        self._starts = 0
        self._after: int | None = None
        self._fed_at_s = 0.0
        self._segments_skipped = 0
        self._skipped_at_s: float | None = None
        self._active_folder: str | None = None

    # -- seen from other threads -------------------------------------------------------------

    def set_plan(self, plan: MakerPlan | None) -> None:
        """From now on this shall run; None: nothing. Taken up at the next segment."""
        self._plan = plan

    @property
    def active_folder(self) -> str | None:
        """Name of the staging folder that ffmpeg writes into now; known before the folder exists."""
        return self._active_folder

    def report(self) -> MakerReport:
        trouble = self._restarts.trouble
        skipped_at_s = self._skipped_at_s
        if not trouble and skipped_at_s is not None:
            since_s = self._clock.monotonic() - skipped_at_s
            if since_s < _SKIPPING_IS_NEWS_FOR_S:
                trouble = "The frame maker fell behind and skipped segments."
        return MakerReport(self._segments_skipped, self._restarts.count, trouble)

    # -- the thread --------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Feed until `stop` is set; then end ffmpeg within 2 s, by force where it must be."""
        try:
            while not stop.is_set():
                try:
                    self._step(stop)
                except OSError as error:
                    said = error.strerror or error
                    self._restarts.back_off(f"The frame maker cannot work on this disk: {said}.")
                    stop.wait(_LOOK_EVERY_S)
        finally:
            self._finish(_STOP_WITHIN_S)

    def _step(self, stop: threading.Event) -> None:
        plan = self._plan
        if plan is None:
            self._finish(_FINISH_WITHIN_S)
            self._restarts.trouble = ""
            self._after = None
            stop.wait(_LOOK_EVERY_S)
            return
        times = self._watch.published()
        if self._after is None:
            if not times:
                stop.wait(_LOOK_EVERY_S)
                return
            self._after = first_to_feed(times, self._newest_frame_utc_ms())
        self._look_after_process()
        feed = plan_feed(times, self._after)
        if feed.skipped:
            self._skip(len(feed.skipped))
            self._after = feed.skipped[-1].number
        if not feed.segments:
            self._idle(stop)
            return
        segment = feed.segments[0]
        running = self._running
        if running is not None and not (running.plan == plan and continues(running.last_fed, segment)):
            self._finish(_FINISH_WITHIN_S)
            running = None
        if running is None:
            wait_s = self._restarts.wait_s
            if wait_s > 0:
                stop.wait(min(wait_s, _LOOK_EVERY_S))
                return
            running = self._start(plan, segment)
        self._after = segment.number
        self._feed(running, segment, stop)

    def _skip(self, segments: int) -> None:
        self._segments_skipped += segments
        self._skipped_at_s = self._clock.monotonic()

    def _newest_frame_utc_ms(self) -> int | None:
        for kind in (Kind.CAPTURES, Kind.THUMBNAILS):
            # A broken folder of the one must not keep the other from being made.
            with contextlib.suppress(OSError):
                hot = self._store.hot_files(kind)
                if hot:
                    return hot[-1].mtime_ms
        return None

    def _start(self, plan: MakerPlan, segment: SegmentTime) -> _Running:
        while True:
            self._starts += 1
            self._active_folder = StagingFolder(segment.run, self._starts).name
            folder = self._store.folders.frame_staging / self._active_folder
            try:
                folder.mkdir()
                break
            except FileExistsError:
                continue  # left by an earlier process; what is in it is still collected
        process = MakerProcess(frame_maker_command(plan.mode, plan.picture, plan.threads), folder)
        self._running = _Running(
            process,
            plan,
            self._active_folder,
            started_s=self._clock.monotonic(),
            last_fed=segment,
            output_mtime_ns=folder.stat().st_mtime_ns,
        )
        return self._running

    def _feed(self, running: _Running, segment: SegmentTime, stop: threading.Event) -> None:
        path = self._store.find(RingFile(Kind.SEGMENTS, segment.number), segment.hour)
        if path is None:
            self._skip(1)
            return
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # archived between the two looks
            self._skip(1)
            return
        try:
            for piece in segment_pieces(descriptor, keyframes_only=running.plan.mode is Mode.KEYFRAMES):
                if not self._hand_over(running, piece, stop):
                    return
        finally:
            os.close(descriptor)
        running.last_fed = segment
        self._fed_at_s = self._clock.monotonic()
        self._expect_output(running, segment)

    def _hand_over(self, running: _Running, piece: memoryview, stop: threading.Event) -> bool:
        """Feed `piece`, however slowly ffmpeg takes it; return False where it was given up."""
        progress_at_s = self._clock.monotonic()
        while piece:
            if stop.is_set():
                return False
            try:
                taken = running.process.feed(piece)
            except BrokenPipeError:
                self._fail_process()
                return False
            now_s = self._clock.monotonic()
            if taken:
                piece = piece[taken:]
                progress_at_s = now_s
            elif now_s - progress_at_s > _STUCK_AFTER_S:
                running.process.kill()
                self._fail_process("it took no more data")
                return False
            else:
                running.process.wait(_LOOK_EVERY_S, writable=True)
        return True

    def _expect_output(self, running: _Running, segment: SegmentTime) -> None:
        """Notice an ffmpeg that reads and reads and makes no picture."""
        mtime_ns = running.process.folder.stat().st_mtime_ns
        if mtime_ns != running.output_mtime_ns:
            running.output_mtime_ns = mtime_ns
            running.silent_ms = running.silent_segments = 0
            return
        running.silent_ms += segment.duration_ms
        running.silent_segments += 1
        if running.silent_ms > _SILENT_AFTER_MS and running.silent_segments > _SILENT_AFTER_SEGMENTS:
            running.process.kill()
            self._fail_process("it made no picture of what it was given")

    def _idle(self, stop: threading.Event) -> None:
        """Nothing to feed: wait a little; after a long pause let ffmpeg finish its last pictures."""
        running = self._running
        if running is None:
            stop.wait(_LOOK_EVERY_S)
            return
        idle_s = self._clock.monotonic() - self._fed_at_s
        if idle_s > max(_IDLE_AT_LEAST_S, _IDLE_SEGMENTS * running.last_fed.duration_ms / 1000):
            self._finish(_FINISH_WITHIN_S)
            return
        running.process.wait(_LOOK_EVERY_S, writable=False)

    # -- the end of an ffmpeg ----------------------------------------------------------------

    def _look_after_process(self) -> None:
        running = self._running
        if running is None:
            return
        if running.process.ended():
            self._fail_process()
        elif self._restarts.runs_since(running.started_s) and running.silent_segments == 0:
            self._restarts.trouble = ""

    def _finish(self, within_s: float) -> None:
        """Let ffmpeg write what it has and end; by force after `within_s`."""
        running = self._running
        if running is None:
            return
        running.process.close_input()
        if not running.process.reap(within_s):
            running.process.kill()
            running.process.reap(within_s)
        self._running = None
        self._active_folder = None

    def _fail_process(self, reason: str = "") -> None:
        running = self._running
        if running is None:
            return
        self._finish(_STOP_WITHIN_S)
        words = running.process.last_words()
        said = reason or words or f"it ended with status {running.process.exit_status}"
        self._restarts.failed(f"The frame maker had to be started again: {said}.")
