"""Which address of a camera's name is connected to."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence

from shared.ffmpeg.address_policy import refusal
from shared.ffmpeg.stream_address import Target

# (name) → its addresses, the best first. Raises OSError where there are none.
Resolve = Callable[[str], Sequence[str]]


class NotReachedError(Exception):
    """No connection was tried: `code` and `sentence` as in StreamProbe."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def choose_address(
    target: Target,
    networks: Sequence[str],
    resolve: Resolve,
    *,
    limit_s: float,
    monotonic: Callable[[], float],
) -> str:
    """The one address that is connected to. Raises NotReachedError."""
    literal = target.literal
    try:
        addresses = (
            [literal] if literal is not None else resolve_within(target.name, limit_s - monotonic(), resolve)
        )
    except TimeoutError:
        raise NotReachedError(
            "unreachable", f"The name {target.name} could not be looked up in time: check this machine's DNS."
        ) from None
    except OSError:
        addresses = []
    if not addresses:
        raise NotReachedError(
            "unreachable", f"The name {target.name} cannot be resolved: check the name and DNS."
        )
    why = refusal(addresses, networks)
    if why:
        raise NotReachedError(
            "not_allowed", f"{why} Enter another address, or have an administrator allow it."
        )
    # Where a name has both, IPv4: cameras that answer on IPv6 only have no other.
    return min(addresses, key=lambda text: ipaddress.ip_address(text.partition("%")[0]).version)


def resolve(name: str) -> list[str]:
    """All addresses of a name, as this machine's resolver orders them. Raises OSError."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError(str(error)) from None
    return list(dict.fromkeys(str(address[0]) for *_rest, address in found))


def resolve_within(name: str, within_s: float, resolve: Resolve) -> Sequence[str]:
    """`resolve`, which may know no deadline. Raises TimeoutError after `within_s`, else OSError."""
    found: list[Sequence[str]] = []
    refused: list[OSError] = []

    def look_up() -> None:
        try:
            found.append(resolve(name))
        except OSError as error:
            refused.append(error)

    looking = threading.Thread(target=look_up, name="camera-name", daemon=True)
    looking.start()
    looking.join(within_s)
    if refused:
        raise refused[0]
    if not found:
        raise TimeoutError("the name is still being looked up")
    return found[0]
