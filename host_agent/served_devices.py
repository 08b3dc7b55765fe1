"""The devices that a request may name, and what is known of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from host_agent.journal.journal import Journal
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, HostSettings
from shared.clock import Clock
from shared.errors import NotFoundError

_SHOWN_NAME_LENGTH = 63


@dataclass(frozen=True, slots=True)
class ServedDevices:
    """What routes of every room begin with. The mappings are live: devices come and go on reload.

    `settings`: those in force now. `configured`: each device's own, `auto` sources taken apart.
    """

    settings: Callable[[], HostSettings]
    configured: Mapping[str, DeviceSettings]
    stores: Mapping[str, RingStore]
    journal: Journal
    clock: Clock

    def names(self) -> list[str]:
        """Every device, by name."""
        return sorted(self.stores)

    def store(self, device: str) -> RingStore:
        """The ring of `device`. Raises NotFoundError: the name comes from a request."""
        store = self.stores.get(device)
        if store is None:
            raise NotFoundError(
                f"There is no device {device[:_SHOWN_NAME_LENGTH]!r} here.",
                code="unknown_device",
                remedy="GET /api/host/devices lists the devices of this host.",
            )
        return store
