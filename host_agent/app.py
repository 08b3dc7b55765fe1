"""The Flask application of the host agent."""

import sqlite3

import structlog
from flask import Flask, Response

from host_agent.address_parts import CONVERTERS
from host_agent.capture.control import DeviceControl
from host_agent.capture.device_report import DeviceReporter
from host_agent.capture.routes import blp as devices_routes
from host_agent.frames.routes import blp as frames_routes
from host_agent.gateway_state import GatewayView
from host_agent.http_services import AppServices
from host_agent.metrics import CONTENT_TYPE, HostMetrics
from host_agent.playback.routes import blp as playback_routes
from host_agent.probe.camera_probe import CameraProbe
from host_agent.probe.routes import blp as probe_routes
from host_agent.served_devices import ServedDevices
from host_agent.timeline.routes import blp as timeline_routes
from shared.errors import StorageError
from shared.http.access import check_every_request
from shared.http.application import new_application
from shared.http.blueprint import TEXT, ApiBlueprint
from shared.http.docs import docs_blueprint
from shared.http.errors import FlatForm
from shared.http.permissions import requires
from shared.http.provided import provide, provided

_DESCRIPTION = """\
Records the cameras of one machine around the clock and plays any moment of them back.

Times are ISO 8601 with an offset; spans include their begin and not their end; hours are UTC.
Every error is a JSON object: error (a sentence), code (the same for programs), remedy (what to do).
Where a token is set, or the host is enrolled with a gateway, every address but /api/host/health, /healthz
and /readyz needs Authorization: Bearer with the token, or with the secret that the gateway has; otherwise
only this machine may ask."""


def create_app(services: AppServices) -> Flask:
    """Build the application. To be called in the process that serves: nothing of it survives a fork."""
    app, _ = new_application(
        title="Coldframe host agent",
        version=services.version,
        description=_DESCRIPTION,
        blueprints=(
            devices_routes,
            frames_routes,
            timeline_routes,
            playback_routes,
            probe_routes,
            _operation_routes(),
        ),
        converters=CONVERTERS,
        documentation=lambda api: docs_blueprint(api, "hosts:read"),
        check_access=lambda app: check_every_request(app, services.tokens),
        form=FlatForm(),
        translations={OSError: _disk_refuses, sqlite3.Error: _journal_refuses},
        monotonic=services.clock.monotonic,
    )
    devices = served_devices(services)
    reporter = DeviceReporter(devices)
    gateway = GatewayView(services.gateway)
    provide(app, devices, reporter, DeviceControl(devices), gateway, HostMetrics(devices, reporter, gateway))
    provide(app, services.timelines, services.playlists, services.heatmaps)
    provide(app, services.frame_finder, services.clips, CameraProbe())
    return app


def served_devices(services: AppServices) -> ServedDevices:
    """The devices that requests, and reports, speak of."""
    return ServedDevices(
        version=services.version,
        settings=services.settings,
        configured=services.devices,
        stores=services.stores,
        journal=services.journal,
        clock=services.clock,
        is_guarded=lambda: bool(services.tokens()),
        assignment=services.assignment,
        needs_restart=services.needs_restart,
    )


def _disk_refuses(error: OSError) -> StorageError:
    structlog.get_logger().error("disk_refuses", error=str(error))
    return StorageError(
        f"The disk refuses: {error.strerror or type(error).__name__}.",
        remedy="Check the disk with: python -m host_agent doctor",
    )


def _journal_refuses(error: sqlite3.Error) -> StorageError:
    structlog.get_logger().error("journal_refuses", error=str(error))
    return StorageError(
        f"The journal cannot be used: {error}.",
        remedy="Check the disk of state_dir; the request may be sent again.",
    )


def _operation_routes() -> ApiBlueprint:
    blp = ApiBlueprint("operation", __name__, description="For those who keep the agent running.")

    @blp.get("/metrics")
    @requires("hosts:read")
    @blp.answer(200, TEXT, description="Prometheus' text format.", content_type=CONTENT_TYPE)
    @blp.errors(503)
    def metrics() -> Response:
        """Metrics for Prometheus, computed when they are asked for"""
        return Response(provided(HostMetrics).render(), content_type=CONTENT_TYPE)

    return blp
