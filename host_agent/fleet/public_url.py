"""How the gateway reaches this agent, where nobody said so."""

import ipaddress
from collections.abc import Callable


def public_url(configured: str, host: str, port: int, own_address: Callable[[], str]) -> str:
    """`configured` where it is set, else by `host` and `port` that the agent listens on.

    An agent that listens everywhere is reached at `own_address`, the address that this machine has
    towards the gateway.
    """
    if configured:
        return configured.rstrip("/")
    name = host.strip("[]")
    if name in ("0.0.0.0", "::"):
        name = own_address()
    return f"http://{_bracketed(name)}:{port}"


def _bracketed(name: str) -> str:
    try:
        return f"[{name}]" if ipaddress.ip_address(name).version == 6 else name
    except ValueError:
        return name
