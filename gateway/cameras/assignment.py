"""Which device of a host a camera becomes, and what its host is told of it. Plain."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any, Protocol

from gateway.cameras.camera import Camera
from gateway.cameras.camera_address import with_login
from gateway.cameras.detection_note import detection_note
from gateway.catalogue.device import MOST_DEVICES_OF_A_HOST
from gateway.catalogue.free_name import free_name
from gateway.hosts.host_states import HostState
from shared.contracts.heartbeat import MOST_DEVICES
from shared.errors import ConflictError

LONGEST_DEVICE_NAME = 63
# Of a `[[device]]`.
LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """What its host must know of a camera, as it is stored."""

    device_name: str
    name: str
    address: str = field(repr=False)
    username: str | None
    password_encrypted: str | None = field(repr=False)
    preview_address: str | None = field(repr=False)
    enable_detection: bool
    detection_sensitivity: float


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """What is set here of the analysis of a host's own device; None: as the host says."""

    device_name: str
    enable_detection: bool | None
    detection_sensitivity: float | None


@dataclass(frozen=True, slots=True)
class HostRows:
    """All that a host is told: cameras to be recorded, and what is set over its own settings."""

    cameras: Sequence[AssignedRow] = ()
    overrides: Sequence[OverrideRow] = ()


def assignment_digest(rows: HostRows) -> str:
    """Names an assignment: another one has another name. Empty: nothing is assigned, nor overridden."""
    if not rows.cameras and not rows.overrides:
        return ""
    cameras = sorted(astuple(row) for row in rows.cameras)
    # Without overrides it is what it was before there were any: hosts need not be told again.
    told = [cameras, sorted(astuple(row) for row in rows.overrides)] if rows.overrides else cameras
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def device_settings(row: AssignedRow, password: str | None) -> dict[str, Any]:
    """The keys of a `[[device]]` that its host records the camera by; the addresses hold its login."""
    told = {
        "label": row.name[:LONGEST_LABEL],
        "source": with_login(row.address, row.username, password),
        "analysis": row.enable_detection,
        "motion_sensitivity": row.detection_sensitivity,
    }
    if row.preview_address is not None:
        told["preview_source"] = with_login(row.preview_address, row.username, password)
    return told


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody wants a camera recorded; `host_id` None: nowhere. `device_name` None: any that fits.
    `takes_orphans`: they may give it the footage of a device whose camera was deleted."""

    host_id: str | None
    host: str | None = None
    device_name: str | None = None
    takes_orphans: bool = False

    def is_fulfilled_by(self, camera: Camera) -> bool:
        """Whether the camera is there already."""
        return self.host_id == camera.host_id and self.device_name in (None, camera.device_name)


@dataclass(frozen=True, slots=True)
class NamesAtHost:
    """The names that devices of a host have, or had: by name the id of the camera whose footage is there;
    None: that camera was deleted. `former`: what this camera was called there last. `in_use`: how many
    devices the host has now."""

    owners: Mapping[str, str | None]
    former: str | None
    in_use: int


class Placeable(Protocol):
    """A camera, or one that is about to be made."""

    @property
    def id(self) -> str: ...

    @property
    def external_id(self) -> str: ...

    @property
    def host_id(self) -> str | None: ...


def device_name_for(camera: Placeable, placement: Placement, names: NamesAtHost) -> str:
    """What the camera is called at its host: as wished, as it was called there before, or a free name.

    Footage never changes hands: a name whose footage is another camera's is not given. Raises ConflictError,
    also where the host could not report one more device (host_full).
    """
    name = placement.device_name
    if name is not None:
        owner = names.owners.get(name, camera.id)
        if owner not in (camera.id, None) or (owner is None and not placement.takes_orphans):
            raise ConflictError(
                f"The host {placement.host} has, or had, another device {name}; its footage is not this "
                "camera's.",
                code="device_name_taken",
                remedy="Leave device_name out, or give another.",
                details={"field": "device_name"},
            )
    elif names.former is not None and names.owners.get(names.former, camera.id) == camera.id:
        name = names.former
    else:
        name = free_name(device_name_from(camera.external_id), names.owners, LONGEST_DEVICE_NAME)
    if camera.host_id != placement.host_id and names.in_use >= MOST_DEVICES:
        raise _host_is_full(placement, f"has {names.in_use} devices", MOST_DEVICES)
    if name not in names.owners and len(names.owners) >= MOST_DEVICES_OF_A_HOST:
        raise _host_is_full(placement, f"has had {len(names.owners)} devices", MOST_DEVICES_OF_A_HOST)
    return name


def _host_is_full(placement: Placement, has: str, most: int) -> ConflictError:
    return ConflictError(
        f"The host {placement.host} {has}, and {most} are the most.",
        code="host_full",
        remedy="Assign the camera to another host.",
        details={"field": "host"},
    )


def device_name_from(text: str) -> str:
    """A device's name that reads like `text`, an external_id."""
    return text.lower().lstrip("-_")[:LONGEST_DEVICE_NAME] or "camera"


def note_of(camera: Camera, state: HostState | None) -> str | None:
    """What whoever looks at a camera should know of its host; None: nothing."""
    if camera.host is None or state is None:
        return None
    if camera.managed_by == "host":
        return detection_note(camera, state)
    if state is HostState.REVOKED:
        return (
            f"The credential of the host {camera.host} was revoked: what is said of this camera here reaches "
            "it once it has enrolled again."
        )
    if camera.heard_at is None:
        return f"The host {camera.host} has never reported: it records this camera once it does."
    if state is HostState.OFFLINE:
        return (
            f"The host {camera.host} does not report: what is said of this camera here reaches it when it "
            "reports again."
        )
    return None


def footage_sentence(hosts: Collection[str]) -> str:
    """What becomes of the footage of a camera that was deleted, which these hosts may have."""
    names = sorted(hosts)
    if not names:
        return "No host has recorded this camera."
    if len(names) == 1:
        return f"{names[0]} keeps what it recorded until its retention ends it."
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} keep what they recorded until their retention ends it."
