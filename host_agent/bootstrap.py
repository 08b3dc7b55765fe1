"""The only place where parts are put together from settings. Nothing here decides anything."""

import os
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import structlog

from host_agent import VERSION
from host_agent.app import create_app
from host_agent.capture.local_cameras import find_local_cameras
from host_agent.capture.service import CaptureService
from host_agent.frames.heatmap import HeatmapReader
from host_agent.frames.service import FramesService
from host_agent.http_services import AppServices
from host_agent.journal.journal import Journal
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.retention.archive_state import ArchiveProcess, ArchiveState
from host_agent.retention.cleaner import Cleaner
from host_agent.retention.clock_guard import ClockGuard
from host_agent.retention.recording_gate import RecordingGate
from host_agent.retention.root_identity import RootIdentity
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.archive_service import ArchiveService
from host_agent.ring.layout import DeviceFolders
from host_agent.ring.store import RingStore, ignore_operation
from host_agent.serve import Served
from host_agent.settings import DeviceSettings, HostSettings, load_settings
from host_agent.timeline.timeline import TimelineService
from shared.clock import SystemClock
from shared.ffmpeg.masking import mask_secrets
from shared.kernel import clock_is_synchronised
from shared.log import configure_logging

JOURNAL_NAME = "journal.db"
CLIP_SWEEP_EVERY_S = 300.0


class Service(Protocol):
    """A child process' work."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        ...

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over; called while `run` runs, must return at once."""
        ...


