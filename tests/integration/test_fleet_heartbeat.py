"""What heartbeats say, what their answers ask for, and what bad answers cannot do."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.gateway_state import GatewayStatus
from host_agent.journal.assignment_records import AssignmentRecords
from host_agent.ring.layout import Kind, RingFile
from shared.contracts.heartbeat import (
    MOST_DEVICES,
    AssignedCamera,
    Command,
    Detection,
    DetectionOverride,
    DeviceReport,
)
from shared.spans import utc_ms
from tests.support.fleet_gateway import (
    Behaviour,
    FleetGateway,
    answer_with,
    keep_silent,
    lose_answer,
    pour,
    refuse_with,
    trickle_body,
    trickle_headers,
)
from tests.support.fleet_host import ANSWER_WITHIN_S, FleetHost, fleet_host

TOKEN = "enrol-lab-1"
BAD_ANSWERS: dict[str, Behaviour] = {
    "no answer": lose_answer,
    "silence": keep_silent,
    "headers without an end": trickle_headers,
    "a body that trickles": trickle_body,
    "a body without an end": pour,
    "a large body": answer_with(200, b" " * ((1 << 20) + 1)),
    "nothing": answer_with(200, b""),
    "a page": answer_with(200, b"<html>Welcome</html>"),
    "no time": answer_with(200, json.dumps({"success": True, "data": {"interval_s": 1}}).encode()),
    "deep nesting": answer_with(200, b"[" * 500_000),
    "a packed answer": answer_with(200, b"\x1f\x8b" + b"\x00" * 50, Content_Encoding="gzip"),
    "somewhere else": answer_with(307, b"", Location="http://127.0.0.1:1/"),
    "its own trouble": refuse_with(503, "database"),
    "a refusal": refuse_with(422, "strange"),
    "a page of an error": answer_with(502, b"<h1>Bad gateway</h1>"),
}


@pytest.fixture
def gateway() -> Iterator[FleetGateway]:
    with FleetGateway(TOKEN) as opened:
        yield opened


@pytest.fixture
def host(gateway: FleetGateway, tmp_path: Path) -> Iterator[FleetHost]:
    with fleet_host(tmp_path, gateway.url, TOKEN) as opened:
        yield opened


def beat(host: FleetHost) -> None:
    """The next heartbeat's time has come; what is asked for is known at the gateway then."""
    host.pass_time(10)
    host.steps()


def told(host: FleetHost, gateway: FleetGateway) -> DeviceReport:
    beat(host)
    return gateway.heartbeats[-1].devices[0]


# -- what is said ------------------------------------------------------------------------------------


def test_a_heartbeat_says_how_the_host_is(host: FleetHost, gateway: FleetGateway) -> None:
    newest = utc_ms(host.clock.now())
    host.agent.report(
        fps=25.0,
        bitrate_bps=2_100_000,
        width=1280,
        height=720,
        codec="h264",
        since_utc_ms=newest - 60_000,
        newest_segment_utc_ms=newest,
    )
    host.steps()
    report = gateway.heartbeats[-1]
    assert (report.name, report.version, report.sent_utc_ms) == ("lab-1", "0.1.0", utc_ms(host.clock.now()))
    assert set(report.versions) == {"agent", "ffmpeg", "python", "os"}
    assert report.versions["ffmpeg"].startswith("ffmpeg version")
    assert [(disk.root, disk.total_bytes > disk.free_bytes > 0) for disk in report.disks] == [
        (str(host.agent.root), True)
    ]
    device = report.devices[0]
    assert (device.name, device.label, device.state) == ("capture1", "Label of capture1", "live")
    assert device.source == "rtsp://***@camera/stream"
    assert (device.fps, device.bitrate_bps, device.width, device.codec) == (25.0, 2_100_000, 1280, "h264")
    assert (device.since_utc_ms, device.newest_segment_utc_ms) == (newest - 60_000, newest)
    assert "s3cret" not in report.model_dump_json()


