"""The frames process: pictures, what they show, and a day at a glance. Recording never waits for it.

One thread a device feeds its frame maker; one collects finished frames of all devices into the ring, one
judges them and writes metadata, one keeps minutes and mosaics. A thread that ends with an error ends the
process, which is started again: nothing here is needed to go on but what is on disk.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Any

from host_agent.frames.collector import PublishedFrame
from host_agent.frames.device_frames import DeviceFrames, DeviceReport, DeviceWish, wish_of
from host_agent.frames.heatmap_writer import SEAL_AFTER_S
from host_agent.frames.metadata import CaptureFacts
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import Frames, HostSettings, SupervisorSettings
from shared.clock import Clock
from shared.spans import from_utc_ms

LOOP_S = 0.5
COLLECT_EVERY_S = 0.2
HEATMAP_EVERY_S = 1.0
DECIDE_EVERY_S = 1.0
# A state that only counts on is written no oftener.
COUNTS_EVERY_S = 10.0
STOP_WITHIN_S = 3.5
JOIN_WITHIN_S = 1.0
STATE_PART = "frames"
# Minutes and mosaic of an hour are written for the last time then, and a little later.
_SEALED_AFTER = timedelta(seconds=SEAL_AFTER_S + 10)


class FramesService:
    """Runs until `stop` is set; `stores` may gain and lose devices meanwhile (`reload` follows)."""

    def __init__(
        self,
        settings: HostSettings,
        stores: Mapping[str, RingStore],
        journal: Journal,
        clock: Clock,
        log: Any,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._journal = journal
        self._clock = clock
        self._log = log
        self._reloaded = threading.Event()
        self._devices: dict[str, DeviceFrames] = {}
        self._built: dict[str, tuple[RingStore, SupervisorSettings]] = {}
        # Taken away, and looked after until their last hour is written.
        self._retiring: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._published: SimpleQueue[tuple[DeviceFrames, list[PublishedFrame]]] = SimpleQueue()
        self._judged: SimpleQueue[tuple[DeviceFrames, list[CaptureFacts]]] = SimpleQueue()
        self._errors: SimpleQueue[BaseException] = SimpleQueue()
        self._said: dict[str, tuple[DeviceReport, float]] = {}
        self._troubles: dict[str, str] = {}

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over; only devices that changed are touched. Returns at once."""
        self._settings = settings
        self._reloaded.set()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; then end every ffmpeg, within 5 s. Raises what ended one of the threads."""
        threads = [
            threading.Thread(target=self._guard, args=(body,), name=name, daemon=True)
            for name, body in (
                ("collect", self._collect),
                ("judge", self._judge),
                ("heatmap", self._draw),
            )
        ]
        self._take_settings()
        for thread in threads:
            thread.start()
        try:
            decide_at_s = 0.0
            while not stop.wait(LOOP_S):
                if self._reloaded.is_set():
                    self._reloaded.clear()
                    self._take_settings()
                self._raise_what_died()
                now_s = self._clock.monotonic()
                if now_s >= decide_at_s:
                    decide_at_s = now_s + DECIDE_EVERY_S
                    if self._retiring - self._with_unfinished_hour(self._retiring):
                        self._take_settings()
                    for name, device in self._devices.items():
                        self._decide(name, device, now_s)
        finally:
            # First the frame makers, so that the last look finds what they finished.
            self._end(list(self._devices.values()))
            self._stopping.set()
            until_s = self._clock.monotonic() + JOIN_WITHIN_S
            for thread in threads:
                thread.join(max(0.0, until_s - self._clock.monotonic()))

    # -- devices -----------------------------------------------------------------------------

    def _take_settings(self) -> None:
        settings = self._settings
        stores = dict(self._stores)
        wanted = {device.name: device for device in settings.device if device.name in stores}
        self._retiring = self._with_unfinished_hour(name for name in stores if name not in wanted)
        built = {name: (stores[name], settings.supervisor) for name in (*wanted, *self._retiring)}
        leaving = [name for name in self._devices if self._built[name] != built.get(name)]
        # A new dictionary: the other threads walk through the one they hold.
        staying = {name: device for name, device in self._devices.items() if name not in leaving}
        self._end([self._devices[name] for name in leaving])
        for name, (store, supervisor) in built.items():
            device = wanted.get(name)
            if device is not None:
                wish = wish_of(device, settings.picture_of(device))
            else:
                wish = DeviceWish(Frames.AUTO, settings.picture)
            if name not in staying:
                staying[name] = DeviceFrames(store, self._journal, self._clock, wish, supervisor)
                staying[name].start()
            elif device is not None:
                staying[name].take_wish(wish)
        self._built = built
        self._devices = staying

    def _with_unfinished_hour(self, former: Iterable[str]) -> frozenset[str]:
        """Of the devices that are not recorded any more, those whose last hour's minutes and mosaic are
        still to be written."""
        now = self._clock.now()
        unfinished = set()
        for name in former:
            store = self._stores.get(name)
            try:
                newest = None if store is None else newest_hour(store)
                if newest is not None and newest.start <= now < newest.end + _SEALED_AFTER:
                    unfinished.add(name)
            except OSError as error:
                self._say_once(name, "hour_not_finished", str(error))
        return frozenset(unfinished)

    def _end(self, devices: list[DeviceFrames]) -> None:
        for device in devices:
            device.ask_to_stop()
        until_s = self._clock.monotonic() + STOP_WITHIN_S
        for device in devices:
            if not device.join(max(0.0, until_s - self._clock.monotonic())):
                # Its ffmpeg dies with the thread, and that with this process.
                self._log.error("frame_maker_does_not_end", device=device.store.device)

    def _decide(self, name: str, device: DeviceFrames, now_s: float) -> None:
        try:
            report = device.report(device.decide())
            said, said_at_s = self._said.get(name, (None, 0.0))
            if report == said:
                return
            is_news = said is None or report.news != said.news
            if is_news:
                decision = report.decision
                self._log.info(
                    "frames", device=name, mode=decision.mode.value, why=decision.why, note=report.note
                )
            if is_news or now_s - said_at_s >= COUNTS_EVERY_S:
                self._journal.set_state(name, STATE_PART, report.as_state())
                self._said[name] = (report, now_s)
        except sqlite3.Error as error:
            self._say_once(name, "frames_not_decided", str(error))

    def _raise_what_died(self) -> None:
        for device in self._devices.values():
            if device.died is not None:
                raise device.died
        try:
            raise self._errors.get_nowait()
        except Empty:
            return

    def _say_once(self, device: str, event: str, error: str) -> None:
        """Log a trouble when it begins or changes, not each time round."""
        if self._troubles.get(f"{device} {event}") != error:
            self._troubles[f"{device} {event}"] = error
            self._log.warning(event, device=device, error=error)

    # -- loops -------------------------------------------------------------------------------

    def _guard(self, body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as error:  # noqa: BLE001 (a thread has no caller: `run` raises it)
            self._errors.put(error)

    def _collect(self) -> None:
        last = False
        while not last:
            last = self._stopping.wait(COLLECT_EVERY_S)
            for name, device in self._devices.items():
                try:
                    frames = device.collector.collect()
                except OSError as error:
                    self._say_once(name, "frames_not_collected", str(error))
                    continue
                if frames:
                    self._published.put((device, frames))

    def _judge(self) -> None:
        while not self._stopping.is_set():
            try:
                device, frames = self._published.get(timeout=COLLECT_EVERY_S)
                device.metadata.take(frames)
                while True:
                    device, frames = self._published.get_nowait()
                    device.metadata.take(frames)
            except Empty:
                pass
            for device in self._devices.values():
                judged = device.metadata.step()
                if judged:
                    self._judged.put((device, judged))

    def _draw(self) -> None:
        while not self._stopping.wait(HEATMAP_EVERY_S):
            while True:
                try:
                    device, facts = self._judged.get_nowait()
                except Empty:
                    break
                device.heatmap.add(facts)
            for device in self._devices.values():
                if self._stopping.is_set():
                    return
                device.heatmap.step()


def newest_hour(store: RingStore) -> Hour | None:
    """The hour of a device's newest segment, None where it has none. Raises OSError."""
    if not store.is_prepared():
        return None
    hot = store.hot_files(Kind.SEGMENTS)
    hours = [*store.hours(Kind.SEGMENTS), *(Hour.of(from_utc_ms(file.mtime_ms)) for file in hot[-1:])]
    return max(hours, default=None)
