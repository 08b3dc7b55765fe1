"""Connections to cameras, tested over HTTP: from the gateway, from an agent, and by what a host reports."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.local.free_port import free_port
from deploy.local.postgres import PrivatePostgres
from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from gateway.hosts.host_address import parse_host_url
from gateway.hosts.host_directory import KnownHost
from tests.support.camera_probe_stand import CameraProbeStand, camera_probe_stand
from tests.support.http_camera import HttpCamera, motion_jpeg
from tests.support.media_stand import served_agent
from tests.support.probed_cameras import probes_running
from tests.support.raw_host import RawHost, answering
from tests.support.servers import fresh_database

USER, PASSWORD = "admin", "p@ssw/rd 123"
# In the order in which the notes that people have show them, then the rest.
SHOWN = ["success", "camera_id", "message", "latency_ms", "resolution", "fps"]
KEYS = {*SHOWN, "codec", "code", "tested_by"}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert probes_running() == []


@pytest.fixture(scope="module")
def database_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture(scope="module")
def stand(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CameraProbeStand]:
    with camera_probe_stand(database_url, tmp_path_factory.mktemp("gateway")) as made:
        yield made


@pytest.fixture(scope="module")
def lab(stand: CameraProbeStand, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real agent, enrolled as lab-1."""
    with served_agent(tmp_path_factory.mktemp("lab-1"), "lab-1") as (_, known):
        stand.enrol(known)
        yield known.name


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspRelay]:
    with RtspRelay(
        tmp_path_factory.mktemp("relay"), names=["stream"], user=USER, password=PASSWORD, auth="digest"
    ) as running:
        running.publish("stream", pattern_source(), h264_encoding())
        yield running


@pytest.fixture(scope="module")
def web() -> Iterator[HttpCamera]:
    with HttpCamera({"/mjpeg": motion_jpeg(10)}) as served:
        yield served


def url_of(relay: RtspRelay) -> str:
    return f"rtsp://127.0.0.1:{relay.port}/stream"


def test_a_camera_without_a_host_is_tested_from_the_gateway(
    stand: CameraProbeStand, relay: RtspRelay
) -> None:
    camera = stand.camera(url_of(relay), username=USER, password=PASSWORD)
    answer = stand.ask("test-connection", camera, timeout_seconds=10, check_credentials=True)
    told = answer.get_json()
    assert (answer.status_code, told.keys()) == (200, {"success", "data"})
    data = told["data"]
    assert data.keys() == KEYS
    assert data.pop("latency_ms") > 0
    assert data == {
        "success": True,
        "camera_id": camera,
        "message": "Successfully connected to Front Door",
        "resolution": "640x360",
        "fps": 25,
        "codec": "h264",
        "code": "ok",
        "tested_by": "gateway",
    }
    assert '"fps":25,' in answer.text.replace(" ", "")


def test_without_its_login_a_camera_refuses(stand: CameraProbeStand, relay: RtspRelay) -> None:
    camera = stand.camera(url_of(relay), username=USER, password=PASSWORD)
    told = stand.tested(camera, check_credentials=False)
    assert (told["success"], told["code"], told["latency_ms"]) == (False, "unauthorised", None)
    assert "enter user and password" in told["message"]


def test_a_wrong_password_is_a_result_and_is_not_repeated(stand: CameraProbeStand, relay: RtspRelay) -> None:
    camera = stand.camera(url_of(relay), username=USER, password="wrong-s3cret")
    answer = stand.ask("test-connection", camera)
    assert answer.get_json()["data"]["code"] == "unauthorised"
    assert "wrong-s3cret" not in answer.text


def test_a_camera_of_a_host_is_tested_there(
    database_url: str, stand: CameraProbeStand, lab: str, relay: RtspRelay, tmp_path: Path
) -> None:
    camera = stand.camera(url_of(relay), username=USER, password=PASSWORD, host=lab, device_name="door")
    # Such a gateway could not have connected itself.
    sections: dict[str, Mapping[str, object]] = {
        "cameras": {"allowed_networks": ["10.0.0.0/8"]},
        "security": {"secret_key": stand.parts.settings.security.secret_key.get_secret_value()},
    }
    with camera_probe_stand(database_url, tmp_path, **sections) as strict:
        told = strict.tested(camera)
        assert (told["code"], told["tested_by"], told["resolution"]) == ("ok", lab, "640x360")
        told = strict.tested(camera, check_credentials=False)
        assert (told["code"], told["tested_by"]) == ("unauthorised", lab)
        alone = strict.camera(url_of(relay))
        told = strict.tested(alone)
        assert (told["code"], told["tested_by"]) == ("not_allowed", "gateway")


