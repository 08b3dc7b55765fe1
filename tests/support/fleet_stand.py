"""The hosts' room behind HTTP, on a real database and a clock that tests set: enrol, report, ask.

Who calls is said in a header: logins are other tests' matter.
"""

import gzip
import hashlib
import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from flask import Flask, current_app, g, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from gateway.accounts.permissions import HOST, Caller, allows
from gateway.app import Rooms, create_web_app
from gateway.cameras import routes as camera_routes
from gateway.cameras import transfer_routes
from gateway.cameras.assignment_repository import AssignmentRepository
from gateway.cameras.assignments import HostAssignments
from gateway.cameras.camera_changes_repository import CameraChangesRepository
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.cameras import Cameras, Remove
from gateway.cameras.credentials import Credentials
from gateway.cameras.export_cameras import CameraExports
from gateway.cameras.import_cameras import CameraImports
from gateway.cameras.import_repository import ImportRepository
from gateway.catalogue import routes as catalogue_routes
from gateway.catalogue.group_repository import CameraGroups
from gateway.catalogue.repository import Catalogue
from gateway.db.engine import create_database
from gateway.hosts import ingest_routes, routes
from gateway.hosts.address_check import AddressCheck
from gateway.hosts.command_repository import CommandRepository
from gateway.hosts.device_control import DeviceControl, HostCaller
from gateway.hosts.device_list import DeviceList
from gateway.hosts.enrolment import Enrolment, ReportingTerms
from gateway.hosts.enrolment_repository import EnrolmentRepository
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.heartbeat_repository import HeartbeatRepository
from gateway.hosts.heartbeats import Assignments, Heartbeats
from gateway.hosts.host_list import HostList
from gateway.hosts.host_removal import HostRemoval
from gateway.hosts.host_states import HostLimits
from gateway.hosts.removal_repository import RemovalRepository
from gateway.secret_box import SecretBox
from shared.errors import ForbiddenError, UnauthorisedError
from shared.http.permissions import PUBLIC, declared_permission
from shared.http.provided import provide
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 2, 3, 250_000, tzinfo=UTC)
LIMITS = HostLimits(late_after_s=25, offline_after_s=60)
KEPT_DAYS = 30
SECRET = "a-secret-for-tests-0123456789-abcdefghij"
Json = dict[str, Any]


def new_id() -> str:
    return str(uuid.uuid4())


class Agent:
    """What a host agent has: a name, a token, and the secrets that it made."""

    def __init__(self, name: str, token: str, public_url: str = "http://10.1.2.3:8700") -> None:
        self.credential = secrets.token_urlsafe(32)
        self.enrolment: Json = {
            "token": token,
            "name": name,
            "public_url": public_url,
            "version": "0.1.0",
            "credential_sha256": hashlib.sha256(self.credential.encode()).hexdigest(),
            "calling_secret": secrets.token_urlsafe(32),
        }

    @property
    def name(self) -> str:
        return str(self.enrolment["name"])


