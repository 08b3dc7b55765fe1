"""Who may do what: every endpoint with every role, and what somebody limited to one group can find out."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.accounts.permissions import HOST, PUBLIC, ROLES, SIGNED_IN
from gateway.accounts.user import NewUser
from gateway.accounts.users import Users
from gateway.bootstrap.parts import Parts, new_id
from gateway.catalogue.group_repository import CameraGroups
from gateway.catalogue.reported_repository import ReportedDevice
from gateway.catalogue.repository import Catalogue
from shared.http.permissions import declared_permission
from tests.support.gateway_app import gateway_parts, make_web
from tests.support.neo4j import graph_section

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSWORD = "a sentence nobody guesses"
OWN, OTHER = ("tower", "lobby"), ("annexe", "strongroom")
# What only the other tenant's devices are called: none of it may show in any answer.
FOREIGN_CAMERA = "annexe__strongroom"
FOREIGN_WORDS = ("annexe", "strongroom", "Strong room", "Tenant B")
USERS = {"admin": False, "operator": False, "viewer": False, "limited": True, "operator-of-one": True}
ROLE_OF = {
    "admin": "admin",
    "operator": "operator",
    "viewer": "viewer",
    "limited": "viewer",
    "operator-of-one": "operator",
}
QUERY = {
    "from": (NOW - timedelta(hours=1)).isoformat(),
    "to": NOW.isoformat(),
    "at": NOW.isoformat(),
}
PART = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>[a-z_]+)>")


@dataclass(frozen=True)
class Endpoint:
    """One method at one rule."""

    method: str
    rule: str
    permission: str

    def address(self, **parts: str) -> str:
        """The rule with its parts filled in; what is not given is something that is not there."""

        def fill(found: re.Match[str]) -> str:
            if found["name"] in parts:
                return parts[found["name"]]
            if found["converter"] == "hour":
                return "2026-11-21T11"
            return "no-such-thing"

        return PART.sub(fill, self.rule)


@dataclass
class Stand:
    """A gateway with two tenants, and a bearer token of each user."""

    app: Flask
    client: FlaskClient
    tokens: dict[str, str]

    def ask(self, user: str | None, method: str, address: str, **query: str) -> TestResponse:
        headers = {} if user is None else {"Authorization": f"Bearer {self.tokens[user]}"}
        body: dict[str, object] | None = {} if method in ("POST", "PUT", "PATCH") else None
        return self.client.open(address, method=method, headers=headers, query_string=query, json=body)


@pytest.fixture(scope="module")
def stand(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis", neo4j: "PrivateNeo4j"
) -> Iterator[Stand]:
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        parts = gateway_parts(url, redis_server.url(), graph=graph_section(neo4j))
        try:
            app = make_web(parts)
            add_users(app, fill_catalogue(parts)[OWN])
            client = app.test_client()
            yield Stand(app, client, {name: log_in(client, name) for name in USERS})
        finally:
            parts.engine.dispose()


def add_users(app: Flask, group_id: str) -> None:
    users: Users = app.extensions["coldframe"][Users]
    for name, is_limited in USERS.items():
        users.create(
            NewUser(
                email=f"{name}@example.com",
                username=name,
                password=PASSWORD,
                role=ROLE_OF[name],
                limited_to_groups=is_limited,
                camera_group_ids=(group_id,) if is_limited else (),
            )
        )


def fill_catalogue(parts: Parts) -> dict[tuple[str, str], str]:
    """Two hosts with a device each, in groups of two tenants; return the group of each device."""
    catalogue = Catalogue(parts.engine, new_id)
    camera_groups = CameraGroups(parts.engine, new_id)
    labels = {OWN: ("Lobby", "Tenant A"), OTHER: ("Strong room", "Tenant B")}
    groups = {}
    for (host, device), (label, tenant) in labels.items():
        with parts.engine.begin() as connection:
            host_id = catalogue.ensure_host(connection, host)
            catalogue.take_over_report(
                connection, host_id, [ReportedDevice(device, label, "pattern:testsrc2")], NOW
            )
        groups[host, device] = camera_groups.add(tenant, None, None).id
        catalogue.put_in_group(catalogue.device(host, device, None), groups[host, device])
    return groups


def log_in(client: FlaskClient, name: str) -> str:
    answer = client.post("/api/v1/auth/login", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    token: str = answer.get_json()["data"]["accessToken"]
    return token


def endpoints(app: Flask) -> list[Endpoint]:
    return [
        Endpoint(method, rule.rule, declared_permission(app.view_functions[rule.endpoint]) or "")
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("user", [*USERS, None])
def test_every_endpoint_lets_in_exactly_whom_it_declares(stand: Stand, user: str | None) -> None:
    wrong = []
    for endpoint in endpoints(stand.app):
        if endpoint.permission in (PUBLIC, HOST):
            continue
        answer = stand.ask(user, endpoint.method, endpoint.address())
        status, told = answer.status_code, answer.get_json(silent=True) or {}
        if user is None:
            right = status == 401 or is_led_to_sign_in(answer)
        elif endpoint.permission == SIGNED_IN or endpoint.permission in ROLES[ROLE_OF[user]]:
            right = status != 401 and not is_refused_for(told, endpoint.permission) and status < 500
        else:
            right = status == 403 and is_refused_for(told, endpoint.permission)
        if not right:
            wrong.append(f"{endpoint.method} {endpoint.rule} ({endpoint.permission}): {status} {told}")
    assert wrong == []


def is_led_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")


def is_refused_for(told: dict[str, Any], permission: str) -> bool:
    return bool((told.get("error") or {}).get("details", {}).get("permission") == permission)


def test_a_host_is_let_in_by_its_credential_and_not_by_anybodys_login(stand: Stand) -> None:
    found = [endpoint for endpoint in endpoints(stand.app) if endpoint.permission == HOST]
    assert found
    for endpoint in found:
        for user in (*USERS, None):
            assert stand.ask(user, endpoint.method, endpoint.address()).status_code == 401, endpoint


def test_another_tenants_device_is_to_a_limited_user_as_one_that_is_not_there(stand: Stand) -> None:
    checked, wrong = 0, []
    for endpoint in endpoints(stand.app):
        allowed = endpoint.permission in ROLES["viewer"]
        if not allowed or "<host_name:host>" not in endpoint.rule:
            continue
        query = QUERY if endpoint.method == "GET" else {}
        foreign = ask_about(stand, endpoint, OTHER, query)
        missing = ask_about(stand, endpoint, ("no-such-host", "no-such-device"), query)
        checked += 1
        same = (foreign.status_code, neutral(foreign, OTHER)) == (
            missing.status_code,
            neutral(missing, ("no-such-host", "no-such-device")),
        )
        if not same:
            wrong.append(f"{endpoint.method} {endpoint.rule}: {foreign.text} / {missing.text}")
    assert checked >= 8
    assert wrong == []


def test_another_tenants_camera_is_to_a_limited_user_as_one_that_is_not_there(stand: Stand) -> None:
    found = [endpoint for endpoint in endpoints(stand.app) if "<id:camera_id>" in endpoint.rule]
    assert len(found) >= 4
    wrong = []
    for endpoint in found:
        query = QUERY if endpoint.method == "GET" else {}
        foreign = ask_about_camera(stand, endpoint, FOREIGN_CAMERA, query)
        missing = ask_about_camera(stand, endpoint, "no-such-camera", query)
        told = foreign.text.replace(FOREIGN_CAMERA, "X"), missing.text.replace("no-such-camera", "X")
        if foreign.status_code not in (404, 422) or told[0] != told[1]:
            wrong.append(f"{endpoint.method} {endpoint.rule}: {foreign.text} / {missing.text}")
    assert wrong == []


def test_a_limited_user_reads_the_trial_of_their_own_camera_and_no_other_job(stand: Stand) -> None:
    own, foreign = (
        stand.ask(user, "POST", f"/api/v1/cameras/{camera}/test-snapshot").get_json()["data"]["job_id"]
        for user, camera in (("limited", "__".join(OWN)), ("operator", FOREIGN_CAMERA))
    )
    told = stand.ask("limited", "GET", f"/api/v1/jobs/{own}")
    assert told.status_code == 200, told.text
    job = told.get_json()["data"]
    assert (job["task"], job["state"], job["retries_left"]) == ("cameras.test_snapshot", "queued", 0)
    # Of another's there is not told whether it is there.
    refused = [stand.ask("limited", "GET", f"/api/v1/jobs/{job_id}") for job_id in (foreign, "no-such-job")]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert refused[0].get_json() == refused[1].get_json()
    for address in (f"/api/v1/jobs/{own}/cancel", f"/api/v1/jobs/{own}/retry"):
        assert stand.ask("operator-of-one", "POST", address).status_code == 403
    assert stand.ask("viewer", "GET", f"/api/v1/jobs/{foreign}").status_code == 200


def ask_about_camera(stand: Stand, endpoint: Endpoint, camera: str, query: dict[str, str]) -> TestResponse:
    address = endpoint.address(camera_id=camera)
    span = {name: query[name] for name in ("from", "to") if name in query}
    answer = stand.ask("operator-of-one", endpoint.method, address)
    return (
        answer
        if answer.status_code != 422
        else stand.ask("operator-of-one", endpoint.method, address, **span)
    )


def ask_about(
    stand: Stand, endpoint: Endpoint, device: tuple[str, str], query: dict[str, str]
) -> TestResponse:
    address = endpoint.address(host=device[0], device=device[1], path=f"{device[1]}/segments/output.m3u8")
    for name in query:
        # Each takes some of them and refuses the others by name.
        answer = stand.ask("limited", endpoint.method, address, **{name: query[name]})
        if answer.status_code not in (400, 422):
            return answer
    return stand.ask("limited", endpoint.method, address)


def neutral(answer: TestResponse, device: tuple[str, str]) -> str:
    return answer.text.replace(device[0], "HOST").replace(device[1], "DEVICE")


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/api/v1/hosts", {}),
        ("/api/v1/hosts", {"search": "a"}),
        ("/api/v1/devices", {}),
        ("/api/v1/devices", {"search": "strong"}),
        ("/api/v1/devices", {"host": "annexe"}),
        ("/api/v1/cameras/groups", {}),
        ("/api/v1/cameras", {}),
        ("/api/v1/cameras", {"search": "strong"}),
        ("/api/v1/cameras", {"host": "annexe"}),
        ("/api/v1/cameras/summary", {}),
        ("/api/v1/cameras/health-report", {}),
        ("/api/v1/cameras/health-report", {"format": "csv"}),
        ("/api/v1/cameras/tower__lobby/health", {}),
        ("/api/v1/heatmap", {"from": QUERY["from"], "to": QUERY["to"]}),
        ("/api/v1/heatmap", {"from": QUERY["from"], "to": QUERY["to"], "host": "annexe"}),
        ("/api/v1/timeline", {"device": "tower/lobby", "from": QUERY["from"], "to": QUERY["to"]}),
        ("/api/v1/wall/frames", {"devices": "tower/lobby"}),
        ("/api/v1/wall/views", {}),
        ("/api/v1/migration/status", {}),
        ("/api/v1/migration/cameras", {}),
        ("/api/v1/migration/history", {}),
    ],
)
def test_no_list_tells_a_limited_user_of_another_tenant(
    stand: Stand, address: str, query: dict[str, str]
) -> None:
    everything = stand.ask("viewer", "GET", address, **query)
    limited = stand.ask("limited", "GET", address, **query)
    assert everything.status_code == 200, everything.text
    told = limited.get_data().decode(errors="replace")
    # What the caller asked by is theirs; an error may repeat it.
    for value in query.values():
        told = told.replace(value, "")
    assert [word for word in FOREIGN_WORDS if word in told] == []


def test_a_wall_shows_another_tenants_device_as_one_that_is_not_there(stand: Stand) -> None:
    names = ("annexe/strongroom", "nowhere/nothing")
    tiles = [wall_tile(stand.ask("limited", "GET", "/api/v1/wall/frames", devices=name)) for name in names]
    neutral_tiles = [json.dumps(tile).replace(name, "X") for tile, name in zip(tiles, names, strict=True)]
    assert neutral_tiles[0] == neutral_tiles[1]


def wall_tile(answer: TestResponse) -> dict[str, Any]:
    data = answer.get_data()
    length = int.from_bytes(data[:4], "big")
    assert len(data) == 4 + length, "a picture of a device that may not be seen"
    (tile,) = json.loads(data[4 : 4 + length])["frames"]
    found: dict[str, Any] = tile
    return found


def test_a_limited_user_still_sees_what_is_theirs(stand: Stand) -> None:
    devices = stand.ask("limited", "GET", "/api/v1/devices").get_json()["data"]
    assert [(device["host"], device["device"]) for device in devices] == [OWN]
    hosts = stand.ask("limited", "GET", "/api/v1/hosts").get_json()["data"]
    assert [host["name"] for host in hosts] == [OWN[0]]
