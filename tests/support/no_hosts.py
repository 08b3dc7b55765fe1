"""A network in which no host answers."""

from typing import Any

from shared.errors import UnavailableError


class Unreachable:
    """Calls hosts, in vain: what `HostClient` does where the network is cut."""

    def call_json(self, host: str, method: str, path: str, *, json: object = None) -> Any:
        raise UnavailableError(f"Host {host} cannot be reached.", code="host_unreachable", remedy="")
