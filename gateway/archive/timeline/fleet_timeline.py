"""The time lines of devices of many hosts: recorded, gap with its reason, or unreachable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.archive.named_devices import named_devices
from gateway.archive.timeline.host_timeline import Gap, HostTimeline, parse_host_timeline, within
from gateway.archive.timeline.repository import ReportedMinutes
from gateway.catalogue.device import Device, Scope
from gateway.catalogue.full_names import FullName
from gateway.catalogue.repository import Catalogue
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.host_client import HostClient
from gateway.hosts.host_client_fan_out import HostCall
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from shared.clock import Clock
from shared.errors import ColdframeError
from shared.spans import Span, iso_ms

MOST_DEVICES = 36
# 31 days with a gap a minute are less.
LARGEST_ANSWER_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unreachable:
    """What `span` holds only the host knows, and it cannot be asked now: no gap.

    `since`: of its last heartbeat, where these have stopped too; None: it reports, and does not answer.
    """

    span: Span
    code: str
    sentence: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceTimeline:
    """A device in `span`, which ends where the question did or at the present.

    Where the host answered (`is_complete`), `recorded` and `gaps` fill it. Where it did not, `unreachable`
    does, and `reported` says of which parts the host had reported that all of it was recorded: whether it
    keeps them still, and what was recorded beside them, is not known.
    """

    device: str
    span: Span
    recorded: Sequence[Span] = ()
    gaps: Sequence[Gap] = ()
    unreachable: Sequence[Unreachable] = ()
    reported: Sequence[Span] = ()

    @property
    def is_complete(self) -> bool:
        return not self.unreachable


class FleetTimeline:
    """Asks the hosts, side by side; keeps nothing. Safe to be used by many threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        reports: FleetReports,
        client: HostClient,
        minutes: ReportedMinutes,
        clock: Clock,
        *,
        deadline_s: float,
    ) -> None:
        self._catalogue = catalogue
        self._reports = reports
        self._client = client
        self._minutes = minutes
        self._clock = clock
        self._deadline_s = deadline_s

    def timelines(self, names: Sequence[FullName], asked: Span, scope: Scope) -> list[DeviceTimeline]:
        """The time line of each device, in their order, after `deadline_s` at the latest.

        Raises NotFoundError for a device that is not there or not in `scope`.
        """
        devices = named_devices(self._catalogue, names, scope)
        answers = self._client.fan_out(
            {device: HostCall(device.host, _Asking(self._client, device, asked)) for device in devices},
            self._deadline_s,
        )
        silent = [device for device, answer in answers.items() if isinstance(answer, ColdframeError)]
        until_now = Span(asked.start, max(asked.start, min(asked.end, self._clock.now())))
        reported = self._minutes.recorded([device.id for device in silent], until_now)
        status = self._reports.reports({device.host for device in silent}) if silent else {}
        return [
            _unreachable(device, answer, until_now, reported.get(device.id, ()), status)
            if isinstance(answer, ColdframeError)
            else DeviceTimeline(device.full_name, answer.span, answer.recorded, answer.gaps)
            for device, answer in answers.items()
        ]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One call for one device."""

    client: HostClient
    device: Device
    asked: Span

    def __call__(self, left_s: float) -> HostTimeline:
        answer = self.client.call_json(
            self.device.host,
            "GET",
            f"/api/host/timeline/{self.device.name}",
            params={"from": iso_ms(self.asked.start), "to": iso_ms(self.asked.end)},
            timeout_s=left_s,
            max_bytes=LARGEST_ANSWER_BYTES,
        )
        return parse_host_timeline(self.device.host, answer, self.asked)


def _unreachable(
    device: Device,
    error: ColdframeError,
    span: Span,
    reported: Sequence[Span],
    statuses: Mapping[str, HostStatus],
) -> DeviceTimeline:
    """The time line of a device whose host does not answer."""
    if span.start == span.end:
        return DeviceTimeline(device.full_name, span)  # all of it is the future
    status = statuses.get(device.host)
    has_stopped = status is not None and status.state is not HostState.ONLINE
    since = status.received_at if status is not None and has_stopped else None
    unknown = Unreachable(span, error.code, error.message, since)
    return DeviceTimeline(device.full_name, span, unreachable=(unknown,), reported=within(reported, span))