class FleetStand:
    """One gateway's hosts room. `names`: what the resolver knows."""

    def __init__(
        self,
        database_url: str,
        caller: HostCaller,
        assignments: Assignments | None = None,
    ) -> None:
        """`assignments`: instead of what the catalogue of cameras says."""
        self.clock = SetClock(NOW)
        self.names: dict[str, list[str]] = {}
        self.engine: Engine = create_database(database_url, pool_size=8)
        self.secrets = SecretBox([SECRET])
        self.catalogue = Catalogue(self.engine, new_id)
        check = AddressCheck(self._resolve)
        self.credentials = Credentials(self.secrets)
        told = HostAssignments(AssignmentRepository(self.engine), self.credentials)
        self.camera_repository = CameraRepository(self.engine)
        fleet = FleetRepository(self.engine, LIMITS)
        self.reports = FleetReports(fleet, self.clock, LIMITS)
        self.app = create_web_app(
            Rooms(
                blueprints=[
                    routes.blp,
                    ingest_routes.blp,
                    catalogue_routes.blp,
                    camera_routes.blp,
                    transfer_routes.blp,
                ],
                services=[
                    Enrolment(
                        EnrolmentRepository(self.engine, self.catalogue, new_id),
                        self.catalogue,
                        check,
                        self.secrets,
                        self.clock,
                        lambda: secrets.token_urlsafe(32),
                        ReportingTerms("http://127.0.0.1:8001/api/v1/hosts/heartbeat", 10.0),
                        LIMITS,
                    ),
                    Heartbeats(
                        HeartbeatRepository(self.engine, self.catalogue),
                        check,
                        self.clock,
                        interval_s=10.0,
                        minutes_kept_days=KEPT_DAYS,
                        assignments=assignments or told.assignment,
                    ),
                    HostList(fleet, self.reports, self.catalogue, self.clock, clock_warning_s=2.0),
                    DeviceList(fleet, self.reports, self.catalogue, self.clock),
                    DeviceControl(self.catalogue, CommandRepository(self.engine, new_id), caller, self.clock),
                    HostRemoval(RemovalRepository(self.engine), self.catalogue, self.clock),
                    CameraGroups(self.engine, new_id),
                    self.cameras(),
                    CameraImports(
                        ImportRepository(self.engine, self.camera_repository), self.credentials, new_id
                    ),
                    CameraExports(self.camera_repository, self.credentials, self.clock),
                ],
                check_access=_believe_the_header,
                monotonic=self.clock.monotonic,
                version="test",
            )
        )
        self.user_id = new_id()

    def begin(self) -> Self:
        """Everything as at first: no rows but a user's, and the clock at `NOW`."""
        self.clock.set_to(NOW)
        self.names.clear()
        # Ten times faster than TRUNCATE, which makes new files.
        for table in ("hosts", "cameras", "former_cameras", "camera_groups", "enrolment_tokens", "users"):
            self.run(f"DELETE FROM {table}")
        self.run(
            "INSERT INTO users (id, email, username, hashed_password, role)"
            " VALUES (:id, 'anna@example.com', 'anna', '', 'admin')",
            id=self.user_id,
        )
        return self

    def cameras(self, **hooks: Remove) -> Cameras:
        """The catalogue of cameras; `hooks`: what else goes with a camera."""
        changes = CameraChangesRepository(self.engine)
        return Cameras(
            self.camera_repository,
            changes,
            self.catalogue,
            self.credentials,
            self.clock,
            LIMITS,
            new_id,
            **hooks,
        )

    def call_with(self, caller: HostCaller) -> None:
        """Call hosts with this from now on."""
        commands = CommandRepository(self.engine, new_id)
        provide(self.app, DeviceControl(self.catalogue, commands, caller, self.clock))

    def close(self) -> None:
        self.engine.dispose()

    def _resolve(self, name: str) -> Sequence[str]:
        if name not in self.names:
            raise OSError(f"{name} is not known")
        return self.names[name]

    # -- requests ----------------------------------------------------------------------------

    def ask(
        self,
        method: str,
        path: str,
        *,
        role: str = "admin",
        groups: Iterable[str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """A request of a user with this role, limited to `groups` where they are given."""
        who = {"role": role, "id": self.user_id, "groups": None if groups is None else list(groups)}
        client: FlaskClient = self.app.test_client()
        return client.open(f"/api/v1{path}", method=method, headers={"X-Who": json.dumps(who)}, **options)

    def data(self, method: str, path: str, **options: Any) -> Any:
        """The data of an answer that must be good."""
        answer = self.ask(method, path, **options)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json()["data"]

    def token(self, name: str = "lab-1", **asked: Any) -> str:
        wish = {"host_name": name, "networks": ["10.0.0.0/8"], **asked}
        return str(self.data("POST", "/hosts/enrolment-tokens", json=wish)["token"])

    def enrol(self, agent: Agent) -> TestResponse:
        return self.app.test_client().post("/api/v1/hosts/enrol", json=agent.enrolment)

    def enrolled(self, name: str = "lab-1", **asked: Any) -> Agent:
        """An agent that has enrolled."""
        agent = Agent(name, self.token(name, **asked))
        answer = self.enrol(agent)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return agent

    def beat(self, agent: Agent, *devices: str | Json, packed: bool = False, **changes: Any) -> TestResponse:
        """A heartbeat. `devices`: names, or whole reports."""
        return self.send(
            agent.credential, heartbeat(agent, self.clock.now(), *devices, **changes), packed=packed
        )

    def send(self, credential: str, body: Json | bytes, *, packed: bool = False) -> TestResponse:
        plain = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {credential}", "Content-Type": "application/json"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        return self.app.test_client().post(
            "/api/v1/hosts/heartbeat", data=gzip.compress(plain) if packed else plain, headers=headers
        )

    def group(self, name: str) -> str:
        """The id of a new camera group."""
        return str(self.data("POST", "/cameras/groups", json={"name": name})["id"])

    # -- database ----------------------------------------------------------------------------

    def run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]


def heartbeat(agent: Agent, now: datetime, *devices: str | Json, **changes: Any) -> Json:
    """A heartbeat's body."""
    return {
        "name": agent.name,
        "public_url": agent.enrolment["public_url"],
        "version": "0.1.0",
        "sent_utc_ms": int(now.timestamp() * 1000),
        "devices": [device_report(device) if isinstance(device, str) else device for device in devices],
        **changes,
    }


def device_report(name: str, **changes: Any) -> Json:
    """A device that is live."""
    return {
        "name": name,
        "label": name.title(),
        "source": f"rtsp://10.1.2.9:554/{name}",
        "state": "live",
        "code": "live",
        "sentence": "It records.",
        "picture": "ok",
        "fps": 25.0,
        "width": 1280,
        "height": 720,
        **changes,
    }


def minute_report(at: datetime, device: str = "street", revision: int = 1, **changes: Any) -> Json:
    """A minute that was analysed."""
    return {
        "device": device,
        "minute": int(at.timestamp()) // 60,
        "revision": revision,
        "frames": 300,
        "analysed": True,
        "motion_mean": 0.25,
        "motion_peak": 0.5,
        "black_s": 0.0,
        "frozen_s": 0.0,
        "missing_s": 0.0,
        **changes,
    }


def minutes_ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def error_of(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, str(answer.get_json()["error"]["code"])


def _believe_the_header(app: Flask) -> None:
    def check() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        permission = None if view is None else declared_permission(view)
        if permission in (None, PUBLIC, HOST):
            return
        if "X-Who" not in request.headers:
            raise UnauthorisedError("Nobody.", remedy="Say who you are.")
        who = json.loads(request.headers["X-Who"])
        if not allows(who["role"], permission):
            raise ForbiddenError("Not allowed.", remedy="")
        scope = None if who["groups"] is None else frozenset(who["groups"])
        g.caller = Caller(who["id"], "anna", "anna@example.com", who["role"], scope, "")

    app.before_request(check)
