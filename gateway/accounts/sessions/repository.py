"""Logins in PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Row, and_, delete, func, insert, select, update

from gateway.accounts.repository import USER_COLUMNS, user_of
from gateway.accounts.sessions.rules import NewSession, SessionState, Verdict
from gateway.accounts.tables import sessions, users
from gateway.accounts.user import User

_CLEANED_AT_ONCE = 500
_KNOWN_ADDRESSES = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is verified against."""

    user_id: str
    hashed_password: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user and the login that a request belongs to."""

    user: User
    session_id: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose login it was."""

    user_id: str
    username: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of a refresh token. `jti`: of the login's present one."""

    verdict: Verdict
    user: User
    jti: str
    expires_at: datetime


class SessionStore:
    """Logins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def credentials(self, name: str) -> Credentials | None:
        """Of the user with this e-mail address, where there is an @ in it, or this username; any case."""
        column = users.c.email if "@" in name else users.c.username
        query = (
            select(users.c.id, users.c.hashed_password, users.c.is_active)
            .where(func.lower(column) == name.lower())
            .order_by((column == name).desc(), users.c.id)
            .limit(1)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        return None if found is None else Credentials(str(found.id), found.hashed_password, found.is_active)

    def known_addresses(self, user_id: str) -> set[str]:
        """Where the user has signed in from; remembered as long as such a login lasts."""
        query = (
            select(sessions.c.address)
            .where(sessions.c.user_id == UUID(user_id), sessions.c.address.is_not(None))
            .distinct()
            .limit(_KNOWN_ADDRESSES)
        )
        with self._engine.begin() as connection:
            return set(connection.execute(query).scalars())

    def begin(self, session: NewSession, verified: Credentials, rehashed: str | None) -> User | None:
        """Remember a login and return who signed in; None where the user was changed meanwhile.

        `rehashed`: the same password's new hash. Forgets some logins that are over.
        """
        same = and_(
            users.c.id == UUID(verified.user_id),
            users.c.is_active,
            users.c.hashed_password == verified.hashed_password,
        )
        values: dict[str, object] = {"last_login_at": session.created_at}
        if rehashed is not None:
            values["hashed_password"] = rehashed
        over = (
            select(sessions.c.id)
            .where(sessions.c.expires_at <= session.created_at)
            .limit(_CLEANED_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with self._engine.begin() as connection:
            if connection.execute(update(users).where(same).values(values)).rowcount == 0:
                return None
            connection.execute(
                insert(sessions).values(
                    id=UUID(session.id),
                    user_id=UUID(session.user_id),
                    created_at=session.created_at,
                    expires_at=session.expires_at,
                    refresh_jti=UUID(session.refresh_jti),
                    media_token_sha256=session.media_token_sha256,
                    address=session.address,
                    user_agent=session.user_agent,
                )
            )
            connection.execute(delete(sessions).where(sessions.c.id.in_(over)))
            return user_of(
                connection.execute(select(*USER_COLUMNS).where(users.c.id == UUID(verified.user_id))).one()
            )

    def signed_in(self, user_id: str, session_id: str, now: datetime) -> SignedIn | None:
        """Who sends a request with an access token of this login; None where it does not hold any more."""
        return self._signed_in(
            and_(sessions.c.id == UUID(session_id), sessions.c.user_id == UUID(user_id)), now
        )

    def signed_in_by_media_token(self, sha256: str, now: datetime) -> SignedIn | None:
        """The same by the hash of a media cookie."""
        return self._signed_in(sessions.c.media_token_sha256 == sha256, now)

    def refresh(
        self,
        user_id: str,
        session_id: str,
        judge: Callable[[SessionState], Verdict],
        *,
        next_jti: str,
        expires_at: datetime,
        now: datetime,
    ) -> Refreshed | None:
        """Carry out what `judge` says of a login's refresh token; None where there is no such login."""
        own = sessions.c.id == UUID(session_id)
        query = (
            select(
                *USER_COLUMNS,
                sessions.c.refresh_jti,
                sessions.c.previous_jti,
                sessions.c.rotated_at,
                sessions.c.revoked_at,
                sessions.c.expires_at,
            )
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(own, users.c.id == UUID(user_id))
            .with_for_update(of=sessions)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
            if found is None:
                return None
            verdict = judge(_state(found))
            if verdict is Verdict.ROTATE:
                connection.execute(
                    update(sessions)
                    .where(own)
                    .values(
                        refresh_jti=UUID(next_jti),
                        previous_jti=found.refresh_jti,
                        rotated_at=now,
                        expires_at=expires_at,
                    )
                )
                return Refreshed(verdict, user_of(found), next_jti, expires_at)
            if verdict is Verdict.STOLEN:
                connection.execute(update(sessions).where(own).values(revoked_at=now))
            return Refreshed(verdict, user_of(found), str(found.refresh_jti), found.expires_at)

    def credentials_of(self, user_id: str) -> Credentials | None:
        """Of the user with this id."""
        query = select(users.c.id, users.c.hashed_password, users.c.is_active).where(
            users.c.id == UUID(user_id)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        return None if found is None else Credentials(str(found.id), found.hashed_password, found.is_active)

    def change_password(
        self, verified: Credentials, hashed_password: str, kept_session_id: str, now: datetime
    ) -> int | None:
        """Give a user another password and end all their logins but one; how many ended.

        None where the password was changed meanwhile: nothing is done.
        """
        own = users.c.id == UUID(verified.user_id)
        same = and_(own, users.c.is_active, users.c.hashed_password == verified.hashed_password)
        others = and_(
            sessions.c.user_id == UUID(verified.user_id),
            sessions.c.id != UUID(kept_session_id),
            sessions.c.revoked_at.is_(None),
        )
        live = and_(others, sessions.c.expires_at > now)
        with self._engine.begin() as connection:
            values = {"hashed_password": hashed_password, "updated_at": now}
            if connection.execute(update(users).where(same).values(values)).rowcount == 0:
                return None
            count = connection.execute(select(func.count()).select_from(sessions).where(live)).scalar_one()
            connection.execute(update(sessions).where(others).values(revoked_at=now))
            return count

    def revoke(self, session_id: str, now: datetime) -> Owner | None:
        """End a login. Whose it was; None where it had ended before."""
        own = and_(sessions.c.id == UUID(session_id), sessions.c.revoked_at.is_(None))
        ending = update(sessions).where(own).values(revoked_at=now).returning(sessions.c.user_id)
        with self._engine.begin() as connection:
            user_id = connection.execute(ending).scalar()
            if user_id is None:
                return None
            username = connection.execute(select(users.c.username).where(users.c.id == user_id)).scalar_one()
            return Owner(str(user_id), username)

    def _signed_in(self, condition: ColumnElement[bool], now: datetime) -> SignedIn | None:
        query = (
            select(*USER_COLUMNS, sessions.c.id.label("session_id"))
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(condition, sessions.c.revoked_at.is_(None), sessions.c.expires_at > now, users.c.is_active)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        return None if found is None else SignedIn(user_of(found), str(found.session_id))


def _state(row: Row[*tuple[Any, ...]]) -> SessionState:
    return SessionState(
        refresh_jti=str(row.refresh_jti),
        previous_jti=None if row.previous_jti is None else str(row.previous_jti),
        rotated_at=row.rotated_at,
        expires_at=row.expires_at,
        is_usable=row.revoked_at is None and row.is_active,
    )
