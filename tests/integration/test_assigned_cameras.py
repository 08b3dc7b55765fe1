"""Cameras that a gateway assigns to a host: recorded at once, by difference, through restarts; and what is
left of one that was taken away."""

import stat
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.heartbeat import AssignedCamera, Detection, DetectionOverride, DeviceReport
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_gateway import FleetGateway
from tests.support.rtsp_relay import RtspRelay, h264_encoding, pattern_source

TOKEN = "enrol-lab-1"
AGENT_TOKEN = "a-token-of-this-test-only"
PASSWORD = "p w/d@7!"
WRONG_PASSWORD = "not-the-p4ssword"
RECORDED_WITHIN_S = 20.0
SOON_S = 0.5


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RtspRelay]:
    with RtspRelay(tmp_path, names=("door", "gate"), password=PASSWORD, auth="digest") as running:
        for name in running.names:
            running.publish(
                name, pattern_source("testsrc2=size=320x180:rate=10"), h264_encoding(gop_frames=10)
            )
        yield running


@pytest.fixture
def gateway() -> Iterator[FleetGateway]:
    with FleetGateway(TOKEN, interval_s=SOON_S) as opened:
        yield opened


def assign(gateway: FleetGateway, **settings: Mapping[str, object]) -> None:
    """From the next heartbeat on."""
    gateway.cameras = [AssignedCamera(name=name, settings=dict(keys)) for name, keys in settings.items()]
    gateway.assignment = f"d-{time.monotonic_ns()}"


def host(folder: Path, gateway: FleetGateway, *own: str) -> AgentUnderTest:
    """An agent with these devices in its own host.toml, which is enrolled at its start."""
    return AgentUnderTest(
        folder,
        [{"name": name, "source": "pattern:testsrc2", "size": "160x90", "frames": "off"} for name in own],
        sections={
            "agent": {"token": AGENT_TOKEN},
            "gateway": {"url": gateway.url, "enrolment_token": TOKEN},
            "ring": {"archive_interval_s": 0.5, "hot_segments": 3, "hot_max_age_s": 2},
        },
    )


def device(agent: AgentUnderTest, name: str) -> dict[str, Any]:
    """What the agent's API says of a device; empty where it does not know it."""
    answer = agent.get(f"/api/host/devices/{name}")
    return answer.json() if answer.status_code == 200 else {}


def is_in(agent: AgentUnderTest, name: str, state: str) -> bool:
    return device(agent, name).get("state") == state


def recorders(agent: AgentUnderTest, name: str) -> list[int]:
    """The ffmpegs that record a device; those that make frames work at its staging folder."""
    return sorted(seen.pid for seen in agent.ffmpegs(name) if "hls" in seen.arguments)


def reported(gateway: FleetGateway, name: str) -> DeviceReport | None:
    """What the last heartbeat says of a device."""
    devices = gateway.heartbeats[-1].devices if gateway.heartbeats else []
    return next((report for report in devices if report.name == name), None)


def detection(gateway: FleetGateway, name: str) -> Detection | None:
    """How a device is analysed, as the last heartbeat says."""
    found = reported(gateway, name)
    return None if found is None else found.detection


def gap_codes(agent: AgentUnderTest, name: str, since: datetime) -> list[str]:
    told = agent.json(
        f"/api/host/timeline/{name}", **{"from": iso_ms(since), "to": iso_ms(datetime.now(UTC))}
    )
    return [gap["code"] for gap in told["gaps"]]


def post(agent: AgentUnderTest, path: str) -> httpx.Response:
    return httpx.post(
        f"{agent.url}{path}", headers={"Authorization": f"Bearer {AGENT_TOKEN}"}, json={"asked_by": "anna"}
    )