@pytest.mark.parametrize(
    ("judged", "age_s", "picture"),
    [
        (Judgement(80.0, False, False, 0.0, 0.1, 5.0), 1, "ok"),
        (Judgement(80.0, False, True, 12.0, 0.0, 5.0), 1, "frozen"),
        (Judgement(2.0, True, True, 12.0, 0.0, 5.0), 1, "black"),
        (Judgement(2.0, True, False, 0.0, 0.0, 5.0), 120, None),
        (None, 1, None),
    ],
)
def test_a_device_says_what_its_newest_picture_shows(
    host: FleetHost, gateway: FleetGateway, judged: Judgement | None, age_s: int, picture: str | None
) -> None:
    host.steps()
    taken = host.clock.now() + timedelta(seconds=10 - age_s)
    facts = CaptureFacts(7, utc_ms(taken), 640, 360, 900, None, judged)
    folder = host.agent.store().folders.hot(Kind.METADATA)
    (folder / RingFile(Kind.METADATA, 7).name).write_text(encode_metadata(facts))
    host.clock.pass_time(5)
    host.agent.report()
    host.clock.pass_time(-5)
    assert told(host, gateway).picture == picture


def test_without_a_capture_process_nothing_is_called_live(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    assert gateway.heartbeats[-1].devices[0].state == "live"
    host.pass_time(60)
    device = told(host, gateway)
    assert (device.state, device.code) == ("stalled", "capture_not_running")


def test_alarms_are_told_once_each(tmp_path: Path, gateway: FleetGateway) -> None:
    with fleet_host(tmp_path, gateway.url, TOKEN, devices=("a", "b")) as host:
        alarm = {"code": "clock_suspect", "sentence": "The clock leapt by a day; nothing is deleted."}
        for device in ("a", "b"):
            host.agent.journal.set_state(device, "archive", {"alarms": [alarm], "hot": {}, "problems": []})
        host.steps()
        assert gateway.heartbeats[-1].alarms == [alarm["sentence"]]


def test_numbers_that_cannot_be_are_left_out(host: FleetHost, gateway: FleetGateway) -> None:
    host.agent.report(fps=float("inf"), bitrate_bps=-5, width="wide", height=10**9, codec=5, state="dancing")
    host.steps()
    device = gateway.heartbeats[-1].devices[0]
    assert (device.fps, device.bitrate_bps, device.width, device.height, device.codec) == (None,) * 5
    assert device.state == "stalled"


def test_a_large_report_is_packed(tmp_path: Path, gateway: FleetGateway) -> None:
    names = tuple(f"camera-{number}" for number in range(12))
    with fleet_host(tmp_path, gateway.url, TOKEN, devices=names) as host:
        host.steps()
        assert gateway.encodings == ["", "gzip"]
        assert [device.name for device in gateway.heartbeats[0].devices] == sorted(names)


def test_one_connection_is_kept_between_heartbeats(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    for _ in range(5):
        beat(host)
    assert (len(gateway.heartbeats), gateway.accepted) == (6, 1)


# -- what is asked for -------------------------------------------------------------------------------


def test_a_command_that_is_delivered_three_times_is_carried_out_once(
    host: FleetHost, gateway: FleetGateway
) -> None:
    gateway.commands = [Command(id="c-1", device="capture1", action="restart", asked_by="anna")]
    host.steps()
    beat(host)
    host.restart()
    beat(host)
    wanted = host.agent.journal.wanted("capture1")
    assert (wanted.restart_count, wanted.asked_by) == (1, "anna")
    assert gateway.host.results == ["c-1: True", "c-1: True"]
    gateway.commands = []
    beat(host)
    told_so_far = len(gateway.host.results)
    beat(host)
    assert len(gateway.host.results) == told_so_far


def test_a_stop_and_a_start_are_those_of_the_api(host: FleetHost, gateway: FleetGateway) -> None:
    gateway.commands = [Command(id="1", device="capture1", action="stop", asked_by="anna")]
    host.steps()
    assert host.agent.journal.wanted("capture1").wanted == "stopped"
    gateway.commands = [Command(id="2", device="capture1", action="start", asked_by="\x00\n")]
    beat(host)
    wanted = host.agent.journal.wanted("capture1")
    assert (wanted.wanted, wanted.asked_by) == ("running", "somebody through the gateway")


def test_a_command_that_cannot_be_carried_out_says_why(host: FleetHost, gateway: FleetGateway) -> None:
    gateway.commands = [Command(id="1", device="nowhere", action="stop")]
    host.steps()
    gateway.commands = []
    beat(host)
    (result,) = gateway.heartbeats[-1].command_results
    assert (result.id, result.done, "nowhere" in result.sentence) == ("1", False, True)


def test_a_result_whose_heartbeat_was_lost_is_sent_again(host: FleetHost, gateway: FleetGateway) -> None:
    gateway.commands = [Command(id="1", device="capture1", action="stop")]
    host.steps()
    gateway.commands = []
    gateway.before.append(lose_answer)
    beat(host)
    assert gateway.host.results == []
    beat(host)
    assert gateway.host.results == ["1: True"]


def kept_cameras(host: FleetHost) -> object:
    kept = AssignmentRecords(host.agent.journal.database).kept()
    return None if kept is None else json.loads(kept.cameras)


def test_the_last_assignment_outlives_the_process_and_silence_changes_nothing(
    host: FleetHost, gateway: FleetGateway
) -> None:
    door = {"name": "door", "settings": {"source": "rtsp://door/stream"}}
    gateway.cameras, gateway.assignment = [AssignedCamera.model_validate(door)], "d-1"
    host.steps()
    gateway.cameras = None
    beat(host)
    host.restart()
    beat(host)
    assert kept_cameras(host) == [door]
    # What is in force here is said from the first heartbeat of a new life on.
    assert [heartbeat.assignment for heartbeat in gateway.heartbeats] == ["", "d-1", "d-1"]
    gateway.cameras, gateway.assignment = [], "d-2"
    beat(host)
    assert kept_cameras(host) == []


def test_what_is_set_over_host_toml_outlives_the_process_and_is_told_in_reports(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    plain = Detection(enabled=True, sensitivity=0.7)
    (told,) = gateway.heartbeats[-1].devices
    assert (told.detection, told.own_detection) == (plain, plain)
    off = DetectionOverride(name="capture1", enable_detection=False)
    gateway.cameras, gateway.overrides, gateway.assignment = [], [off], "d-1"
    beat(host)
    gateway.cameras = None
    host.restart()
    beat(host)
    kept = AssignmentRecords(host.agent.journal.database).kept()
    assert kept is not None and json.loads(kept.overrides) == [off.model_dump()]
    assert gateway.heartbeats[-1].assignment == "d-1"


def test_what_another_gateway_assigned_stays_until_this_one_tells_its_own(
    host: FleetHost, gateway: FleetGateway
) -> None:
    gateway.cameras, gateway.assignment = [AssignedCamera(name="door", settings={})], "d-1"
    host.steps()
    with FleetGateway("enrol-again") as other:
        host.set_gateway(other.url, "enrol-again")
        host.steps()
        # Its name for what is in force would be another's word, and none would stand for no cameras.
        assert other.heartbeats[-1].assignment == "of another gateway"
        assert kept_cameras(host) == [{"name": "door", "settings": {}}]
        other.cameras, other.assignment = [AssignedCamera(name="gate", settings={})], "d-1"
        beat(host)
        beat(host)
        assert (other.heartbeats[-1].assignment, kept_cameras(host)) == (
            "d-1",
            [{"name": "gate", "settings": {}}],
        )


def test_a_host_whose_credential_was_revoked_keeps_its_cameras(
    host: FleetHost, gateway: FleetGateway
) -> None:
    gateway.cameras = [AssignedCamera(name="door", settings={})]
    host.steps()
    gateway.host.is_revoked = True
    beat(host)
    assert host.service.state().status is GatewayStatus.REVOKED
    assert kept_cameras(host) == [{"name": "door", "settings": {}}]


NONSENSE: dict[str, object] = {
    "no list": {"door": {}},
    "a text": "door",
    "a bad name": [{"name": "../etc", "settings": {}}],
    "settings that are none": [{"name": "door", "settings": 5}],
    "a name twice": [{"name": "door", "settings": {}}, {"name": "door", "settings": {}}],
    "too many": [{"name": f"door-{number}", "settings": {}} for number in range(MOST_DEVICES + 1)],
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_an_assignment_that_cannot_be_meant_is_refused_whole_and_said_once(
    host: FleetHost, gateway: FleetGateway, nonsense: str
) -> None:
    door = {"name": "door", "settings": {"source": "rtsp://door/stream"}}
    gateway.cameras = [AssignedCamera.model_validate(door)]
    host.steps()
    gateway.cameras = None
    stop = Command(id="1", device="capture1", action="stop").model_dump()
    data = {"received_utc_ms": 5, "interval_s": 10, "assignment": "d-9", "commands": [stop]}
    told = json.dumps({"success": True, "data": {**data, "cameras": NONSENSE[nonsense]}}).encode()
    gateway.after += [answer_with(200, told), answer_with(200, told)]
    with capture_logs() as logs:
        for _beat in range(3):
            beat(host)
    assert len([line for line in logs if line["event"] == "assignment_refused"]) == 1
    assert kept_cameras(host) == [door]
    first, second, third = gateway.heartbeats[-3:]
    assert [first.alarms, first.assignment, second.assignment] == [[], "", ""]
    assert "stays" in second.alarms[0] and "stays" in third.alarms[0]
    health = host.agent.client.get(
        "/api/host/health", headers={"Authorization": f"Bearer {gateway.enrolments[0].calling_secret}"}
    )
    assert [alarm["code"] for alarm in (health.json or {})["alarms"]] == ["assignment_refused"]
    # The rest of the answer counts: the host is well, and does what else it is asked for.
    assert host.service.state().status is GatewayStatus.ONLINE
    assert set(gateway.host.results) == {"1: True"}
    gateway.cameras = []
    beat(host)
    beat(host)
    assert (gateway.heartbeats[-1].alarms, kept_cameras(host)) == ([], [])


# -- what cannot be used -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_is_counted_and_the_next_heartbeat_comes(
    host: FleetHost, gateway: FleetGateway, name: str
) -> None:
    host.steps()
    gateway.before.append(BAD_ANSWERS[name])
    host.pass_time(10)
    before_s = time.monotonic()
    assert 0 < host.service.step() <= 10
    assert time.monotonic() - before_s < ANSWER_WITHIN_S + 2
    state = host.service.state()
    assert state.status in (GatewayStatus.UNREACHABLE, GatewayStatus.REFUSED)
    assert (state.heartbeats_sent, state.heartbeats_failed) == (1, 1)
    assert state.sentence
    beat(host)
    state = host.service.state()
    assert (state.status, state.heartbeats_sent) == (GatewayStatus.ONLINE, 2)


def test_the_credential_is_told_to_nobody(host: FleetHost, gateway: FleetGateway) -> None:
    with capture_logs() as logs:
        host.steps()
        for name in ("no answer", "a page", "a refusal", "somewhere else"):
            gateway.before.append(BAD_ANSWERS[name])
            beat(host)
    enrolled = host.file.load().credentials.enrolled
    assert enrolled is not None
    headers = {"Authorization": f"Bearer {enrolled.calling_secret}"}
    pages = [
        host.agent.client.get(path, headers=headers).get_data(as_text=True)
        for path in ("/api/host/health", "/api/host/devices", "/metrics", "/openapi.json")
    ]
    seen = json.dumps(logs, default=str) + repr(host.service.state()) + "".join(pages)
    for secret in (enrolled.credential, enrolled.calling_secret, TOKEN):
        assert secret not in seen


def test_metrics_count_what_became_of_heartbeats(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    gateway.before.append(lose_answer)
    beat(host)
    enrolled = host.file.load().credentials.enrolled
    assert enrolled is not None
    headers = {"Authorization": f"Bearer {enrolled.calling_secret}"}
    text = host.agent.client.get("/metrics", headers=headers).get_data(as_text=True)
    assert 'coldframe_gateway_heartbeats_total{outcome="taken"} 1.0' in text
    assert 'coldframe_gateway_heartbeats_total{outcome="failed"} 1.0' in text
    assert "coldframe_gateway_last_success_age_seconds 10.0" in text
    assert 'coldframe_gateway_state{state="unreachable"} 1.0' in text
    assert "coldframe_gateway_minutes_waiting 0.0" in text
