"""Asks a camera lightly whether its stream is there, before anything expensive is tried.

One question over a socket of its own costs a fiftieth of an ffmpeg (measured: 1.2 ms of a processor with a
Digest login, against 70 ms; and nothing while a camera does not answer). What it cannot tell, that pictures
really come and how many, ffmpeg is asked for where the status is about to change, and now and then.
"""

import asyncio
import os
import ssl
from collections.abc import Callable

from gateway.cameras.health_request import (
    Answer,
    Login,
    authorization,
    login_of,
    method_of,
    not_connected,
    parse_head,
    request_text,
    too_late,
    uri_of,
    verdict,
)
from shared.ffmpeg.stream_address import Target
from shared.ffmpeg.stream_probe_failure import Asked, StreamProbe

_LARGEST_HEAD_BYTES = 32_768
_LARGEST_BODY_BYTES = 65_536
_SECURE = ("rtsps", "https")


class LightCheck:
    """`new_nonce`: a random text for logging in. Runs in one event loop."""

    def __init__(self, new_nonce: Callable[[], str]) -> None:
        self._new_nonce = new_nonce
        # Cameras have certificates of their own making; ffmpeg, which reads them after us, takes any too.
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE

    async def ask(self, target: Target, ip_address: str, timeout_s: float) -> StreamProbe | None:
        """What the camera at `ip_address` says; None where it does not say enough. Within `timeout_s`.

        `latency_ms` of a good one: from the attempt to connect to the answer, logging in included.
        """
        login = login_of(target)
        asked = Asked(target.shown, login is not None, timeout_s)
        conversation = _Conversation(target, login, self._new_nonce)
        begun_s = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(timeout_s):
                answer = await conversation.hold(ip_address, self._tls if target.scheme in _SECURE else None)
        except TimeoutError:
            return too_late(asked, connected=conversation.connected)
        except EOFError:
            return not_connected(asked, "End of file")
        except (asyncio.LimitOverrunError, ValueError, ssl.SSLError):
            return None  # something else is there: ffmpeg says what
        except OSError as error:
            return not_connected(asked, os.strerror(error.errno) if error.errno else str(error))
        latency_ms = round((asyncio.get_running_loop().time() - begun_s) * 1000)
        return verdict(answer, asked, is_rtsp=target.is_rtsp, latency_ms=latency_ms)


class _Conversation:
    """One question to a camera, and once more with the login that it asks for."""

    def __init__(self, target: Target, login: Login | None, new_nonce: Callable[[], str]) -> None:
        self.connected = False
        self._target = target
        self._login = login
        self._new_nonce = new_nonce
        self._authorization: str | None = None

    async def hold(self, ip_address: str, tls: ssl.SSLContext | None) -> Answer:
        """The last answer. Raises OSError, ssl.SSLError, EOFError, and ValueError for what is no answer."""
        answer = await self._talk(ip_address, tls)
        if answer is None:
            # It hung up behind its 401, as HTTP/1.0 does: the login goes over a second connection.
            answer = await self._talk(ip_address, tls)
            if answer is None or answer.status == 401:
                raise ValueError("it does not say whether it takes this login")
        return answer

    async def _talk(self, ip_address: str, tls: ssl.SSLContext | None) -> Answer | None:
        """The answer; None where it hung up before the login could be given."""
        reader, writer = await asyncio.open_connection(
            ip_address,
            self._target.port,
            limit=_LARGEST_HEAD_BYTES,
            ssl=tls,
            server_hostname=self._target.name if tls is not None else None,
        )
        self.connected = True
        try:
            answer = await self._ask(reader, writer, 1)
            if answer.status != 401 or self._login is None or self._authorization is not None:
                return answer
            self._authorization = authorization(
                answer, self._login, method_of(self._target), uri_of(self._target), self._new_nonce()
            )
            if self._authorization is None:
                raise ValueError("it asks for a login in a way that is not known here")
            try:
                return await self._ask(reader, writer, 2)
            except (EOFError, ConnectionError):
                return None
        finally:
            # A stream that never ends is not waited for.
            writer.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> Answer:
        writer.write(request_text(self._target, number, self._authorization).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        answer = parse_head(head.decode("latin-1"))
        length = answer.body_bytes
        # The body of a stream over HTTP has no end.
        if not length or not (self._target.is_rtsp or answer.status == 401):
            return answer
        if length > _LARGEST_BODY_BYTES:
            raise ValueError("no description is as long")
        body = await reader.readexactly(length)
        return Answer(answer.status, answer.headers, body.decode("latin-1"))
