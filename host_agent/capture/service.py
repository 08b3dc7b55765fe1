"""The capture process: a recorder for every device, and the journal's view of them.

Only this loop talks to the journal: a slow database delays a state's display and never a recording.
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from host_agent.assigned_cameras import Assignment, nothing_assigned
from host_agent.capture.numbers import NumberSupply, RunSupply
from host_agent.capture.recorded_with import recorded_with
from host_agent.capture.recorder import Recorder, RecorderParts, Wanted
from host_agent.capture.unrecorded import ADDED, ASSIGNED, Unrecorded, why_it_left
from host_agent.journal.facts import (
    AGENT_STARTED,
    AGENT_STOPPED,
    DEVICE_ADDED,
    STATE_CHANGED,
)
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, FrameSettings, HostSettings, SupervisorSettings
from shared.clock import Clock

LOOP_S = 0.5
STATE_EVERY_S = 2.0
CLOCK_EVERY_S = 5.0
STOP_WITHIN_S = 10.0
_CHANGED = "The settings of this device changed; its recorder was restarted with the new ones."

# What a recorder was started with; it is restarted where any of it changes.
_Built = tuple[DeviceSettings, FrameSettings, SupervisorSettings, int, RingStore]


class CaptureService:
    """Runs until `stop` is set. `refusal(device)` says why the disk must not be written to, or None;
    `jitter` gives numbers in [0, 1); `assignment` what became of the cameras that the gateway assigned."""

    def __init__(
        self,
        settings: HostSettings,
        stores: Mapping[str, RingStore],
        journal: Journal,
        clock: Clock,
        refusal: Callable[[str], tuple[str, str] | None],
        jitter: Callable[[], float],
        log: Any,
        assignment: Callable[[], Assignment] = nothing_assigned,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._journal = journal
        self._clock = clock
        self._refusal = refusal
        self._jitter = jitter
        self._log = log
        self._assignment = assignment
        self._assigned: frozenset[str] = frozenset()
        self._clashes: tuple[str, ...] = ()
        self._recorders: dict[str, Recorder] = {}
        self._unrecorded = Unrecorded(journal, clock, log)
        self._built: dict[str, _Built] = {}
        self._reloaded = threading.Event()

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over; only devices that changed restart. Called from a signal."""
        self._settings = settings
        self._reloaded.set()

    def run(self, stop: threading.Event) -> None:
        """Record until `stop`; then end every ffmpeg in order, within ten seconds."""
        self._try(lambda: self._journal.note(AGENT_STARTED, "agent_started", "The agent started."))
        self._take_settings()
        self._try(self._say_who_left)
        next_state_s = next_clock_s = 0.0
        while not stop.is_set():
            if self._reloaded.is_set():
                self._reloaded.clear()
                self._take_settings()
            now_s = self._clock.monotonic()
            self._try(self._exchange_wishes_and_changes)
            if now_s >= next_clock_s:
                next_clock_s = now_s + CLOCK_EVERY_S
                self._try(self._journal.note_clock)
            if now_s >= next_state_s:
                next_state_s = now_s + STATE_EVERY_S
                self._try(self._write_states)
            stop.wait(LOOP_S)
        self._stop_recorders(dict.fromkeys(self._recorders, "The agent was stopped."))
        self._try(self._write_states)
        self._try(lambda: self._journal.note(AGENT_STOPPED, "agent_stopped", "The agent was stopped."))

    def _try(self, write: Callable[[], object]) -> None:
        """The journal's disk may refuse; recording goes on without it."""
        try:
            write()
        except sqlite3.Error as error:
            self._log.error("journal_failed", error=str(error))

    # -- settings ----------------------------------------------------------------------------

    def _take_settings(self) -> None:
        settings, assignment = self._settings, self._assignment()
        was_assigned, self._assigned = self._assigned, assignment.names
        for sentence in assignment.clashes:
            if sentence not in self._clashes:
                self._log.warning("camera_refused", sentence=sentence)
        self._clashes = assignment.clashes
        # A device without a store was taken away again a moment ago: another reload is on its way.
        stores = dict(self._stores)
        wanted = {
            device.name: self._build(settings, device, stores[device.name])
            for device in settings.device
            if device.name in stores
        }
        here = {*wanted, *assignment.refused}
        known = {*self._recorders, *self._unrecorded.refused}
        gone = {
            name: why_it_left(was_assigned=name in was_assigned, has_gateway=bool(settings.gateway.url))
            for name in known
            if name not in here
        }
        changed = [name for name in self._recorders if name in wanted and self._built[name] != wanted[name]]
        for name, built in wanted.items():
            if name not in known:  # before others are waited for, which may take long to end
                self._start_recorder(name, built, is_new=True)
        reasons = gone | dict(assignment.refused) | dict.fromkeys(changed, _CHANGED)
        self._stop_recorders({name: why for name, why in reasons.items() if name in self._recorders})
        for name, why in gone.items():
            self._try(partial(self._unrecorded.leave, name, why))
        for name, why in assignment.refused.items():
            self._try(partial(self._unrecorded.refuse, name, why, is_new=name not in known))
        for name, built in wanted.items():
            self._unrecorded.forget(name)
            if name not in self._recorders:
                self._start_recorder(name, built, is_new=False)

    def _say_who_left(self) -> None:
        """Devices may have been taken away while nobody was there to say it."""
        for name in list(self._stores):
            if name not in self._recorders and name not in self._unrecorded.refused:
                self._unrecorded.leave_unless_said(name)

    @staticmethod
    def _build(settings: HostSettings, device: DeviceSettings, store: RingStore) -> _Built:
        return (
            *recorded_with(device, settings.picture_of(device)),
            settings.supervisor,
            settings.ring.hot_segments,
            store,
        )

    def _start_recorder(self, name: str, built: _Built, *, is_new: bool) -> None:
        device, picture, limits, live_window, store = built
        if is_new:
            self._try(
                lambda: self._journal.note(
                    DEVICE_ADDED, "starting", ASSIGNED if name in self._assigned else ADDED, device=name
                )
            )
        recorder = Recorder(
            RecorderParts(
                device=device,
                picture=picture,
                limits=limits,
                live_window=live_window,
                store=store,
                numbers=NumberSupply(self._journal, store, Kind.SEGMENTS),
                clock=self._clock,
                next_run=RunSupply(self._journal, store).take,
                refusal=lambda: self._refusal(name),
                jitter=self._jitter,
                log=self._log,
            )
        )
        self._try(lambda: self._read_wish(name, recorder))
        self._recorders[name] = recorder
        self._built[name] = built
        recorder.start()

    def _stop_recorders(self, reasons: dict[str, str]) -> None:
        """Stop the devices that `reasons` names, side by side, each with its sentence."""
        leaving = [self._recorders[name] for name in reasons]
        for recorder, why in zip(leaving, reasons.values(), strict=True):
            recorder.ask_to_stop(why)
        deadline_s = self._clock.monotonic() + STOP_WITHIN_S
        for recorder in leaving:
            recorder.thread.join(max(0.1, deadline_s - self._clock.monotonic()))
        self._try(self._exchange_wishes_and_changes)
        for name in reasons:
            del self._recorders[name], self._built[name]

    # -- journal -----------------------------------------------------------------------------

    def _read_wish(self, name: str, recorder: Recorder) -> None:
        wanted = self._journal.wanted(name)
        recorder.wanted = Wanted(wanted.wanted == "running", wanted.asked_by, wanted.restart_count)

    def _exchange_wishes_and_changes(self) -> None:
        for name, recorder in self._recorders.items():
            self._read_wish(name, recorder)
            changed = False
            while recorder.changes:
                condition = recorder.changes[0]
                self._journal.note(
                    STATE_CHANGED,
                    condition.code,
                    condition.sentence,
                    device=name,
                    state=condition.state.value,
                    asked_by=recorder.wanted.asked_by,
                )
                recorder.changes.popleft()
                changed = True
                self._log.info("state", device=name, state=condition.state.value, sentence=condition.sentence)
            if changed:
                self._journal.set_state(name, "capture", recorder.snapshot())

    def _write_states(self) -> None:
        for name, recorder in self._recorders.items():
            self._journal.set_state(name, "capture", recorder.snapshot())
        self._unrecorded.write_states()
