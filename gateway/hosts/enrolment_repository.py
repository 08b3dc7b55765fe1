"""Enrolment tokens and credentials in PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, String, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.catalogue.repository import Catalogue
from gateway.catalogue.tables import hosts
from gateway.hosts.tables import enrolment_tokens, host_commands, host_enrolments, host_reports
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An enrolment token. `used_credential_sha256`: of the credential that it was traded for."""

    id: str
    host_name: str
    networks: tuple[str, ...]
    replaces_host: bool
    expires_at: datetime
    used_credential_sha256: str | None


@dataclass(frozen=True, slots=True)
class ListedToken:
    """An enrolment token as an admin sees it later; the token itself is nowhere. `created_by`: the id of the
    user who made it, None where there is no such user any more."""

    id: str
    host_name: str
    networks: tuple[str, ...]
    replaces_host: bool
    created_by: str | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """Who a host is now. `received_at`: of its last heartbeat."""

    host_id: str
    credential_sha256: str
    revoked_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """A credential and a calling secret that are about to count."""

    public_url: str
    networks: Sequence[str]
    credential_sha256: str
    calling_secret_encrypted: str
    at: datetime


class EnrolmentRepository:
    """Reads and writes of enrolments."""

    def __init__(self, engine: Engine, catalogue: Catalogue, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._catalogue = catalogue
        self._new_id = new_id

    def add_token(
        self,
        token_sha256: str,
        host_name: str,
        networks: Sequence[str],
        *,
        replaces_host: bool,
        created_by: str,
        expires_at: datetime,
    ) -> str:
        """Keep a new token; return its id."""
        token_id = self._new_id()
        with self._engine.begin() as connection:
            connection.execute(
                insert(enrolment_tokens).values(
                    id=token_id,
                    token_sha256=token_sha256,
                    host_name=host_name,
                    networks=list(networks),
                    replaces_host=replaces_host,
                    created_by=created_by,
                    expires_at=expires_at,
                )
            )
        return token_id

    def tokens(self, asked: PageQuery) -> Page[ListedToken]:
        """A page of all tokens, the newest first."""
        query = select(
            enrolment_tokens.c.id,
            enrolment_tokens.c.host_name,
            enrolment_tokens.c.networks,
            enrolment_tokens.c.replaces_host,
            enrolment_tokens.c.created_by,
            enrolment_tokens.c.created_at,
            enrolment_tokens.c.expires_at,
            enrolment_tokens.c.used_at,
        ).order_by(enrolment_tokens.c.created_at.desc(), enrolment_tokens.c.id)
        with self._engine.begin() as connection:
            total = connection.execute(select(func.count()).select_from(enrolment_tokens)).scalar_one()
            rows = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            found = [
                ListedToken(
                    str(row.id),
                    row.host_name,
                    tuple(row.networks),
                    row.replaces_host,
                    None if row.created_by is None else str(row.created_by),
                    row.created_at,
                    row.expires_at,
                    row.used_at,
                )
                for row in rows
            ]
        return Page(found, total, asked)

    def withdraw_token(self, token_id: str) -> bool:
        """Forget a token that nobody has used; False where there is none such. A used one stays: its host's
        request may come again, and is answered the same."""
        with self._engine.begin() as connection:
            gone = connection.execute(
                delete(enrolment_tokens).where(
                    cast(enrolment_tokens.c.id, String) == token_id,
                    enrolment_tokens.c.used_credential_sha256.is_(None),
                )
            )
        return gone.rowcount > 0

    def token(self, token_sha256: str) -> TokenRow | None:
        """The token, to look at."""
        with self._engine.begin() as connection:
            return _token(connection, token_sha256)

    @contextmanager
    def trading(self, token_sha256: str) -> Iterator["Trade"]:
        """Nobody else trades this token until the block ends; what was written then counts."""
        with self._engine.begin() as connection:
            yield Trade(connection, self._catalogue, _token(connection, token_sha256, locked=True))

    def revoke(self, host_id: str, now: datetime) -> bool:
        """End the credential of a host; False where it has none. Revoking twice changes nothing."""
        with self._engine.begin() as connection:
            found = connection.execute(
                select(host_enrolments.c.host_id).where(host_enrolments.c.host_id == host_id)
            ).first()
            connection.execute(
                update(host_enrolments)
                .where(host_enrolments.c.host_id == host_id, host_enrolments.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
        return found is not None


class Trade:
    """One token being traded, in one transaction. `token`: None where there is no such token."""

    def __init__(self, connection: Connection, catalogue: Catalogue, token: TokenRow | None) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self.token = token

    def enrolment_of(self, host_name: str) -> EnrolmentRow | None:
        """The enrolment of the host of this name; no other trade changes it until this one ends."""
        row = self._connection.execute(
            select(
                hosts.c.id,
                host_enrolments.c.credential_sha256,
                host_enrolments.c.revoked_at,
                host_reports.c.received_at,
            )
            .select_from(
                hosts.join(host_enrolments, host_enrolments.c.host_id == hosts.c.id).outerjoin(
                    host_reports, host_reports.c.host_id == hosts.c.id
                )
            )
            .where(hosts.c.name == host_name)
        ).first()
        if row is None:
            return None
        return EnrolmentRow(str(row.id), row.credential_sha256, row.revoked_at, row.received_at)

    def lock_host(self, name: str) -> str:
        """The id of the host of this name, made where it is new; other trades for it wait."""
        host_id = self._catalogue.ensure_host(self._connection, name)
        self._connection.execute(
            select(hosts.c.id).where(hosts.c.id == host_id).with_for_update(key_share=True)
        )
        return host_id

    def is_credential_known(self, credential_sha256: str) -> bool:
        """Whether some host has this credential already."""
        query = select(host_enrolments.c.host_id).where(
            host_enrolments.c.credential_sha256 == credential_sha256
        )
        return self._connection.execute(query).first() is not None

    def enrol(self, host_id: str, token: TokenRow, new: NewEnrolment) -> None:
        """Make `new` the host's enrolment. What another machine of that name said, or was asked to do,
        does not count for this one."""
        values = {
            "public_url": new.public_url,
            "networks": list(new.networks),
            "credential_sha256": new.credential_sha256,
            "calling_secret_encrypted": new.calling_secret_encrypted,
            "enrolled_at": new.at,
            "revoked_at": None,
        }
        self._connection.execute(
            insert(host_enrolments)
            .values(host_id=host_id, **values)
            .on_conflict_do_update(index_elements=["host_id"], set_=values)
        )
        self._connection.execute(delete(host_reports).where(host_reports.c.host_id == host_id))
        self._connection.execute(
            delete(host_commands).where(
                host_commands.c.host_id == host_id, host_commands.c.finished_at.is_(None)
            )
        )
        self._connection.execute(
            update(enrolment_tokens)
            .where(enrolment_tokens.c.id == token.id)
            .values(used_at=new.at, used_credential_sha256=new.credential_sha256)
        )


def _token(connection: Connection, token_sha256: str, *, locked: bool = False) -> TokenRow | None:
    query = select(enrolment_tokens).where(enrolment_tokens.c.token_sha256 == token_sha256)
    row = connection.execute(query.with_for_update() if locked else query).first()
    if row is None:
        return None
    return TokenRow(
        str(row.id),
        row.host_name,
        tuple(row.networks),
        row.replaces_host,
        row.expires_at,
        row.used_credential_sha256,
    )
