"""Checks a host's `public_url` against the networks of its enrolment, names looked up.

An address chosen by others is a way into the gateway's network: every address that a name stands for must
lie in one of the networks. The same is checked again with every call (`host_client`).
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from gateway.hosts.host_address import OutsideNetworksError, allowed_addresses, parse_host_url

# (name) → its addresses. Raises OSError where there are none.
Resolve = Callable[[str], Sequence[str]]

_WITHIN_S = 2.0
_AT_ONCE = 16


def resolve(name: str) -> list[str]:
    """All addresses of a name, as this machine's resolver says. Raises OSError."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(str(error)) from None
    return sorted({str(address[0]) for *_rest, address in found})


class BoundedResolve:
    """A Resolve that comes back within `within_s`, and at once where `at_once` names are looked up already.

    getaddrinfo(3) knows no deadline, and which names it is asked for is the hosts' to say: one that claims
    names of slow name servers must not keep the threads that others report to.
    """

    def __init__(self, resolve: Resolve, *, within_s: float = _WITHIN_S, at_once: int = _AT_ONCE) -> None:
        self._resolve = resolve
        self._within_s = within_s
        self._places = threading.BoundedSemaphore(at_once)
        self._workers = ThreadPoolExecutor(at_once, "claimed-names")

    def __call__(self, name: str) -> Sequence[str]:
        if not self._places.acquire(blocking=False):
            raise OSError("too many names are being looked up")
        looking = self._workers.submit(self._resolve, name)
        looking.add_done_callback(self._give_back)
        # Its TimeoutError is an OSError.
        return looking.result(self._within_s)

    def _give_back(self, _looking: "Future[Sequence[str]]") -> None:
        self._places.release()


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