def test_a_changed_assignment_touches_only_what_has_changed_and_what_is_taken_away_stays_to_be_seen(
    relay: RtspRelay, gateway: FleetGateway, tmp_path: Path
) -> None:
    since = datetime.now(UTC)
    gate = {"source": relay.url("gate")}
    bad: dict[str, Mapping[str, object]] = {
        "reader": {"source": "file:/etc/passwd"},
        "strange": {**gate, "colour": "red"},
        "own": gate,
    }
    assign(gateway, door={"source": relay.url("door", password=WRONG_PASSWORD)}, **bad)
    with host(tmp_path, gateway, "own") as agent:
        agent.wait_live("own")
        agent.wait_for("a refused login", lambda: device(agent, "door").get("code") == "source_refused")
        reader, strange = device(agent, "reader"), device(agent, "strange")
        assert (reader["state"], strange["state"]) == ("misconfigured", "misconfigured")
        assert "source: must begin with one of rtsp" in reader["reason"]
        assert "colour: is no setting" in strange["reason"]

        # One more, and another password: who records already does not notice.
        own = recorders(agent, "own")
        assign(gateway, door={"source": relay.url("door")}, gate=gate, **bad)
        agent.wait_live("door", "gate")
        untouched = {name: recorders(agent, name) for name in ("own", "door", "gate")}
        assert untouched["own"] == own

        # Nor does who is to be judged and called otherwise.
        other_words = {**gate, "analysis": False, "label": "G"}
        assign(gateway, door={"source": relay.url("door")}, gate=other_words, **bad)
        agent.wait_for("another label", lambda: device(agent, "gate").get("label") == "G")

        def told() -> dict[str, tuple[str, bool]]:
            newest = gateway.heartbeats[-1]
            if newest.assignment != gateway.assignment:
                return {}
            return {report.name: (report.state, report.assigned) for report in newest.devices}

        # The newest report may have been made just before that.
        agent.wait_for("a report of it", lambda: told().get("gate") == ("live", True))
        assert told()["own"] == ("live", False)
        assert told()["reader"] == told()["strange"] == ("misconfigured", True)
        assert any("'own'" in alarm for alarm in gateway.heartbeats[-1].alarms)
        assert {name: recorders(agent, name) for name in untouched} == untouched

        # A device of host.toml is analysed as the gateway says, and recorded on.
        gateway.overrides = [DetectionOverride(name="own", enable_detection=False, detection_sensitivity=0.2)]
        assign(gateway, door={"source": relay.url("door")}, gate=other_words, **bad)
        in_force = Detection(enabled=False, sensitivity=0.2)
        agent.wait_for("a report of it", lambda: detection(gateway, "own") == in_force)
        told_own = reported(gateway, "own")
        assert told_own is not None and told_own.own_detection == Detection(enabled=True, sensitivity=0.7)
        assert {name: recorders(agent, name) for name in untouched} == untouched

        # Taken away: it ends, and its footage is there.
        assign(gateway, door={"source": relay.url("door")})
        agent.wait_for("it was taken away", lambda: device(agent, "gate").get("former") is True)
        agent.wait_for("nothing records it", lambda: recorders(agent, "gate") == [])
        agent.wait_for("archived", lambda: device(agent, "gate")["hot"]["segments"]["files"] == 0)
        gone = device(agent, "gate")
        assert (gone["state"], gone["code"]) == ("stopped", "unassigned")
        assert gone["reason"] == "The gateway took this camera away from this host."
        span = {"from": iso_ms(since), "to": iso_ms(datetime.now(UTC))}
        playlist = agent.get("/host/stream/gate/playlist.m3u8", **span)
        segment = next(line for line in playlist.text.splitlines() if line and not line.startswith("#"))
        assert len(agent.get(str(playlist.url.join(segment))).content) > 188
        assert agent.get("/api/host/heatmap/gate", **span).status_code == 200
        agent.wait_for("a gap", lambda: gap_codes(agent, "gate", since)[-1] == "unassigned")
        listed = [entry["device"] for entry in agent.json("/api/host/devices")["devices"]]
        assert listed == ["door", "gate", "own"]
        assert post(agent, "/api/host/devices/gate/start").json()["code"] == "former_device"
        agent.wait_for("a report without it", lambda: reported(gateway, "gate") is None)
        assert {name: recorders(agent, name) for name in ("own", "door")} == {
            name: untouched[name] for name in ("own", "door")
        }

        # Stopped by somebody, like any device.
        assert post(agent, "/api/host/devices/door/stop").status_code == 202
        agent.wait_for("it stands still", lambda: is_in(agent, "door", "stopped"))

        # Nobody else learns a password.
        titles = [argument for seen in agent.processes() for argument in seen.arguments]
        shown = [agent.text("/api/host/health"), agent.text("/api/host/devices"), agent.text("/metrics")]
        for secret in (PASSWORD, "p%20w%2Fd%407%21", WRONG_PASSWORD):
            assert all(secret not in text for text in [*titles, *shown, agent.log.read_text()])
    for file in (*agent.state_dir.glob("journal.db*"), agent.state_dir / "gateway-credential.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_host_without_devices_records_a_camera_within_twenty_seconds_and_on_without_its_gateway(
    relay: RtspRelay, gateway: FleetGateway, tmp_path: Path
) -> None:
    gateway.interval_s = 10.0
    with host(tmp_path, gateway) as agent:
        agent.wait_for("a heartbeat", lambda: bool(gateway.heartbeats))
        health = agent.get("/api/host/health")
        assert (health.status_code, health.json()["status"], health.json()["devices"]) == (200, "ok", [])
        assign(gateway, door={"source": relay.url("door"), "label": "Front door"})
        agent.wait_for("it is live", lambda: is_in(agent, "door", "live"), within_s=RECORDED_WITHIN_S)
        told = device(agent, "door")
        assert (told["assigned"], told["former"], told["label"]) == (True, False, "Front door")
        assert told["source"] == f"rtsp://***@127.0.0.1:{relay.port}/door"
        gateway.close()
        agent.kill_all()
        since = datetime.now(UTC)
        agent.start()
        agent.wait_healthy()
        agent.wait_for("it is live again", lambda: is_in(agent, "door", "live"))
        assert gap_codes(agent, "door", since - timedelta(seconds=1)) == ["agent_crashed"]
        # Whoever takes the gateway out of host.toml leaves the fleet, and its cameras with it.
        own = {"name": "own", "source": "pattern:testsrc2", "size": "160x90", "frames": "off"}
        agent.reload(devices=[own], sections={"gateway": {"url": ""}})
        agent.wait_for("nothing is assigned", lambda: device(agent, "door").get("former") is True)
        agent.wait_for("it says so", lambda: "left the gateway" in device(agent, "door")["reason"])
        assert recorders(agent, "door") == []
