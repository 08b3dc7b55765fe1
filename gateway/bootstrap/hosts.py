"""The hosts room put together: what hosts send, and how they are called."""

import secrets
from dataclasses import dataclass

from gateway.bootstrap.parts import Parts, new_id
from gateway.catalogue.repository import Catalogue
from gateway.hosts.address_check import AddressCheck, BoundedResolve, resolve
from gateway.hosts.command_repository import CommandRepository
from gateway.hosts.device_control import DeviceControl
from gateway.hosts.device_list import DeviceList
from gateway.hosts.directory_repository import DirectoryRepository
from gateway.hosts.enrolment import Enrolment, ReportingTerms
from gateway.hosts.enrolment_repository import EnrolmentRepository
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.heartbeat_repository import HeartbeatRepository
from gateway.hosts.heartbeats import Assignments, Heartbeats
from gateway.hosts.host_client import FAN_OUT_THREADS, CallLimits, HostClient
from gateway.hosts.host_directory import HostDirectory
from gateway.hosts.host_list import HostList
from gateway.hosts.host_removal import HostRemoval
from gateway.hosts.host_states import HostLimits
from gateway.hosts.removal_repository import RemovalRepository
from gateway.operation.metrics import HostNumbers


@dataclass(frozen=True, slots=True)
class Intake:
    """What the routes for hosts stand on."""

    enrolment: Enrolment
    heartbeats: Heartbeats


@dataclass(frozen=True, slots=True)
class Fleet:
    """What shows hosts and calls them."""

    reports: FleetReports
    hosts: HostList
    devices: DeviceList
    control: DeviceControl
    removal: HostRemoval
    client: HostClient

    def numbers(self) -> list[HostNumbers]:
        """What Prometheus is told."""
        return [
            HostNumbers(
                host=status.host,
                state=status.state.value,
                received_at=status.received_at,
                clock_offset_s=status.clock_offset_s,
                minutes_waiting=status.minutes_waiting,
                device_words=[status.word(name).value for name in status.devices],
            )
            for status in self.reports.reports().values()
        ]


def host_limits(parts: Parts) -> HostLimits:
    """When a host is late, and when offline."""
    fleet = parts.settings.fleet
    return HostLimits(fleet.late_after_s, fleet.offline_after_s)


def build_intake(parts: Parts, catalogue: Catalogue, assignments: Assignments) -> Intake:
    """Put together what hosts send to. To be called after the fork: it may start threads.

    `assignments`: which cameras a host is to record.
    """
    settings = parts.settings
    check = AddressCheck(BoundedResolve(resolve))
    enrolment = Enrolment(
        EnrolmentRepository(parts.engine, catalogue, new_id),
        catalogue,
        check,
        parts.secrets,
        parts.clock,
        lambda: secrets.token_urlsafe(32),
        ReportingTerms(settings.ingest.heartbeat_url, settings.fleet.heartbeat_interval_s),
        host_limits(parts),
    )
    heartbeats = Heartbeats(
        HeartbeatRepository(parts.engine, catalogue),
        check,
        parts.clock,
        interval_s=settings.fleet.heartbeat_interval_s,
        minutes_kept_days=settings.fleet.minutes_kept_days,
        assignments=assignments,
    )
    return Intake(enrolment, heartbeats)


def build_fleet(parts: Parts, catalogue: Catalogue) -> Fleet:
    """Put together what shows and calls hosts. To be called after the fork: it starts threads."""
    settings = parts.settings.fleet
    limits = host_limits(parts)
    repository = FleetRepository(parts.engine, limits)
    reports = FleetReports(repository, parts.clock, limits)
    directory = HostDirectory(
        DirectoryRepository(parts.engine),
        parts.secrets,
        parts.clock,
        offline_after_s=settings.offline_after_s,
    )
    client = HostClient(
        directory.host,
        parts.clock.monotonic,
        CallLimits(
            connect_s=settings.connect_timeout_s,
            answer_s=settings.answer_timeout_s,
            # One for each thread that can call: those that answer requests, and those of fan-outs.
            connections=parts.settings.web.threads + FAN_OUT_THREADS,
        ),
    )
    return Fleet(
        reports,
        HostList(repository, reports, catalogue, parts.clock, clock_warning_s=settings.clock_warning_s),
        DeviceList(repository, reports, catalogue, parts.clock),
        DeviceControl(catalogue, CommandRepository(parts.engine, new_id), client, parts.clock),
        HostRemoval(RemovalRepository(parts.engine), catalogue, parts.clock),
        client,
    )
