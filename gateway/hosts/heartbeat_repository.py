"""A heartbeat in PostgreSQL: one query to know the host, one transaction to keep what it said."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from gateway.catalogue.reported_repository import ReportedDevice
from gateway.catalogue.repository import Catalogue
from gateway.hosts.minute_intake import Intake
from gateway.hosts.minute_repository import set_aside, store_minutes
from gateway.hosts.stored_report import AddressClaim, StoredReport, Untold
from shared.contracts.heartbeat import MOST_COMMANDS, Command, CommandResult

_LARGEST_INTEGER = 2**31 - 1

# No parsing of what was reported last: only the part of it that decides anything here.
_HOST = text(
    f"""
    SELECT hosts.id, hosts.name, host_enrolments.revoked_at, host_enrolments.networks,
        host_enrolments.public_url, host_reports.devices_digest,
        CAST(host_reports.report -> 'claim' AS text) AS claim,
        CAST(host_reports.report -> 'untold' AS text) AS untold,
        (
            SELECT json_agg(json_build_object(
                'id', pending.id, 'device', pending.device_name, 'action', pending.action,
                'asked_by', pending.asked_by) ORDER BY pending.created_at, pending.id)
            FROM (
                SELECT * FROM host_commands
                WHERE host_id = hosts.id AND finished_at IS NULL AND expires_at > :now
                ORDER BY created_at, id LIMIT {MOST_COMMANDS}
            ) AS pending
        ) AS commands
    FROM host_enrolments
    JOIN hosts ON hosts.id = host_enrolments.host_id
    LEFT JOIN host_reports ON host_reports.host_id = hosts.id
    WHERE host_enrolments.credential_sha256 = :credential_sha256
    """
)
_REPORT = text(
    """
    INSERT INTO host_reports
        (host_id, received_at, version, clock_offset_s, minutes_waiting, report, devices_digest)
    SELECT host_id, :received_at, :version, :clock_offset_s, :minutes_waiting, CAST(:report AS jsonb),
        :devices_digest
    FROM host_enrolments
    WHERE host_id = :host_id AND credential_sha256 = :credential_sha256 AND revoked_at IS NULL
    ON CONFLICT (host_id) DO UPDATE SET received_at = excluded.received_at, version = excluded.version,
        clock_offset_s = excluded.clock_offset_s, minutes_waiting = excluded.minutes_waiting,
        report = excluded.report, devices_digest = excluded.devices_digest
    """
)
_FINISHED = text(
    """
    UPDATE host_commands SET finished_at = :now, done = told.done, sentence = told.sentence
    FROM unnest(CAST(:id AS uuid[]), CAST(:done AS boolean[]), CAST(:sentence AS text[]))
        AS told (id, done, sentence)
    WHERE host_commands.id = told.id AND host_id = :host_id AND finished_at IS NULL
    """
)
_DELIVERED = text(
    """
    UPDATE host_commands SET delivered_at = :now
    WHERE id = ANY (CAST(:id AS uuid[])) AND delivered_at IS NULL
    """
)
_UNTOLD = text(
    """
    UPDATE host_reports
    SET report = (report - 'untold') || CASE WHEN CAST(:untold AS text) IS NULL THEN '{}'::jsonb
        ELSE jsonb_build_object('untold', CAST(:untold AS jsonb)) END
    WHERE host_id = :host_id
    """
)
_MOVED = text(
    """
    UPDATE host_enrolments SET public_url = :public_url
    WHERE host_id = :host_id AND credential_sha256 = :credential_sha256 AND revoked_at IS NULL
    """
)


class CredentialEndedError(Exception):
    """The credential was revoked, or another took its place, since its host was looked up: a body may take
    its time to come, and what its sender may do is decided when it is written down."""


@dataclass(frozen=True, slots=True)
class ReportingHost:
    """Whose credential it is, and what is known of it. `commands`: those that wait for it, oldest first."""

    id: str
    name: str
    credential_sha256: str
    is_revoked: bool
    networks: tuple[str, ...]
    public_url: str
    devices_digest: str | None
    claim: AddressClaim | None
    commands: tuple[Command, ...]
    untold: Untold | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What a heartbeat leaves behind. `devices`: None where the catalogue knows them as they are.
    `moved_to`: the new public_url, which was checked. `delivered`: the commands in the answer."""

    received_at: datetime
    version: str
    clock_offset_s: float
    minutes_waiting: int
    report: StoredReport
    devices_digest: str
    devices: Sequence[ReportedDevice] | None
    minutes: Intake
    results: Sequence[CommandResult]
    delivered: Sequence[Command]
    moved_to: str | None

    @property
    def is_report_only(self) -> bool:
        """Whether nothing is new but how things stand: most heartbeats."""
        kept = (*self.minutes.stored, *self.minutes.too_new, *self.results, *self.delivered)
        return self.devices is None and self.moved_to is None and not kept


