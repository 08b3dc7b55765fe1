"""Health, devices and their control over HTTP."""

import sqlite3
from typing import Any

from flask import Response, jsonify

from host_agent.capture.control import ControlAnswer, DeviceControl
from host_agent.capture.device_report import DeviceReporter
from host_agent.capture.health import DOWN, judge_health, run_check
from host_agent.capture.schemas import (
    CONTROL_EXAMPLE,
    DEVICE_EXAMPLE,
    HEALTH_EXAMPLE,
    AliveSchema,
    ControlAnswerSchema,
    ControlSchema,
    DeviceSchema,
    DevicesSchema,
    HealthSchema,
    ReadinessSchema,
    brief_json,
    device_json,
    sending_json,
    storage_json,
)
from host_agent.gateway_state import GatewayView
from host_agent.reported_state import ToldAlarm, is_silent
from host_agent.ring.layout import NUMBERED_KINDS, Kind
from host_agent.served_devices import ServedDevices
from shared.http.access import is_authenticated
from shared.http.blueprint import ApiBlueprint
from shared.http.permissions import PUBLIC, requires
from shared.http.provided import provided

blp = ApiBlueprint("devices", __name__, description="The host's health, its devices, and their control.")
ASSIGNMENT_REFUSED = "assignment_refused"
_ASKED_BY_EXAMPLE = {"asked_by": "anna"}


@blp.get("/api/host/health")
@requires(PUBLIC)
@blp.answer(
    200, HealthSchema, description="Something records, or is meant to stand still.", example=HEALTH_EXAMPLE
)
@blp.also(503, schema=HealthSchema, description="Nothing can be recorded; error and remedy say why.")
def health() -> Response:
    """Whether this host is alive and records

    Callers without a token, where one is set, see `alive` and `status` only.
    """
    devices, reporter = provided(ServedDevices), provided(DeviceReporter)
    names = devices.names()
    states = devices.states(names)
    storages = reporter.storages()
    silence_s = devices.silence_s()
    stopped = frozenset(name for name in names if devices.journal.wanted(name).wanted == "stopped")
    judged = judge_health(states, stopped, storages, is_silent(silence_s))
    body: dict[str, Any] = {"alive": True, "status": judged.status}
    if is_authenticated():
        body |= {
            "name": devices.settings().agent.name,
            "version": devices.version,
            "time": devices.clock.now(),
            "capture": {"running": not is_silent(silence_s), "silent_s": silence_s},
            "storage": [storage_json(storage) for storage in storages],
            "alarms": _alarms(devices, names),
            "gateway": provided(GatewayView).state(),
            "captions": None if (sending := devices.sending()) is None else sending_json(sending),
            "devices": [brief_json(name, devices.label(name), state) for name, state in states.items()],
        }
    if judged.status == DOWN:
        body["code"] = "nothing_recorded"
        body["error"] = judged.sentence if is_authenticated() else "Nothing is recorded."
        body["remedy"] = judged.remedy if is_authenticated() else "Ask with a token for the reason."
    response = jsonify(HealthSchema().dump(body))
    response.status_code = 503 if judged.status == DOWN else 200
    return response


def _alarms(devices: ServedDevices, names: list[str]) -> list[ToldAlarm]:
    found = {alarm for name in names for alarm in devices.alarms(name)} | set(devices.host_alarms())
    problem = provided(GatewayView).state().assignment_problem
    if problem:
        found.add(ToldAlarm(ASSIGNMENT_REFUSED, problem))
    return sorted(found)


@blp.get("/healthz")
@requires(PUBLIC)
@blp.answer(200, AliveSchema, description="The process answers.", example={"alive": True})
def healthz() -> dict[str, bool]:
    """Whether this process is alive"""
    return {"alive": True}


