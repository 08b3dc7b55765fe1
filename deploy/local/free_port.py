"""Ports of this machine."""

import itertools
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Above what services of a machine use, below what the kernel gives to connections that go out.
_FIRST = 20_000
_BLOCK = 100
_USUAL_END = 32_768
_GIVEN_TO_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
        return True


def free_port(wanted: int = 0) -> int:
    """Return `wanted` where nobody listens on it, else a port that is free now.

    A server can be stopped and started on it again: nobody else gets it meanwhile, neither a connection nor
    another process that asks here, and this process only after many others.
    """
    if wanted and is_free(wanted):
        return wanted
    for port in itertools.islice(_own_ports(), _BLOCK):
        if is_free(port):
            return port
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@cache
def _own_ports() -> Iterator[int]:
    """A block of ports, again and again, that is this process's until it ends; nothing where none is left."""
    for first in range(_FIRST, _begin_of_connections() - _BLOCK + 1, _BLOCK):
        claim = socket.socket(socket.AF_UNIX)
        try:
            # A name without a file: the kernel frees it when the process ends, however it ends.
            claim.bind(f"\0coldframe-ports-{first}")
        except OSError:
            claim.close()
        else:
            claim.detach()  # stays open
            return itertools.cycle(range(first, first + _BLOCK))
    return iter(())


def _begin_of_connections() -> int:
    try:
        return int(_GIVEN_TO_CONNECTIONS.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_END
