"""The devices in force: those of `host.toml`, and the cameras that the gateway assigned.

What the gateway says of a camera is checked like a `[[device]]`, and more closely: it may name streams of
the network, and nothing of this machine. A camera that cannot be recorded stops none of the others. Of a
device of `host.toml` it says how it is analysed, where somebody wants that otherwise, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from host_agent.settings import NETWORK_KINDS, DeviceSettings, FrameSettings, HostSettings
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride

# What the gateway calls what `[picture]` knows by another name.
_IN_PICTURE = {"analysis": "enable_detection", "motion_sensitivity": "detection_sensitivity"}
_CALLED_BY_GATEWAY = {own: told for told, own in _IN_PICTURE.items()}
# Names and folders are this machine's.
_NOT_FOR_THE_GATEWAY = frozenset({"name", "root"})
_LONGEST_KEY = 40
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Assignment:
    """What became of the cameras that the gateway assigned.

    `names`: those that are devices here because of it, also those in `refused`, which gives the sentence
    why one cannot be recorded. `clashes`: a sentence for each whose name `host.toml` has already.
    `own_pictures`: how devices of `host.toml` that the gateway has analysed otherwise would be by it.
    """

    names: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    clashes: tuple[str, ...] = ()
    own_pictures: Mapping[str, FrameSettings] = field(default_factory=dict)


NOTHING_ASSIGNED = Assignment()


def nothing_assigned() -> Assignment:
    """For a host without a gateway."""
    return NOTHING_ASSIGNED


def with_assigned(
    settings: HostSettings,
    cameras: Sequence[AssignedCamera],
    overrides: Sequence[DetectionOverride] = (),
) -> tuple[HostSettings, Assignment]:
    """Return `settings` with the devices that `cameras` are, and what became of each of those.

    `settings`: those of `host.toml`, `auto` sources taken apart; its devices win over cameras of the same
    name, and `overrides` over how they are analysed: one of no device here waits until there is one. Without
    `[gateway] url` nothing is assigned: this host has left its fleet.
    """
    if not settings.gateway.url:
        return settings, NOTHING_ASSIGNED
    own = {device.name for device in settings.device}
    devices: list[DeviceSettings] = []
    refused: dict[str, str] = {}
    clashes: list[str] = []
    for camera in cameras:
        if camera.name in own:
            clashes.append(
                f"The gateway assigns a camera {camera.name!r} to this host, which has a device of that name"
                " in host.toml: that one is recorded, and the camera is not. Give one of them another name."
            )
            continue
        found = _device_of(settings, camera)
        if isinstance(found, str):
            refused[camera.name] = found
        else:
            devices.append(found)
    names = frozenset([*refused, *(device.name for device in devices)])
    said = {override.name: override for override in overrides}
    laid_over = [_overridden(device, said.get(device.name)) for device in settings.device]
    own_pictures = {
        device.name: settings.picture_of(device) for device in settings.device if device.name in said
    }
    merged = settings.model_copy(update={"device": (*laid_over, *devices)})
    return merged, Assignment(names, refused, tuple(clashes), own_pictures)


def _overridden(device: DeviceSettings, override: DetectionOverride | None) -> DeviceSettings:
    """A device of `host.toml` as the gateway has it analysed."""
    told = {} if override is None else override.model_dump(exclude={"name"}, exclude_none=True)
    if not told:
        return device
    own = {} if device.picture is None else device.picture.model_dump(exclude_unset=True)
    return device.model_copy(update={"picture": FrameSettings.model_validate({**own, **told})})


def _device_of(settings: HostSettings, camera: AssignedCamera) -> DeviceSettings | str:
    """The camera as a device, or a sentence that says what is wrong with it."""
    told = dict(camera.settings)
    for key in sorted(_NOT_FOR_THE_GATEWAY & told.keys()):
        return _cannot(f"{key}: is this host's own, and not for the gateway to say")
    if settings.holds_other_folders(camera.name):
        ring = settings.agent.root / camera.name
        return _cannot(f"its footage would lie in {ring}, which holds other data")
    source = told.get("source")
    if isinstance(source, str) and source.partition(":")[0] not in NETWORK_KINDS:
        return _cannot(f"source: must begin with one of {', '.join(NETWORK_KINDS)}, as a stream does")
    try:
        return DeviceSettings.model_validate(
            {**_with_picture(told), "name": camera.name},
        )
    except ValidationError as error:
        return _cannot("; ".join(_problems(error)))


def _with_picture(told: dict[str, Any]) -> dict[str, Any]:
    """The gateway's words for analysis are keys of the device's `picture`."""
    own = {key: told.pop(word) for word, key in _IN_PICTURE.items() if word in told}
    picture = told.get("picture")
    if not own or not (picture is None or isinstance(picture, dict)):
        return told
    return {**told, "picture": {**(picture or {}), **own}}


def _problems(error: ValidationError) -> list[str]:
    """What is wrong, key by key; values are not shown, they may be secret."""
    problems = []
    for found in error.errors(include_url=False, include_input=False)[:_SHOWN_PROBLEMS]:
        place = [str(part) for part in found["loc"]]
        if len(place) == 2 and place[0] == "picture" and place[1] in _CALLED_BY_GATEWAY:
            place = [_CALLED_BY_GATEWAY[place[1]]]
        message = found["msg"].removeprefix("Value error, ")
        if found["type"] == "extra_forbidden":
            message = "is no setting of a device that this agent knows"
        if found["type"] == "missing":
            message = "is missing"
        problems.append(f"{_printable('.'.join(place))}: {message}")
    return problems


def _printable(key: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in key)[:_LONGEST_KEY]


def _cannot(why: str) -> str:
    return f"It cannot be recorded as the gateway has set it: {why}. Correct the camera at the gateway."
