"""The client to hosts, against real small servers: honest, slow, and hostile."""

import gzip
import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from gateway.hosts.host_client import CallLimits, FrontTarget, HostClient
from gateway.hosts.host_client_crowd import MOST_WAITING
from gateway.hosts.host_client_fan_out import HostCall
from gateway.hosts.host_client_network import Resolve, resolve_by_system
from gateway.hosts.host_directory import KnownHost
from shared.errors import ColdframeError, NotFoundError, UnavailableError, UpstreamError
from tests.support.own_authority import OwnAuthority
from tests.support.raw_host import SECRET, Answer, RawHost, answering, header_of, target_of

QUICK = CallLimits(connect_s=0.5, answer_s=1.0, stall_s=0.5)
PATH = "/api/host/devices"
MIB = 1024 * 1024
# What comes in chunks is done after three bytes; what has a length of 1000 is not.
TWO_LENGTHS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n3\r\n{ }\r\n0\r\n\r\n"
)


@contextmanager
def client_of(
    *hosts: KnownHost,
    limits: CallLimits = QUICK,
    resolve: Resolve = resolve_by_system,
    trust: ssl.SSLContext | None = None,
) -> Iterator[HostClient]:
    known = {host.name: host for host in hosts}
    client = HostClient(known.__getitem__, time.monotonic, limits, resolve=resolve, trust=trust)
    try:
        yield client
    finally:
        client.close()


def refused(host: RawHost, *, limits: CallLimits = QUICK, max_bytes: int = MIB) -> ColdframeError:
    """What a call of `host` is refused with."""
    with client_of(host.known(), limits=limits) as client, pytest.raises(ColdframeError) as caught:
        client.call_json("lab-1", "GET", PATH, max_bytes=max_bytes)
    return caught.value


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# -- what is sent ------------------------------------------------------------------------------------


def test_a_call_carries_the_hosts_secret_and_the_requests_id() -> None:
    with (
        RawHost(answering(b'{"devices": []}')) as host,
        client_of(host.known()) as client,
        structlog.contextvars.bound_contextvars(request_id="abc-123"),
    ):
        found = client.call_json("lab-1", "GET", PATH, params={"from": "2026-11-21T14:00:00+01:00"})
    assert found == {"devices": []}
    head = host.heads[0]
    assert target_of(head) == f"{PATH}?from=2026-11-21T14%3A00%3A00%2B01%3A00"
    assert header_of(head, "Authorization") == f"Bearer {SECRET}"
    assert header_of(head, "X-Request-ID") == "abc-123"
    assert header_of(head, "Host") == f"127.0.0.1:{host.port}"


def test_a_body_is_sent_as_json() -> None:
    bodies: list[bytes] = []

    def answer(connection: socket.socket, head: bytes) -> None:
        expected = int(header_of(head, "Content-Length") or "0")
        body = head.partition(b"\r\n\r\n")[2]
        while len(body) < expected:
            body += connection.recv(65536)
        bodies.append(body)
        answering(b"{}", status="202 Accepted")(connection, head)

    with RawHost(answer) as host, client_of(host.known()) as client:
        assert client.call_json("lab-1", "POST", "/api/host/clips", json={"device": "street"}) == {}
    assert [json.loads(body) for body in bodies] == [{"device": "street"}]


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/api/v1/users",
        "/api/host/../../metrics",
        "/host/stream/street/..%2f..%2fmetrics",
        "/host/stream//street",
        "/host/stream/street/a?b=c",
        "/host/stream/street/a b",
        "/host/stream/street/a\r\nX: y",
        "http://other/api/host/devices",
        "",
    ],
)
def test_only_the_fixed_paths_of_hosts_are_called(path: str) -> None:
    with RawHost(answering()) as host, client_of(host.known()) as client, pytest.raises(NotFoundError):
        client.call_json("lab-1", "GET", path)
    assert host.heads == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    with RawHost(answering(b"[1]")) as host, client_of(host.known()) as client:
        assert client.call_json("lab-1", "GET", PATH) == [1]


