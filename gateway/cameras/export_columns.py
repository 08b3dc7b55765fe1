"""The columns of files of cameras, the same in exports and imports. Plain."""

from collections.abc import Mapping
from typing import Any

from gateway.cameras.camera import Camera

# As spreadsheets show them: who it is, where it is, what is done with it, who records it.
COLUMNS = (
    "external_id",
    "name",
    "rtsp_url",
    "username",
    "password",
    "preview_url",
    "resolution",
    "fps",
    "codec",
    "location",
    "group",
    "is_active",
    "enable_detection",
    "detection_sensitivity",
    "host",
    "device_name",
    "managed_by",
)
PASSWORD = "password"
FLAGS = frozenset({"is_active", "enable_detection"})
WHOLE_NUMBERS = frozenset({"fps"})
NUMBERS = frozenset({"detection_sensitivity"})


def columns(*, with_credentials: bool) -> tuple[str, ...]:
    """The columns of a file, in their order."""
    return tuple(name for name in COLUMNS if with_credentials or name != PASSWORD)


def row_of(camera: Camera, password: str | None, *, with_credentials: bool) -> dict[str, Any]:
    """What a file says of a camera. `password`: in plain text, where it is to be in there at all.

    Without credentials addresses are as everybody sees them: some cameras take their login in the query.
    """
    said: Mapping[str, Any] = {
        "external_id": camera.external_id,
        "name": camera.name,
        "rtsp_url": camera.address if with_credentials else camera.rtsp_url,
        "username": camera.username,
        "password": password,
        "preview_url": camera.preview_address if with_credentials else camera.preview_url,
        "resolution": camera.resolution,
        "fps": camera.fps,
        "codec": camera.codec,
        "location": camera.location,
        "group": camera.group,
        "is_active": camera.is_active,
        "enable_detection": camera.enable_detection,
        "detection_sensitivity": camera.detection_sensitivity,
        "host": camera.host,
        "device_name": camera.device_name,
        "managed_by": camera.managed_by,
    }
    return {name: said[name] for name in columns(with_credentials=with_credentials)}
