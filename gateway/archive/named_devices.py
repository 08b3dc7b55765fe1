"""Devices that a caller names, all of them or none."""

from collections.abc import Sequence

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.full_names import FullName
from gateway.catalogue.repository import Catalogue, unknown_device


def named_devices(catalogue: Catalogue, names: Sequence[FullName], scope: Scope) -> list[Device]:
    """The devices in the order of `names`. Raises NotFoundError for the first that is not there, or that
    `scope` does not hold."""
    found = {(device.host, device.name): device for device in catalogue.devices_named(names, scope)}
    for host, name in names:
        if (host, name) not in found:
            raise unknown_device(host, name)
    return [found[name] for name in names]
