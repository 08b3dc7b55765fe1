"""Where a host may be called, and at which of its paths. Plain."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORT_OF_SCHEME = {"http": 80, "https": 443}
# What the gateway asks of hosts; nothing else of theirs is ever called.
_PREFIXES = ("/api/host/", "/host/stream/")
# Names of devices, hours, files, clips. Begins with a letter or digit: never `.` or `..`.
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_MOST_PARTS = 8
_NAME = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*\.?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class HostUrl:
    """A host's `public_url`, taken apart. `name`: a DNS name or an IP address, without brackets."""

    scheme: str
    name: str
    port: int

    @property
    def netloc(self) -> str:
        """For addresses and the Host header."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == _PORT_OF_SCHEME[self.scheme] else f"{name}:{self.port}"

    @property
    def literal(self) -> Address | None:
        """The IP address, where the name is one."""
        return parse_address(self.name)


def parse_host_url(text: str) -> HostUrl:
    """Take a `public_url` apart. Raises ValueError where it is none."""
    parts = urlsplit(text)
    port = parts.port  # raises ValueError itself
    if parts.scheme not in _PORT_OF_SCHEME or parts.hostname is None or port == 0:
        raise ValueError(f"{text!r} is no address of a host")
    if "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"{text!r} is more than an address of a host")
    name = parts.hostname
    if parse_address(name) is None:
        # Raises UnicodeError, a ValueError, for what no DNS can hold.
        name = name.encode("idna").decode("ascii").lower()
        if not _NAME.fullmatch(name):
            raise ValueError(f"{text!r} names no host")
    return HostUrl(parts.scheme, name, port or _PORT_OF_SCHEME[parts.scheme])


def parse_address(text: str) -> Address | None:
    """The IP address that `text` is, None where it is none; `::ffff:10.0.0.1` is 10.0.0.1."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        # A zone (fe80::1%eth0) names an interface of this machine: not for others to choose.
        return None if found.scope_id else found.ipv4_mapped or found
    return found


def lies_in(address: Address, networks: Iterable[str]) -> bool:
    """Whether `address` is in one of `networks` (CIDR). Raises ValueError where one of them is none."""
    return any(address in ipaddress.ip_network(network) for network in networks)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where connections go, and the networks (CIDR) that every address of `name` must be in.

    `enrolment`: another one for each enrolment. A connection to a machine that has been replaced may be open
    still, and must not be sent its successor's secret.
    """

    name: str
    networks: tuple[str, ...]
    enrolment: str = ""

    def encode(self) -> str:
        """One ASCII text: connections are shared between requests with the same one, and with no others."""
        return f"{self.name}|{','.join(self.networks)}|{self.enrolment}"


def parse_destination(text: str) -> Destination:
    """What `Destination.encode` made."""
    name, networks, enrolment = text.split("|")
    return Destination(name, tuple(networks.split(",")) if networks else (), enrolment)


class OutsideNetworksError(Exception):
    """A host's name resolves to an address that its enrolment does not allow."""


def allowed_addresses(resolved: Sequence[str], networks: Sequence[str]) -> list[str]:
    """`resolved` without doubles, in order. Raises OutsideNetworksError unless all are in `networks`.

    All, not one: a name that also points elsewhere is an attack or a mistake, and which address is
    taken must not be chance.
    """
    for text in resolved:
        address = parse_address(text)
        if address is None or not lies_in(address, networks):
            raise OutsideNetworksError(text)
    return list(dict.fromkeys(resolved))


def is_host_path(path: str) -> bool:
    """Whether `path` (decoded) is one that the gateway asks of hosts: no `..`, no encodings, no query."""
    if not path.startswith(_PREFIXES):
        return False
    parts = path.removeprefix("/").split("/")
    return len(parts) <= _MOST_PARTS and all(_PART.fullmatch(part) for part in parts)
