"""Rooms of the gateway behind its real HTTP floor, with callers that tests choose instead of logins."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from flask import Flask, current_app, g, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.accounts.permissions import Caller, allows
from gateway.app import Rooms, create_web_app
from gateway.audit.audit_log import AuditLog
from gateway.catalogue.device import Scope
from shared.clock import SystemClock
from shared.errors import ForbiddenError, UnauthorisedError
from shared.http.answered import watch_answers
from shared.http.blueprint import ApiBlueprint
from shared.http.deed import tell_doer
from shared.http.permissions import PUBLIC, declared_permission


def a_caller(name: str, *, role: str = "viewer", scope: Scope = None, user_id: str | None = None) -> Caller:
    """Somebody who is signed in as `name`."""
    own_id = user_id or str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
    return Caller(own_id, name, f"{name}@example.com", role, scope, "session")


def callers_check(callers: Iterable[Caller]) -> Any:
    """`check_access` of an application: `Authorization: Bearer` and a caller's name signs them in."""
    known = {caller.username: caller for caller in callers}

    def install(app: Flask) -> None:
        def check() -> None:
            view = current_app.view_functions.get(request.endpoint or "")
            permission = declared_permission(view) if view is not None else PUBLIC
            if permission in (PUBLIC, None):
                return
            found = known.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
            if found is None:
                raise UnauthorisedError("Who are you?", remedy="Send a name.")
            if permission is None or not allows(found.role, permission):
                raise ForbiddenError("You may not.", remedy="Ask an admin.")
            g.caller = found
            tell_doer(found.user_id, found.username)

        app.before_request(check)

    return install


def rooms_app(
    blueprints: Iterable[ApiBlueprint],
    services: Iterable[object],
    callers: Iterable[Caller],
    *,
    audit: AuditLog | None = None,
) -> Flask:
    """An application of these rooms, built like the gateway's own; its deeds go to `audit`."""
    return create_web_app(
        Rooms(
            blueprints=blueprints,
            services=services,
            check_access=callers_check(callers),
            monotonic=SystemClock().monotonic,
            version="0",
            record_deeds=None if audit is None else lambda app: watch_answers(app, audit.watch),
        )
    )


@dataclass(frozen=True, slots=True)
class RoomsClient:
    """Requests of one caller to an application in this process."""

    client: FlaskClient
    name: str

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.name}", **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **query: str) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def data(self, path: str, **query: str) -> Any:
        """The `data` of an answer that must be good."""
        answer = self.get(path, **query)
        assert answer.status_code == httpx.codes.OK, answer.text
        body: Mapping[str, Any] = answer.get_json()
        assert body["success"] is True
        return body["data"]


def signed_in(app: Flask, caller: Caller) -> RoomsClient:
    return RoomsClient(app.test_client(), caller.username)
