"""How hosts are called, as PostgreSQL knows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from gateway.catalogue.tables import hosts
from gateway.hosts.tables import host_enrolments, host_reports


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A host and its enrolment; `public_url` is None where it has none. `reported_at`: its last heartbeat."""

    host_id: str
    public_url: str | None
    networks: tuple[str, ...]
    calling_secret_encrypted: str
    revoked: bool
    reported_at: datetime | None


class DirectoryRepository:
    """Reads enrolments."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enrolment(self, name: str) -> EnrolmentRow | None:
        """The host of this name; None where there is none."""
        query = (
            select(
                hosts.c.id,
                host_enrolments.c.public_url,
                host_enrolments.c.networks,
                host_enrolments.c.calling_secret_encrypted,
                host_enrolments.c.revoked_at,
                host_reports.c.received_at,
            )
            .select_from(
                hosts.outerjoin(host_enrolments, host_enrolments.c.host_id == hosts.c.id).outerjoin(
                    host_reports, host_reports.c.host_id == hosts.c.id
                )
            )
            .where(hosts.c.name == name)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        if found is None:
            return None
        return EnrolmentRow(
            host_id=str(found.id),
            public_url=found.public_url,
            networks=tuple(found.networks or ()),
            calling_secret_encrypted=found.calling_secret_encrypted or "",
            revoked=found.revoked_at is not None,
            reported_at=found.received_at,
        )
