"""A host that answers as a test says: a small real HTTP server, honest or hostile."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from gateway.hosts.host_address import parse_host_url
from gateway.hosts.host_directory import KnownHost

SECRET = "secret-of-a-host-0123456789-0123456789-0123"
_ACCEPT_S = 30.0

# Given the connection and the head of the request; the connection is closed afterwards.
Answer = Callable[[socket.socket, bytes], None]


class RawHost:
    """One server on loopback. `heads`: the requests that came, their heads only."""

    def __init__(self, answer: Answer, *, tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.heads: list[bytes] = []
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def known(
        self, name: str = "lab-1", *, url: str | None = None, networks: tuple[str, ...] = ("127.0.0.0/8",)
    ) -> KnownHost:
        """As the directory gives it."""
        return KnownHost(name, parse_host_url(url or self.url), networks, SECRET, is_silent=False)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._accepting.join(_ACCEPT_S)
        for thread in self._threads:
            thread.join(_ACCEPT_S)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        self._open.add(connection)
        try:
            with suppress(OSError):
                if self._tls is not None:
                    connection = self._tls.wrap_socket(raw, server_side=True)
                    self._open.add(connection)
                head = b""
                while b"\r\n\r\n" not in head:
                    more = connection.recv(65536)
                    if not more:
                        return
                    head += more
                self.heads.append(head)
                self._answer(connection, head)
        finally:
            self._open.discard(connection)
            self._open.discard(raw)
            connection.close()


def answering(
    body: bytes = b"{}", *, status: str = "200 OK", content_type: str = "application/json", headers: str = ""
) -> Answer:
    """The same answer to everything. `headers`: further lines, each with its CRLF."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        f"{headers}Connection: close\r\n\r\n"
    )

    def answer(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(head.encode() + body)

    return answer


def target_of(head: bytes) -> str:
    """Address and query of a request."""
    return head.split(b" ", 2)[1].decode()


def header_of(head: bytes, name: str) -> str | None:
    """A header of a request."""
    for line in head.decode("latin-1").split("\r\n")[1:]:
        found, _, value = line.partition(":")
        if found.lower() == name.lower():
            return value.strip()
    return None
