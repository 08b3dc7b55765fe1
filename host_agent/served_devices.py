"""The devices that a request may name, and what is known of each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from host_agent.journal.journal import Journal
from host_agent.reported_state import (
    ReportedState,
    ToldAlarm,
    capture_silence_s,
    reported_state,
    told_alarms,
)
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, FrameSettings, HostSettings
from shared.clock import Clock
from shared.errors import NotFoundError
from shared.http.sent_file import FrontServer

_SHOWN_NAME_LENGTH = 63
_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class ServedDevices:
    """What routes of every room begin with. The mappings are live: devices come and go on reload.

    `settings`: those in force now. `configured`: each device's own, `auto` sources taken apart.
    `is_guarded`: whether callers need a secret now.
    """

    version: str
    settings: Callable[[], HostSettings]
    configured: Mapping[str, DeviceSettings]
    stores: Mapping[str, RingStore]
    journal: Journal
    clock: Clock
    is_guarded: Callable[[], bool]

    def names(self) -> list[str]:
        """Every device, by name."""
        return sorted(self.stores)

    def store(self, device: str) -> RingStore:
        """The ring of `device`. Raises NotFoundError: the name comes from a request."""
        store = self.stores.get(device)
        if store is None:
            raise NotFoundError(
                f"There is no device {device[:_SHOWN_NAME_LENGTH]!r} here.",
                code="unknown_device",
                remedy="GET /api/host/devices lists the devices of this host.",
            )
        return store

    def label(self, device: str) -> str:
        """The device's name for people."""
        configured = self.configured.get(device)
        return device if configured is None else configured.title

    def front_server(self) -> FrontServer | None:
        """The server in front that sends footage itself, where one is configured."""
        agent = self.settings().agent
        return FrontServer(agent.x_accel_prefix, agent.root) if agent.x_accel_prefix else None

    def cache_control(self, *, is_numbered: bool) -> str:
        """How long an answer may be kept: a numbered file never changes, all else is checked again."""
        if not is_numbered:
            return "no-cache"
        # Behind a secret only the caller's own cache may keep it.
        whose = "private" if self.is_guarded() else "public"
        return f"{whose}, max-age={_YEAR_S}, immutable"

    def picture_settings(self, device: str) -> FrameSettings:
        """How the device's pictures are made."""
        configured = self.configured.get(device)
        settings = self.settings()
        return settings.picture if configured is None else settings.picture_of(configured)

    def retention_hours(self, device: str) -> dict[Kind, int]:
        """How long each kind of the device's files is kept at least."""
        configured = self.configured.get(device)
        settings = self.settings()
        if configured is None:
            return {kind: settings.retention.hours(kind) for kind in Kind}
        return {kind: settings.retention_hours(configured, kind) for kind in Kind}

    def silence_s(self) -> float | None:
        """For how long the capture process has said nothing; None where it has not run since boot."""
        pairs = self.journal.last_clock_pairs(1)
        return capture_silence_s(pairs, self.clock.monotonic(), self.clock.boot_id())

    def states(self, names: Iterable[str]) -> dict[str, ReportedState]:
        """The state of each of `names` now."""
        now, silence_s = self.clock.now(), self.silence_s()
        return {
            name: reported_state(
                self.journal.states(name).get("capture"), self.journal.wanted(name), silence_s, now
            )
            for name in names
        }

    def alarms(self, device: str) -> list[ToldAlarm]:
        """What a person must know of the device, its disk and its host."""
        archive = self.journal.states(device).get("archive")
        return told_alarms(archive, self.settings().ring.archive_interval_s, self.clock.now())
