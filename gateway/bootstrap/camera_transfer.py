"""Imports and exports of cameras, put together."""

from dataclasses import dataclass

from gateway.bootstrap.cameras import CameraRooms
from gateway.bootstrap.parts import Parts, new_id
from gateway.cameras.export_cameras import CameraExports
from gateway.cameras.import_cameras import CameraImports
from gateway.cameras.import_repository import ImportRepository


@dataclass(frozen=True, slots=True)
class CameraTransfer:
    """What the routes stand on."""

    imports: CameraImports
    exports: CameraExports


def build_camera_transfer(parts: Parts, cameras: CameraRooms) -> CameraTransfer:
    """Put together what reads and writes files of cameras."""
    return CameraTransfer(
        CameraImports(ImportRepository(parts.engine, cameras.repository), cameras.credentials, new_id),
        CameraExports(cameras.repository, cameras.credentials, parts.clock),
    )
