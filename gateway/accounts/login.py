"""Signing in, going on, and signing out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gateway.accounts.login_limit import LoginLimits, network_of
from gateway.accounts.passwords import Passwords
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import Credentials, Owner, SessionStore
from gateway.accounts.sessions.rules import NewSession, Verdict, judge_refresh
from gateway.accounts.tokens import Claims, Tokens
from gateway.accounts.user import User
from shared.clock import Clock
from shared.errors import UnauthorisedError

_LONGEST_ADDRESS = 64
_LONGEST_AGENT = 255


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a login comes from."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Login:
    """What whoever signed in gets. `media_token`: only for a browser's new login."""

    user: User
    access_token: str
    access_token_s: float
    refresh_token: str
    refresh_token_s: float
    csrf: str
    media_token: str | None


def media_token_sha256(token: str) -> str:
    """What is remembered of a media cookie."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


class WrongLoginError(UnauthorisedError):
    """Name or password is wrong, or the user is disabled. `user_id`: who has that name, for the log only."""

    def __init__(self, user_id: str | None) -> None:
        super().__init__(
            "The username or the password is wrong.",
            code="wrong_login",
            remedy="Check both; an admin can set a new password and enable a disabled account.",
        )
        self.user_id = user_id


class Logins:
    """Begins, continues and ends logins.

    `new_id` gives UUIDs, `new_secret` random text that cannot be guessed. `refresh_token_s`: how long a
    login lasts that is not used.
    """

    def __init__(
        self,
        store: SessionStore,
        passwords: Passwords,
        tokens: Tokens,
        limits: LoginLimits,
        media: MediaSessions,
        clock: Clock,
        *,
        new_id: Callable[[], str],
        new_secret: Callable[[], str],
        refresh_token_s: float,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._tokens = tokens
        self._limits = limits
        self._media = media
        self._clock = clock
        self._new_id = new_id
        self._new_secret = new_secret
        self._refresh_token_s = refresh_token_s

    def log_in(self, name: str, password: str, asker: Asker, *, media: bool) -> Login:
        """Sign in by e-mail address or username; with `media`, a media cookie's secret is made too.

        Raises WrongLoginError, the same for an unknown name, a wrong password and a disabled user, after
        the same time; TooManyRequestsError; UnavailableError.
        """
        found = self._store.credentials(name)
        self._check_limits(name, asker, found)
        with self._passwords.slot():
            # Again: meanwhile others who waited here may have failed. Whoever asks many times at once
            # fails no more often than the limit and the number of slots.
            self._check_limits(name, asker, found)
            matches = self._passwords.matches(None if found is None else found.hashed_password, password)
            if found is None or not matches or not found.is_active:
                self._limits.count_failure(name, asker.address)
                raise self._refusal(found, asker)
        rehashed = (
            self._passwords.hash(password) if self._passwords.is_outdated(found.hashed_password) else None
        )
        return self._begin(found, rehashed, asker, media=media)

    def refresh(self, claims: Claims) -> Login:
        """Go on with a login by its refresh token, which is used up. Raises UnauthorisedError."""
        now = self._clock.now()
        refreshed = self._store.refresh(
            claims.user_id,
            claims.session_id,
            lambda state: judge_refresh(state, claims.jti, now),
            next_jti=self._new_id(),
            expires_at=now + timedelta(seconds=self._refresh_token_s),
            now=now,
        )
        if refreshed is None or refreshed.verdict is Verdict.ENDED:
            raise UnauthorisedError("This login has ended.", remedy="Sign in again.")
        if refreshed.verdict is Verdict.STOLEN:
            self._media.forget()
            structlog.get_logger().warning(
                "refresh_token_used_twice", user_id=claims.user_id, session_id=claims.session_id
            )
            raise UnauthorisedError(
                "This login was ended: its refresh token has been used before, perhaps by somebody else.",
                remedy="Sign in again, and change the password where that was not you.",
            )
        return self._login(
            refreshed.user, claims.session_id, claims.csrf, refreshed.jti, refreshed.expires_at, None
        )

    def log_out(self, session_id: str) -> Owner | None:
        """End a login: none of its tokens and cookies is good any more. Whose it was; None: it had ended."""
        owner = self._store.revoke(session_id, self._clock.now())
        self._media.forget()
        return owner

    def _check_limits(self, name: str, asker: Asker, found: Credentials | None) -> None:
        def is_known() -> bool:
            if found is None:
                return False
            known = self._store.known_addresses(found.user_id)
            return network_of(asker.address) in {network_of(address) for address in known}

        self._limits.check(name, asker.address, is_known)

    def _refusal(self, found: Credentials | None, asker: Asker) -> WrongLoginError:
        user_id = None if found is None else found.user_id
        # The name that was typed is not logged: it is a password often enough.
        structlog.get_logger().warning("login_failed", user_id=user_id, remote=asker.address)
        return WrongLoginError(user_id)

    def _begin(self, found: Credentials, rehashed: str | None, asker: Asker, *, media: bool) -> Login:
        now = self._clock.now()
        media_token = self._new_secret() if media else None
        session = NewSession(
            id=self._new_id(),
            user_id=found.user_id,
            created_at=now,
            expires_at=now + timedelta(seconds=self._refresh_token_s),
            refresh_jti=self._new_id(),
            media_token_sha256=None if media_token is None else media_token_sha256(media_token),
            address=asker.address[:_LONGEST_ADDRESS],
            user_agent=asker.user_agent[:_LONGEST_AGENT],
        )
        user = self._store.begin(session, found, rehashed)
        if user is None:
            raise self._refusal(found, asker)
        structlog.get_logger().info("login", user_id=user.id, session_id=session.id, remote=asker.address)
        return self._login(
            user, session.id, self._new_secret(), session.refresh_jti, session.expires_at, media_token
        )

    def _login(
        self,
        user: User,
        session_id: str,
        csrf: str,
        jti: str,
        expires_at: datetime,
        media_token: str | None,
    ) -> Login:
        return Login(
            user=user,
            access_token=self._tokens.access(user.id, session_id, csrf),
            access_token_s=self._tokens.access_token_s,
            refresh_token=self._tokens.refresh(user.id, session_id, csrf, jti, expires_at),
            refresh_token_s=(expires_at - self._clock.now()).total_seconds(),
            csrf=csrf,
            media_token=media_token,
        )
