"""A gateway's application with users of each role, and its audit log read past the API."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from gateway.accounts.user import NewUser
from gateway.accounts.users import Users
from gateway.audit.audit_filter import AuditFilter
from gateway.audit.entry import AuditEntry
from gateway.audit.repository import AuditStore
from tests.support.gateway_app import gateway_parts, make_web

PASSWORD = "a sentence nobody guesses"
USERS = {"root": "admin", "other": "admin", "worker": "operator", "watcher": "viewer"}


@dataclass
class AuditStand:
    """`ids` and `tokens`: of each user."""

    app: Flask
    engine: Engine
    ids: dict[str, str]
    tokens: dict[str, str]

    def client(self, address: str = "127.0.0.1") -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return client

    def ask(
        self,
        user: str | None,
        method: str,
        path: str,
        body: object | None = None,
        /,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """A request of a program that is signed in as `user`."""
        sent = {} if user is None else {"Authorization": f"Bearer {self.tokens[user]}"}
        return self.client("192.0.2.7").open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={**sent, **(headers or {})},
            query_string=dict(query or {}),
        )

    def data(self, user: str, path: str, /, **query: str) -> Any:
        answer = self.ask(user, "GET", path, query=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()["data"]

    def kept(self, **wanted: Any) -> list[AuditEntry]:
        """The rows that `wanted` names, the newest first."""
        return AuditStore(self.engine).older(AuditFilter(**wanted), None, 1000)

    def newest(self) -> AuditEntry:
        return AuditStore(self.engine).older(AuditFilter(), None, 1)[0]

    def everything_kept(self) -> str:
        """All rows as PostgreSQL writes them."""
        with self.engine.begin() as connection:
            rows = connection.execute(text("SELECT a::text FROM audit_log a ORDER BY id"))
            return "\n".join(rows.scalars())


@contextmanager
def audit_stand(database_url: str, redis_url: str, **sections: Any) -> Iterator[AuditStand]:
    """On a migrated database without users."""
    parts = gateway_parts(database_url, redis_url, **sections)
    try:
        app = make_web(parts)
        users: Users = app.extensions["coldframe"][Users]
        ids = {
            name: users.create(
                NewUser(email=f"{name}@example.com", username=name, password=PASSWORD, role=role)
            ).id
            for name, role in USERS.items()
        }
        stand = AuditStand(app, parts.engine, ids, {})
        for name in USERS:
            answer = stand.client().post("/api/v1/auth/login", json={"username": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            stand.tokens[name] = answer.get_json()["data"]["accessToken"]
        yield stand
    finally:
        parts.engine.dispose()
