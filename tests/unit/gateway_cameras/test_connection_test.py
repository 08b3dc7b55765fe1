"""What a test of a connection says to people, and what a host's report says in its place."""

from datetime import UTC, datetime

import pytest

from gateway.cameras.connection_test import probed, reported
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from shared.contracts.heartbeat import DeviceReport
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.camera_of_tests import a_camera

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def a_host(state: HostState, *devices: DeviceReport) -> HostStatus:
    return HostStatus(
        "id", "lab-1", state, None, None, NOW, "1", 0.0, 0, {device.name: device for device in devices}
    )


OF_HOST = a_camera(host="lab-1", device_name="street", managed_by="host")
STARTING = DeviceReport(name="street", state="starting")
LIVE = DeviceReport(name="street", state="live", width=1280, height=720, fps=25.0, codec="h264")


def test_a_camera_that_answers_is_said_to_be_connected_by_its_name() -> None:
    found = probed(a_camera(), StreamProbe("ok", "", 50, 1920, 1080, 30.0, "h264"), "gateway")
    assert (found.success, found.message) == (True, "Successfully connected to Front Door")
    assert (found.latency_ms, found.resolution, found.fps, found.codec) == (50, "1920x1080", 30.0, "h264")


def test_a_camera_that_does_not_says_why() -> None:
    found = probed(a_camera(), StreamProbe("refused", "Nothing listens."), "lab-1")
    assert (found.success, found.code, found.message, found.tested_by) == (
        False,
        "refused",
        "Nothing listens.",
        "lab-1",
    )
    assert (found.latency_ms, found.resolution, found.fps) == (None, None, None)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (a_host(HostState.ONLINE, LIVE), "ok", "Successfully connected to Front Door"),
        (a_host(HostState.LATE, LIVE), "ok", "Successfully connected"),
        (a_host(HostState.OFFLINE, LIVE), "host_unreachable", "has not reported for a while"),
        (a_host(HostState.REVOKED, LIVE), "host_unreachable", "has not reported for a while"),
        (None, "host_unreachable", "has not reported"),
        (a_host(HostState.ONLINE), "not_recorded", "does not record this camera any more"),
        (
            a_host(
                HostState.ONLINE,
                DeviceReport(name="street", state="backing_off", code="source_gone", sentence="Unplugged."),
            ),
            "source_gone",
            "Unplugged.",
        ),
        (
            a_host(HostState.ONLINE, DeviceReport(name="street", state="starting")),
            "starting",
            "It is starting.",
        ),
    ],
)
def test_of_a_hosts_own_device_its_last_report_is_the_answer(
    status: HostStatus | None, code: str, words: str
) -> None:
    found = reported(OF_HOST, status)
    assert (found.success, found.code, found.tested_by) == (code == "ok", code, "lab-1")
    assert words in found.message
