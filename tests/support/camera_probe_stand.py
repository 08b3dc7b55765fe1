"""The gateway's rooms that connect to cameras, on a real database and a real folder of objects."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from gateway.bootstrap.camera_probes import CameraProbes, build_camera_probes
from gateway.bootstrap.cameras import CameraRooms, build_cameras
from gateway.bootstrap.hosts import Fleet, build_fleet
from gateway.bootstrap.parts import Parts
from gateway.bootstrap.storage import build_stored_files
from gateway.cameras.probe_routes import blp as connection_tests_routes
from gateway.cameras.routes import blp as cameras_routes
from gateway.cameras.snapshot_limit import SnapshotLimit
from gateway.cameras.snapshot_routes import blp as snapshots_routes
from gateway.catalogue.repository import Catalogue
from gateway.hosts.host_directory import KnownHost
from gateway.hosts.media.stream_slots import StreamSlots
from gateway.storage.routes import blp as storage_routes
from tests.support.fleet_rows import add_enrolment, add_group, add_host
from tests.support.gateway_app import NO_REDIS, gateway_parts
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in
from tests.support.http_agent import ReadingClient

GROUP = "tenant"
DEVICES = ("street", "office")
Json = dict[str, Any]


@dataclass
class CameraProbeStand:
    """`operator` may write cameras, `viewer` only read, `guard` read those of one group."""

    app: Flask
    parts: Parts
    catalogue: Catalogue
    fleet: Fleet
    cameras: CameraRooms
    probes: CameraProbes
    objects: Path
    operator: RoomsClient = field(init=False)
    viewer: RoomsClient = field(init=False)
    guard: RoomsClient = field(init=False)

    def __post_init__(self) -> None:
        self.operator, self.viewer, self.guard = (signed_in(self.app, caller) for caller in _CALLERS)

    def camera(self, url: str, name: str = "Front Door", **more: Any) -> str:
        """The id of a new camera."""
        asked = {"name": name, "rtsp_url": url, "external_id": f"cam-{uuid.uuid4().hex[:12]}", **more}
        answer = self.operator.send("POST", "/api/v1/cameras", json=asked)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["data"]["id"])

    def reported(self, device: str) -> str:
        """The id of the camera that a device of lab-1 is."""
        return str(self.one("SELECT id FROM cameras WHERE external_id = :id", id=f"lab-1__{device}"))

    def ask(self, what: str, camera: str, *, who: RoomsClient | None = None, **body: Any) -> TestResponse:
        """`what`: test-connection or snapshot."""
        return (who or self.viewer).send("POST", f"/api/v1/cameras/{camera}/{what}", json=body)

    def tested(self, camera: str, **body: Any) -> Json:
        """The data of a test, which is a 200 whatever it came to."""
        answer = self.ask("test-connection", camera, **body)
        assert answer.status_code == 200, answer.text
        told: Json = answer.get_json()["data"]
        return told

    def taken(self, camera: str, **body: Any) -> Json:
        """The data of a snapshot that was taken."""
        answer = self.ask("snapshot", camera, **body)
        assert answer.status_code == 201, answer.text
        told: Json = answer.get_json()["data"]
        return told

    def kept(self) -> list[str]:
        """The keys of all objects."""
        return [found.key for found in self.parts.storage.list_files()]

    def one(self, query: str, **values: Any) -> Any:
        with self.parts.engine.connect() as connection:
            return connection.execute(text(query), values).scalar_one_or_none()

    def run(self, statement: str, **values: Any) -> None:
        with self.parts.engine.begin() as connection:
            connection.execute(text(statement), values)

    def enrol(self, known: KnownHost, *, group: str | None = None) -> None:
        """A host that has just reported `DEVICES` as live; `street` is in a new group `group`."""
        with self.parts.engine.begin() as connection:
            now = self.parts.clock.now()
            ids = add_host(connection, self.catalogue, known.name, DEVICES, now)
            url = f"http://{known.url.netloc}"
            add_enrolment(connection, known.name, url, self.parts.secrets.close(known.secret), DEVICES, now)
            if group is not None:
                add_group(connection, group, [ids[f"{known.name}/street"]])

    def report(self, host: str, device: str, report: Mapping[str, Any]) -> None:
        """What the host's last heartbeat said of a device."""
        self.run(
            "UPDATE host_reports"
            " SET report = jsonb_set(report::jsonb, ARRAY['devices', :device], (:told)::jsonb)"
            " WHERE host_id = (SELECT id FROM hosts WHERE name = :host)",
            host=host,
            device=device,
            told=json.dumps({"name": device, **report}),
        )


_CALLERS = (
    a_caller("operator", role="operator"),
    a_caller("viewer"),
    a_caller("guard", scope=frozenset({GROUP})),
)


@contextmanager
def camera_probe_stand(
    database_url: str, folder: Path, **sections: Mapping[str, object]
) -> Iterator[CameraProbeStand]:
    """`sections` are laid over the gateway's settings."""
    objects = folder / "objects"
    laid_over: dict[str, Mapping[str, object]] = {"storage": {"dir": str(objects)}, **sections}
    parts = gateway_parts(database_url, NO_REDIS, **laid_over)
    catalogue = Catalogue(parts.engine, lambda: str(uuid.uuid4()))
    fleet = build_fleet(parts, catalogue)
    try:
        cameras = build_cameras(parts, catalogue)
        probes = build_camera_probes(parts, cameras, fleet)
        files = build_stored_files(parts.settings, parts.storage, parts.url_signer, StreamSlots(4).take)
        app = rooms_app(
            [cameras_routes, connection_tests_routes, snapshots_routes, storage_routes],
            [
                cameras.cameras,
                probes.connection_tests,
                probes.snapshots,
                SnapshotLimit(parts.redis, parts.settings.cameras.snapshots_a_minute, parts.clock),
                files,
            ],
            _CALLERS,
        )
        app.test_client_class = ReadingClient
        yield CameraProbeStand(app, parts, catalogue, fleet, cameras, probes, objects)
    finally:
        fleet.client.close()
        parts.engine.dispose()
