"""Users, logins and the check of every request, put together."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from gateway.accounts.access import SignedInUsers, check_every_request
from gateway.accounts.login import Logins
from gateway.accounts.login_limit import LoginLimits
from gateway.accounts.password_change import PasswordChange
from gateway.accounts.passwords import Passwords
from gateway.accounts.repository import UserStore
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import SessionStore
from gateway.accounts.tokens import Tokens
from gateway.accounts.users import Users
from gateway.bootstrap.checks import check_database
from gateway.bootstrap.parts import Parts, new_id
from gateway.db.engine import create_database
from gateway.settings import GatewaySettings
from gateway.wall.views.repository import hand_over_shared
from shared.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the accounts' routes and the check of requests stand on."""

    logins: Logins
    users: Users
    tokens: Tokens
    password_change: PasswordChange
    signed_in: SignedInUsers
    demo: bool

    def check_access(self, app: Flask) -> None:
        """Have every request of `app` looked at."""
        check_every_request(app, self.signed_in, demo=self.demo)


def build_accounts(parts: Parts) -> Accounts:
    """Put the room together."""
    security = parts.settings.security
    store = SessionStore(parts.engine)
    passwords = Passwords()
    tokens = Tokens(security.secrets, security.access_token_s, parts.clock)
    media = MediaSessions(
        lambda token_sha256: store.signed_in_by_media_token(token_sha256, parts.clock.now()),
        parts.clock.monotonic,
    )
    limits = LoginLimits(parts.redis, security.login_limit, parts.clock)
    logins = Logins(
        store,
        passwords,
        tokens,
        limits,
        media,
        parts.clock,
        new_id=new_id,
        new_secret=lambda: secrets.token_urlsafe(32),
        refresh_token_s=security.refresh_token_s,
    )
    users = Users(
        UserStore(parts.engine, hand_over_shared), passwords, parts.clock, new_id=new_id, media=media
    )
    signed_in = SignedInUsers(store, media, tokens, parts.clock)
    password_change = PasswordChange(store, passwords, limits, media, parts.clock)
    return Accounts(logins, users, tokens, password_change, signed_in, security.demo)


@contextmanager
def user_keeper(settings: GatewaySettings) -> Iterator[Users]:
    """What a command needs to make users. Raises UnavailableError without the right database."""
    check_database(settings)
    engine = create_database(settings.database.url.get_secret_value(), pool_size=1)
    try:
        yield Users(UserStore(engine), Passwords(), SystemClock(), new_id=new_id)
    finally:
        engine.dispose()
