"""The devices that a request may name, and what is known of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from host_agent.assigned_cameras import Assignment, nothing_assigned
from host_agent.device_retention import kept_hours, promised_to
from host_agent.journal.journal import Journal
from host_agent.reported_state import (
    ARCHIVE_NOT_RUNNING,
    ReportedState,
    ToldAlarm,
    capture_silence_s,
    former_state,
    reported_state,
    told_alarms,
)
from host_agent.ring.layout import Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, FrameSettings, HostSettings
from host_agent.told_captions import (
    HOST,
    STATE_PART,
    ToldCaptions,
    ToldSending,
    caption_alarms,
    parse_captions,
    parse_sending,
    sending_alarms,
)
from shared.clock import Clock
from shared.errors import ConflictError, NotFoundError
from shared.http.sent_file import FrontServer
from shared.spans import utc_ms

CAMERA_REFUSED = "camera_refused"
NEEDS_RESTART = "needs_restart"
_SHOWN_NAME_LENGTH = 63
_YEAR_S = 31_536_000


@dataclass(frozen=True, slots=True)
class ServedDevices:
    """What routes of every room begin with. The mappings are live: devices come and go on reload.

    `settings`: those in force now. `configured`: each device's own, `auto` sources taken apart. `stores`:
    also those of former devices, which are not recorded any more: their footage is served until retention
    ends it. `assignment`: what became of the cameras that the gateway assigned. `is_guarded`: whether
    callers need a secret now. `needs_restart`: what is said of settings that cannot be taken over.
    """

    version: str
    settings: Callable[[], HostSettings]
    configured: Mapping[str, DeviceSettings]
    stores: Mapping[str, RingStore]
    journal: Journal
    clock: Clock
    is_guarded: Callable[[], bool]
    assignment: Callable[[], Assignment] = nothing_assigned
    needs_restart: Callable[[], Sequence[str]] = tuple

    def names(self) -> list[str]:
        """Every device that is to be recorded, by name."""
        return sorted(name for name in list(self.stores) if not self.is_former(name))

    def former_names(self) -> list[str]:
        """Every device that was recorded here and is not any more, by name."""
        return sorted(name for name in list(self.stores) if self.is_former(name))

    def is_former(self, device: str) -> bool:
        """Whether the device was taken away: nothing is to be expected of it but what is on disk."""
        return device not in self.configured and device not in self.assignment().refused

    def is_assigned(self, device: str) -> bool:
        """Whether the device is recorded, or would be, because the gateway says so."""
        return device in self.assignment().names

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

    def recorded(self, device: str) -> RingStore:
        """As `store`, for what only makes sense where it is to be recorded. Raises ConflictError too."""
        store = self.store(device)
        if self.is_former(device):
            raise ConflictError(
                f"{device} is not recorded here any more; its footage is kept until retention ends it.",
                code="former_device",
                remedy="Put it into host.toml again, or assign the camera to this host at the gateway.",
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

    def own_picture_settings(self, device: str) -> FrameSettings | None:
        """The same by this host's own settings alone; None where the device is not theirs."""
        if device not in self.configured or self.is_assigned(device):
            return None
        return self.assignment().own_pictures.get(device) or self.picture_settings(device)

    def retention_hours(self, device: str) -> dict[Kind, int]:
        """How long each kind of the device's files is kept at least."""
        configured = self.configured.get(device)
        settings = self.settings()
        if configured is not None:
            return {kind: settings.retention_hours(configured, kind) for kind in Kind}
        promised = promised_to(self.journal, device)
        return {kind: kept_hours(settings, device, kind, promised) for kind in Kind}

    def silence_s(self) -> float | None:
        """For how long the capture process has said nothing; None where it has not run since boot."""
        pairs = self.journal.last_clock_pairs(1)
        return capture_silence_s(pairs, self.clock.monotonic(), self.clock.boot_id())

    def states(self, names: Iterable[str]) -> dict[str, ReportedState]:
        """The state of each of `names` now."""
        now, silence_s = self.clock.now(), self.silence_s()
        found: dict[str, ReportedState] = {}
        for name in names:
            told = self.journal.states(name).get("capture")
            found[name] = (
                former_state(told)
                if self.is_former(name)
                else reported_state(told, self.journal.wanted(name), silence_s, now)
            )
        return found

    def host_alarms(self) -> list[ToldAlarm]:
        """What a person must know of no device that is recorded here, former ones among them."""
        alarms = [ToldAlarm(CAMERA_REFUSED, sentence) for sentence in self.assignment().clashes]
        alarms += [ToldAlarm(NEEDS_RESTART, sentence) for sentence in self.needs_restart()]
        alarms += self._former_alarms()
        if not self._captions_are_sent():
            return alarms
        sending = self.journal.states(HOST).get(STATE_PART)
        return alarms + sending_alarms(sending, utc_ms(self.clock.now()))

    def _former_alarms(self) -> list[ToldAlarm]:
        """Of what devices left behind, such as footage that cannot be deleted: it fills the disk of all."""
        found: set[ToldAlarm] = set()
        for name in self.former_names():
            told = self._archive_alarms(name)
            # One that is not spoken of any more has gone meanwhile; a silent process is told of elsewhere.
            if all(alarm.code != ARCHIVE_NOT_RUNNING for alarm in told):
                found.update(told)
        if found:
            found -= {alarm for name in self.names() for alarm in self._archive_alarms(name)}
        return sorted(found)

    def _archive_alarms(self, device: str) -> list[ToldAlarm]:
        archive = self.journal.states(device).get("archive")
        return told_alarms(archive, self.settings().ring.archive_interval_s, self.clock.now())

    def _captions_are_sent(self) -> bool:
        settings = self.settings()
        return settings.makes_captions and bool(settings.gateway.url)

    def _is_captioned(self, device: str) -> bool:
        configured, settings = self.configured.get(device), self.settings()
        return settings.captions.enabled if configured is None else settings.is_captioned(configured)

    def captions(self, device: str) -> ToldCaptions | None:
        """What the captions process said last of a device; None where it is not to be captioned."""
        if self.is_former(device) or not self._is_captioned(device):
            return None
        return parse_captions(self.journal.states(device).get(STATE_PART))

    def sending(self) -> ToldSending | None:
        """What it said last of captions on their way; None where none are made."""
        return parse_sending(self.journal.states(HOST).get(STATE_PART)) if self._captions_are_sent() else None

    def alarms(self, device: str) -> list[ToldAlarm]:
        """What a person must know of the device, its disk and its host."""
        alarms, captions = self._archive_alarms(device), self.captions(device)
        return alarms if captions is None else alarms + caption_alarms(captions, utc_ms(self.clock.now()))
