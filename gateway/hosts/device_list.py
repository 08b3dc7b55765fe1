"""Lists of the devices of the whole fleet, each with its state now; and which group a device is in."""

from dataclasses import dataclass
from datetime import datetime

from gateway.catalogue.device import Device, Scope, is_in_scope
from gateway.catalogue.repository import Catalogue, unknown_device, unknown_group
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.host_list import sentence_of
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from gateway.hosts.state_words import Word
from shared.clock import Clock
from shared.contracts.heartbeat import DeviceReport
from shared.paging import Page, PageQuery
from shared.spans import from_utc_ms

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device as it is listed. `state`, `code` and `sentence` are the host's own while it is heard, else
    `unknown` with the reason; numbers are None where they are not known now."""

    full_name: str
    host: str
    device: str
    label: str
    source: str
    host_state: HostState
    state: str
    word: Word
    code: str
    sentence: str
    since: datetime | None
    picture: str | None
    fps: float | None
    bitrate_bps: float | None
    width: int | None
    height: int | None
    codec: str | None
    newest_segment_at: datetime | None
    disk_full_in_hours: float | None
    reported_at: datetime | None
    group_id: str | None
    group: str | None
    camera_id: str | None
    external_id: str | None
    removed: bool


class DeviceList:
    """Devices with their states."""

    def __init__(
        self, repository: FleetRepository, reports: FleetReports, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._repository = repository
        self._reports = reports
        self._catalogue = catalogue
        self._clock = clock

    def page(
        self,
        scope: Scope,
        asked: PageQuery,
        *,
        host: str | None = None,
        group: str | None = None,
        search: str | None = None,
        word: Word | None = None,
    ) -> Page[ListedDevice]:
        """A page of the devices in `scope`, by name."""
        among = None if word is None else self._repository.devices_with(word, self._clock.now())
        found = self._catalogue.page_of_devices(
            scope, asked, host=host, group=group, search=search, among=among
        )
        return Page(self._listed(list(found.items)), found.total, asked)

    def device(self, host: str, name: str, scope: Scope) -> ListedDevice:
        """One device. Raises NotFoundError, also where `scope` does not hold it or its host was removed."""
        found = self._listed([self._catalogue.device(host, name, scope)])
        if not found:  # its host was removed in between
            raise unknown_device(host, name)
        return found[0]

    def put_in_group(self, host: str, name: str, group_id: str | None, scope: Scope) -> ListedDevice:
        """Move a device to a group, or out of all groups (None).

        Who is limited to some groups moves between these only. Raises NotFoundError for an unknown device
        or group, ConflictError for a device whose camera was deleted.
        """
        device = self._catalogue.device(host, name, scope)
        if not is_in_scope(group_id, scope):
            raise unknown_group()
        self._catalogue.put_in_group(device, group_id)
        return self.device(host, name, scope)

    def _listed(self, devices: list[Device]) -> list[ListedDevice]:
        reports = self._reports.reports({device.host for device in devices})
        return [_listed(device, reports[device.host]) for device in devices if device.host in reports]


def _listed(device: Device, status: HostStatus) -> ListedDevice:
    told = status.devices.get(device.name)
    state, code, sentence = _state(told, status)
    now = None if status.is_silent else told
    return ListedDevice(
        full_name=device.full_name,
        host=device.host,
        device=device.name,
        label=device.label,
        source=device.source,
        host_state=status.state,
        state=state,
        word=status.word(device.name),
        code=code,
        sentence=sentence,
        since=None if now is None or now.since_utc_ms is None else from_utc_ms(now.since_utc_ms),
        picture=None if now is None else now.picture,
        fps=None if now is None else now.fps,
        bitrate_bps=None if now is None else now.bitrate_bps,
        width=None if told is None else told.width,
        height=None if told is None else told.height,
        codec=None if told is None else told.codec,
        newest_segment_at=None
        if told is None or told.newest_segment_utc_ms is None
        else from_utc_ms(told.newest_segment_utc_ms),
        disk_full_in_hours=None if now is None else now.disk_full_in_hours,
        reported_at=None if told is None else status.received_at,
        group_id=device.group_id,
        group=device.group,
        camera_id=device.camera_id,
        external_id=device.external_id,
        removed=device.removed,
    )


def _state(told: DeviceReport | None, status: HostStatus) -> tuple[str, str, str]:
    """State, code and sentence of a device."""
    if status.is_silent:
        said = "" if told is None else f" It said last: {told.state}."
        return UNKNOWN, f"host_{status.state}", f"Host {status.host} is silent. {sentence_of(status)}{said}"
    if told is None:
        return UNKNOWN, "not_reported", f"The host {status.host} does not have this device any more."
    return told.state, told.code, told.sentence