def test_a_host_that_cannot_be_reached_is_a_result_of_its_own(
    stand: CameraProbeStand, web: HttpCamera
) -> None:
    nobody = parse_host_url(f"http://127.0.0.1:{free_port()}")
    stand.enrol(KnownHost("lab-2", nobody, ("127.0.0.0/8",), "x" * 43, is_silent=False))
    told = stand.tested(stand.camera(web.url("/mjpeg"), host="lab-2", device_name="door"))
    assert (told["success"], told["code"], told["tested_by"]) == (False, "host_unreachable", "lab-2")
    assert "lab-2" in told["message"]


def test_an_agent_that_cannot_try_cameras_yet_is_said_to_be_too_old(
    stand: CameraProbeStand, web: HttpCamera
) -> None:
    body = b'{"error": "There is nothing at this address.", "code": "not_found", "remedy": "Look."}'
    with RawHost(answering(body, status="404 Not Found")) as host:
        stand.enrol(host.known("lab-3"))
        told = stand.tested(stand.camera(web.url("/mjpeg"), host="lab-3", device_name="door"))
    assert (told["success"], told["code"]) == (False, "host_outdated")
    assert "Update the agent" in told["message"]


def test_a_hosts_own_device_is_not_opened_again_its_host_says_how_it_is(
    stand: CameraProbeStand, lab: str
) -> None:
    camera = stand.reported("street")
    stand.report(
        lab, "street", {"state": "live", "width": 1280, "height": 720, "fps": 29.97, "codec": "h264"}
    )
    told = stand.tested(camera)
    assert (told["code"], told["tested_by"], told["latency_ms"]) == ("ok", lab, None)
    assert (told["resolution"], told["fps"]) == ("1280x720", 29.97)
    gone = {"state": "backing_off", "code": "source_unreachable", "sentence": "It is not plugged in."}
    stand.report(lab, "street", gone)
    told = stand.tested(camera)
    assert (told["success"], told["code"]) == (False, "source_unreachable")
    assert told["message"] == "It is not plugged in."


def test_a_camera_that_is_silent_takes_the_time_it_was_given(stand: CameraProbeStand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        camera = stand.camera(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream")
        before_s = time.monotonic()
        told = stand.tested(camera, timeout_seconds=1)
        assert time.monotonic() - before_s == pytest.approx(1, abs=1)
    assert told["code"] == "timeout"


def test_only_so_many_cameras_are_tried_at_once(database_url: str, tmp_path: Path, web: HttpCamera) -> None:
    with (
        camera_probe_stand(database_url, tmp_path, cameras={"checks_at_once": 1}) as narrow,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        slow = narrow.camera(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream")
        quick = narrow.camera(web.url("/mjpeg"))
        waiting = threading.Thread(target=lambda: narrow.tested(slow, timeout_seconds=3))
        waiting.start()
        asked, _ = silent.accept()  # it has begun
        with asked:
            for what in ("test-connection", "snapshot"):
                answer = narrow.ask(what, quick)
                assert answer.status_code == 503
                assert answer.get_json()["error"]["code"] == "too_many_probes"
                assert int(answer.headers["Retry-After"]) > 0
        waiting.join()
        assert narrow.tested(quick)["code"] == "ok"


def test_who_may_not_see_a_camera_does_not_test_it(stand: CameraProbeStand, web: HttpCamera) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    for who, which in ((stand.guard, camera), (stand.viewer, "nothing")):
        answer = stand.ask("test-connection", which, who=who)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "unknown_camera")


@pytest.mark.parametrize(
    "body",
    [
        {"timeout_seconds": 0.5},
        {"timeout_seconds": 61},
        {"timeout_seconds": "soon"},
        {"check_credentials": "yes"},
        {"url": "rtsp://elsewhere/"},
        [],
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    stand: CameraProbeStand, web: HttpCamera, body: Any
) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    answer = stand.viewer.send(
        "POST",
        f"/api/v1/cameras/{camera}/test-connection",
        data=json.dumps(body),
        content_type="application/json",
    )
    assert answer.status_code == 422, answer.text


def test_a_question_without_a_body_is_one_with_the_usual_values(
    stand: CameraProbeStand, web: HttpCamera
) -> None:
    camera = stand.camera(web.url("/mjpeg"))
    answer = stand.viewer.send("POST", f"/api/v1/cameras/{camera}/test-connection")
    assert (answer.status_code, answer.get_json()["data"]["code"]) == (200, "ok")
