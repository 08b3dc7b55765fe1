"""Connects to models where they may be: a name is looked up once, judged, and only that is connected to."""

import ipaddress
import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from shared.ffmpeg.address_lookup import Resolve, resolve_within
from shared.ffmpeg.address_policy import refusal


class NotAllowedError(Exception):
    """The address lies where no model may be; the text says why."""


class ModelNetwork(httpcore.NetworkBackend):
    """`networks` (CIDR): where models may be; none: anywhere but where clouds keep a machine's secrets."""

    def __init__(self, networks: Sequence[str], resolve: Resolve) -> None:
        self._networks = networks
        self._resolve = resolve
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises NotAllowedError, httpcore.ConnectError, httpcore.ConnectTimeout."""
        addresses = self._addresses(host, timeout)
        why = refusal(addresses, self._networks, whose="model")
        if why:
            raise NotAllowedError(why)
        failure: Exception | None = None
        for address in addresses:
            try:
                return self._system.connect_tcp(
                    address,
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, timeout: float | None) -> Sequence[str]:
        name = host.strip("[]")
        try:
            ipaddress.ip_address(name)
        except ValueError:
            pass
        else:
            return [name]
        try:
            return list(resolve_within(name, timeout or 5.0, self._resolve))[:2]
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("its name could not be looked up in time") from error
        except OSError as error:
            raise httpcore.ConnectError(f"its name cannot be resolved ({error.strerror})") from error

    def sleep(self, seconds: float) -> None:
        self._system.sleep(seconds)


def trusted_here() -> ssl.SSLContext:
    """Trust whom this machine trusts: a site's own authority is in its store, not in a library's."""
    return ssl.create_default_context()
