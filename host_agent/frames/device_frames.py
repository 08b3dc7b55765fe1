"""Everything that the frames process does for one device, put together; and the thread that feeds it."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from host_agent.frames.collector import CollectorReport, FrameCollector
from host_agent.frames.frame_maker import FrameMaker, MakerPlan, MakerReport
from host_agent.frames.frame_maker_command import decoder_threads
from host_agent.frames.frame_numbers import FrameNumbers
from host_agent.frames.heatmap_writer import HeatmapWriter
from host_agent.frames.metadata_writer import MetadataReport, MetadataWriter
from host_agent.frames.policy import SHORT_ONES_TO_RETURN, Decision, Mode, RecorderFacts, decide
from host_agent.frames.preview_maker import PreviewMaker, PreviewPlan
from host_agent.frames.preview_pictures import PreviewPictures
from host_agent.frames.preview_policy import may_be_taken, preview_mode, with_preview
from host_agent.frames.segment_watch import SegmentWatch
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, Frames, FrameSettings, SupervisorSettings
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class PreviewWish:
    """The sub-stream that the settings name. `address` may hold a password."""

    address: str = field(repr=False)
    rtsp_transport: str


@dataclass(frozen=True, slots=True)
class DeviceWish:
    """What the settings say of one device's frames. `preview`: None without a sub-stream."""

    frames: Frames
    picture: FrameSettings
    preview: PreviewWish | None = None


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """How one device's frames do: what is in force, counts, troubles."""

    decision: Decision
    maker: MakerReport
    collector: CollectorReport
    metadata: MetadataReport
    unreadable_tiles: int
    ring_trouble: str
    heatmap_trouble: str
    preview_restarts: int

    @property
    def news(self) -> tuple[Decision, str]:
        """What is worth a line in the journal at once; the rest only counts on."""
        return self.decision, self.note

    @property
    def note(self) -> str:
        """Everything that is wrong now, in sentences; empty while all is well."""
        troubles = [
            self.ring_trouble,
            self.collector.trouble,
            self.maker.trouble,
            self.metadata.trouble,
            self.heatmap_trouble,
        ]
        return " ".join(trouble for trouble in troubles if trouble)

    def as_state(self) -> dict[str, Any]:
        """The form in the journal."""
        collector, metadata = self.collector, self.metadata
        return {
            "mode": self.decision.mode.value,
            "of_preview": self.decision.of_preview,
            "why": self.decision.why,
            "captures_skipped": collector.shed + collector.undated + collector.torn + metadata.corrupt,
            "note": self.note,
            "frame_maker": asdict(self.maker),
            "preview_restarts": self.preview_restarts,
            "collector": asdict(collector),
            "metadata": asdict(metadata),
            "unreadable_tiles": self.unreadable_tiles,
        }


def wish_of(device: DeviceSettings, picture: FrameSettings) -> DeviceWish:
    preview = device.preview_source
    if preview is None:
        return DeviceWish(device.frames, picture)
    return DeviceWish(device.frames, picture, PreviewWish(preview.get_secret_value(), device.rtsp_transport))


