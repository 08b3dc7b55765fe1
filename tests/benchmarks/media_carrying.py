"""Media through the gateway against the agent directly: bytes a second, and segments a second."""

import http.client
import secrets
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import tomli_w

from deploy.local.child_process import start_bound, stop
from deploy.local.free_port import free_port
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.accounts import cookies
from gateway.db.commands import upgrade
from host_agent.ring.layout import DeviceFolders
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.figure import Outcome
from tests.benchmarks.timed_client import TimedClient
from tests.support.enrolled_by_hand import enrol_by_hand
from tests.support.gateway_under_test import ADMIN, ADMIN_PASSWORD, GatewayUnderTest

HOST, DEVICE = "bench-1", "street"
BIG, SMALL = "segments/segment_000000001.ts", "segments/segment_000000002.ts"
_PACKET_BYTES = 188
_SMALL_PACKETS = 1330  # 250 kB: a second at 2 Mbit/s
_MB = 1_000_000
_CLIENTS = 8
_START_WITHIN_S = 20.0
_HEARD_FOR_S = 7200
_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Way:
    """How to the same files. `prefix`: of their addresses."""

    port: int
    prefix: str
    headers: Mapping[str, str]

    def client(self) -> TimedClient:
        return TimedClient(self.port, self.headers)

    def path(self, file: str) -> str:
        return f"{self.prefix}/{file}"


def measure(setting: Setting) -> Outcome:
    rounds = setting.choose(7, 2)
    big_bytes = setting.choose(256, 32) * 1024 * 1024 // _PACKET_BYTES * _PACKET_BYTES
    requests = setting.choose(400, 50)
    outcome = Outcome()
    with _ways(setting.folder, big_bytes) as (direct, through):
        ways = {"directly": direct, "through the gateway": through}
        for way in ways.values():  # both have the file in memory, and all that is made once is made
            _fetch(way, big_bytes)
            _segments_a_second(way, clients=1, requests=20)
        # In turn, so that what else the machine does meets both.
        speed: dict[str, list[float]] = {name: [] for name in ways}
        alone: dict[str, list[float]] = {name: [] for name in ways}
        crowd: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                speed[name].append(big_bytes / _MB / _fetch(way, big_bytes))
                alone[name].append(_segments_a_second(way, clients=1, requests=requests))
                crowd[name].append(_segments_a_second(way, clients=_CLIENTS, requests=requests))
    for what, unit, found in (
        ("one large file", "MB/s", speed),
        ("250 kB segments, one client", "1/s", alone),
        (f"250 kB segments, {_CLIENTS} clients", "1/s", crowd),
    ):
        for name, values in found.items():
            outcome.add(f"{what}, {name}", unit, values)
        shares = [b / a for a, b in zip(found["directly"], found["through the gateway"], strict=True)]
        outcome.add(f"{what}, through ÷ directly", "×", shares)
    outcome.notes.append(
        "Without a front server: agent, gateway and clients share the cores of one machine, on kept"
        " connections; a viewer of 2 Mbit/s takes one segment a second."
    )
    return outcome


@contextmanager
def _ways(folder: Path, big_bytes: int) -> Iterator[tuple[_Way, _Way]]:
    """An agent's `serve` with two files, and a gateway that knows it."""
    secret = secrets.token_urlsafe(32)
    with (
        _serving(folder / "agent", secret, big_bytes) as port,
        PrivatePostgres(folder / "postgres") as postgres,
        PrivateRedis(folder / "redis") as redis,
    ):
        url = postgres.create_database("bench")
        upgrade(url)
        with GatewayUnderTest(
            folder / "gateway",
            url,
            redis.url(),
            fleet={"late_after_s": _HEARD_FOR_S, "offline_after_s": _HEARD_FOR_S + 1},
        ) as gateway:
            enrol_by_hand(gateway, HOST, f"http://127.0.0.1:{port}", [DEVICE], secret=secret)
            yield (
                _Way(port, f"/host/stream/{DEVICE}", {"Authorization": f"Bearer {secret}"}),
                _Way(urlsplit(gateway.url).port or 0, f"/media/{HOST}/{DEVICE}", _media_cookie(gateway)),
            )


def _media_cookie(gateway: GatewayUnderTest) -> dict[str, str]:
    """What a browser's player sends."""
    login = {"username": ADMIN, "password": ADMIN_PASSWORD, "cookies": True}
    told = httpx.post(f"{gateway.url}/api/v1/auth/login", json=login)
    return {"Cookie": f"{cookies.MEDIA}={told.cookies[cookies.MEDIA]}"}


@contextmanager
def _serving(folder: Path, secret: str, big_bytes: int) -> Iterator[int]:
    """The port of the agent's HTTP process."""
    port = free_port()
    folders = DeviceFolders(folder / "footage", DEVICE)
    hot = folders.base / "segments"
    hot.mkdir(parents=True)
    packet = b"\x47" + b"\xff" * (_PACKET_BYTES - 1)
    for name, packets in ((BIG, big_bytes // _PACKET_BYTES), (SMALL, _SMALL_PACKETS)):
        with (folders.base / name).open("wb") as file:
            for _ in range(packets // 1000):
                file.write(packet * 1000)
            file.write(packet * (packets % 1000))
    config = folder / "host.toml"
    settings = {
        "agent": {
            "name": HOST,
            "root": str(folder / "footage"),
            "state_dir": str(folder / "state"),
            "listen": f"127.0.0.1:{port}",
            "token": secret,
        },
        "device": [{"name": DEVICE, "source": "pattern:testsrc2"}],
    }
    config.write_bytes(tomli_w.dumps(settings).encode())
    log = folder / "serve.log"
    process = start_bound([sys.executable, "-m", "host_agent", "serve", "--config", config], log=log)
    try:
        deadline_s = time.monotonic() + _START_WITHIN_S
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError(f"serve does not answer: {log.read_text()[-2000:]}")
            time.sleep(0.02)
        yield port
    finally:
        stop(process)


def _answers(port: int) -> bool:
    client = TimedClient(port)
    try:
        return client.get("/api/host/health").status > 0
    except OSError:
        return False
    finally:
        client.close()


def _fetch(way: _Way, size_bytes: int) -> float:
    """How many seconds the large file takes."""
    connection = http.client.HTTPConnection("127.0.0.1", way.port, timeout=60)
    buffer = bytearray(_READ_BYTES)
    try:
        before_s = time.perf_counter()
        connection.request("GET", way.path(BIG), headers=dict(way.headers))
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{way.path(BIG)}: {answer.status} {answer.read()[:300]!r}")
        got = 0
        while count := answer.readinto(buffer):
            got += count
        took_s = time.perf_counter() - before_s
    finally:
        connection.close()
    if got != size_bytes:
        raise RuntimeError(f"{got} bytes came of {size_bytes}")
    return took_s


def _segments_a_second(way: _Way, *, clients: int, requests: int) -> float:
    """`requests` segments on as many kept connections as there are clients."""
    ready = threading.Barrier(clients + 1)

    def ask() -> None:
        client = way.client()
        try:
            ready.wait()
            for _ in range(requests // clients):
                client.good(way.path(SMALL))
        finally:
            client.close()

    with ThreadPoolExecutor(clients) as crowd:
        asked = [crowd.submit(ask) for _ in range(clients)]
        ready.wait()
        before_s = time.perf_counter()
        for one in asked:
            one.result()
        return requests // clients * clients / (time.perf_counter() - before_s)


MEDIA = Bench("media", "media through the gateway against the agent directly", measure)
