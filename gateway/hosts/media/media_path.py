"""Addresses of media: a host's `/host/stream/{device}/…` is `/media/{host}/{device}/…` here. Plain."""

import re
from collections.abc import Iterable

from gateway.hosts.host_address import is_host_path

_STREAM = "/host/stream"
_MEDIA = "/media"
# Files that keep their number for ever, and move from folder to folder as they age.
_NUMBERED = re.compile(r"/(segment|capture)_[0-9]{9,10}(_thumbnail)?\.(ts|jpg|json)$")


def stream_path(device: str, rest: str) -> str | None:
    """The path on the host of `rest` (decoded) of a device; None for what no file of it can have."""
    path = f"{_STREAM}/{device}/{rest}"
    return path if is_host_path(path) else None


def is_numbered(path: str) -> bool:
    """Whether a path names a file that may just have moved."""
    return _NUMBERED.search(path) is not None


def media_address(host: str, device: str, address: str) -> str | None:
    """The gateway's address for one that a host gave; None where that is not of this device's media."""
    if not address.startswith(f"{_STREAM}/{device}/") or not is_host_path(address):
        return None
    return f"{_MEDIA}/{host}{address.removeprefix(_STREAM)}"


def media_addresses(host: str, device: str, addresses: Iterable[str]) -> list[str] | None:
    """All of them by `media_address`; None where one of them is not of this device's media."""
    found: list[str] = []
    for address in addresses:
        changed = media_address(host, device, address)
        if changed is None:
            return None
        found.append(changed)
    return found
