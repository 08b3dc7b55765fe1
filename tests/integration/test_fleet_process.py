"""The process that serves reports too: killed at the worst moment, reloaded, in a whole agent."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from deploy.local.free_port import free_port
from host_agent.journal.journal import Journal
from host_agent.ring.layout import Hour, Kind
from shared.clock import SystemClock
from shared.contracts.heartbeat import Command
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_gateway import FleetGateway
from tests.support.fleet_host import write_hour
from tests.support.serve_process import WITHIN_S, ServeProcess

TOKEN = "enrol-lab-1"
INTERVAL_S = 0.3


@contextmanager
def holding(gateway: FleetGateway) -> Iterator[threading.Event]:
    """The next report is taken and not answered before the block ends; the event says that it is taken."""
    taken, release = threading.Event(), threading.Event()

    def hold(request: BaseHTTPRequestHandler) -> None:
        taken.set()
        release.wait(WITHIN_S)
        request.close_connection = True

    gateway.after.append(hold)
    try:
        yield taken
    finally:
        release.set()


@pytest.fixture
def gateway() -> Iterator[FleetGateway]:
    with FleetGateway(TOKEN, interval_s=INTERVAL_S) as opened:
        yield opened


def past_hours(count: int) -> list[Hour]:
    running = Hour.of(datetime.now(UTC))
    return [Hour(running.start - timedelta(hours=ago)) for ago in range(count, 0, -1)]


def test_a_kill_between_taking_and_acknowledging_loses_and_doubles_nothing(
    gateway: FleetGateway, tmp_path: Path
) -> None:
    process = ServeProcess(tmp_path, gateway.url, TOKEN)
    for hour in past_hours(3):
        write_hour(process.ring("capture1"), hour)
    with process:
        process.wait_for("all minutes", lambda: len(gateway.hosts) == 1 and len(gateway.host.minutes) == 180)
        process.wait_for("another heartbeat", lambda: gateway.deliveries()[-1] == 0)
        process.stop()
        for hour in past_hours(3):
            write_hour(process.ring("capture1"), hour, revision=2)
        with holding(gateway) as taken:
            process.start()
            assert taken.wait(WITHIN_S)
            process.kill()
        held = len(gateway.heartbeats)
        assert gateway.deliveries()[-1] == 180
        process.start()
        process.wait_for("three heartbeats", lambda: len(gateway.heartbeats) >= held + 3)
        # Sent once more, since nobody knows better, and then no more.
        assert gateway.deliveries()[held:][:3] == [180, 0, 0]
    assert (len(gateway.host.minutes), len(gateway.enrolments)) == (180, 1)
    assert {minute.revision for minute in gateway.host.minutes.values()} == {2}


def test_a_reload_takes_a_gateway_over_and_the_last_minutes_of_a_removed_device_arrive(
    gateway: FleetGateway, tmp_path: Path
) -> None:
    process = ServeProcess(tmp_path)
    write_hour(process.ring("removed"), past_hours(1)[0])
    process.state_dir.mkdir()
    # What tells a device that was taken away from a folder that is none of the agent's.
    Journal(process.state_dir / "journal.db", SystemClock()).reserve_numbers(
        "removed", Kind.SEGMENTS.value, 1
    )
    process.ring("capture1")
    write_hour(process.ring("foreign"), past_hours(1)[0])
    with process, httpx.Client(base_url=f"http://127.0.0.1:{process.port}") as client:

        def status_of_devices() -> int:
            try:
                return client.get("/api/host/devices").status_code
            except httpx.TransportError:
                return 0

        process.wait_for("an answer", lambda: status_of_devices() == 200)
        listens_on, process.port = process.port, free_port()
        process.set_gateway(gateway.url, TOKEN)
        os.kill(process.pid, signal.SIGHUP)
        process.wait_for("minutes", lambda: bool(gateway.hosts) and bool(gateway.host.minutes))
        # The secret is asked for from the moment on that the gateway has one.
        process.wait_for("a guarded API", lambda: status_of_devices() == 401)
        secret = {"Authorization": f"Bearer {gateway.enrolments[0].calling_secret}"}
        answer = client.get("/api/host/health", headers=secret)
        assert answer.json()["gateway"]["state"] == "online"
    assert {device for device, _minute in gateway.host.minutes} == {"removed"}
    # Nobody started it anew: it is reached where it was, and says so.
    assert gateway.enrolments[0].public_url == f"http://127.0.0.1:{listens_on}"
    assert any("listen was changed and needs a restart" in alarm for alarm in gateway.heartbeats[-1].alarms)


def test_a_whole_agent_records_reports_and_obeys(gateway: FleetGateway, tmp_path: Path) -> None:
    devices = [{"name": "capture1", "source": "pattern:testsrc2"}]
    with AgentUnderTest(
        tmp_path, devices, sections={"gateway": {"url": gateway.url, "enrolment_token": TOKEN}}
    ) as agent:

        def state() -> str:
            return gateway.heartbeats[-1].devices[0].state if gateway.heartbeats else ""

        agent.wait_for("live, by heartbeat", lambda: state() == "live")
        gateway.commands = [Command(id="c-1", device="capture1", action="stop", asked_by="anna")]
        agent.wait_for("stopped, by heartbeat", lambda: state() == "stopped")
        assert "anna" in gateway.heartbeats[-1].devices[0].sentence
        agent.wait_for("the command's result", lambda: "c-1: True" in gateway.host.results)
        gateway.close()
        # The gateway is away: recording goes on, and is controlled by others.
        secret = gateway.enrolments[0].calling_secret
        asked = httpx.post(
            f"{agent.url}/api/host/devices/capture1/start", headers={"Authorization": f"Bearer {secret}"}
        )
        assert asked.status_code == 202
        gateway.commands = []
        gateway.open()
        agent.wait_for("live again, by heartbeat", lambda: state() == "live")
