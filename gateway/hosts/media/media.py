"""Media of hosts under the gateway's own address: playlists, segments, pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.catalogue.device import Scope
from gateway.hosts.host_client import HostClient
from gateway.hosts.host_client_answer import nonsense
from gateway.hosts.media.carrier import Carried, MediaCarrier, Wanted
from gateway.hosts.media.device_access import DeviceAccess
from gateway.hosts.media.front import FrontAnswer, front_answer
from gateway.hosts.media.media_path import media_address, stream_path
from shared.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """What a caller wants. `path`: below the device, decoded. `headers`: those that pass to the host."""

    host: str
    device: str
    path: str
    method: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


class Media:
    """Opens media, or says where a front server finds it.

    `front_prefix`: where that server fetches from hosts itself; empty: the gateway carries the bytes.
    """

    def __init__(
        self, client: HostClient, carrier: MediaCarrier, access: DeviceAccess, *, front_prefix: str = ""
    ) -> None:
        self._client = client
        self._carrier = carrier
        self._access = access
        self._front_prefix = front_prefix.rstrip("/")

    def open(self, asked: MediaRequest, scope: Scope) -> Carried | FrontAnswer:
        """Raises NotFoundError for what is not in `scope` or is no address of media, and what
        `MediaCarrier.carry` raises."""
        self._access.require(asked.host, asked.device, scope)
        path = stream_path(asked.device, asked.path)
        if path is None:
            raise NotFoundError(
                "There is nothing at this address.", remedy="/docs lists the addresses that exist."
            )
        if self._front_prefix:
            return front_answer(self._front_prefix, self._client.front_target(asked.host), path, asked.params)
        carried = self._carrier.carry(Wanted(asked.host, path, asked.method, asked.params, asked.headers))
        if carried.location is None:
            return carried
        # Flat addresses of old players; nothing else of a host leads elsewhere.
        location = media_address(asked.host, asked.device, carried.location)
        if location is None:
            raise nonsense(asked.host, "a way to somewhere else")
        return Carried(308, {"Location": location, "Cache-Control": "private, no-cache"}, None)
