"""Devices whose source is `auto`, taken apart into the cameras of this machine."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from host_agent.capture.local_cameras import LocalCamera
from host_agent.settings import DeviceSettings, HostSettings

# Of a device in the settings, places of cameras and names that others have: each place's name.
Names = Callable[[str, Sequence[str], Collection[str]], Mapping[str, str]]


def has_auto(settings: HostSettings) -> bool:
    """Whether the machine's cameras must be looked for."""
    return any(device.source_kind == "auto" for device in settings.device)


def expand_auto(settings: HostSettings, cameras: Sequence[LocalCamera], names: Names) -> HostSettings:
    """Put every camera of this machine in the place of a device whose source is `auto`, but those that
    other devices name. Without any camera the device stays as it is."""
    explicit = [device for device in settings.device if device.source_kind != "auto"]
    taken = frozenset(device.name for device in explicit)
    in_use = {_file_of(device) for device in explicit if device.source_kind == "v4l2"}
    free = [camera for camera in cameras if camera.path not in in_use]
    devices: list[DeviceSettings] = []
    for device in settings.device:
        if device.source_kind != "auto" or not free:
            devices.append(device)
            continue
        others = frozenset(other.name for other in settings.device if other is not device) | taken
        named = names(device.name, [camera.place for camera in free], others)
        for camera in free:
            found = {
                **device.model_dump(exclude_unset=True),
                "name": named[camera.place],
                "source": f"v4l2:{camera.steady_path}",
                "label": device.label or camera.card,
            }
            devices.append(DeviceSettings.model_validate(found))
    return settings.model_copy(update={"device": tuple(devices)})


def _file_of(device: DeviceSettings) -> Path:
    """The device file behind whichever name the settings have for it."""
    return Path(device.source.get_secret_value().partition(":")[2]).resolve()
