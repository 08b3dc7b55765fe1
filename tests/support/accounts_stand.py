"""The accounts of a gateway over real PostgreSQL and Redis, asked through the gateway's own application."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import argon2
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, insert
from werkzeug.test import TestResponse

from gateway.accounts.access import SignedInUsers, check_every_request
from gateway.accounts.login import Logins
from gateway.accounts.login_limit import LoginLimits
from gateway.accounts.password_change import PasswordChange
from gateway.accounts.passwords import Passwords
from gateway.accounts.permissions import HOST, caller, requires
from gateway.accounts.repository import UserStore
from gateway.accounts.routes import blp as accounts_routes
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import SessionStore
from gateway.accounts.tables import users
from gateway.accounts.tokens import Tokens
from gateway.accounts.user import NewUser, User
from gateway.accounts.users import Users
from gateway.app import Rooms, create_web_app
from gateway.catalogue.tables import camera_groups
from gateway.db.engine import create_database
from gateway.operation.dependencies import Dependencies
from gateway.wall.views.repository import hand_over_shared
from shared.http.envelope import EnvelopeBlueprint
from tests.support.set_clock import SetClock

SECRET = "a-secret-of-these-tests-0123456789abcdef"
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
PASSWORD = "a sentence is easy to remember"
REFRESH_TOKEN_S = 30 * 86_400.0
ACCESS_TOKEN_S = 900.0


def quick_passwords() -> Passwords:
    """Argon2id at its cheapest: what is tested is not how long it takes."""
    return Passwords(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class AccountsStand:
    """The accounts room with a few probing addresses beside it; a clock that stands still.

    GET /probe/archive and POST /probe/control need archive:read and hosts:control, /probe/host a host's
    credential; GET and POST /media/file are media. They answer with who asks.
    """

    database_url: str
    redis_url: str
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    secrets: Sequence[str] = (SECRET,)
    login_limit: str = "10 per minute"
    demo: bool = False
    passwords: Passwords = field(default_factory=quick_passwords)
    engine: Engine = field(init=False)
    redis_client: redis.Redis = field(init=False)
    media: MediaSessions = field(init=False)
    users: Users = field(init=False)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_database(self.database_url, pool_size=16)
        self.redis_client = redis.Redis.from_url(self.redis_url, socket_timeout=2, socket_connect_timeout=2)
        store = SessionStore(self.engine)
        tokens = Tokens(self.secrets, ACCESS_TOKEN_S, self.clock)
        self.media = MediaSessions(
            lambda sha256: store.signed_in_by_media_token(sha256, self.clock.now()), self.clock.monotonic
        )
        limits = LoginLimits(self.redis_client, self.login_limit, self.clock)
        logins = Logins(
            store,
            self.passwords,
            tokens,
            limits,
            self.media,
            self.clock,
            new_id=new_id,
            new_secret=lambda: secrets.token_urlsafe(32),
            refresh_token_s=REFRESH_TOKEN_S,
        )
        self.users = Users(
            UserStore(self.engine, hand_over_shared),
            self.passwords,
            self.clock,
            new_id=new_id,
            media=self.media,
        )
        signed_in = SignedInUsers(store, self.media, tokens, self.clock)
        self.app = create_web_app(
            Rooms(
                blueprints=(accounts_routes, _probes()),
                services=(
                    logins,
                    self.users,
                    tokens,
                    PasswordChange(store, self.passwords, limits, self.media, self.clock),
                    Dependencies({}, (), self.clock.monotonic, 1.0),
                ),
                check_access=lambda app: check_every_request(app, signed_in, demo=self.demo),
                monotonic=self.clock.monotonic,
                version="0",
            )
        )

    def close(self) -> None:
        self.engine.dispose()
        self.redis_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The next test may use the same database: nobody is left in it."""
        with self.engine.begin() as connection:
            connection.execute(delete(users))
            connection.execute(delete(camera_groups))
        self.close()

    # -- who there is ------------------------------------------------------------------------

    def add(self, username: str, role: str = "viewer", **more: Any) -> User:
        """A user with PASSWORD."""
        return self.users.create(
            NewUser(email=f"{username}@example.com", username=username, password=PASSWORD, role=role, **more)
        )

    def add_group(self, name: str) -> str:
        """A camera group; returns its id."""
        group_id = new_id()
        with self.engine.begin() as connection:
            connection.execute(insert(camera_groups).values(id=group_id, name=name))
        return group_id

    # -- who asks ----------------------------------------------------------------------------

    def client(self, address: str = "127.0.0.1") -> FlaskClient:
        """A browser or a program at `address`, with no cookies yet."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return client

    def log_in(
        self, username: str, password: str = PASSWORD, *, cookies: bool = False, address: str = "127.0.0.1"
    ) -> TestResponse:
        """Try to sign in, as a program or a browser of its own."""
        return log_in(self.client(address), username, password, cookies=cookies)

    def program(self, username: str, password: str = PASSWORD) -> FlaskClient:
        """A program that is signed in and sends its access token."""
        client = self.client()
        token = data_of(log_in(client, username, password))["accessToken"]
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    def browser(self, username: str, password: str = PASSWORD) -> FlaskClient:
        """A browser that is signed in by cookies; it does not send the proof of its own (`csrf_of`)."""
        client = self.client()
        assert log_in(client, username, password, cookies=True).status_code == 200
        return client


def log_in(client: FlaskClient, username: str, password: str, *, cookies: bool = False) -> TestResponse:
    asked: dict[str, Any] = {"username": username, "password": password}
    return client.post("/api/v1/auth/login", json={**asked, "cookies": True} if cookies else asked)


def data_of(answer: TestResponse) -> Any:
    """What a successful answer holds."""
    assert answer.status_code < 300, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def error_of(answer: TestResponse) -> tuple[int, str]:
    """The status and the code of an error."""
    return answer.status_code, answer.get_json()["error"]["code"]


def csrf_of(browser: FlaskClient) -> dict[str, str]:
    """The header by which the gateway's own page proves itself."""
    cookie = browser.get_cookie("coldframe_csrf")
    assert cookie is not None
    return {"X-CSRF-TOKEN": cookie.value}


def _probes() -> EnvelopeBlueprint:
    blp = EnvelopeBlueprint("probe", __name__)

    @blp.get("/probe/archive")
    @requires("archive:read")
    def probe_archive() -> Any:
        """Something to read"""
        return _who()

    @blp.post("/probe/control")
    @requires("hosts:control")
    def probe_control() -> Any:
        """Something to change"""
        return _who()

    @blp.post("/probe/host")
    @requires(HOST)
    def probe_host() -> Any:
        """Something for hosts"""
        return {"data": "anybody"}

    @blp.get("/media/file")
    @requires("archive:read")
    def probe_media() -> Any:
        """Media"""
        return _who()

    @blp.post("/media/file")
    @requires("archive:read")
    def probe_media_change() -> Any:
        """No media"""
        return _who()

    return blp


def _who() -> Any:
    found = caller()
    scope = None if found.scope is None else sorted(found.scope)
    return {"data": {"username": found.username, "role": found.role, "scope": scope}}
