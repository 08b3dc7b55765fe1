"""Addresses to listen on."""

import re

_ADDRESS = re.compile(r"^(?P<host>\[[0-9a-fA-F:]+\]|[^:\s]+):(?P<port>[0-9]{1,5})\Z")
_LOOPBACK = re.compile(r"^(127\.[0-9.]+|localhost|::1)\Z")


def checked_listen(value: str) -> str:
    """`host:port` or `[IPv6]:port`, as it is. Raises ValueError."""
    found = _ADDRESS.match(value)
    if found is None or int(found["port"]) > 65535:
        raise ValueError("must be an address and a port")
    return value


def listens_on_loopback(listen: str) -> bool:
    """Whether only this machine can reach what listens there."""
    return _LOOPBACK.match(listen.rpartition(":")[0].strip("[]")) is not None
