"""Connections to hosts: resolved each time, only into the networks of the enrolment, within deadlines."""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION

from gateway.hosts.host_address import allowed_addresses, parse_address, parse_destination

_SHORTEST_WAIT_S = 0.001

# The addresses of a name and a port. Raises OSError.
Resolve = Callable[[str, int], Sequence[str]]


class Moment(float):
    """A moment of the monotonic clock, given where httpcore passes a number of seconds through.

    A limit on each read alone would let a host that sends a byte a second go on for ever.
    """


class NotProvenError(Exception):
    """A host's certificate is not for its name, or not of somebody this machine trusts."""


class HostNetwork(httpcore.NetworkBackend):
    """What httpcore connects with. The host of an origin is an encoded `Destination`.

    `resolvers` looks names up beside the caller, since getaddrinfo(3) knows no deadline.
    """

    def __init__(self, monotonic: Callable[[], float], resolvers: Executor, resolve: Resolve) -> None:
        self._monotonic = monotonic
        self._resolvers = resolvers
        self._resolve = resolve
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that accepts; TLS comes after it.

        Raises httpcore's ConnectError and ConnectTimeout, OutsideNetworksError; TLS NotProvenError.
        """
        last: httpcore.ConnectError | None = None
        for address in self.addresses(host, port, timeout):
            try:
                stream = self._tcp.connect_tcp(
                    address, port, seconds_until(timeout, self._monotonic), local_address, socket_options
                )
            except httpcore.ConnectError as error:
                last = error
                continue
            return _Stream(stream, self._monotonic)
        raise last or httpcore.ConnectError("the name has no address")

    def addresses(self, destination: str, port: int, timeout: float | None) -> list[str]:
        """The addresses that an encoded Destination has now, all of them allowed."""
        wanted = parse_destination(destination)
        if parse_address(wanted.name) is not None:
            return allowed_addresses([wanted.name], wanted.networks)
        looking = self._resolvers.submit(self._resolve, wanted.name, port)
        try:
            found = looking.result(seconds_until(timeout, self._monotonic))
        except FutureTimeoutError:
            looking.cancel()
            raise httpcore.ConnectTimeout("the name is still being looked up") from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from None
        return allowed_addresses(found, wanted.networks)


class _Stream(httpcore.NetworkStream):
    """A connection whose limits may be moments."""

    def __init__(self, stream: httpcore.NetworkStream, monotonic: Callable[[], float]) -> None:
        self._stream = stream
        self._monotonic = monotonic

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if isinstance(timeout, Moment) and timeout <= self._monotonic():
            raise httpcore.ReadTimeout("the answer took too long")
        return self._stream.read(max_bytes, seconds_until(timeout, self._monotonic))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, seconds_until(timeout, self._monotonic))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait_s = seconds_until(timeout, self._monotonic)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, wait_s)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise NotProvenError(error.__cause__.reason or "TLS failed") from None
            raise
        return _Stream(stream, self._monotonic)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def seconds_until(limit: float | None, monotonic: Callable[[], float]) -> float | None:
    """A limit as a number of seconds from now; of one that has passed the shortest wait there is."""
    if isinstance(limit, Moment):
        return max(_SHORTEST_WAIT_S, limit - monotonic())
    return limit


def resolve_by_system(name: str, port: int) -> list[str]:
    """What this machine's resolver says. Raises OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]
