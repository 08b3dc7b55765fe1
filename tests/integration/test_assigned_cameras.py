"""Cameras that a gateway assigns to a host: recorded at once, by difference, through restarts; and what is
left of one that was taken away."""

import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from host_agent.journal.journal import Journal
from shared.clock import SystemClock
from shared.contracts.heartbeat import AssignedCamera, DeviceReport
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_gateway import FleetGateway
from tests.support.rtsp_relay import RtspRelay, h264_encoding, pattern_source

TOKEN = "enrol-lab-1"
AGENT_TOKEN = "a-token-of-this-test-only"
PASSWORD = "p w/d@7!"
RECORDED_WITHIN_S = 20.0
INTERVAL_S = 10.0


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
    with FleetGateway(TOKEN, interval_s=INTERVAL_S) as opened:
        yield opened


def assign(gateway: FleetGateway, **settings: dict[str, object]) -> None:
    """From the next heartbeat on; the digest is of what they are."""
    gateway.cameras = [AssignedCamera(name=name, settings=keys) for name, keys in settings.items()]
    gateway.assignment = f"d-{time.monotonic_ns()}"


def host(folder: Path, gateway: FleetGateway, *own: str) -> AgentUnderTest:
    """An agent with these devices in its own host.toml, which is enrolled at its start."""
    return AgentUnderTest(
        folder,
        [{"name": name, "source": "pattern:testsrc2", "size": "160x90", "frames": "off"} for name in own],
        sections={
            "agent": {"token": AGENT_TOKEN},
            "gateway": {"url": gateway.url, "enrolment_token": TOKEN},
            "ring": {"archive_interval_s": 1, "hot_segments": 3},
        },
    )


def reported(gateway: FleetGateway, device: str) -> DeviceReport | None:
    """What the last heartbeat says of a device."""
    devices = gateway.heartbeats[-1].devices if gateway.heartbeats else []
    return next((report for report in devices if report.name == device), None)


def is_live(agent: AgentUnderTest, device: str) -> bool:
    answer = agent.get(f"/api/host/devices/{device}")
    return answer.status_code == 200 and answer.json()["state"] == "live"


def recorder_pids(agent: AgentUnderTest, device: str) -> list[int]:
    return sorted(
        seen.pid for seen in agent.ffmpegs(device) if "pipe:0" in seen.arguments or "lavfi" in seen.arguments
    )


def test_an_assigned_camera_is_recorded_within_twenty_seconds_and_nothing_else_notices(
    relay: RtspRelay, gateway: FleetGateway, tmp_path: Path
) -> None:
    with host(tmp_path, gateway, "own") as agent:
        agent.wait_live("own")
        agent.wait_for("a heartbeat", lambda: bool(gateway.heartbeats))
        before = recorder_pids(agent, "own")
        assign(gateway, door={"source": relay.url("door"), "label": "Front door"})
        took_s = agent.wait_for("live", lambda: is_live(agent, "door"), within_s=RECORDED_WITHIN_S)
        print(f"assigned → live: {took_s:.1f} s")
        told = agent.json("/api/host/devices/door")
        assert (told["assigned"], told["former"], told["label"]) == (True, False, "Front door")
        assert PASSWORD not in str(told) and told["source"] == f"rtsp://***@127.0.0.1:{relay.port}/door"
        assert agent.json("/api/host/devices/own")["assigned"] is False
        assert recorder_pids(agent, "own") == before
