"""The state of hosts and their devices now, for everything that shows it: lists, wall, time line, metrics."""

from collections.abc import Collection
from datetime import datetime

import structlog
from pydantic import ValidationError

from gateway.hosts.fleet_repository import FleetRepository, FleetRow
from gateway.hosts.host_states import HostLimits, host_state
from gateway.hosts.host_status import HostStatus
from gateway.hosts.stored_report import StoredReport
from shared.clock import Clock


class FleetReports:
    """Safe to be used by many threads."""

    def __init__(self, repository: FleetRepository, clock: Clock, limits: HostLimits) -> None:
        self._repository = repository
        self._clock = clock
        self._limits = limits

    def reports(self, names: Collection[str] | None = None) -> dict[str, HostStatus]:
        """The hosts of these names (all where None) by name, in order; one query.

        A name that no host has, or a removed one, is left out. Who may see which is for the caller to see to.
        """
        now = self._clock.now()
        return {row.host: self._status(row, now) for row in self._repository.rows(names)}

    def _status(self, row: FleetRow, now: datetime) -> HostStatus:
        report = _read(row)
        return HostStatus(
            host_id=row.host_id,
            host=row.host,
            state=host_state(row.received_at, now, self._limits, is_revoked=row.revoked_at is not None),
            public_url=row.public_url,
            enrolled_at=row.enrolled_at,
            received_at=row.received_at,
            version=row.version,
            clock_offset_s=row.clock_offset_s,
            minutes_waiting=row.minutes_waiting or 0,
            devices=report.devices,
            disks=tuple(report.disks),
            alarms=tuple(report.alarms),
            versions=report.versions,
            address_problem="" if report.claim is None else report.claim.problem,
            untold=report.untold,
        )


def _read(row: FleetRow) -> StoredReport:
    if row.report is None:
        return StoredReport()
    try:
        return StoredReport.model_validate_json(row.report)
    except ValidationError as error:
        # Kept by another version of the gateway; the next heartbeat replaces it.
        structlog.get_logger().warning("report_unreadable", host=row.host, errors=error.error_count())
        return StoredReport()
