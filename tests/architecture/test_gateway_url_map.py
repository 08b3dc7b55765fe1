"""Every address of the gateway declares who may use it, and is in its document."""

from typing import Any

import pytest
from flask import Flask

from gateway.accounts.permissions import ALL_PERMISSIONS, HOST, PUBLIC, ROLES, SIGNED_IN
from gateway.cameras.camera_fields import RESERVED_IDS
from gateway.ui.routes import PAGES
from shared.http.permissions import declared_permission
from tests.support.gateway_app import gateway_parts, make_ingest, make_web
from tests.support.url_map import documented, served

ABOUT_THE_DOCUMENT = {
    "/openapi.json",
    "/docs",
    "/docs/start.js",
    "/docs/files/<string:name>",
    "/redoc",
    "/redoc/start.js",
}
# Pages for people: the program that a browser runs, and nothing of what it shows.
OF_PAGES = {
    "/",
    "/favicon.svg",
    "/assets/<path:name>",
    *(f"/{page}{rest}" for page in PAGES for rest in ("", "/", "/<path:rest>")),
}
# A page of others' making, for admins.
OF_DASHBOARD = {f"/rq{rest}" for rest in ("", "/", "/<path:rest>")}
OPEN = {
    "/healthz",
    "/readyz",
    "/api/v1/health",
    "/api/v1/auth/login",
    "/api/v1/auth/refresh",
    "/api/v1/auth/logout",
    "/api/v1/hosts/enrol",
    # The signature of an address is the permission.
    "/storage/<storage_key:key>",
}
OF_HOSTS = {"/api/v1/hosts/heartbeat", "/api/v1/hosts/captions"}
OF_CAMERAS = "/api/v1/cameras/"
WRITES = {
    "cameras:write",
    "captions:write",
    "hosts:control",
    "hosts:enrol",
    "jobs:write",
    "archive:export",
    "users:admin",
}
# Saved views are a viewer's own; who may see pictures may say which of them to see together. So is a
# password.
OF_ONES_OWN = {"/api/v1/wall/views", "/api/v1/wall/views/<id:view_id>", "/api/v1/auth/password"}

# Whoever may look at a camera may look whether it answers, and have its picture now: nothing of it changes.
OF_LOOKING = {
    "/api/v1/cameras/<id:camera_id>/test-connection",
    "/api/v1/cameras/<id:camera_id>/snapshot",
    "/api/v1/cameras/<id:camera_id>/test-snapshot",
}


@pytest.fixture(scope="module")
def web() -> Flask:
    return make_web(gateway_parts())


@pytest.fixture(scope="module")
def ingest() -> Flask:
    return make_ingest(gateway_parts())


def permissions(app: Flask) -> dict[str, str | None]:
    return {
        f"{rule.rule} {rule.endpoint}": declared_permission(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
    }


def addresses_with(app: Flask, permission: str) -> set[str]:
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if declared_permission(app.view_functions[rule.endpoint]) == permission
    }


def test_every_endpoint_declares_a_known_permission(web: Flask, ingest: Flask) -> None:
    known = ALL_PERMISSIONS | {PUBLIC, SIGNED_IN, HOST}
    declared = permissions(web) | permissions(ingest)
    assert {where: name for where, name in declared.items() if name not in known} == {}


def test_what_everybody_may_use_is_listed_here(web: Flask, ingest: Flask) -> None:
    assert addresses_with(web, PUBLIC) == OPEN | ABOUT_THE_DOCUMENT | OF_PAGES
    assert addresses_with(ingest, PUBLIC) <= OPEN | ABOUT_THE_DOCUMENT
    assert addresses_with(web, HOST) == addresses_with(ingest, HOST) == OF_HOSTS


def test_what_changes_something_needs_more_than_reading(web: Flask) -> None:
    changing = {
        rule.rule: declared_permission(web.view_functions[rule.endpoint])
        for rule in web.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD"}
    }
    weak = {
        rule: name
        for rule, name in changing.items()
        if name not in WRITES and rule not in OPEN | OF_HOSTS | OF_ONES_OWN | OF_LOOKING
    }
    assert weak == {}


def test_a_viewer_changes_nothing_and_an_operator_neither_users_nor_enrolment_nor_audit() -> None:
    assert {name for name in ROLES["viewer"] if not name.endswith(":read")} == set()
    assert ROLES["admin"] - ROLES["operator"] == {"users:admin", "hosts:enrol", "audit:read"}
    assert "audit:read" not in ROLES["viewer"]
    assert ROLES["admin"] == ALL_PERMISSIONS


def test_no_camera_is_called_as_an_address_beside_it(web: Flask) -> None:
    beside = {
        rule.rule.removeprefix(OF_CAMERAS) for rule in web.url_map.iter_rules() if OF_CAMERAS in rule.rule
    }
    assert {part.partition("/")[0] for part in beside if not part.startswith("<")} <= RESERVED_IDS


@pytest.mark.parametrize("name", ["web", "ingest"])
def test_every_address_is_in_the_document_and_nothing_else_is(
    name: str, request: pytest.FixtureRequest
) -> None:
    app: Flask = request.getfixturevalue(name)
    document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    assert documented(document) == served(app, leave_out=ABOUT_THE_DOCUMENT | OF_PAGES | OF_DASHBOARD)
