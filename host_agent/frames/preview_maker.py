"""Makes frames of a camera's sub-stream: a connection of its own, at low priority, beside the recording.

An ffmpeg that dies, or from which no picture comes, is started again, ever more slowly; meanwhile the
recording's own segments stand in.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from host_agent.frames.frame_maker_command import preview_command
from host_agent.frames.maker_process import MakerProcess
from host_agent.frames.policy import Mode
from host_agent.frames.preview_pictures import Connection, PreviewPictures
from host_agent.frames.preview_policy import PreviewFacts
from host_agent.frames.restarts import Restarts
from host_agent.frames.staged_names import preview_folder
from host_agent.network_input import network_input
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings, SupervisorSettings
from shared.clock import Clock
from shared.ffmpeg.failure import BROKE_OFF, explain_failure
from shared.ffmpeg.redirection import Lead, lead_of

_LOOK_EVERY_S = 0.2
_END_WITHIN_S = 1.0
_LOOK_WITHIN_S = 4.0
_AWAITED_FOR_S = 6.0
# ffmpeg waits for 20 pictures to learn their rate, which nobody asks for here.
_AT_ONCE = ("fpsprobesize 0",)
# What comes over HTTP has times of its own where it is a container; a row of JPEGs has none.
_CONTAINERS = (".m3u8", ".ts", ".mp4", ".mkv", ".flv", ".webm")


@dataclass(frozen=True, slots=True)
class PreviewPlan:
    """What shall run: `mode` is ALL or KEYFRAMES."""

    address: str = field(repr=False)
    rtsp_transport: str
    mode: Mode
    picture: FrameSettings


@dataclass(slots=True)
class _Running:
    process: MakerProcess
    plan: PreviewPlan
    connection: Connection
    started_s: float


class PreviewMaker:
    """One device's. `run` is the body of a thread; `jitter` gives numbers in [0, 1)."""

    def __init__(
        self,
        store: RingStore,
        pictures: PreviewPictures,
        clock: Clock,
        supervisor: SupervisorSettings,
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._start_timeout_s = supervisor.start_timeout_s
        self._restarts = Restarts(clock, supervisor, jitter)
        self._plan: PreviewPlan | None = None
        self._planned_s = 0.0
        self._running: _Running | None = None
        self._moved_to = ""  # the page of the same camera that its stream turned out to be at
        self._starts = 0

    # -- seen from other threads -------------------------------------------------------------

    def set_plan(self, plan: PreviewPlan | None) -> None:
        """From now on this shall run; None: nothing."""
        if plan != self._plan:
            self._planned_s = self._clock.monotonic()
        self._plan = plan

    @property
    def restarts(self) -> int:
        """How often it had to be started again, since the start of this process."""
        return self._restarts.count

    def facts(self) -> PreviewFacts:
        """How it does."""
        now_s = self._clock.monotonic()
        connection, trouble = self._pictures.connection, self._restarts.trouble
        delivers = connection is not None and connection.delivers(now_s)
        is_awaited = not trouble and now_s - self._planned_s <= _AWAITED_FOR_S
        return PreviewFacts(delivers, is_awaited, trouble or "The sub-stream sends no pictures.")

    # -- the thread --------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Keep it running until `stop` is set; then end it within 2 s."""
        try:
            while not stop.is_set():
                try:
                    self._step(stop)
                except OSError as error:
                    said = error.strerror or error
                    self._restarts.back_off(f"The sub-stream's pictures cannot be made: {said}.")
                    stop.wait(_LOOK_EVERY_S)
        finally:
            self._end()

    def _step(self, stop: threading.Event) -> None:
        plan, running = self._plan, self._running
        if running is not None and running.plan != plan:
            self._end()
            running = None
            # Another camera, or another way to look at it.
            self._restarts.forget()
            self._moved_to = ""
        if plan is None:
            self._restarts.trouble = ""
            stop.wait(_LOOK_EVERY_S)
            return
        if running is None:
            wait_s = self._restarts.wait_s
            if wait_s > 0:
                stop.wait(min(wait_s, _LOOK_EVERY_S))
                return
            running = self._start(plan)
        running.process.wait(_LOOK_EVERY_S, writable=False)
        self._look_after(running)

    def _start(self, plan: PreviewPlan) -> _Running:
        while True:
            self._starts += 1
            folder = self._store.folders.frame_staging / preview_folder(self._starts)
            try:
                folder.mkdir()
                break
            except FileExistsError:
                continue  # left by an earlier process; the collector removes it
        address = self._moved_to or plan.address
        stream = network_input(address, plan.rtsp_transport, _AT_ONCE)
        usable = has_times(address)
        process = MakerProcess(
            preview_command(plan.mode, plan.picture, stream, times_are_usable=usable), folder
        )
        running = _Running(process, plan, Connection(folder), self._clock.monotonic())
        self._running = running
        self._pictures.connection = running.connection
        # Shorter than a pipe holds, so that it is taken at once.
        process.feed((stream.script or "").encode())
        process.close_input()
        return running

    def _look_after(self, running: _Running) -> None:
        now_s, connection = self._clock.monotonic(), running.connection
        if running.process.ended():
            self._fail(running)
        elif connection.newest_s is None:
            if now_s - running.started_s > self._start_timeout_s:
                self._fail(running, "No picture came of the sub-stream.")
        elif not connection.delivers(now_s):
            self._fail(running, f"The sub-stream sent no picture for {now_s - connection.newest_s:.0f} s.")
        else:
            self._restarts.trouble = ""
            self._restarts.runs_since(running.started_s)

    def _end(self) -> None:
        running, self._running = self._running, None
        self._pictures.connection = None
        if running is None:
            return
        running.process.ask_to_end()
        if not running.process.reap(_END_WITHIN_S):
            running.process.kill()
            running.process.reap(_END_WITHIN_S)

    def _fail(self, running: _Running, sentence: str = "") -> None:
        waited_s = self._clock.monotonic() - running.started_s
        came = running.connection.newest_s is not None
        self._end()
        if not sentence:
            failure = explain_failure(
                running.process.exit_status or 0,
                running.process.last_lines,
                network=True,
                waited_s=0.0 if came else waited_s,
            )
            lead = Lead() if came or failure.answer != BROKE_OFF else self._look_for_the_stream(running.plan)
            if lead.url:
                return  # it is tried there at once
            sentence = f"The sub-stream fails: {(lead.refusal or failure.sentence).rstrip('.')}."
        # Its page may lead elsewhere by now: it is asked again.
        self._moved_to = ""
        self._restarts.failed(sentence)

    def _look_for_the_stream(self, plan: PreviewPlan) -> Lead:
        """Where its page leads to. Where it was followed to already, the page itself is asked again."""
        asks = not self._moved_to and plan.address.startswith(("http:", "https:"))
        lead = lead_of(plan.address, _LOOK_WITHIN_S) if asks else Lead()
        self._moved_to = lead.url
        return lead


def has_times(address: str) -> bool:
    """Whether the pictures of a stream say when they were taken, as far as its address tells."""
    parts = urlsplit(address)
    return parts.scheme in ("rtsp", "rtsps") or parts.path.lower().endswith(_CONTAINERS)
