"""Checks a host's `public_url` against the networks of its enrolment, names looked up.

An address chosen by others is a way into the gateway's network: every address that a name stands for must
lie in one of the networks. The same is checked again with every call (`host_client`).
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence

from gateway.hosts.host_address import OutsideNetworksError, allowed_addresses, parse_host_url

# (name) → its addresses. Raises OSError where there are none.
Resolve = Callable[[str], Sequence[str]]


def resolve(name: str) -> list[str]:
    """All addresses of a name, as this machine's resolver says. Raises OSError."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(str(error)) from None
    return sorted({str(address[0]) for *_rest, address in found})


def plain_network(text: str) -> str:
    """`10.1.2.3/8` as `10.0.0.0/8`; one address is a network too. Raises ValueError with a sentence."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValueError(f"{text[:60]} is no network such as 10.0.0.0/8.") from None


class AddressCheck:
    """`resolve` is asked for names only."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def problem(self, public_url: str, networks: Sequence[str]) -> str:
        """A sentence that says why this address is not allowed; empty where it is."""
        try:
            url = parse_host_url(public_url)
        except ValueError:
            return f"{public_url} is no address of a host such as http://10.1.2.3:8700."
        try:
            addresses = [url.name] if url.literal is not None else self._resolve(url.name)
            if not allowed_addresses(addresses, networks):
                return f"The name of {public_url} has no address."
        except OSError:
            return f"The name of {public_url} cannot be resolved by the gateway."
        except OutsideNetworksError as error:
            means = "" if url.literal is not None else f" ({error})"
            allowed = ", ".join(networks)
            return f"{public_url}{means} lies outside of the networks that this host may be in: {allowed}."
        return ""