# -- where it goes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("networks", [("10.0.0.0/8",), (), ("::/0",)])
def test_an_address_outside_the_enrolments_networks_is_never_called(networks: tuple[str, ...]) -> None:
    with (
        RawHost(answering()) as host,
        client_of(host.known(networks=networks)) as client,
        pytest.raises(UpstreamError) as caught,
    ):
        client.call_json("lab-1", "GET", PATH)
    assert caught.value.code == "host_outside_networks"
    assert host.heads == []


def test_a_name_is_resolved_at_each_connection_and_all_its_addresses_must_be_allowed() -> None:
    answers = [["127.0.0.1"], ["127.0.0.1", "10.1.2.3"], ["10.1.2.3"]]

    def resolve(name: str, _port: int) -> list[str]:
        assert name == "host.example"
        return answers.pop(0)

    with RawHost(answering(b"[]")) as host:
        known = host.known(url=f"http://host.example:{host.port}")
        with client_of(known, resolve=resolve) as client:
            assert client.call_json("lab-1", "GET", PATH) == []
            for _ in range(2):
                with pytest.raises(UpstreamError) as caught:
                    client.call_json("lab-1", "GET", PATH)
                assert caught.value.code == "host_outside_networks"
    assert len(host.heads) == 1
    assert header_of(host.heads[0], "Host") == f"host.example:{host.port}"


def test_a_resolver_that_hangs_does_not_outlast_the_deadline() -> None:
    hanging = threading.Event()

    def resolve(_name: str, _port: int) -> list[str]:
        hanging.wait(5)
        return []

    with RawHost(answering()) as host:
        with client_of(host.known(url="http://host.example"), resolve=resolve) as client:
            before_s = time.monotonic()
            with pytest.raises(UnavailableError):
                client.call_json("lab-1", "GET", PATH)
            took_s = time.monotonic() - before_s
        hanging.set()
    assert took_s < QUICK.connect_s + 0.5


def test_connections_of_one_host_are_not_used_for_another_at_the_same_address() -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(kept)
        while connection.recv(65536):
            connection.sendall(kept)

    with RawHost(answer) as host:
        others = KnownHost("lab-2", host.known().url, ("10.0.0.0/8",), SECRET, is_silent=False)
        with client_of(host.known(), others) as client:
            client.call_json("lab-1", "GET", PATH)
            client.call_json("lab-1", "GET", PATH)
            assert len(host.heads) == 1, "the connection is kept"
            with pytest.raises(UpstreamError):
                client.call_json("lab-2", "GET", PATH)


def test_the_secret_of_a_host_that_was_enrolled_anew_is_not_sent_to_its_predecessor() -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    heard: list[bytes] = []

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(kept)
        while more := connection.recv(65536):
            heard.append(more)
            connection.sendall(kept)

    with RawHost(answer) as host:
        enrolled = {"lab-1": host.known()}
        client = HostClient(enrolled.__getitem__, time.monotonic, QUICK)
        try:
            client.call_json("lab-1", "GET", PATH)
            enrolled["lab-1"] = replace(host.known(), secret="secret-of-its-successor")
            client.call_json("lab-1", "GET", PATH)
        finally:
            client.close()
        assert heard == [], "not over the connection to the machine that there was before"
        assert len(host.heads) == 2


def test_the_front_server_is_told_the_address_that_was_checked() -> None:
    with RawHost(answering()) as host:
        with client_of(
            host.known(url=f"http://localhost:{host.port}", networks=("127.0.0.0/8", "::1/128"))
        ) as client:
            target = client.front_target("lab-1")
        assert target == FrontTarget(
            "http", target.address, host.port, "localhost", f"localhost:{host.port}", SECRET
        )
        assert target.address in ("127.0.0.1", "::1")
        assert SECRET not in repr(target)
        with client_of(host.known(networks=("10.0.0.0/8",))) as client, pytest.raises(UpstreamError):
            client.front_target("lab-1")


