"""Where cameras may be. Plain.

A camera's address is chosen by whoever may enter cameras, and what lies there is asked by this machine: a way
into its network. So a name is looked up once, what it stands for is judged, and only that is connected to.
"""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where clouds tell a machine its secrets. No camera is there; one may be at another link-local address.
_METADATA = frozenset(
    ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")
)


def refusal(addresses: Sequence[str], networks: Sequence[str], *, whose: str = "camera") -> str:
    """Why these may not be connected to, in a sentence; empty where all of them may.

    All, not one: which is taken must not be chance. `networks` (CIDR): where cameras may be; none: anywhere
    but at addresses that are no camera's. `whose`: what is looked for there instead of a camera.
    """
    for text in addresses:
        address = _plain(text)
        if address in _METADATA or address.is_multicast or address.is_unspecified:
            return f"No {whose} can be at {address}."
        if networks and not any(address in ipaddress.ip_network(network) for network in networks):
            return f"{address} lies outside of the networks where {whose}s may be: {', '.join(networks)}."
    return ""


def same_address(one: str, other: str) -> bool:
    """Whether two texts name one address; False where one of them names none."""
    try:
        return _plain(one) == _plain(other)
    except ValueError:
        return False


def _plain(text: str) -> Address:
    """`::ffff:10.0.0.1` is 10.0.0.1: what is reached counts, not how it is written."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