@blp.get("/readyz")
@requires(PUBLIC)
@blp.answer(
    200,
    ReadinessSchema,
    description="What the API stands on answers.",
    example={"ready": True, "checks": [{"name": "journal", "ok": True, "latency_ms": 0.2}]},
)
@blp.also(503, schema=ReadinessSchema, description="Something that the API stands on does not answer.")
def readyz() -> Response:
    """Whether requests can be answered, with the latency of what they stand on"""
    devices, reporter = provided(ServedDevices), provided(DeviceReporter)
    checks = [
        run_check("journal", lambda: devices.journal.recall("") is None, (sqlite3.Error,)),
        run_check("storage", lambda: all(state.is_usable for state in reporter.storages()), (OSError,)),
    ]
    ready = all(check.ok for check in checks)
    response = jsonify(ReadinessSchema().dump({"ready": ready, "checks": checks}))
    response.status_code = 200 if ready else 503
    return response


@blp.get("/api/host/devices")
@requires("hosts:read")
@blp.answer(200, DevicesSchema, description="By name.", example={"devices": [DEVICE_EXAMPLE]})
@blp.errors(503)
def all_devices() -> dict[str, Any]:
    """All devices: state, picture, footage, disk

    Those that are not recorded any more (`former`) are listed as long as there is footage of them.
    """
    devices = provided(ServedDevices)
    former = [device for device in _described(devices.former_names()) if _has_footage(device)]
    return {"devices": sorted(_described(devices.names()) + former, key=lambda device: str(device["device"]))}


def _has_footage(device: dict[str, Any]) -> bool:
    return any(count["files"] for kinds in (device["hot"], device["cold"]) for count in kinds.values())


@blp.get("/api/host/devices/<device:device>")
@requires("hosts:read")
@blp.answer(200, DeviceSchema, description="The device.", example=DEVICE_EXAMPLE)
@blp.errors(404, 503)
def one_device(device: str) -> dict[str, Any]:
    """One device: state, picture, footage, disk

    A running hour's bytes are estimated from a sample of its files (`estimated`). `forecast` says
    when the disk is full if all devices on it go on as in their last hours.
    """
    return _described([provided(ServedDevices).store(device).device])[0]


def _described(names: list[str]) -> list[dict[str, Any]]:
    ring = provided(ServedDevices).settings().ring
    limits = {
        kind.value: ring.hot_segments if kind is Kind.SEGMENTS else ring.hot_frames for kind in NUMBERED_KINDS
    }
    return [device_json(report, limits) for report in provided(DeviceReporter).reports(names)]


@blp.post("/api/host/devices/<device:device>/start")
@requires("hosts:control")
@blp.body(ControlSchema, example=_ASKED_BY_EXAMPLE, required=False)
@blp.answer(202, ControlAnswerSchema, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 503)
def start_device(asked: dict[str, str], device: str) -> ControlAnswer:
    """Record a device that was stopped"""
    return provided(DeviceControl).start(device, asked["asked_by"])


@blp.post("/api/host/devices/<device:device>/stop")
@requires("hosts:control")
@blp.body(ControlSchema, example=_ASKED_BY_EXAMPLE, required=False)
@blp.answer(202, ControlAnswerSchema, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 503)
def stop_device(asked: dict[str, str], device: str) -> ControlAnswer:
    """Stop recording a device until it is started again

    The wish survives restarts of the agent. The gap in the time line says who asked.
    """
    return provided(DeviceControl).stop(device, asked["asked_by"])


@blp.post("/api/host/devices/<device:device>/restart")
@requires("hosts:control")
@blp.body(ControlSchema, example=_ASKED_BY_EXAMPLE, required=False)
@blp.answer(202, ControlAnswerSchema, description="It is asked for.", example=CONTROL_EXAMPLE)
@blp.errors(404, 409, 503)
def restart_device(asked: dict[str, str], device: str) -> ControlAnswer:
    """Restart a device's recorder; a stopped device is started"""
    return provided(DeviceControl).restart(device, asked["asked_by"])
