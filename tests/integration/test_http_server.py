"""The server itself: gunicorn around the application, as a process with real sockets and signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import tomli_w

from deploy.local.free_port import free_port
from host_agent.ring.layout import Kind
from tests.support.any_disk import ANY_DISK
from tests.support.http_agent import TOKEN, HttpAgent, make_agent, packets

PROJECT = Path(__file__).parents[2]
DEADLINE_S = 20.0
LARGE = packets(60_000, 3)  # 11 MB: more than any buffer between the two


class Server:
    """`python -m host_agent serve` on a ring that was filled before."""

    def __init__(self, folder: Path, **agent: object) -> None:
        self.folder = folder
        self.port = free_port()
        self.agent: dict[str, object] = {
            "root": str(folder / "footage"),
            "state_dir": str(folder / "state"),
            "listen": f"127.0.0.1:{self.port}",
            **agent,
        }
        self.write_config()
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "host_agent", "serve", "--config", str(folder / "host.toml")],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=DEADLINE_S)

    def write_config(self, text: str | None = None) -> None:
        device = {"name": "capture1", "source": "pattern:testsrc2"}
        settings = {"agent": self.agent, "ring": ANY_DISK, "device": [device]}
        written = text if text is not None else tomli_w.dumps(settings)
        (self.folder / "host.toml").write_text(written)

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < deadline, f"not yet: {what}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def status_of(self, address: str) -> int:
        """The status that a new connection gets."""
        return httpx.get(f"http://127.0.0.1:{self.port}{address}", timeout=DEADLINE_S).status_code

    def worker_pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def raw(self, request: bytes) -> bytes:
        """What comes back for these very bytes."""
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE_S) as connection:
            connection.sendall(request)
            received = b""
            while chunk := connection.recv(65_536):
                received += chunk
            return received

    def end(self) -> None:
        self.http.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def prepared(folder: Path) -> HttpAgent:
    """A ring with a minute of footage that ends now, and one large segment."""
    agent = make_agent(folder, now=datetime.now(UTC))
    agent.record(30, begin=agent.clock.wall - timedelta(seconds=30))
    agent.add(Kind.SEGMENTS, 999, agent.clock.wall, LARGE)
    return agent


@contextmanager
def serving(folder: Path, **agent: object) -> Iterator[Server]:
    prepared(folder)
    started = Server(folder, **agent)
    try:
        started.wait_for("an answer", started.answers)
        yield started
    finally:
        started.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """For tests that end it or change its settings."""
    with serving(tmp_path) as started:
        yield started


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For tests that only ask."""
    with serving(tmp_path_factory.mktemp("standing")) as started:
        yield started


LARGE_ADDRESS = "/host/stream/capture1/segments/segment_000000999.ts"


def test_files_and_parts_of_them_are_sent_to_the_last_byte(standing: Server) -> None:
    whole = standing.http.get(LARGE_ADDRESS)
    assert (whole.status_code, whole.content) == (200, LARGE)
    part = standing.http.get(LARGE_ADDRESS, headers={"Range": "bytes=188-9000000"})
    assert (part.status_code, part.content) == (206, LARGE[188:9_000_001])
    head = standing.http.head(LARGE_ADDRESS)
    assert (head.headers["Content-Length"], head.content) == (str(len(LARGE)), b"")
    unchanged = standing.http.get(LARGE_ADDRESS, headers={"If-None-Match": whole.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_the_whole_api_answers_from_the_process_that_serves(standing: Server) -> None:
    for address, status in {
        "/api/host/devices": 200,
        "/api/host/frames": 200,
        "/api/host/screenshot/capture1?max_age=3600": 200,
        "/metrics": 200,
        "/docs": 200,
        "/api/host/health": 503,  # nothing captures here
        "/nope": 404,
    }.items():
        assert standing.http.get(address).status_code == status, address


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"nonsense\r\n\r\n", b"400", "bad_request"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400", "bad_request"),
        (b"GET / HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n", b"400", "bad_request"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"414", "uri_too_long"),
        (
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
            b"431",
            "headers_too_large",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: 1\r\n" * 100 + b"\r\n",
            b"431",
            "headers_too_large",
        ),
        (b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", b"40", None),
        (b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", b"403", "wrong_host"),
        (
            b"GET /host/stream/capture1/segments/../../../../../etc/passwd HTTP/1.1\r\n"
            b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n",
            b"404",
            "not_found",
        ),
        (
            b"POST /api/host/devices/capture1/stop HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n",
            b"413",
            "too_large",
        ),
    ],
)
def test_what_is_no_proper_request_is_refused_in_the_one_form(
    standing: Server, request_bytes: bytes, status: bytes, code: str | None
) -> None:
    answer = standing.raw(request_bytes)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1].startswith(status), answer[:500]
    if code is not None:
        told = json.loads(body)
        assert (told["code"], told.keys()) == (code, {"error", "code", "remedy"})
    assert standing.answers()


def test_changed_settings_are_taken_over_without_cutting_off_what_is_being_sent(server: Server) -> None:
    pids = server.worker_pids()
    with server.http.stream("GET", LARGE_ADDRESS) as download:
        chunks = download.iter_bytes(65_536)
        received = next(chunks)
        server.agent["token"] = TOKEN
        server.write_config()
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("the token in force", lambda: server.status_of("/metrics") == 401)
        received += b"".join(chunks)
    assert received == LARGE
    assert server.worker_pids() == pids
    authorised = server.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert authorised.status_code == 200


def test_settings_that_are_wrong_are_refused_and_the_old_ones_stay(server: Server) -> None:
    server.write_config("[agent]\nnonsense = 1\n")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for("the refusal", lambda: "settings_refused" in server.log.read_text())
    assert "nonsense" in server.log.read_text()
    assert server.http.get("/api/host/devices").status_code == 200


def test_a_worker_that_dies_is_replaced(server: Server) -> None:
    (before,) = server.worker_pids()
    os.kill(before, signal.SIGKILL)
    server.wait_for("another worker", lambda: server.worker_pids() not in ([before], []))
    server.wait_for("an answer", server.answers)


def test_it_ends_when_asked_and_its_worker_with_it(server: Server) -> None:
    pids = server.worker_pids()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_no_worker_outlives_a_server_that_was_killed(server: Server) -> None:
    pids = server.worker_pids()
    server.process.kill()
    server.process.wait()
    server.wait_for("its end", lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_clients_that_say_nothing_keep_nobody_waiting(tmp_path: Path) -> None:
    with serving(tmp_path, http_threads=2) as server:
        server.http.close()
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
        # gunicorn gives a connection 5 s of a thread, then waits for it without one.
        assert server.status_of("/api/host/devices") == 200
        for connection in silent:
            connection.close()
