"""The light question over real sockets: cameras with manners of their own, and what is no camera at all."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.cameras.health_light_check import LightCheck
from shared.ffmpeg.stream_address import StreamAddress, parse_target
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.own_authority import OwnAuthority

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SDP = "v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\n"
DESCRIBED = f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}"
DIGEST = 'WWW-Authenticate: Digest realm="cam", nonce="n1", qop="auth"\r\n'
WITHIN_S = 1.0


def asked(
    talk: Talk, *, scheme: str = "rtsp", login: str = "cam", tls: ssl.SSLContext | None = None
) -> StreamProbe | None:
    """What is found out of a camera that talks like this."""

    async def go() -> StreamProbe | None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await talk(reader, writer)
            except (EOFError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        async with server:
            port = server.sockets[0].getsockname()[1]
            address = StreamAddress(f"{scheme}://127.0.0.1:{port}/live", login or None, "s3cret")
            found = await LightCheck(lambda: "abc").ask(parse_target(address), "127.0.0.1", WITHIN_S)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            return found

    return asyncio.run(go())


def says(*answers: str) -> Talk:
    """A camera that answers one question after the other on a connection, then hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer.encode())
            await writer.drain()

    return talk


def code(found: StreamProbe | None) -> str | None:
    return None if found is None else found.code


def test_a_camera_is_logged_in_to_over_one_connection() -> None:
    heard: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(
            f"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n{DIGEST}Content-Length: 4\r\n\r\nbody".encode()
        )
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(DESCRIBED.encode())

    found = asked(talk)
    assert code(found) == "ok"
    assert found is not None and found.latency_ms is not None and found.latency_ms < WITHIN_S * 1000
    first, second = heard
    assert "Authorization" not in first
    assert "CSeq: 2" in second and 'Authorization: Digest username="cam"' in second
    assert "s3cret" not in first + second


def test_a_camera_that_hangs_up_after_asking_for_a_login_gets_it_over_a_second_connection() -> None:
    connections: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if len(connections) == 1:
            writer.write(b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="cam"\r\n\r\n')
        else:
            writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=x\r\n\r\n")

    assert code(asked(talk, scheme="http")) == "ok"
    assert ["Authorization: Basic " in text for text in connections] == [False, True]


def test_a_stream_over_http_is_not_waited_for_to_its_end() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: 999999999\r\n\r\n")
        while True:
            writer.write(b"x" * 1000)
            await writer.drain()

    begun_s = time.monotonic()
    assert code(asked(talk, scheme="http")) == "ok"
    assert time.monotonic() - begun_s < WITHIN_S


def test_a_camera_behind_tls_with_a_certificate_of_its_own_making_is_asked_too(tmp_path: Path) -> None:
    context = OwnAuthority(tmp_path).server_context("camera.example")
    assert code(asked(says(DESCRIBED), scheme="rtsps", tls=context)) == "ok"


@pytest.mark.parametrize(
    ("answers", "login", "expected"),
    [
        ((f"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n{DIGEST}\r\n",) * 2, "cam", "unauthorised"),
        ((f"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n{DIGEST}\r\n",), "", "unauthorised"),
        (("RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n",), "cam", "not_found"),
        (("RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nv=0\r\n",), "cam", "not_video"),
        # Of these only ffmpeg can say more.
        (("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",), "cam", None),
        (("RTSP/1.0 301 Moved\r\nLocation: rtsp://elsewhere/\r\n\r\n",), "cam", None),
        (("RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n\r\n",), "cam", None),
        (("RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n",), "cam", None),
        (("SSH-2.0-OpenSSH_9.2\r\n\r\n",), "cam", None),
        (("x" * 40_000,), "cam", None),
        # It hangs up in the middle.
        ((), "cam", "ended"),
        (("RTSP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nv=0",), "cam", "ended"),
    ],
)
def test_every_answer_is_taken_for_what_it_says(
    answers: tuple[str, ...], login: str, expected: str | None
) -> None:
    assert code(asked(says(*answers), login=login)) == expected


def test_an_address_that_swallows_packets_is_told_from_a_camera_that_is_silent() -> None:
    """A queue of connections that is full answers to no further one."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as queue:
        port = full.getsockname()[1]
        for _place in range(3):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        target = parse_target(StreamAddress(f"rtsp://127.0.0.1:{port}/live"))
        swallowed = asyncio.run(LightCheck(lambda: "abc").ask(target, "127.0.0.1", WITHIN_S))

    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    silent = asked(talk)
    assert swallowed is not None and silent is not None
    assert (swallowed.code, silent.code) == ("timeout", "timeout")
    assert swallowed.message.startswith("Nothing answers at 127.0.0.1:")
    assert "accepts the connection, but sent no picture" in silent.message


def test_a_camera_that_answers_a_byte_at_a_time_has_no_more_time_than_others() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(b"R")
            await writer.drain()
            await asyncio.sleep(0.05)

    begun_s = time.monotonic()
    assert code(asked(talk)) == "timeout"
    assert WITHIN_S <= time.monotonic() - begun_s < WITHIN_S + 1