class DeviceFrames:
    """One device's frame maker, collector, metadata and heatmap.

    The feeding thread is started by `start` and ended by `stop`; the other parts are stepped by the
    service's loops, each from one thread only.
    """

    def __init__(
        self,
        store: RingStore,
        journal: Journal,
        clock: Clock,
        wish: DeviceWish,
        supervisor: SupervisorSettings,
    ) -> None:
        self.store = store
        self._journal = journal
        self._wish = wish
        self._decision: Decision | None = None
        self._ring_trouble = ""
        self._watch = SegmentWatch(store, clock)
        self._maker = FrameMaker(store, self._watch, clock, supervisor, random.random)
        numbers = {kind: FrameNumbers(journal, store, kind) for kind in (Kind.CAPTURES, Kind.THUMBNAILS)}
        self._pictures = PreviewPictures()
        self._preview = PreviewMaker(store, self._pictures, clock, supervisor, random.random)
        self._preview_mode: Mode | None = None
        self.collector = FrameCollector(
            store, self._watch, numbers, clock, lambda: self._maker.active_folder, self._pictures
        )
        self.metadata = MetadataWriter(store, clock, wish.picture)
        self.heatmap = HeatmapWriter(store, clock)
        self._stop = threading.Event()
        self._clock = clock
        self._threads = [self._thread("feed", self._maker.run)]
        self._died: BaseException | None = None

    # -- the feeding thread ------------------------------------------------------------------

    def start(self) -> None:
        """Begin to feed."""
        self._threads[0].start()

    def ask_to_stop(self) -> None:
        """The threads end their ffmpegs and themselves, within a few seconds."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the threads; return whether they have ended."""
        until_s = self._clock.monotonic() + timeout_s
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until_s - self._clock.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _thread(self, name: str, work: Callable[[threading.Event], None]) -> threading.Thread:
        def body() -> None:
            try:
                work(self._stop)
            except BaseException as error:  # noqa: BLE001 (a thread has no caller: the service raises it)
                self._died = error

        return threading.Thread(target=body, name=f"{name}-{self.store.device}", daemon=True)

    @property
    def died(self) -> BaseException | None:
        """What ended the feeding thread, where it was not asked to end."""
        return self._died

    # -- what is in force --------------------------------------------------------------------

    def take_wish(self, wish: DeviceWish) -> None:
        """Changed settings of this device."""
        if wish.preview != self._wish.preview:
            self._preview_mode = None
        self._wish = wish
        self.metadata.settings = wish.picture

    def decide(self) -> Decision:
        """Decide what is in force now, and put it in force. Raises sqlite3.Error."""
        parts = self._journal.states(self.store.device)
        try:
            latest = self._watch.recent()[-SHORT_ONES_TO_RETURN:]
            self._ring_trouble = ""
        except OSError as error:
            latest = ()
            self._ring_trouble = f"Segments cannot be read: {error.strerror or error}."
        intervals_s = [time.duration_ms / 1000 for time in latest]
        decision = decide(self._wish.frames, recorder_facts(parts), intervals_s, self._decision)
        self._decision = decision
        decision = self._with_preview(decision, parts)
        plan: MakerPlan | None = None
        if decision.mode in (Mode.ALL, Mode.KEYFRAMES) and not decision.of_preview:
            capture = parts.get("capture", {})
            threads = decoder_threads(capture.get("width"), capture.get("height"))
            plan = MakerPlan(decision.mode, self._wish.picture.made_with, threads)
        self._maker.set_plan(plan)
        return decision

    def _with_preview(self, main: Decision, parts: Mapping[str, Mapping[str, Any]]) -> Decision:
        """What is in force where there is a sub-stream; it is connected to, or not any more."""
        wish, preview = self._wish, self._wish.preview
        code = parts.get("capture", {}).get("code")
        recorder_makes_them = main.mode is Mode.RECORDER  # it was started before there was a sub-stream
        if preview is None or wish.frames is Frames.OFF or recorder_makes_them or not may_be_taken(code):
            self._preview.set_plan(None)
            return main
        now_s, connection = self._clock.monotonic(), self._pictures.connection
        intervals_s: list[float] = []
        connected_s = 0.0
        if connection is not None and connection.first_s is not None:
            intervals_s, connected_s = connection.intervals_s, now_s - connection.first_s
        mode = preview_mode(wish.frames, self._preview_mode, intervals_s, connected_s)
        self._preview_mode = mode
        self._preview.set_plan(
            PreviewPlan(preview.address, preview.rtsp_transport, mode, wish.picture.made_with)
        )
        if len(self._threads) == 1:
            self._threads.append(self._thread("preview", self._preview.run))
            self._threads[1].start()
        return with_preview(main, wish.frames, mode, self._preview.facts())

    def report(self, decision: Decision) -> DeviceReport:
        """How this device's frames do."""
        return DeviceReport(
            decision,
            self._maker.report(),
            self.collector.report(),
            self.metadata.report(),
            self.heatmap.unreadable_tiles,
            self._ring_trouble,
            self.heatmap.trouble,
            self._preview.restarts,
        )


def recorder_facts(parts: Mapping[str, Mapping[str, Any]]) -> RecorderFacts | None:
    """What the capture process says, from the journal's states of a device; None where it said nothing."""
    capture = parts.get("capture")
    if capture is None or "frames_in_recorder" not in capture:
        return None
    return RecorderFacts(bool(capture["frames_in_recorder"]), bool(capture.get("frames_shed", False)))
