"""A camera's page that leads elsewhere: to another page of its own it is followed, to another host never."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from shared.ffmpeg.redirection import Lead, lead_of
from tests.support.agent_under_test import AgentUnderTest
from tests.support.http_camera import HttpCamera, transport_stream

Answer = tuple[int, str, bytes]
HERE = "What answers at 127.0.0.1:{port}"


@contextmanager
def web(answer: Callable[[str], Answer]) -> Iterator[tuple[int, list[str]]]:
    """A web server: `answer` gives status, where to go on, and a body for a path. With what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, location, body = answer(self.path)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base names it so)
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield int(server.server_address[1]), asked
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@pytest.mark.parametrize(
    ("location", "lead"),
    [
        ("", Lead()),
        ("/live", Lead("http://cam:s3cret@127.0.0.1:{port}/live")),
        (
            "http://user:hidden@127.0.0.2:81/secret?token=1",
            Lead(refusal=f"{HERE} leads to another address, 127.0.0.2:81: enter that one."),
        ),
        ("rtsp://127.0.0.1/x", None),
    ],
)
def test_a_page_leads_to_one_of_the_same_camera_alone(location: str, lead: Lead | None) -> None:
    def answer(path: str) -> Answer:
        return (302, location, b"") if path == "/page" and location else (200, "", b"picture")

    with web(answer) as (port, _asked):
        found = lead_of(f"http://cam:s3cret@127.0.0.1:{port}/page", 20)
    if lead is None:
        assert found.refusal
    else:
        assert found == Lead(lead.url.format(port=port), lead.refusal.format(port=port))
    assert "s3cret" not in f"{found!r}"


def test_a_page_that_leads_in_a_circle_is_given_up() -> None:
    with web(lambda _path: (302, "/again", b"")) as (port, _asked):
        assert "leads from one address to the next" in lead_of(f"http://127.0.0.1:{port}/", 20).refusal


def test_the_recorder_and_the_preview_follow_a_camera_to_its_own_pages_and_nobody_to_another_host(
    tmp_path: Path,
) -> None:
    elsewhere_asked: list[str] = []

    def answer(path: str) -> Answer:
        elsewhere_asked.append(path)
        return 200, "", b"secrets"

    with web(answer) as (elsewhere, _), HttpCamera({"/live": transport_stream(10)}) as camera:
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://127.0.0.1:{elsewhere}/1.ts\n"

        def lead(path: str) -> Answer:
            return {
                "/own": (302, camera.url("/live"), b""),
                "/abroad": (302, f"http://127.0.0.2:{elsewhere}/x", b""),
            }.get(path, (200, "", playlist.encode()))

        with web(lead) as (port, _):
            pages = f"http://cam:s3cret@127.0.0.1:{port}"
            devices: list[dict[str, object]] = [
                {"name": "own", "source": f"{pages}/own", "preview_source": f"{pages}/own"},
                {"name": "abroad", "source": f"{pages}/abroad", "frames": "off"},
                {"name": "listed", "source": f"{pages}/listed", "frames": "off"},
            ]
            with AgentUnderTest(tmp_path, devices) as agent:
                agent.wait_live("own", within_s=40)
                agent.wait_for(
                    "pictures of the sub-stream",
                    lambda: agent.json("/api/host/devices/own")["frames"].get("of_preview") is True,
                    within_s=40,
                )
                agent.wait_for(
                    "why not abroad",
                    lambda: agent.json("/api/host/devices/abroad")["code"] == "source_refused",
                )
                reason = agent.json("/api/host/devices/abroad")["reason"]
                assert f"leads to another address, 127.0.0.2:{elsewhere}: enter that one" in reason
                agent.wait_for(
                    "why not listed",
                    lambda: agent.json("/api/host/devices/listed")["code"] == "source_refused",
                )
                assert "leads elsewhere" in agent.json("/api/host/devices/listed")["reason"]
                assert "s3cret" not in agent.log.read_text()
    assert elsewhere_asked == []


def test_a_page_that_leads_elsewhere_after_a_while_is_asked_again(tmp_path: Path) -> None:
    """As after a restart of the camera: what it led to before is gone for good."""
    with HttpCamera({"/live": transport_stream(10)}) as camera:
        target = [camera.url("/live?session=1")]
        with web(lambda _path: (302, target[0], b"")) as (port, asked):
            page = f"http://127.0.0.1:{port}/page"
            device = {"name": "own", "source": page, "preview_source": page}
            with AgentUnderTest(tmp_path, [device]) as agent:
                agent.wait_live("own", within_s=40)
                agent.wait_for("a sub-stream", lambda: has_preview(agent), within_s=40)
                asked.clear()
                target[0] = camera.url("/gone")
                agent.kill_ffmpeg("own")
                agent.wait_for("both ask the page again", lambda: len(asked) >= 4, within_s=40)
                target[0] = camera.url("/live?session=2")
                agent.wait_live("own", within_s=40)
                agent.wait_for("a sub-stream", lambda: has_preview(agent), within_s=40)


def has_preview(agent: AgentUnderTest) -> bool:
    return agent.json("/api/host/devices/own")["frames"].get("of_preview") is True
