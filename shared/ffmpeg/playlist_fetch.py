"""Reads a camera's playlist: ffmpeg would go wherever one leads before anybody could stop it."""

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from shared.ffmpeg.playlist import stream_named_in
from shared.ffmpeg.stream_address import Target
from shared.ffmpeg.stream_observation import Observed

_LARGEST_BYTES = 256 * 1024
_PIECE_BYTES = 16 * 1024


def with_lead(
    seen: Observed, target: Target, ip_address: str, limit_s: float, monotonic: Callable[[], float]
) -> Observed:
    """What was seen, and where it leads to if it is a playlist."""
    if not seen.is_no_stream:
        return seen
    return replace(seen, moved_to=fetch_lead(target, ip_address, limit_s, monotonic))


def fetch_lead(target: Target, ip_address: str, limit_s: float, monotonic: Callable[[], float]) -> str:
    """Where the playlist at `target` leads to, as it says it; empty where there is none. Connects to
    `ip_address` alone, logs in as ffmpeg would, and takes until `limit_s` at most."""
    within_s = limit_s - monotonic()
    if within_s <= 0:
        return ""
    try:
        with _opener(target, ip_address).open(target.plain_url, timeout=within_s) as answer:
            text = b""
            while len(text) < _LARGEST_BYTES and monotonic() < limit_s:
                piece = answer.read1(_PIECE_BYTES)
                if not piece:
                    return stream_named_in(text.decode(errors="replace"))
                text += piece
    # ValueError: what is no answer of HTTP, or asks for a login in a way that is not known.
    except (OSError, http.client.HTTPException, ValueError, IndexError):
        return ""
    return ""


def fetch_redirection(target: Target, ip_address: str, limit_s: float, monotonic: Callable[[], float]) -> str:
    """Where the page at `target` says that it has moved to; empty where it does not. As `fetch_lead`."""
    within_s = limit_s - monotonic()
    if within_s <= 0:
        return ""
    try:
        with _opener(target, ip_address).open(target.plain_url, timeout=within_s):
            return ""
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers.get("Location", "") if 300 <= answer.code < 400 else ""
    except (OSError, http.client.HTTPException, ValueError, IndexError):
        return ""


def _opener(target: Target, ip_address: str) -> urllib.request.OpenerDirector:
    logins = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    username, _, password = target.login.removesuffix("@").partition(":")
    if username:
        logins.add_password(None, target.plain_url, unquote(username), unquote(password))
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        _Stays(),
        _Plain(ip_address),
        _Tls(ip_address),
        urllib.request.HTTPBasicAuthHandler(logins),
        urllib.request.HTTPDigestAuthHandler(logins),
    )


class _Stays(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class _PlainConnection(http.client.HTTPConnection):
    """To one IP address, whatever the name stands for."""

    def __init__(self, ip_address: str, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._ip_address = ip_address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip_address, self.port), self.timeout)


class _TlsConnection(_PlainConnection):
    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        # Cameras have certificates of their own making; ffmpeg, which reads the stream, takes any too.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, ip_address: str) -> None:
        super().__init__()
        self._ip_address = ip_address

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_PlainConnection, self._ip_address), req)


class _Tls(urllib.request.HTTPSHandler):
    def __init__(self, ip_address: str) -> None:
        super().__init__()
        self._ip_address = ip_address

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_TlsConnection, self._ip_address), req)
