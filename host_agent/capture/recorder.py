"""The supervisor of one device: keeps its ffmpeg running, and says what is going on.

One thread a device: ffmpeg dies with the thread that started it, and no device waits for another.
"""

import errno
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from host_agent.capture.backoff import Backoff
from host_agent.capture.device_state import LIVE, RARE_KEY_FRAMES, STARTING, Condition, State
from host_agent.capture.lessons import lesson
from host_agent.capture.numbers import NumberSupply
from host_agent.capture.pace import Pace
from host_agent.capture.patience import Waiting, is_late, why_stalled
from host_agent.capture.recorder_command import Learned, recorder_command
from host_agent.capture.recording_run import CompleteSegment, RecordingRun, TornSegment
from host_agent.capture.salvage import salvage
from host_agent.capture.segment_publisher import PUBLISH_ERRORS, SegmentPublisher
from host_agent.capture.source import is_raw
from host_agent.ring.layout import Hour
from host_agent.ring.store import RingStore
from host_agent.settings import NETWORK_KINDS, DeviceSettings, FrameSettings, SupervisorSettings
from shared.clock import Clock
from shared.ffmpeg.failure import BROKE_OFF, Failure, explain_failure
from shared.ffmpeg.masking import mask_secrets
from shared.ffmpeg.redirection import Lead, lead_of
from shared.spans import utc_ms

# A segment is in the live playlist within 0.2 s of its end, by this and what publishing takes.
POLL_S = 0.1
GATE_EVERY_S = 1.0
IDLE_S = 0.2
LOOK_WITHIN_S = 4.0
NO_CAMERA = "No capture device was found (/dev/video*): plug one in and reload, or name a source."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the recorder from outside: set by the service, read in the device's thread."""

    running: bool = True
    asked_by: str = ""
    restart_count: int = 0


@dataclass(frozen=True, slots=True)
class RecorderParts:
    """What a recorder is given. `next_run` reserves the number of an ffmpeg start; `refusal` says why
    the disk must not be written to now, as (code, sentence), or None; `jitter` gives numbers in [0, 1)."""

    device: DeviceSettings
    picture: FrameSettings
    limits: SupervisorSettings
    live_window: int
    store: RingStore
    numbers: NumberSupply
    clock: Clock
    next_run: Callable[[], int]
    refusal: Callable[[], tuple[str, str] | None]
    jitter: Callable[[], float]
    log: Any


@dataclass(slots=True)
class Progress:
    """What the state shows beside the condition."""

    restarts: int = 0
    torn: int = 0
    notes: list[str] = field(default_factory=list)