def loopback(_name: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_tls_proves_the_hosts_name_and_not_the_address_that_is_connected_to(tmp_path: Path) -> None:
    authority, stranger = OwnAuthority(tmp_path), OwnAuthority(tmp_path)
    served = authority.server_context("host.example")
    with RawHost(answering(b"[1]"), tls=served) as host:
        known = host.known(url=f"https://host.example:{host.port}")
        trust = authority.client_context()
        with client_of(known, resolve=loopback, trust=trust) as client:
            assert client.call_json("lab-1", "GET", PATH) == [1]
        other_name = host.known(url=f"https://other.example:{host.port}")
        by_address = host.known(url=f"https://127.0.0.1:{host.port}")
        for wrong, trusted in ((other_name, trust), (by_address, trust), (known, stranger.client_context())):
            with (
                client_of(wrong, resolve=loopback, trust=trusted) as client,
                pytest.raises(UpstreamError) as caught,
            ):
                client.call_json("lab-1", "GET", PATH)
            assert caught.value.code == "host_certificate"
    assert len(host.heads) == 1, "no secret was sent to whoever could not prove its name"


def test_a_host_that_never_answers_the_greeting_of_tls_is_given_up(tmp_path: Path) -> None:
    trust = OwnAuthority(tmp_path).client_context()
    with RawHost(answering()) as plain:  # waits for the end of a request that it does not understand
        known = plain.known(url=f"https://127.0.0.1:{plain.port}")
        before_s = time.monotonic()
        with client_of(known, trust=trust) as client, pytest.raises(UnavailableError):
            client.call_json("lab-1", "GET", PATH)
        assert time.monotonic() - before_s < QUICK.connect_s + 0.5


# -- hosts that do not answer ------------------------------------------------------------------------


def test_a_host_that_accepts_nothing_is_unreachable() -> None:
    with RawHost(answering()) as host:
        known = host.known(url=f"http://127.0.0.1:{closed_port()}")
        with client_of(known) as client, pytest.raises(UnavailableError) as caught:
            client.call_json("lab-1", "GET", PATH)
    assert caught.value.code == "host_unreachable"
    assert caught.value.details == {"host": "lab-1"}


def never(connection: socket.socket, _head: bytes) -> None:
    connection.recv(1)


def dribbling(start: bytes, piece: bytes) -> Answer:
    """Something every few milliseconds, for ever."""

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(start)
        pause = threading.Event()
        while not pause.wait(0.02):
            connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        never,
        dribbling(b"HTTP/1.1 200 OK\r\n", b"a"),
        dribbling(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
        dribbling(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n", b" "),
        dribbling(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\n \r\n",
        ),
        dribbling(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["never", "header", "headers", "body", "chunks", "continue"],
)
def test_the_deadline_holds_whatever_trickles_in(answer: Answer) -> None:
    with RawHost(answer) as host:
        before_s = time.monotonic()
        error = refused(host)
        took_s = time.monotonic() - before_s
    assert error.code == "host_unreachable"
    assert took_s < QUICK.answer_s + 1.0


def test_a_host_that_breaks_off_is_unreachable() -> None:
    with RawHost(lambda _connection, _head: None) as host:
        assert refused(host).code == "host_unreachable"


def test_a_connection_that_was_closed_while_idle_is_replaced_unnoticed() -> None:
    def once(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        connection.recv(65536)  # the next request is read and not answered

    with RawHost(once) as host, client_of(host.known()) as client:
        for _ in range(3):
            assert client.call_json("lab-1", "GET", PATH) == {}


# -- nonsense ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        answering(b"<html>", content_type="text/html"),
        answering(b"{", content_type="application/json"),
        answering(b'{"a": NaN}'),
        answering(b"\xff\xfe\x00"),
        answering(b"[" * 100_000),
        answering(b"9" * 10_000),
        answering(b"{}", status="302 Found", headers="Location: /api/host/health\r\n"),
        answering(b"{}", status="304 Not Modified"),
        answering(b"{}", status="500 Oh"),
        answering(b'{"error": 1, "code": "x", "remedy": ""}', status="404 Not Found"),
        answering(b"teapot", status="418 Teapot"),
        answering(b"x" * 100, headers="Content-Encoding: br\r\n"),
        answering(b"x" * 100, headers="Content-Encoding: gzip\r\n"),
        answering(gzip.compress(b"{}", mtime=0)[:-4], headers="Content-Encoding: gzip\r\n"),
        answering(gzip.compress(b"{}", mtime=0) * 2, headers="Content-Encoding: gzip\r\n"),
        answering(b"{}", headers="X-Huge: " + "x" * 200_000 + "\r\n"),
        lambda connection, _head: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        lambda connection, _head: connection.sendall(b"\x00" * 100_000),
        lambda connection, _head: connection.sendall(TWO_LENGTHS),
    ],
)
def test_nonsense_is_called_nonsense(answer: Answer) -> None:
    with RawHost(answer) as host:
        error = refused(host)
    assert isinstance(error, UpstreamError)
    assert error.code == "bad_upstream"


def test_a_good_answer_may_be_gzip() -> None:
    body = gzip.compress(json.dumps(list(range(100_000))).encode())
    packed = answering(body, headers="Content-Encoding: gzip\r\n")
    with RawHost(packed) as host, client_of(host.known()) as client:
        assert len(client.call_json("lab-1", "GET", PATH)) == 100_000


def ten_gigabytes(connection: socket.socket, _head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")
    for _ in range(10 * 1024):
        connection.sendall(b" " * MIB)


def said_to_be_ten_gigabytes(connection: socket.socket, _head: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n"
    )


def gzip_bomb(connection: socket.socket, _head: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        b"Connection: close\r\n\r\n"
    )
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for _ in range(1024):
        connection.sendall(packer.compress(b" " * MIB))


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("answer", [ten_gigabytes, said_to_be_ten_gigabytes, gzip_bomb])
def test_an_endless_answer_is_given_up_with_little_of_it_held(answer: Answer) -> None:
    limits = CallLimits(connect_s=0.5, answer_s=20.0)
    with RawHost(answer) as host:
        before = resident_bytes()
        error = refused(host, limits=limits)
        grown = resident_bytes() - before
    assert error.code == "bad_upstream"
    assert grown < 16 * MIB


# -- refusals of hosts -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "409 Conflict", "503 Unavailable"])
def test_a_hosts_refusal_passes_with_its_code_sentence_and_remedy(status: str) -> None:
    body = json.dumps({"error": "No footage.", "code": "no_footage", "remedy": "Ask elsewhere."}).encode()
    with RawHost(answering(body, status=status)) as host:
        error = refused(host)
    assert (error.code, error.message, error.remedy) == ("no_footage", "No footage.", "Ask elsewhere.")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_host_that_refuses_the_gateway_does_not_sign_the_caller_out(status: str) -> None:
    body = json.dumps({"error": "No.", "code": "unauthorised", "remedy": ""}).encode()
    with RawHost(answering(body, status=status)) as host:
        assert refused(host).code == "host_refuses_gateway"


@pytest.mark.parametrize(
    "code", ["unauthorised", "token_expired", "csrf", "wrong_host", "too_large", "host_unreachable"]
)
def test_a_host_cannot_speak_with_the_gateways_own_codes(code: str) -> None:
    body = json.dumps({"error": "Sign in.", "code": code, "remedy": ""}).encode()
    with RawHost(answering(body, status="404 Not Found")) as host:
        assert refused(host).code == "bad_upstream"


# -- streams -----------------------------------------------------------------------------------------


def test_a_stream_may_take_longer_than_an_answer_but_not_be_silent() -> None:
    go_on = threading.Event()

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(8):
            time.sleep(0.2)  # this is the pace of the answer, nothing is waited for
            connection.sendall(b"x")
        go_on.wait(5)

    limits = CallLimits(connect_s=0.5, answer_s=0.5, stall_s=0.6)
    with RawHost(answer) as host, client_of(host.known(), limits=limits) as client:
        got = 0
        stream = client.stream("lab-1", "GET", "/host/stream/street/a.ts")
        with stream, pytest.raises(UnavailableError) as caught:
            for piece in stream:
                got += len(piece)
        go_on.set()
    assert got == 8
    assert caught.value.code == "host_unreachable"


def test_closing_a_stream_closes_its_connection_at_once() -> None:
    closed = threading.Event()

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc")
        if connection.recv(1) == b"":
            closed.set()

    with RawHost(answer) as host, client_of(host.known()) as client:
        with client.stream("lab-1", "GET", "/host/stream/street/a.ts") as stream:
            assert next(iter(stream)) == b"abc"
        assert closed.wait(2)


# -- many at once, and the memory of dead ones -------------------------------------------------------


def test_a_host_that_failed_again_and_again_is_not_waited_for_and_is_back_when_it_answers() -> None:
    is_alive = threading.Event()

    def answer(connection: socket.socket, head: bytes) -> None:
        (answering(b"[]") if is_alive.is_set() else never)(connection, head)

    with RawHost(answer) as host, client_of(host.known()) as client:
        for _ in range(3):
            with pytest.raises(UnavailableError):
                client.call_json("lab-1", "GET", PATH)
        before_s = time.monotonic()
        for _ in range(20):
            with pytest.raises(UnavailableError):
                client.call_json("lab-1", "GET", PATH)
        assert time.monotonic() - before_s < 0.5
        is_alive.set()
        until_s = time.monotonic() + 10
        while True:
            try:
                assert client.call_json("lab-1", "GET", PATH) == []
                break
            except UnavailableError:
                assert time.monotonic() < until_s
                time.sleep(0.05)


def asking(client: HostClient, name: str) -> HostCall[object]:
    return HostCall(name, lambda left_s: client.call_json(name, "GET", PATH, timeout_s=left_s))


def test_slow_and_dead_hosts_do_not_delay_the_others_and_say_so() -> None:
    times: dict[str, float] = {}

    def timed(client: HostClient, name: str, begun_s: float) -> HostCall[object]:
        def ask(left_s: float) -> object:
            try:
                return client.call_json(name, "GET", PATH, timeout_s=left_s)
            finally:
                times[name] = time.monotonic() - begun_s

        return HostCall(name, ask)

    with RawHost(never) as slow, RawHost(answering(b"[1]")) as good:
        dead_url = f"http://127.0.0.1:{closed_port()}"
        hosts = [
            *(slow.known(f"slow-{index}") for index in range(5)),
            *(good.known(f"dead-{index}", url=dead_url) for index in range(5)),
            *(good.known(f"good-{index}") for index in range(20)),
        ]
        with client_of(*hosts, limits=CallLimits(answer_s=5.0)) as client:
            begun_s = time.monotonic()
            calls = {host.name: timed(client, host.name, begun_s) for host in hosts}
            found = client.fan_out(calls, 1.0)
            took_s = time.monotonic() - begun_s
    assert took_s < 1.5
    assert list(found) == [host.name for host in hosts]
    assert [found[f"good-{index}"] for index in range(20)] == [[1]] * 20
    assert max(times[f"good-{index}"] for index in range(20)) < 0.8
    for name in [*(f"slow-{i}" for i in range(5)), *(f"dead-{i}" for i in range(5))]:
        error = found[name]
        assert isinstance(error, UnavailableError)
        assert error.code == "host_unreachable"


def test_many_calls_of_one_hanging_host_leave_threads_for_the_others() -> None:
    with (
        RawHost(never) as slow,
        RawHost(answering(b"[1]")) as good,
        client_of(slow.known("slow"), good.known("good"), limits=CallLimits()) as client,
    ):
        hanging = {index: asking(client, "slow") for index in range(200)}
        crowd = threading.Thread(target=lambda: client.fan_out(hanging, 1.5))
        crowd.start()
        try:
            before_s = time.monotonic()
            for _ in range(10):
                assert client.fan_out({"good": asking(client, "good")}, 1.0) == {"good": [1]}
            assert time.monotonic() - before_s < 1.0
        finally:
            crowd.join()
    assert len(slow.heads) <= 8


def test_a_host_that_hangs_does_not_hold_every_thread_that_asks_it() -> None:
    """Whoever finds a crowd waiting is sent away, long before the others give up."""
    took_s: list[float] = []

    def ask(client: HostClient) -> None:
        before_s = time.monotonic()
        with pytest.raises(UnavailableError):
            client.call_json("lab-1", "GET", PATH)
        took_s.append(time.monotonic() - before_s)

    with RawHost(never) as host, client_of(host.known(), limits=CallLimits(answer_s=3.0)) as client:
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(host.heads) == MOST_WAITING
    assert sum(seconds > 2.5 for seconds in took_s) == MOST_WAITING
    assert sum(seconds < 2.0 for seconds in took_s) == 40 - MOST_WAITING


def test_a_defect_in_a_call_is_raised_and_not_taken_for_a_dead_host() -> None:
    def broken(_left_s: float) -> object:
        raise ZeroDivisionError

    with client_of() as client, pytest.raises(ZeroDivisionError):
        client.fan_out({"a": HostCall("a", broken)}, 1.0)