class HeartbeatRepository:
    """Reads and writes of heartbeats."""

    def __init__(self, engine: Engine, catalogue: Catalogue) -> None:
        self._engine = engine
        # What is one statement needs no transaction around it: half as many round trips.
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._catalogue = catalogue

    def reporting_host(self, credential_sha256: str, now: datetime) -> ReportingHost | None:
        """The host with this credential."""
        with self._at_once.connect() as connection:
            row = connection.execute(_HOST, {"credential_sha256": credential_sha256, "now": now}).first()
        if row is None:
            return None
        return ReportingHost(
            id=str(row.id),
            name=row.name,
            credential_sha256=credential_sha256,
            is_revoked=row.revoked_at is not None,
            networks=tuple(row.networks),
            public_url=row.public_url,
            devices_digest=row.devices_digest,
            claim=None if row.claim is None else AddressClaim.model_validate_json(row.claim),
            commands=tuple(Command.model_validate(command) for command in row.commands or ()),
            untold=None if row.untold is None else Untold.model_validate_json(row.untold),
        )

    def note_untold(self, host: ReportingHost, untold: Untold | None) -> None:
        """Keep with the report of a host, which was stored, what it is not told of its cameras."""
        told = None if untold is None else untold.model_dump_json()
        with self._at_once.connect() as connection:
            connection.execute(_UNTOLD, {"host_id": host.id, "untold": told})

    def store(self, host: ReportingHost, reported: Reported) -> None:
        """Keep all of it, or nothing. Raises CredentialEndedError."""
        if reported.is_report_only:
            with self._at_once.connect() as connection:
                _write_report(connection, host, reported)
            return
        # Locks are taken in the order in which enrolment takes them: host, enrolment, report, commands.
        with self._engine.begin() as connection:
            if reported.devices is not None:
                self._catalogue.take_over_report(connection, host.id, reported.devices, reported.received_at)
            self._store_minutes(connection, host.id, reported)
            if reported.moved_to is not None:
                whose = {"host_id": host.id, "credential_sha256": host.credential_sha256}
                connection.execute(_MOVED, {**whose, "public_url": reported.moved_to})
            _write_report(connection, host, reported)
            _finish(connection, host.id, reported)

    def _store_minutes(self, connection: Connection, host_id: str, reported: Reported) -> None:
        intake = reported.minutes
        names = intake.device_names()
        if names:
            # Footage outlives its place in the settings: its minutes may be of a device that was removed.
            self._catalogue.ensure_devices(connection, host_id, names, reported.received_at)
        store_minutes(connection, host_id, intake.stored)
        set_aside(connection, host_id, intake.too_new, reported.received_at)


def _write_report(connection: Connection, host: ReportingHost, reported: Reported) -> None:
    written = connection.execute(
        _REPORT,
        {
            "host_id": host.id,
            "credential_sha256": host.credential_sha256,
            "received_at": reported.received_at,
            "version": reported.version,
            "clock_offset_s": reported.clock_offset_s,
            "minutes_waiting": min(reported.minutes_waiting, _LARGEST_INTEGER),
            "report": reported.report.as_json(),
            "devices_digest": reported.devices_digest,
        },
    )
    if not written.rowcount:
        raise CredentialEndedError


def _finish(connection: Connection, host_id: str, reported: Reported) -> None:
    """Note what became of commands, and which are under way now."""
    results = [result for result in reported.results if is_uuid(result.id)]
    if results:
        connection.execute(
            _FINISHED,
            {
                "host_id": host_id,
                "now": reported.received_at,
                "id": [result.id for result in results],
                "done": [result.done for result in results],
                "sentence": [result.sentence for result in results],
            },
        )
    if reported.delivered:
        ids = [command.id for command in reported.delivered]
        connection.execute(_DELIVERED, {"now": reported.received_at, "id": ids})


def is_uuid(text_: str) -> bool:
    """Whether a host's text can be the id of a command at all, spelled as PostgreSQL takes it too."""
    try:
        return str(uuid.UUID(text_)) == text_
    except ValueError:
        return False