class Recorder:
    """Runs in its own thread from `run` until `stop` is set."""

    def __init__(self, parts: RecorderParts) -> None:
        self._parts = parts
        self._stop = threading.Event()
        self._why_stopped = ""
        self._publisher = SegmentPublisher(parts.store, parts.numbers, parts.live_window)
        self._learned = Learned()
        self._backoff = Backoff(parts.limits.backoff_min_s, parts.limits.backoff_max_s)
        self._progress = Progress()
        self._run: RecordingRun | None = None
        self._condition: Condition | None = None
        self._since_utc_ms = utc_ms(parts.clock.now())
        # Tried again, and not live since: what is wrong stands until pictures come.
        self._failing = False
        self._interval_s: float | None = None
        self._salvaged = False
        self._pace = Pace()
        self.wanted = Wanted()
        self.changes: deque[Condition] = deque()
        self.thread = threading.Thread(target=self._live, name=f"recorder-{parts.device.name}", daemon=True)

    # -- from outside ------------------------------------------------------------------------

    def start(self) -> None:
        self.thread.start()

    def ask_to_stop(self, why: str = "The agent was stopped.") -> None:
        """End the recording in order; the thread ends soon after. `why`: a sentence for people."""
        self._why_stopped = why
        self._stop.set()

    def snapshot(self) -> dict[str, Any]:
        """The device's present state for the journal."""
        run, newest, condition = self._run, self._publisher.newest, self._condition or STARTING
        facts = run.facts if run is not None else None
        recent = list(self._publisher.recent)
        seconds = sum(time.duration_ms for time, _ in recent) / 1000
        return {
            "state": condition.state.value,
            "code": condition.code,
            "sentence": condition.sentence,
            "since_utc_ms": self._since_utc_ms,
            "fps": facts.fps if facts else None,
            "width": facts.width if facts else None,
            "height": facts.height if facts else None,
            "codec": facts.video_codec if facts else None,
            "bitrate_bps": round(sum(size for _, size in recent) * 8 / seconds) if seconds else None,
            "recorded_as": run.command.encode.value if run is not None else None,
            "frames_in_recorder": run is not None and run.command.makes_frames,
            "frames_shed": self._learned.frames_shed,
            "run": run.number if run is not None else None,
            "restarts": self._progress.restarts,
            "torn": self._progress.torn,
            "newest_segment_utc_ms": newest.end_utc_ms if newest is not None else None,
            "keyframe_interval_s": run.segment_interval_s if run is not None else None,
            "waiting_segments": self._publisher.backlog,
            "notes": list(self._progress.notes),
        }

    # -- the thread --------------------------------------------------------------------------

    def _live(self) -> None:
        while not self._stop.is_set():
            if not self._does(self._once):
                self._pause()
        self._does(self._end_run_in_order)
        self._set(Condition(State.STOPPED, "agent_stopped", self._why_stopped))

    def _does(self, step: Callable[[], None]) -> bool:
        """Whether a step was done; a defect in it must not end the recording of a device.

        After one nothing that is remembered can be trusted: ffmpeg is killed, and what is in staging is
        salvaged before the next run, as after a kill of the agent.
        """
        try:
            step()
        except Exception as error:
            self._parts.log.exception("recorder_failed", device=self._parts.device.name)
            run, self._run = self._run, None
            if run is not None:
                run.process.kill()
            self._publisher = SegmentPublisher(
                self._parts.store, self._parts.numbers, self._parts.live_window
            )
            self._salvaged = False
            self._fail("ffmpeg_crashed", f"The recorder failed: {mask_secrets(str(error))}")
            return False
        return True

    def _once(self) -> None:
        """From start to end of one ffmpeg, or one reason why there is none."""
        wanted = self.wanted
        refusal = self._parts.refusal()
        idle = self._idle_because(wanted, refusal)
        try:
            if refusal is None:
                self._prepare()
            if idle is not None:
                self._failing = False
                self._set(idle)
                self._stop.wait(IDLE_S)
                return
            self._begin_run()
        except PUBLISH_ERRORS as error:
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            self._fail(
                "disk_full" if full else "misconfigured",
                f"Footage folder or journal cannot be used: {error}. Check the disk and its rights.",
            )
            self._pause()
            return
        self._watch(wanted)

    def _idle_because(self, wanted: Wanted, refusal: tuple[str, str] | None) -> Condition | None:
        """Why nothing is to be recorded now; None where it is."""
        if not wanted.running:
            who = f" by {wanted.asked_by}" if wanted.asked_by else ""
            return Condition(State.STOPPED, "stopped_by_user", f"Stopped{who}; start it again to record.")
        if self._parts.device.source_kind == "auto":
            return Condition(State.MISCONFIGURED, "misconfigured", NO_CAMERA)
        return None if refusal is None else Condition(State.BACKING_OFF, *refusal)

    def _prepare(self) -> None:
        """A device has its folders as soon as it is known, and what a kill left is footage, also where
        nothing is to be recorded."""
        if not self._salvaged:
            self._parts.store.prepare()
            report = salvage(self._parts.store, self._parts.numbers)
            self._salvaged = True
            if report.published or report.set_aside:
                self._parts.log.warning(
                    "staging_repaired",
                    device=self._parts.device.name,
                    published=report.published,
                    set_aside=report.set_aside,
                )

    def _begin_run(self) -> None:
        parts = self._parts
        number = parts.next_run()
        segments = parts.store.folders.segment_staging / str(number)
        frames = parts.store.folders.frame_staging / str(number)
        segments.mkdir(parents=True)
        frames.mkdir(parents=True, exist_ok=True)
        command = recorder_command(parts.device, parts.picture, self._learned, segments, frames)
        if not self._failing:
            self._set(replace(STARTING, code=self._reason_until_live()))
        self._publisher.begin_run(number)
        self._pace = Pace()
        self._run = RecordingRun(number, command, segments, parts.clock)

    def _reason_until_live(self) -> str:
        """Until pictures come again, what was wrong before is still the reason that there are none."""
        code = STARTING.code if self._condition is None else self._condition.code
        return STARTING.code if code == LIVE.code else code

    def _watch(self, wanted: Wanted) -> None:
        run = self._run
        assert run is not None
        limits, clock = self._parts.limits, self._parts.clock
        began_s = clock.monotonic()
        waiting = Waiting(began_s, not is_raw(self._parts.device), self._interval_s)
        gate_s = began_s + GATE_EVERY_S
        live = False
        while True:
            if self._stop.is_set() or self._asked_otherwise(wanted):
                self._end_run_in_order()
                self._failing = False
                if self.wanted.running and not self._stop.is_set():
                    who = f" by {self.wanted.asked_by}" if self.wanted.asked_by else ""
                    self._set(Condition(State.STARTING, "stopped_by_user", f"Restarted{who}."))
                return
            ended = run.process.status()
            if self._take_completed(run, ended=ended is not None):
                self._interval_s = run.longest_interval_s
                waiting = waiting.after_segment(clock.monotonic(), self._interval_s)
            self._publish()
            if ended is not None:
                self._forget_run()
                failure = explain_failure(
                    ended,
                    list(run.process.last_lines),
                    network=self._parts.device.source_kind in NETWORK_KINDS,
                    waited_s=0.0 if live else clock.monotonic() - began_s,
                )
                lead = Lead() if live or failure.answer != BROKE_OFF else self._look_for_the_stream()
                if lead.url:
                    return  # it is tried there at once
                if lead.refusal:
                    failure = Failure("source_refused", lead.refusal)
                self._fail(failure.code, failure.sentence)
                self._pause()
                return
            if self._takes_lesson(run):
                return
            now_s = clock.monotonic()
            if self._publisher.newest is not None and self._publisher.newest.run == run.number:
                if not live:
                    live = True
                    self._failing = False
                    self._set(LIVE)
                if now_s - began_s > limits.healthy_after_s:
                    self._backoff = self._backoff.after_health()
            if not waiting.has_answered and run.facts.video_codec is not None:
                waiting = replace(waiting, has_answered=True)
            if self._has_stalled(waiting, now_s) or self._falls_behind(run):
                return
            if now_s >= gate_s:
                gate_s = now_s + GATE_EVERY_S
                if self._parts.refusal() is not None:
                    self._end_run_in_order()
                    return
            time.sleep(POLL_S)

    def _look_for_the_stream(self) -> Lead:
        """Where its page leads to, and the next run is to read. Where it was followed to already, nothing is
        any more: the next run asks the page itself."""
        device, followed = self._parts.device, bool(self._learned.moved_to)
        asks = not followed and device.source_kind in ("http", "https")
        lead = lead_of(device.source.get_secret_value(), LOOK_WITHIN_S) if asks else Lead()
        self._learned = replace(self._learned, moved_to=lead.url)
        return lead

    def _asked_otherwise(self, wanted: Wanted) -> bool:
        now = self.wanted
        return not now.running or now.restart_count != wanted.restart_count

    def _has_stalled(self, waiting: Waiting, now_s: float) -> bool:
        limits = self._parts.limits
        sentence = why_stalled(waiting, limits, now_s)
        if sentence is None:
            if is_late(waiting, limits, now_s) and self._condition is not None:
                self._set(replace(self._condition, sentence=RARE_KEY_FRAMES))
            return False
        self._set(Condition(State.STALLED, "stalled", sentence))
        self._end_run_at_once()
        self._fail("stalled", sentence)
        self._pause()
        return True

    # -- segments ----------------------------------------------------------------------------

    def _take_completed(self, run: RecordingRun, *, ended: bool) -> bool:
        """Hand new segments on; return whether there was progress."""
        try:
            found = run.completed()
        except OSError as error:
            self._note(f"The recorder's folder cannot be read: {error.strerror}.")
            return False
        whole = [segment for segment in found if isinstance(segment, CompleteSegment)]
        for segment in found:
            if isinstance(segment, TornSegment):
                self._put_aside(segment)
        last = whole.pop() if ended and whole else None
        for segment in whole:
            self._publisher.take(segment, run.longest_segment_s)
            self._pace.mark(segment.completion.arrived_s, segment.completion.media_end_s)
        self._publisher.tick(self._parts.clock.monotonic())
        if ended:
            self._publisher.end_run(last)
        return bool(whole or last)

    def _publish(self) -> None:
        try:
            self._publisher.publish()
        except PUBLISH_ERRORS as error:
            self._note(f"Segments wait in staging: {error}.")
            self._stop.wait(0.5)
        while self._publisher.mishaps:
            self._note(self._publisher.mishaps.popleft())

    def _put_aside(self, segment: TornSegment) -> None:
        self._progress.torn += 1
        store = self._parts.store
        try:
            if segment.size_bytes == 0:
                store.discard_staged(segment.path)
            else:
                store.set_aside(segment.path, Hour.of(self._parts.clock.now()))
        except OSError as error:
            self._note(f"A torn segment could not be set aside: {error.strerror}.")
        self._parts.log.warning("torn_segment", device=self._parts.device.name, bytes=segment.size_bytes)

    # -- ends --------------------------------------------------------------------------------

    def _end_run_in_order(self) -> None:
        """Ask ffmpeg to finish its last segment, and publish it."""
        run = self._run
        if run is None:
            return
        run.process.ask_to_end()
        deadline_s = self._parts.clock.monotonic() + self._parts.limits.stop_timeout_s
        while run.process.status() is None and self._parts.clock.monotonic() < deadline_s:
            time.sleep(POLL_S / 10)
        self._end_run_at_once()

    def _end_run_at_once(self) -> None:
        run = self._run
        if run is None:
            return
        run.process.kill()
        self._take_completed(run, ended=True)
        self._publish()
        self._forget_run()

    def _end_run_unused(self, run: RecordingRun) -> None:
        """End a run whose codec no player of HLS can show: what it wrote is no footage."""
        run.process.kill()
        for path in run.folder.iterdir():
            self._parts.store.discard_staged(path)
        self._publisher.end_run(None)
        self._forget_run()

    def _forget_run(self) -> None:
        """Clear the run's staging; what is torn there is set aside by the next salvage."""
        self._run = None
        if self._publisher.backlog == 0:
            try:
                salvage(self._parts.store, self._parts.numbers)
            except PUBLISH_ERRORS as error:
                self._note(f"Staging could not be cleared: {error}.")

    # -- states ------------------------------------------------------------------------------

    def _takes_lesson(self, run: RecordingRun) -> bool:
        """Whether the source turned out to need another command, or cannot be recorded as it is set."""
        found = lesson(self._parts.device, self._learned, run.command.encode, run.facts)
        if found is None:
            return False
        if found.hopeless or found.learned.video_must_be_encoded != self._learned.video_must_be_encoded:
            self._end_run_unused(run)
        else:
            self._end_run_in_order()
        self._learned = found.learned
        if found.hopeless:
            self._failing = True
            self._set(Condition(State.MISCONFIGURED, "misconfigured", found.sentence))
            self._wait(self._parts.limits.backoff_max_s)
        else:
            self._note(found.sentence)
        return True

    def _falls_behind(self, run: RecordingRun) -> bool:
        if not run.command.makes_frames or not self._pace.is_behind():
            return False
        self._learned = replace(self._learned, frames_shed=True)
        self._note("This machine is too slow to encode and make frames: frames are left out.")
        self._end_run_in_order()
        return True

    def _fail(self, code: str, sentence: str) -> None:
        self._backoff = self._backoff.after_failure()
        self._failing = True
        self._progress.restarts += 1
        # The camera's page may lead elsewhere by now: the next run asks it again.
        self._learned = replace(self._learned, moved_to="")
        state = State.MISCONFIGURED if code == "misconfigured" else State.BACKING_OFF
        self._set(Condition(state, code, sentence))

    def _pause(self) -> None:
        self._wait(self._backoff.pause_s(self._parts.jitter()))

    def _wait(self, seconds: float) -> None:
        """Until then, or until something else is asked for."""
        wanted = self.wanted
        until_s = self._parts.clock.monotonic() + seconds
        while self._parts.clock.monotonic() < until_s and not self._stop.wait(POLL_S):
            if self._asked_otherwise(wanted):
                self._failing = False
                return

    def _set(self, condition: Condition) -> None:
        if condition == self._condition:
            return
        self._condition = condition
        self._since_utc_ms = utc_ms(self._parts.clock.now())
        self.changes.append(condition)

    def _note(self, sentence: str) -> None:
        notes = self._progress.notes
        if sentence not in notes:
            notes.append(sentence)
            del notes[:-5]
        self._parts.log.warning("recorder_note", device=self._parts.device.name, note=sentence)
