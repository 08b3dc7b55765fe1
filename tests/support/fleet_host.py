"""A host whose reports are made by hand, step by step, to a gateway that is really there."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from host_agent.app import served_devices
from host_agent.bootstrap.fleet import wish_of
from host_agent.capture.control import DeviceControl
from host_agent.capture.device_report import DeviceReporter
from host_agent.fleet.assignment_keeper import AssignmentKeeper
from host_agent.fleet.commands import CommandRunner
from host_agent.fleet.credential_file import CredentialFile
from host_agent.fleet.gateway_client import GatewayClient
from host_agent.fleet.identity import Identity
from host_agent.fleet.minutes_ledger import MinutesLedger
from host_agent.fleet.reports import Reports
from host_agent.fleet.service import FleetParts, FleetService
from host_agent.frames.minute_files import MinuteFiles
from host_agent.frames.minutes import MINUTES, Minute
from host_agent.frames.minutes_file import MinutesFile, encode_minutes
from host_agent.heartbeat_facts import HeartbeatFacts, ReportedMinutes
from host_agent.journal.assignment_records import AssignmentRecords
from host_agent.journal.fleet_records import FleetRecords
from host_agent.ring.layout import MINUTES_NAME, Hour, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import GatewaySettings
from shared.atomic_write import write_atomically
from shared.spans import EPOCH
from tests.support.http_agent import HttpAgent, make_agent
from tests.support.set_clock import SetClock

ANSWER_WITHIN_S = 1.0


@dataclass(slots=True)
class FleetHost:
    """An agent's rings and journal, and the part of it that reports; `restart` makes that anew, as a
    process that was killed."""

    agent: HttpAgent
    service: FleetService = field(init=False)
    client: GatewayClient = field(init=False)
    _secrets: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    @property
    def clock(self) -> SetClock:
        return self.agent.clock

    @property
    def file(self) -> CredentialFile:
        return CredentialFile(self.agent.settings.agent.state_dir)

    def restart(self) -> None:
        """Nothing is remembered but what is on disk."""
        self.client.close()
        self._start()

    def _start(self) -> None:
        agent = self.agent
        records = FleetRecords(agent.journal.database, agent.clock)
        devices = served_devices(agent.services)
        minutes = ReportedMinutes(MinuteFiles(lambda: agent.stores, agent.clock), lambda *unfit: None)
        control = DeviceControl(devices)
        actions = {"start": control.start, "stop": control.stop, "restart": control.restart}
        self.client = GatewayClient(answer_within_s=ANSWER_WITHIN_S)
        self.service = FleetService(
            FleetParts(
                wish=lambda: wish_of(agent.settings),
                identity=lambda: Identity("lab-1", "http://127.0.0.1:8101", "0.1.0"),
                file=self.file,
                reports=Reports(
                    HeartbeatFacts(devices, DeviceReporter(devices)),
                    MinutesLedger(minutes, records),
                    CommandRunner(
                        lambda action, device, by: actions[action](device, by).sentence,
                        records,
                        structlog.get_logger(),
                    ),
                    records,
                    AssignmentKeeper(
                        AssignmentRecords(agent.journal.database), lambda: None, structlog.get_logger()
                    ),
                    agent.clock,
                    structlog.get_logger(),
                ),
                client=self.client,
                clock=agent.clock,
                random=lambda: 0.5,
                new_secret=lambda: f"{next(self._secrets):043d}",
                log=structlog.get_logger(),
            )
        )
        self.service.load()
        agent.calling_secret, agent.gateway = self.service.calling_secret, self.service.state

    def set_gateway(self, url: str, token: str = "") -> None:
        """As a reload of changed settings does."""
        gateway = GatewaySettings.model_validate({"url": url, "enrolment_token": token})
        self.agent.settings = self.agent.settings.model_copy(update={"gateway": gateway})

    def steps(self, most: int = 50) -> int:
        """Do all that is due at once; return how many steps that took."""
        for count in range(1, most + 1):
            if self.service.step() > 0:
                return count
        raise AssertionError(f"after {most} steps there is still more to do at once")

    def pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)


def fleet_host(
    root: Path, url: str, token: str = "", *, devices: tuple[str, ...] = ("capture1",)
) -> FleetHost:
    """A host with empty rings, and `[gateway]` as said."""
    agent = make_agent(root, devices=devices)
    for device in devices:
        agent.report(device)
    host = FleetHost(agent)
    host.set_gateway(url, token)
    return host


def minute_number(hour: Hour, index: int = 0) -> int:
    return (hour.start - EPOCH) // timedelta(minutes=1) + index


def write_hour(
    store: RingStore, hour: Hour, *, minutes: int = MINUTES, revision: int = 1, sealed: bool = True
) -> None:
    """Write an hour's first `minutes` as the frames process does: in its folder, or the hot one."""
    written = [
        Minute(index, 120, True, 0.02, 0.4, 0.0, 0.0, 0.0, 1000 + index, None, revision)
        if index < minutes
        else None
        for index in range(MINUTES)
    ]
    folder = store.open_hour(Kind.HEATMAP, hour) if sealed else store.folders.hot(Kind.HEATMAP)
    write_atomically(folder / MINUTES_NAME, encode_minutes(MinutesFile(hour, sealed, False, tuple(written))))
