"""Media through the gateway as it runs: memory, slow callers, callers that leave, and a full house."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from tests.support.enrolled_by_hand import enrol_by_hand
from tests.support.gateway_under_test import WEB, GatewayUnderTest
from tests.support.raw_host import RawHost, header_of, target_of
from tests.support.servers import fresh_database

MIB = 1024 * 1024
GIB = 1024 * MIB
STREAMS = 50
PATH = "/media/big-1/street/segments/segment_000000001.ts"


class BigHost:
    """Serves a sparse file of a GiB, whole or in part, and notes when a caller leaves."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "segment.ts"
        with self.file.open("wb") as file:
            file.truncate(GIB)
        self.broken_off = threading.Event()
        self.server = RawHost(self._answer)

    def _answer(self, connection: socket.socket, head: bytes) -> None:
        if target_of(head).endswith("small.ts"):
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: 188\r\n\r\n" + b"G" * 188
            )
            return
        wanted = header_of(head, "Range")
        start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted is not None else 0
        status = "206 Partial Content" if wanted is not None else "200 OK"
        lines = [
            f"HTTP/1.1 {status}",
            "Content-Type: video/mp2t",
            f"Content-Length: {GIB - start}",
            *([f"Content-Range: bytes {start}-{GIB - 1}/{GIB}"] if wanted is not None else []),
        ]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            with self.file.open("rb") as file:
                sent = start
                while sent < GIB:
                    sent += os.sendfile(connection.fileno(), file.fileno(), sent, GIB - sent)
        except OSError:
            self.broken_off.set()
            raise


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigHost]:
    host = BigHost(tmp_path_factory.mktemp("big"))
    with host.server:
        yield host


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    big: BigHost,
) -> Iterator[GatewayUnderTest]:
    folder = tmp_path_factory.mktemp("gateway")
    with (
        fresh_database(postgres, migrated_template) as url,
        GatewayUnderTest(
            folder, url, redis_server.url(), web={"threads": 64, "media_streams": STREAMS}
        ) as made,
    ):
        enrol_by_hand(made, "big-1", big.server.url, ["street"])
        yield made


class SlowCaller:
    """A request whose answer is read as the test says, over a connection with little room."""

    def __init__(self, gateway: GatewayUnderTest, token: str, *headers: str) -> None:
        address = httpx.URL(gateway.url)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self.socket.settimeout(30)
        self.socket.connect((address.host, address.port))
        lines = [
            f"GET {PATH} HTTP/1.1",
            f"Host: {address.netloc.decode()}",
            f"Authorization: {token}",
            *headers,
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.rest = b""

    def head(self) -> str:
        while b"\r\n\r\n" not in self.rest:
            more = self.socket.recv(4096)
            assert more, "the connection was closed"
            self.rest += more
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head.decode()

    def close(self) -> None:
        self.socket.close()


def token_of(gateway: GatewayUnderTest) -> str:
    return str(gateway.login().headers["Authorization"])


def resident_bytes(gateway: GatewayUnderTest) -> int:
    """Of the processes of `web`."""
    parent = gateway.processes.pid(WEB)
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
        for pid in (parent, *map(int, children))
    )


def test_a_gigabyte_to_a_slow_caller_is_carried_in_constant_memory(
    gateway: GatewayUnderTest, big: BigHost
) -> None:
    token = token_of(gateway)
    for _ in range(20):  # what every process needs once is not what is measured
        small = httpx.get(
            f"{gateway.url}/media/big-1/street/small.ts", headers={"Authorization": token}, timeout=10
        )
        assert small.status_code == 200
    before = resident_bytes(gateway)
    highest = before
    caller = SlowCaller(gateway, token, f"Range: bytes=0-{GIB - 1}")
    head = caller.head()
    assert head.startswith("HTTP/1.1 206")
    assert f"Content-Range: bytes 0-{GIB - 1}/{GIB}" in head
    got = len(caller.rest)
    slow_until_s = time.monotonic() + 3
    buffer = bytearray(256 * 1024)
    while got < GIB:
        if time.monotonic() < slow_until_s:
            time.sleep(0.02)  # a caller of a few MB a second
        count = caller.socket.recv_into(buffer)
        assert count, f"cut off after {got} bytes"
        got += count
        if got // (16 * MIB) != (got - count) // (16 * MIB) or time.monotonic() < slow_until_s:
            highest = max(highest, resident_bytes(gateway))
    caller.close()
    assert got == GIB
    grown = highest - before
    print(f"grown by {grown / MIB:.1f} MiB")
    assert grown < 20 * MIB


def test_a_caller_that_leaves_is_not_read_for_any_longer(gateway: GatewayUnderTest, big: BigHost) -> None:
    big.broken_off.clear()
    caller = SlowCaller(gateway, token_of(gateway))
    assert caller.head().startswith("HTTP/1.1 200")
    assert not big.broken_off.is_set()
    caller.close()
    assert big.broken_off.wait(2)


def test_fifty_streams_leave_everything_else_as_fast_as_ever_and_the_next_one_waits(
    gateway: GatewayUnderTest,
) -> None:
    token = token_of(gateway)
    alone_s = slowest_answers(gateway, token)
    with ExitStack() as stack:
        callers = []
        for _ in range(STREAMS):
            caller = SlowCaller(gateway, token)
            stack.callback(caller.close)
            callers.append(caller)
        for caller in callers:
            assert caller.head().startswith("HTTP/1.1 200")
        refused = httpx.get(f"{gateway.url}{PATH}", headers={"Authorization": token}, timeout=10)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert refused.json()["error"]["code"] == "too_many_streams"
        full_s = slowest_answers(gateway, token)
        print(f"slowest answers: alone {alone_s}, with {STREAMS} streams {full_s}")
        assert max(full_s.values()) < 1.0
    gateway.wait_for(
        "room again",
        lambda: (
            httpx.get(
                f"{gateway.url}/media/big-1/street/small.ts", headers={"Authorization": token}, timeout=10
            ).is_success
        ),
        within_s=10,
    )


def slowest_answers(gateway: GatewayUnderTest, token: str) -> dict[str, float]:
    """The slowest of twenty answers each, in seconds."""
    paths: dict[str, Any] = {"/healthz": gateway.url, "/readyz": gateway.url, "/api/v1/devices": gateway.url}
    found: dict[str, float] = {}
    with httpx.Client(headers={"Authorization": token}, timeout=10) as client:
        for path, url in paths.items():
            times = []
            for _ in range(20):
                begun_s = time.monotonic()
                assert client.get(f"{url}{path}").status_code == 200, path
                times.append(time.monotonic() - begun_s)
            found[path] = round(max(times), 3)
    return found