class Parts:
    """What every process of an agent shares: opened once, passed in, changed in place by a reload."""

    def __init__(self, path: Path, process: str) -> None:
        self.path = path
        self.process = process
        self.settings = expand_auto(load_settings(path))
        configure_logging(process=process, level=self.settings.agent.log_level, mask=mask_secrets)
        self.log: Any = structlog.get_logger()
        self.clock = SystemClock(self.settings.agent.clock_offset_s)
        self.journal = Journal(self.settings.agent.state_dir / JOURNAL_NAME, self.clock)
        self.stores: dict[str, RingStore] = {}
        self.devices: dict[str, DeviceSettings] = {}
        self.on_operation = self._operation_counter()
        self._open_stores()

    def reload(self) -> HostSettings:
        """Read the settings again. Raises SettingsError: then nothing has changed."""
        self.settings = expand_auto(load_settings(self.path))
        self.clock.offset_s = self.settings.agent.clock_offset_s
        self._open_stores()
        return self.settings

    def _open_stores(self) -> None:
        wanted = {device.name: self.settings.root_of(device) for device in self.settings.device}
        for name in [name for name in self.stores if name not in wanted]:
            del self.stores[name], self.devices[name]
        for device in self.settings.device:
            root = wanted[device.name]
            self.devices[device.name] = device
            held = self.stores.get(device.name)
            if held is None or held.folders.root != root:
                self.stores[device.name] = self.make_store(root, device.name)

    def make_store(self, root: Path, device: str) -> RingStore:
        """Open a device's ring, also of one that is not in the settings any more."""
        return RingStore(DeviceFolders(root, device), self.clock, self.on_operation)

    def roots(self) -> set[Path]:
        """Every folder that holds footage of devices in the settings."""
        return {self.settings.root_of(device) for device in self.settings.device} | {self.settings.agent.root}

    def capture_interval_s(self, device: str) -> float:
        """Seconds between captures of a device."""
        configured = self.devices.get(device)
        picture = self.settings.picture if configured is None else self.settings.picture_of(configured)
        return 1 / picture.capture_fps

    def is_synchronised(self) -> bool | None:
        """What the kernel says of this clock: nothing, where a test has moved it."""
        return None if self.clock.offset_s else clock_is_synchronised()

    def _operation_counter(self) -> Callable[[str], None]:
        """For fault tests: the n-th operation of the ring's store is this process' last."""
        testing = self.settings.testing
        if testing.kill_at_store_operation == 0 or testing.kill_process != self.process:
            return ignore_operation
        left = testing.kill_at_store_operation

        def count(operation: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.log.warning("killed_by_test", operation=operation)
                os.kill(os.getpid(), signal.SIGKILL)

        return count


def expand_auto(settings: HostSettings) -> HostSettings:
    """Put every camera of this machine in the place of a device whose source is `auto`."""
    if all(device.source_kind != "auto" for device in settings.device):
        return settings
    cameras, _unreadable = find_local_cameras()
    named = {device.source.get_secret_value() for device in settings.device}
    devices: list[DeviceSettings] = []
    for device in settings.device:
        if device.source_kind != "auto":
            devices.append(device)
            continue
        free = [camera for camera in cameras if f"v4l2:{camera.path}" not in named]
        if not free:
            devices.append(device)
        for index, camera in enumerate(free):
            name = device.name if index == 0 else f"{device.name}-{index + 1}"
            found = {**device.model_dump(exclude_unset=True), "name": name, "source": f"v4l2:{camera.path}"}
            devices.append(DeviceSettings.model_validate({**found, "label": device.label or camera.card}))
    return settings.model_copy(update={"device": tuple(devices)})


def capture_service(parts: Parts) -> Service:
    """The recorders, segment times and live playlists."""
    gate = RecordingGate(
        parts.stores, RootIdentity(parts.journal, new_id), parts.settings.ring.free_reserve_percent
    )

    def refusal(device: str) -> tuple[str, str] | None:
        gate.reload(parts.settings.ring.free_reserve_percent)
        found = gate.may_record(device)
        return None if found is None else (found.code, found.sentence)

    return CaptureService(parts.settings, parts.stores, parts.journal, parts.clock, refusal, parts.log)


def archive_service(parts: Parts) -> Service:
    """The ring: archiver, lapping, manifests, cleaner."""
    roots = RootIdentity(parts.journal, new_id)
    emptier = TrashEmptier(
        lambda: roots.usable_roots(parts.roots()), parts.journal, parts.clock, parts.on_operation
    )
    cleaner = Cleaner(
        stores=parts.stores,
        settings=parts.settings,
        journal=parts.journal,
        clock=parts.clock,
        clock_guard=ClockGuard(parts.journal, parts.clock, parts.is_synchronised),
        roots=roots,
        emptier=emptier,
        make_store=parts.make_store,
    )
    state = ArchiveState(
        cleaner, parts.journal, parts.stores, lambda: parts.settings.ring.free_floor_percent, parts.log
    )
    archive = ArchiveService(
        parts.settings,
        parts.stores,
        parts.clock,
        parts.log,
        clean=state.clean,
        must_clean=state.must_clean,
        publish=state.publish,
    )
    return ArchiveProcess(archive, cleaner, emptier)


def frames_service(parts: Parts) -> Service:
    """The frame makers, metadata, minutes and mosaics."""
    return FramesService(parts.settings, parts.stores, parts.journal, parts.clock, parts.log)


def served_app(path: Path) -> Served:
    """The HTTP API, in the process that answers."""
    parts = Parts(path, "serve")
    timelines = TimelineService(parts.stores, parts.journal, parts.clock)

    def tokens() -> list[str]:
        token = parts.settings.agent.token.get_secret_value()
        return [token] if token else []

    clips = ClipService(
        parts.stores,
        parts.journal,
        parts.clock,
        timelines,
        roots=parts.roots,
        reserve_percent=lambda: parts.settings.ring.free_reserve_percent,
        new_id=lambda: new_id()[:16],
        start=_start_thread,
        log=parts.log,
    )
    services = AppServices(
        version=VERSION,
        settings=lambda: parts.settings,
        devices=parts.devices,
        stores=parts.stores,
        journal=parts.journal,
        clock=parts.clock,
        tokens=tokens,
        timelines=timelines,
        playlists=RangePlaylists(parts.stores, timelines, parts.clock),
        heatmaps=HeatmapReader(parts.stores, parts.clock),
        frame_finder=FrameFinder(parts.stores, timelines, parts.capture_interval_s),
        clips=clips,
    )
    _start_thread(lambda: _sweep_for_ever(parts, clips))
    return Served(create_app(services), lambda: _reload(parts))


def _start_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="clips", daemon=True).start()


def _sweep_for_ever(parts: Parts, clips: ClipService) -> None:
    """Expired clips free their disk although nobody asks for another."""
    while True:
        try:
            clips.sweep()
        except (OSError, sqlite3.Error) as error:
            parts.log.warning("clips_not_swept", error=str(error))
        time.sleep(CLIP_SWEEP_EVERY_S)


def _reload(parts: Parts) -> None:
    parts.reload()


def confirm_clock(path: Path, by: str) -> bool:
    """Take an operator's word that the clock is right; False where it is not suspect."""
    parts = Parts(path, "confirm-clock")
    return ClockGuard(parts.journal, parts.clock, parts.is_synchronised).confirm(by)


def new_id() -> str:
    """An identity that nobody else has."""
    return uuid.uuid4().hex


SERVICES: dict[str, Callable[[Parts], Service]] = {
    "capture": capture_service,
    "frames": frames_service,
    "archive": archive_service,
}
