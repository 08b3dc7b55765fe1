"""What reports to the gateway: a part of the process that serves."""

import random
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from host_agent import VERSION
from host_agent.bootstrap.parts import Parts
from host_agent.capture.control import DeviceControl
from host_agent.capture.device_report import DeviceReporter
from host_agent.fleet.assignment_keeper import AssignmentKeeper
from host_agent.fleet.commands import CommandRunner
from host_agent.fleet.credential_file import CredentialFile
from host_agent.fleet.enrolment_plan import Wish
from host_agent.fleet.gateway_client import GatewayClient, own_address_towards
from host_agent.fleet.identity import Identity
from host_agent.fleet.minutes_ledger import MinutesLedger
from host_agent.fleet.public_url import public_url
from host_agent.fleet.reports import Reports
from host_agent.fleet.service import FleetParts, FleetService
from host_agent.frames.minute_files import MinuteFiles
from host_agent.heartbeat_facts import HeartbeatFacts, ReportedMinutes
from host_agent.journal.fleet_records import FleetRecords
from host_agent.served_devices import ServedDevices
from host_agent.settings import AgentSettings, HostSettings

_SECRET_BYTES = 32


def build(parts: Parts, devices: ServedDevices) -> FleetService:
    """Give the reports what they need."""
    records = FleetRecords(parts.journal.database, parts.clock)
    minutes = ReportedMinutes(
        # Also of devices that were taken away while the gateway was: their last minutes are to be reported.
        MinuteFiles(lambda: dict(parts.stores), parts.clock),
        lambda device, minute: parts.log.warning("minute_unfit", device=device, minute=minute),
    )
    return FleetService(
        FleetParts(
            wish=lambda: wish_of(parts.settings),
            identity=lambda: _identity(parts.settings, parts.at_start),
            file=CredentialFile(parts.settings.agent.state_dir),
            reports=Reports(
                HeartbeatFacts(devices, DeviceReporter(devices)),
                MinutesLedger(minutes, records),
                CommandRunner(_control(DeviceControl(devices)), records, parts.log),
                records,
                AssignmentKeeper(parts.assignments, parts.takes_assignment, parts.log),
                parts.clock,
                parts.log,
            ),
            client=GatewayClient(),
            clock=parts.clock,
            random=random.random,
            new_secret=lambda: secrets.token_urlsafe(_SECRET_BYTES),
            log=parts.log,
        )
    )


def wish_of(settings: HostSettings) -> Wish:
    """What `[gateway]` asks for. A user in the address is nothing that a gateway asks for."""
    address = urlsplit(settings.gateway.url)
    plain = address._replace(netloc=address.netloc.rpartition("@")[2], query="", fragment="")
    token = settings.gateway.enrolment_token.get_secret_value()
    return Wish(urlunsplit(plain).rstrip("/"), token.strip())


def _identity(settings: HostSettings, at_start: AgentSettings) -> Identity:
    """`at_start`: by which this process listens, whatever was set since."""
    agent = settings.agent
    reached_at = public_url(
        agent.public_url,
        at_start.listen_host,
        at_start.listen_port,
        lambda: own_address_towards(wish_of(settings).url),
    )
    return Identity(agent.name, reached_at, VERSION)


def _control(control: DeviceControl) -> Callable[[str, str, str], str]:
    actions = {"start": control.start, "stop": control.stop, "restart": control.restart}
    return lambda action, device, asked_by: actions[action](device, asked_by).sentence
