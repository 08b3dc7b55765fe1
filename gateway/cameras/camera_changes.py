"""Which columns of a camera a request changes, and which changes are refused. Plain."""

from collections.abc import Mapping
from typing import Any

from gateway.cameras.camera import Camera
from shared.errors import BadRequestError, ConflictError

# What a host's own settings say of its devices.
_OF_THE_HOST = frozenset(
    {"rtsp_url", "preview_url", "username", "password_encrypted", "host_id", "device_name"}
)
# What such a device takes from there where it is not set here.
_BY_HOST_OR_HERE = ("enable_detection", "detection_sensitivity")
_SHOWN_AS = {"password_encrypted": "password", "host_id": "host"}
# A camera that nobody looks at any more is neither live nor offline.
_AT_REST: Mapping[str, Any] = {"status": "idle", "problem_code": None, "problem": None, "failures_in_row": 0}


def columns_of(camera: Camera) -> dict[str, Any]:
    """The columns of a camera that a request can change."""
    return {
        "name": camera.name,
        "rtsp_url": camera.address,
        "preview_url": camera.preview_address,
        "username": camera.username,
        "password_encrypted": camera.password_encrypted,
        "resolution": camera.resolution,
        "fps": camera.fps,
        "codec": camera.codec,
        "location": camera.location,
        "group_id": camera.group_id,
        "is_active": camera.is_active,
        "enable_detection": camera.enable_detection,
        "detection_sensitivity": camera.detection_sensitivity,
        "host_id": camera.host_id,
        "device_name": camera.device_name,
    }


def without_shown(camera: Camera, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` but for addresses that are sent back as they were shown, which may lack their secrets."""
    shown = {"rtsp_url": camera.rtsp_url, "preview_url": camera.preview_url}
    return {name: value for name, value in given.items() if value is None or shown.get(name) != value}


def check_external_id(camera: Camera, values: Mapping[str, Any]) -> None:
    """Refuse another external_id: others know the camera by it. Raises ConflictError."""
    if values.get("external_id") not in (None, camera.external_id):
        raise ConflictError(
            f"The external_id of {camera.name} is {camera.external_id}, and never changes.",
            code="external_id_stays",
            remedy="Leave external_id out.",
            details={"field": "external_id"},
        )


def changed_columns(camera: Camera, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of `wanted`, columns as they are stored, is another than it is; and what follows from that.

    Raises ConflictError for what the settings of the camera's host say, BadRequestError where they shall say
    what they cannot: of a camera that is no device of theirs.
    """
    _check_nulls(camera, wanted)
    before = columns_of(camera)
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    refused = sorted(_OF_THE_HOST & changed.keys()) if camera.managed_by == "host" else []
    if refused:
        fields = [_SHOWN_AS.get(name, name) for name in refused]
        raise ConflictError(
            f"{camera.name} is the device {camera.device}, which its host's own settings describe: "
            f"{', '.join(fields)} cannot be changed here.",
            code="managed_by_host",
            remedy=f"Change it in host.toml of {camera.host}, or take it out there and add the camera here.",
            details={"fields": dict.fromkeys(fields, "is set in host.toml")},
        )
    if changed.get("is_active") is False:
        changed |= _AT_REST
    return changed


def _check_nulls(camera: Camera, wanted: Mapping[str, Any]) -> None:
    unsaid = [name for name in _BY_HOST_OR_HERE if name in wanted and wanted[name] is None]
    if unsaid and camera.managed_by != "host":
        raise BadRequestError(
            f"{', '.join(unsaid)}: null stands for what a host's own settings say, and no host.toml has "
            f"{camera.name}.",
            remedy="Send a value, or leave it out.",
            details={"fields": dict.fromkeys(unsaid, "must have a value")},
        )


def check_deletion(camera: Camera, *, is_reported: bool) -> None:
    """Refuse to delete what its host's next report would bring back: a revoked host's are not heard any more.

    Raises ConflictError.
    """
    if camera.managed_by == "host" and is_reported and not camera.host_revoked:
        raise ConflictError(
            f"{camera.name} is the device {camera.device}, which its host's own settings describe.",
            code="managed_by_host",
            remedy=f"Take it out of host.toml of {camera.host}, which keeps its footage, and delete it then.",
        )


def told_of(camera: Camera) -> dict[str, object]:
    """What an audit log may hold of a camera: no password, no address with one."""
    return {
        "name": camera.name,
        "external_id": camera.external_id,
        "rtsp_url": camera.rtsp_url,
        "preview_url": camera.preview_url,
        "username": camera.username,
        "resolution": camera.resolution,
        "fps": camera.fps,
        "codec": camera.codec,
        "location": camera.location,
        "group": camera.group,
        "is_active": camera.is_active,
        "enable_detection": camera.enable_detection,
        "detection_sensitivity": camera.detection_sensitivity,
        "device": camera.device,
    }


def told_of_password(before: Camera | None, after: Camera) -> str | None:
    """What became of the password: "set", "changed", "removed", or nothing; None before: a new camera."""
    had = before is not None and before.has_password
    if not after.has_password:
        return "removed" if had else None
    if not had:
        return "set"
    return None if before is None or before.password_encrypted == after.password_encrypted else "changed"
