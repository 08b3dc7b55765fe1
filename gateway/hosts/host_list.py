"""Lists of hosts for those who watch over them."""

from dataclasses import dataclass
from datetime import datetime

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.repository import Catalogue, unknown_host
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from gateway.hosts.state_words import Word
from shared.clock import Clock
from shared.contracts.heartbeat import DiskReport
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class DeviceBrief:
    """A device of a host in brief."""

    device: str
    label: str
    word: Word


@dataclass(frozen=True, slots=True)
class ListedHost:
    """A host as it is listed. What concerns all of it (its address, its disks, whose folders may be named
    after devices, its alarms) is None where the caller is limited to some cameras. `clock_warning`: a
    sentence, empty where its clock is right."""

    name: str
    state: HostState
    sentence: str
    last_heartbeat_at: datetime | None
    enrolled_at: datetime | None
    version: str | None
    versions: dict[str, str]
    clock_offset_s: float | None
    clock_warning: str
    minutes_waiting: int
    disks: tuple[DiskReport, ...] | None
    devices: list[DeviceBrief]
    public_url: str | None
    alarms: list[str] | None


class HostList:
    """`clock_warning_s`: a clock that is off by more is warned of."""

    def __init__(
        self,
        repository: FleetRepository,
        reports: FleetReports,
        catalogue: Catalogue,
        clock: Clock,
        *,
        clock_warning_s: float,
    ) -> None:
        self._repository = repository
        self._reports = reports
        self._catalogue = catalogue
        self._clock = clock
        self._clock_warning_s = clock_warning_s

    def page(
        self, scope: Scope, asked: PageQuery, *, state: HostState | None = None, search: str | None = None
    ) -> Page[ListedHost]:
        """A page of the hosts of which somebody with this `scope` may see a device, by name."""
        names = self._repository.page_of_names(scope, asked, self._clock.now(), state=state, search=search)
        return Page(self._listed(list(names.items), scope), names.total, asked)

    def host(self, name: str, scope: Scope) -> ListedHost:
        """One host. Raises NotFoundError, also where none of its devices is in `scope`."""
        self._catalogue.host_id(name, scope)
        found = self._listed([name], scope)
        if not found:  # it was removed in between
            raise unknown_host(name)
        return found[0]

    def _listed(self, names: list[str], scope: Scope) -> list[ListedHost]:
        devices: dict[str, list[Device]] = {}
        for device in self._catalogue.devices_of_hosts(names, scope):
            devices.setdefault(device.host, []).append(device)
        return [
            self._one(status, devices.get(status.host, []), is_limited=scope is not None)
            for status in self._reports.reports(names).values()
        ]

    def _one(self, status: HostStatus, devices: list[Device], *, is_limited: bool) -> ListedHost:
        of_ours = (status.address_problem, "" if status.untold is None else status.untold.sentence)
        alarms = [*status.alarms, *(sentence for sentence in of_ours if sentence)]
        return ListedHost(
            name=status.host,
            state=status.state,
            sentence=sentence_of(status),
            last_heartbeat_at=status.received_at,
            enrolled_at=status.enrolled_at,
            version=status.version,
            versions=dict(status.versions),
            clock_offset_s=status.clock_offset_s,
            clock_warning=self._clock_warning(status.clock_offset_s),
            minutes_waiting=status.minutes_waiting,
            disks=None if is_limited else status.disks,
            devices=[
                DeviceBrief(device.name, device.label, status.word(device.name))
                for device in devices
                if not device.removed
            ],
            public_url=None if is_limited else status.public_url,
            alarms=None if is_limited else alarms,
        )

    def _clock_warning(self, offset_s: float | None) -> str:
        if offset_s is None or abs(offset_s) <= self._clock_warning_s:
            return ""
        side = "ahead of" if offset_s > 0 else "behind"
        return f"Its clock is {abs(offset_s):.1f} s {side} the gateway's. Check its time synchronisation."


def sentence_of(status: HostStatus) -> str:
    """What is to be said of a host's state."""
    match status.state:
        case HostState.ONLINE:
            return "It reports."
        case HostState.LATE:
            return "Its heartbeat is late."
        case HostState.REVOKED:
            return "Its credential was revoked: it is not listened to."
        case HostState.OFFLINE:
            if status.enrolled_at is None:
                return "It is not enrolled."
            if status.received_at is None:
                return "It enrolled and has not reported yet."
            return "Its heartbeats have stopped: the machine, its agent or the network is down."
