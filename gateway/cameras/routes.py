"""Cameras: made, found, changed, deleted, counted."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.cameras.camera import Camera
from gateway.cameras.camera_changes import told_of, told_of_password
from gateway.cameras.cameras import Cameras
from gateway.cameras.schemas import (
    CAMERA_EXAMPLE,
    DELETED_EXAMPLE,
    NEW_CAMERA_EXAMPLE,
    CameraChangeSchema,
    CameraDeletedSchema,
    CameraSchema,
    CamerasQuerySchema,
    CameraStateSchema,
    NewCameraSchema,
)
from gateway.cameras.summary import Summary
from gateway.cameras.summary_schemas import SUMMARY_EXAMPLE, CameraSummarySchema
from shared.http.deed import changes_of, tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "cameras", __name__, url_prefix="/api/v1/cameras", description="Cameras of the fleet."
)


@blp.get("")
@requires("cameras:read")
@blp.query(CamerasQuerySchema)
@blp.page(CameraSchema, description="Cameras.", example=CAMERA_EXAMPLE)
@blp.errors(503)
def list_cameras(query: dict[str, Any]) -> Page[Camera]:
    """Cameras; who is limited to some groups sees the cameras of these"""
    return provided(Cameras).page(caller().scope, query["wanted"], query["page_query"])


@blp.post("")
@requires("cameras:write")
@blp.body(NewCameraSchema, example=NEW_CAMERA_EXAMPLE)
@blp.data(CameraSchema, status=201, description="The camera.", example=CAMERA_EXAMPLE)
@blp.errors(409, 503)
def create_camera(asked: dict[str, Any]) -> Camera:
    """Make a camera; assigned to a host, it is recorded there within seconds"""
    made = provided(Cameras).add(asked, caller().scope)
    _tell(None, made)
    return made


@blp.get("/summary")
@requires("cameras:read")
@blp.data(CameraSummarySchema, description="Counts.", example=SUMMARY_EXAMPLE)
@blp.errors(503)
def get_camera_summary() -> Summary:
    """How many cameras there are, by status, group and host"""
    return provided(Cameras).summary(caller().scope)


@blp.get("/<id:camera_id>")
@requires("cameras:read")
@blp.data(CameraSchema, description="The camera.", example=CAMERA_EXAMPLE)
@blp.errors(404, 503)
def get_camera(camera_id: str) -> Camera:
    """One camera, by its id or its external_id"""
    return provided(Cameras).camera(camera_id, caller().scope)


@blp.put("/<id:camera_id>")
@requires("cameras:write")
@blp.body(CameraChangeSchema, example={"name": "Front Door", "host": "lab-1"})
@blp.data(CameraSchema, description="The camera as it is now.", example=CAMERA_EXAMPLE)
@blp.errors(404, 409, 503)
def change_camera(asked: dict[str, Any], camera_id: str) -> Camera:
    """Change what is sent of a camera, and leave the rest as it is

    Another `host` records it from now on; what was recorded stays where it is and stays the camera's.
    """
    return _changed(asked, camera_id)


@blp.patch("/<id:camera_id>/state")
@requires("cameras:write")
@blp.body(CameraStateSchema, example={"is_active": False})
@blp.data(CameraSchema, description="The camera as it is now.", example=CAMERA_EXAMPLE)
@blp.errors(404, 409, 503)
def change_camera_state(asked: dict[str, Any], camera_id: str) -> Camera:
    """Switch a camera, or its analysis, on or off"""
    return _changed(asked, camera_id)


@blp.delete("/<id:camera_id>")
@requires("cameras:write")
@blp.data(CameraDeletedSchema, description="The camera is gone.", example=DELETED_EXAMPLE)
@blp.errors(404, 409, 503)
def delete_camera(camera_id: str) -> dict[str, Any]:
    """Delete a camera with its snapshots; what hosts recorded of it they keep until retention ends it"""
    gone = provided(Cameras).delete(camera_id, caller().scope)
    camera = gone.camera
    changes = changes_of(told_of(camera), {})
    tell_deed("camera", camera.id, camera.name, changes=changes, footage=gone.footage)
    return {"deleted": True, "footage": gone.footage}


def _changed(asked: dict[str, Any], camera_id: str) -> Camera:
    changed = provided(Cameras).change(camera_id, asked, caller().scope)
    _tell(changed.before, changed.camera)
    return changed.camera


def _tell(before: Camera | None, camera: Camera) -> None:
    password = told_of_password(before, camera)
    tell_deed(
        "camera",
        camera.id,
        camera.name,
        changes=changes_of({} if before is None else told_of(before), told_of(camera)),
        **({} if password is None else {"password": password}),
    )
