"""Trying cameras that are really there, and ones that are not: each trouble has its own code and sentence."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image

from deploy.local.free_port import free_port
from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from shared.ffmpeg.picture_grab import grab_picture
from shared.ffmpeg.smaller_picture import smaller_picture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.agent_under_test import PROJECT
from tests.support.http_agent import jpeg
from tests.support.http_camera import HttpCamera, Page, Stream, motion_jpeg
from tests.support.network_namespace import network_namespace
from tests.support.probed_cameras import probes_running, swallowing_address

USER, PASSWORD = "gate keeper", "p@ss/w:rd'?#%&"
Found = TypeVar("Found")
IN_TIME_S = 15.0
SOUND = Stream(["-re", "-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac", "-f", "adts"], "audio/aac")


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert probes_running() == []


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspRelay]:
    """A camera with Digest login that shows 640x360 at 25 pictures a second."""
    with RtspRelay(
        tmp_path_factory.mktemp("relay"), names=["cam1"], user=USER, password=PASSWORD, auth="digest"
    ) as relay:
        relay.publish("cam1", pattern_source(), h264_encoding())
        yield relay


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpCamera]:
    clip = tmp_path_factory.mktemp("clip") / "clip.mp4"
    made = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=2", *h264_encoding(gop_frames=10)]
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", *made, "-movflags", "faststart", str(clip)], check=True
    )
    segment = clip.with_suffix(".ts")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", str(clip), "-c", "copy", str(segment)], check=True
    )
    with HttpCamera(
        {
            "/hls/master.m3u8": Page(body=b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8\n"),
            "/hls/list.m3u8": Page(body=b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n0.ts\n"),
            "/hls/0.ts": Page(body=segment.read_bytes()),
            "/hls/empty.m3u8": Page(body=b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n"),
            "/mjpeg": motion_jpeg(8),
            "/clip.mp4": Page(body=clip.read_bytes()),
            "/page": Page(),
            "/login": Page(401),
            "/forbidden": Page(403),
            "/broken": Page(500),
            "/garbage": Page(body=bytes(range(251)) * 400),
            "/empty": Page(body=b""),
            "/sound": SOUND,
        }
    ) as served:
        yield served


def stream_of(camera: RtspRelay, name: str = "cam1") -> str:
    return f"rtsp://127.0.0.1:{camera.port}/{name}"


def tried(url: str, username: str | None = None, password: str | None = None) -> StreamProbe:
    return probe_stream(StreamAddress(url, username, password), IN_TIME_S)


# -- streams that are there --------------------------------------------------------------------


def test_a_camera_that_answers_is_described_with_how_long_its_first_packet_took(camera: RtspRelay) -> None:
    before_s = time.monotonic()
    found = tried(stream_of(camera), USER, PASSWORD)
    took_ms = (time.monotonic() - before_s) * 1000
    assert (found.code, found.resolution, found.fps, found.codec) == ("ok", "640x360", 25.0, "h264")
    assert found.latency_ms is not None
    # ffmpeg studies a stream for most of a second before it says what it is: that is no latency.
    assert 0 < found.latency_ms < took_ms - 200


def test_basic_login_is_understood_too(tmp_path: Path) -> None:
    with RtspRelay(tmp_path, names=["cam1"], user="cam", password="s3cret", auth="basic") as relay:
        relay.publish("cam1", pattern_source(), h264_encoding())
        assert tried(stream_of(relay), "cam", "s3cret").code == "ok"
        assert tried(stream_of(relay), "cam", "wrong").code == "unauthorised"


def test_motion_jpeg_carries_no_rate_so_its_pictures_are_counted(web: HttpCamera) -> None:
    found = tried(web.url("/mjpeg"))
    assert (found.code, found.resolution, found.codec) == ("ok", "320x180", "mjpeg")
    assert found.fps == pytest.approx(8, abs=3)


def test_a_film_over_http_is_video(web: HttpCamera) -> None:
    found = tried(web.url("/clip.mp4"))
    assert (found.code, found.resolution, found.fps, found.codec) == ("ok", "320x180", 10.0, "h264")


def test_a_name_is_looked_up_once_and_only_what_it_stood_for_then_is_connected_to(web: HttpCamera) -> None:
    asked: list[str] = []

    def resolve(name: str) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    address = StreamAddress(f"http://camera.example:{web.port}/mjpeg")
    assert probe_stream(address, IN_TIME_S, resolve=resolve).code == "ok"
    assert asked == ["camera.example"]


# -- trouble -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ((USER, "wrong"), "refused the login"),
        (("nobody", PASSWORD), "refused the login"),
        ((None, None), "was given none: enter user and password"),
    ],
)
def test_a_wrong_login_and_a_missing_one_are_told_apart(
    camera: RtspRelay, login: tuple[str | None, str | None], words: str
) -> None:
    found = tried(stream_of(camera), *login)
    assert found.code == "unauthorised"
    assert words in found.message


def test_a_wrong_path_is_not_found(camera: RtspRelay) -> None:
    found = tried(stream_of(camera, "cam9"), USER, PASSWORD)
    assert found.code == "not_found"
    assert "check the path" in found.message


def test_a_closed_port_refuses() -> None:
    found = tried(f"rtsp://127.0.0.1:{free_port()}/cam1")
    assert found.code == "refused"
    assert "check host, port and power" in found.message


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/page", "not_video", "a web page is no stream"),
        ("/garbage", "not_video", "is not video"),
        ("/empty", "not_video", "is not video"),
        ("/sound", "not_video", "sound without a picture"),
        ("/login", "unauthorised", "was given none"),
        ("/forbidden", "unauthorised", "forbids access"),
        ("/nothing", "not_found", "check the path"),
        ("/broken", "other", "an error of its own"),
    ],
)
def test_what_is_no_stream_says_what_it_is(web: HttpCamera, path: str, code: str, words: str) -> None:
    found = tried(web.url(path))
    assert found.code == code, found
    assert words in found.message


def test_a_web_server_asked_for_rtsp_is_no_video(web: HttpCamera) -> None:
    assert tried(f"rtsp://127.0.0.1:{web.port}/mjpeg").code == "not_video"


def test_an_address_that_swallows_what_is_sent_takes_its_time_and_no_more() -> None:
    with swallowing_address() as address:
        nobody = StreamAddress(f"rtsp://{address}/cam1")
        probed, probe_took_s = timed(lambda: probe_stream(nobody, 1.0))
    assert probed.code == "timeout"
    assert "not even with a refusal" in probed.message
    assert probe_took_s == pytest.approx(1, abs=1)


def test_a_camera_that_accepts_and_stays_silent_takes_its_time_and_its_password_is_nowhere_to_be_seen() -> (
    None
):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        seen: list[list[str]] = []
        watching = threading.Thread(target=lambda: watch(seen, until=lambda: bool(seen)))
        watching.start()
        address = StreamAddress(f"rtsp://127.0.0.1:{port}/cam1", "cam", "s3cret")
        found, took_s = timed(lambda: probe_stream(address, 2.0))
        watching.join()
    assert found.code == "timeout"
    assert f"127.0.0.1:{port} accepts the connection" in found.message
    assert took_s == pytest.approx(2, abs=1)
    assert "s3cret" not in f"{seen}{found}{address}{address!r}"
    assert seen


def test_a_network_without_a_way_there_is_unreachable_and_so_is_a_name_that_nobody_knows() -> None:
    with network_namespace() as network:
        script = (
            "from shared.ffmpeg.stream_address import StreamAddress as A\n"
            "from shared.ffmpeg.stream_probe import probe_stream as p\n"
            "print(p(A('rtsp://203.0.113.5/cam1'), 5.0))"
        )
        told = subprocess.run(
            [*network.prefix, sys.executable, "-c", script],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert "code='unreachable', message=\"There is no way to the camera's address" in told.stdout

    def nobody(name: str) -> list[str]:
        raise OSError(f"{name} is not known")

    found = probe_stream(StreamAddress("rtsp://camera.example/cam1"), 5.0, resolve=nobody)
    assert found.code == "unreachable"
    assert "camera.example cannot be resolved" in found.message


def test_a_name_server_that_does_not_answer_takes_no_more_than_the_time_there_is() -> None:
    answered = threading.Event()

    def slow(_name: str) -> list[str]:
        answered.wait(IN_TIME_S)
        return ["127.0.0.1"]

    found, took_s = timed(
        lambda: probe_stream(StreamAddress("rtsp://camera.example/cam1"), 0.3, resolve=slow)
    )
    answered.set()
    assert found.code == "unreachable"
    assert took_s < IN_TIME_S / 2


def test_a_camera_cannot_lead_to_another_host_which_is_not_even_asked(web: HttpCamera) -> None:
    with socket.create_server(("127.0.0.2", 0)) as elsewhere:
        elsewhere.setblocking(False)
        there = f"127.0.0.2:{elsewhere.getsockname()[1]}"
        with redirecting(f"http://user:s3cret@{there}/secret?token=1") as port:
            found = tried(f"http://127.0.0.1:{port}/")
            taken = grab_picture(StreamAddress(f"http://127.0.0.1:{port}/"), IN_TIME_S)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert (found.code, taken.code) == ("leads_elsewhere", "leads_elsewhere")
    assert f"leads to another address, {there}: enter that one" in found.message


LISTS = [
    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{there}\n",
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{there}\n",
    "ffconcat version 1.0\nfile '{there}'\n",
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>'
    '<Representation id="1" bandwidth="1"><BaseURL>{there}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_of_streams_cannot_lead_to_another_host_which_is_not_even_asked(text: str) -> None:
    with socket.create_server(("127.0.0.2", 0)) as elsewhere:
        elsewhere.setblocking(False)
        there = f"http://127.0.0.2:{elsewhere.getsockname()[1]}/secret.ts"
        with HttpCamera({"/live.m3u8": Page(body=text.format(there=there).encode())}) as camera:
            found = tried(camera.url("/live.m3u8"))
            taken = grab_picture(StreamAddress(camera.url("/live.m3u8")), IN_TIME_S)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert (found.code, taken.code) in {(code, code) for code in ("leads_elsewhere", "not_video", "other")}
    assert (found.code == "leads_elsewhere") is text.startswith("#EXTM3U")


def test_a_playlist_is_followed_to_its_stream(web: HttpCamera) -> None:
    found = tried(web.url("/hls/master.m3u8"))
    assert (found.code, found.resolution, found.codec) == ("ok", "320x180", "h264")
    taken = grab_picture(StreamAddress(web.url("/hls/master.m3u8")), IN_TIME_S)
    assert Image.open(BytesIO(taken.jpeg)).size == (320, 180)
    assert tried(web.url("/hls/empty.m3u8")).code == "not_video"


def test_rtsp_that_leads_to_another_host_is_ended() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as camera,
        socket.create_server(("127.0.0.2", 0)) as elsewhere,
    ):
        answer = f"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.2:{elsewhere.getsockname()[1]}/x\r\n\r\n"
        leading = threading.Thread(target=lambda: answer_all(camera, answer.encode()))
        leading.start()
        found, took_s = timed(lambda: tried(f"rtsp://127.0.0.1:{camera.getsockname()[1]}/cam1"))
        camera.shutdown(socket.SHUT_RDWR)
        leading.join()
    assert found.code == "leads_elsewhere"
    assert took_s < IN_TIME_S / 2


def test_a_camera_may_lead_to_another_page_of_its_own_and_not_in_circles(web: HttpCamera) -> None:
    with redirecting(f"http://127.0.0.1:{web.port}/clip.mp4") as port:
        assert tried(f"http://127.0.0.1:{port}/").code == "ok"
    with redirecting("/again") as port:
        assert tried(f"http://127.0.0.1:{port}/").code == "leads_elsewhere"


def test_what_lies_outside_of_the_networks_for_cameras_is_not_even_connected_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        url = f"rtsp://127.0.0.1:{listening.getsockname()[1]}/cam1"
        found = probe_stream(StreamAddress(url), IN_TIME_S, networks=["10.0.0.0/8"])
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert found.code == "not_allowed"
    assert "10.0.0.0/8" in found.message


def test_a_file_of_this_machine_is_no_camera() -> None:
    assert tried("file:///etc/passwd").code == "bad_address"


# -- pictures ----------------------------------------------------------------------------------


def test_a_picture_is_taken_whole_with_a_small_one_beside_it(camera: RtspRelay) -> None:
    address = StreamAddress(stream_of(camera), USER, PASSWORD)
    taken = grab_picture(address, IN_TIME_S, thumbnail_width=320)
    assert taken.code == "ok"
    assert Image.open(BytesIO(taken.jpeg)).size == (640, 360)
    assert Image.open(BytesIO(taken.thumbnail)).size == (320, 180)
    # testsrc2 has every colour: a decoder that came in between two key frames shows grey.
    saturation = Image.open(BytesIO(taken.jpeg)).convert("HSV").getchannel("S")
    assert any(saturation.histogram()[200:])
    assert taken.latency_ms is not None


def test_no_thumbnail_is_made_where_none_is_asked_for_and_none_is_larger_than_the_picture(
    web: HttpCamera,
) -> None:
    assert grab_picture(StreamAddress(web.url("/mjpeg")), IN_TIME_S).thumbnail == b""
    taken = grab_picture(StreamAddress(web.url("/mjpeg")), IN_TIME_S, thumbnail_width=640)
    assert Image.open(BytesIO(taken.thumbnail)).size == (320, 180)


def test_there_is_no_picture_of_a_page_or_with_a_wrong_password(camera: RtspRelay, web: HttpCamera) -> None:
    page = grab_picture(StreamAddress(web.url("/page")), IN_TIME_S)
    assert (page.code, page.jpeg) == ("not_video", b"")
    refused = grab_picture(StreamAddress(stream_of(camera), USER, "wrong"), IN_TIME_S)
    assert (refused.code, refused.jpeg) == ("unauthorised", b"")


def test_a_picture_is_made_smaller_and_what_is_none_is_not() -> None:
    assert Image.open(BytesIO(smaller_picture(jpeg(1280, 720), 320))).size == (320, 180)
    assert smaller_picture(b"<html></html>", 320) == b""


# -- inside ------------------------------------------------------------------------------------


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    before_s = time.monotonic()
    found = work()
    return found, time.monotonic() - before_s


def watch(seen: list[list[str]], *, until: Callable[[], bool]) -> None:
    """Note what ffmpegs are running until one was seen."""
    by_s = time.monotonic() + IN_TIME_S
    while not until() and time.monotonic() < by_s:
        seen.extend(probes_running())
        time.sleep(0.01)


def answer_all(server: socket.socket, answer: bytes) -> None:
    """Say the same to whatever is asked, until the server is shut down."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            while connection.recv(4096):
                connection.sendall(answer)


@contextmanager
def redirecting(location: str) -> Iterator[int]:
    """A web server that sends everybody to `location`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base names it so)
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
