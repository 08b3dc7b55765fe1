"""What every process of an agent shares, opened from settings. Nothing here decides anything."""

import os
import signal
import sqlite3
import threading
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import structlog
from pydantic import TypeAdapter, ValidationError

from host_agent.assigned_cameras import NOTHING_ASSIGNED, Assignment, with_assigned
from host_agent.bootstrap.auto_devices import expand_auto, has_auto
from host_agent.capture.local_cameras import find_local_cameras
from host_agent.journal.assignment_records import NO_REVISION, AssignmentRecords
from host_agent.journal.camera_names import CameraNames
from host_agent.journal.journal import Journal
from host_agent.restart_needs import kept_until_restart, restart_sentence
from host_agent.retention.orphans import orphan_devices
from host_agent.retention.root_identity import RootIdentity
from host_agent.ring.layout import DeviceFolders
from host_agent.ring.store import RingStore, ignore_operation
from host_agent.settings import AgentSettings, DeviceSettings, HostSettings, load_settings
from shared.clock import SystemClock
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride
from shared.errors import StorageError
from shared.ffmpeg.masking import mask_secrets
from shared.kernel import clock_is_synchronised
from shared.log import configure_logging

JOURNAL_NAME = "journal.db"
_CAMERAS = TypeAdapter(list[AssignedCamera])
_OVERRIDES = TypeAdapter(list[DetectionOverride])


class Service(Protocol):
    """A child process' work."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        ...

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over; called while `run` runs, must return at once."""
        ...


class Parts:
    """What every process of an agent shares: opened once, passed in, changed in place by a reload.

    `settings`: those in force, assigned cameras among the devices. `assignment`: what became of those.
    `devices`: the settings of each. `stores`: the rings of all devices, also of former ones: their
    footage stays until retention ends it. `at_start`: what this process opened when it was started.
    """

    def __init__(self, path: Path, process: str, at_start: AgentSettings | None = None) -> None:
        self.path = path
        self.process = process
        self._own = self.settings = load_settings(path)
        self.at_start = at_start or self.settings.agent
        configure_logging(process=process, level=self.settings.agent.log_level, mask=mask_secrets)
        self.log: Any = structlog.get_logger()
        self.clock = SystemClock(self.settings.agent.clock_offset_s)
        self.journal = Journal(self.settings.agent.state_dir / JOURNAL_NAME, self.clock)
        self._own = self.settings = self._with_cameras(self._own)
        self.assignments = AssignmentRecords(self.journal.database)
        self.assignment: Assignment = NOTHING_ASSIGNED
        self.stores: dict[str, RingStore] = {}
        self.devices: dict[str, DeviceSettings] = {}
        self.on_operation = self._operation_counter()
        self._cameras: list[AssignedCamera] = []
        self._overrides: list[DetectionOverride] = []
        self._revision = NO_REVISION
        # A reload is a signal handler where requests are served: a second one may come within the first.
        self._changing = threading.RLock()
        self._look_failed = ""
        self._read_assignment()
        self._put_in_force()

    def reload(self) -> HostSettings:
        """Read the settings again. Raises SettingsError, and StorageError where journal or disk refuse: then
        nothing has changed."""
        with self._changing:
            before = self._own, self.settings, self.assignment
            self._own = self._with_cameras(load_settings(self.path))
            try:
                self._put_in_force()
            except (OSError, sqlite3.Error) as error:
                self._own, self.settings, self.assignment = before
                raise StorageError(
                    f"What was recorded here cannot be looked up: {error}.",
                    remedy=f"Check the disk of {self.at_start.state_dir}, and send SIGHUP again.",
                ) from None
            agent = self.settings.agent
            self.clock.offset_s = agent.clock_offset_s
            configure_logging(process=self.process, level=agent.log_level, mask=mask_secrets)
            for sentence in self.needs_restart():
                self.log.warning("needs_restart", sentence=sentence)
            return self.settings

    def needs_restart(self) -> list[str]:
        """A sentence for each setting that was changed and cannot be taken over."""
        keys = kept_until_restart(self.process, self.at_start, self.settings.agent)
        return [restart_sentence(key, self.at_start) for key in keys]

    def _with_cameras(self, settings: HostSettings) -> HostSettings:
        """`settings` with every camera of this machine, each under the name that it has had since it was
        found first. Raises StorageError."""
        if not has_auto(settings):
            return settings
        cameras, _unreadable = find_local_cameras()
        try:
            return expand_auto(settings, cameras, CameraNames(self.journal).of)
        except sqlite3.Error as error:
            raise StorageError(
                f"Which names this machine's cameras have cannot be looked up: {error}.",
                remedy=f"Check the disk of {settings.agent.state_dir}.",
            ) from None

    def takes_assignment(self) -> bool:
        """Put a changed assignment in force; return whether there was one. Cheap where there was none."""
        with self._changing:
            before = self._revision
            try:
                if self.assignments.revision() == before:
                    return False
                self._read_assignment()
                self._put_in_force()
            except sqlite3.Error as error:
                # The journal says it once more with the next look.
                self._revision = before
                if str(error) != self._look_failed:
                    self._look_failed = str(error)
                    self.log.error("assignment_not_read", error=str(error))
                return False
            self._look_failed = ""
        self.log.info("assignment_taken", cameras=sorted(self.assignment.names))
        return True

    def _read_assignment(self) -> None:
        kept = self.assignments.kept()
        if kept is None:
            return
        try:
            cameras, overrides = (
                _CAMERAS.validate_json(kept.cameras),
                _OVERRIDES.validate_json(kept.overrides),
            )
        except ValidationError:
            self.log.error("assignment_torn", remedy="The gateway tells it again with the next report.")
        else:
            self._cameras, self._overrides = cameras, overrides
        self._revision = kept.revision

    def _put_in_force(self) -> None:
        self.settings, self.assignment = with_assigned(self._own, self._cameras, self._overrides)
        self._open_stores()

    def _open_stores(self) -> None:
        wanted = {device.name: self.settings.root_of(device) for device in self.settings.device}
        wanted |= dict.fromkeys(self.assignment.refused, self.settings.agent.root)
        wanted |= self._former(wanted)  # first: a journal that refuses leaves all as it was
        configured = {device.name: device for device in self.settings.device}
        for name in [name for name in self.devices if name not in configured]:
            del self.devices[name]
        self.devices.update(configured)
        for name in [name for name in self.stores if name not in wanted]:
            del self.stores[name]
        for name, root in wanted.items():
            held = self.stores.get(name)
            if held is None or held.folders.root != root:
                self.stores[name] = self.make_store(root, name)

    def _former(self, wanted: Mapping[str, Path]) -> dict[str, Path]:
        """Devices that were recorded here once and are not `wanted` any more, with their roots."""
        former: dict[str, Path] = {}
        for root in RootIdentity(self.journal, new_id).known_roots(self.roots()):
            try:
                for name in orphan_devices(root, wanted, self.journal):
                    former.setdefault(name, root)
            except OSError:
                continue  # the disk has an alarm
        return former

    def make_store(self, root: Path, device: str) -> RingStore:
        """Open a device's ring, also of one that is not in the settings any more."""
        return RingStore(DeviceFolders(root, device), self.clock, self.on_operation)

    def roots(self) -> set[Path]:
        """Every folder that footage of the devices in force goes into."""
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


def new_id() -> str:
    """An identity that nobody else has."""
    return uuid.uuid4().hex
