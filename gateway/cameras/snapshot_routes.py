"""Snapshots of cameras."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.cameras.probe_schemas import (
    SNAPSHOT_EXAMPLE,
    SNAPSHOT_QUESTION_EXAMPLE,
    SNAPSHOT_TRIAL_EXAMPLE,
    SnapshotDeletedSchema,
    SnapshotQuestionSchema,
    SnapshotSchema,
    SnapshotTrialSchema,
)
from gateway.cameras.snapshot_limit import SnapshotLimit
from gateway.cameras.snapshot_store import ShownSnapshot
from gateway.cameras.snapshots import Snapshots
from gateway.jobs.queue import JobQueue
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint, PageQuerySchema
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "snapshots",
    __name__,
    url_prefix="/api/v1/cameras",
    description="Pictures of cameras, kept for some days.",
)


@blp.post("/<id:camera_id>/snapshot")
@requires("cameras:read")
@blp.body(SnapshotQuestionSchema, example=SNAPSHOT_QUESTION_EXAMPLE, required=False)
@blp.data(SnapshotSchema, status=201, description="It is kept.", example=SNAPSHOT_EXAMPLE)
@blp.errors(404, 502, 503, 504, 507)
def take_snapshot(asked: dict[str, Any], camera_id: str) -> ShownSnapshot:
    """Take a picture of a camera and keep it for some days

    From its host's newest frame where it is recorded, which costs the camera nothing; else from its stream,
    on its host where it has one. A camera that gives none is a 502, or 504 where it does not answer in time:
    `code` says why, as a test of the connection does, with `camera_` before it. One user takes so many a
    minute: 429 beyond, with `Retry-After`.
    """
    snapshots = provided(Snapshots)
    camera = snapshots.camera(camera_id, caller().scope)
    provided(SnapshotLimit).count(caller().user_id)
    taken = snapshots.take(camera, timeout_s=asked["timeout_seconds"], save_thumbnail=asked["save_thumbnail"])
    tell_deed(
        "camera",
        camera.id,
        camera.name,
        snapshot=taken.snapshot.id,
        path=taken.snapshot.storage_path,
        source=taken.snapshot.source,
    )
    return taken


@blp.post("/<id:camera_id>/test-snapshot")
@requires("cameras:read")
@blp.data(SnapshotTrialSchema, status=202, description="A worker does it.", example=SNAPSHOT_TRIAL_EXAMPLE)
@blp.errors(404, 503)
def try_snapshot(camera_id: str) -> dict[str, str]:
    """Have a worker take a picture of a camera and keep nothing

    The job says what came of it: the picture's size and how long it took, or why there was none. One trial
    of a camera at a time: while it waits or runs, its job is the answer. It is made once, and not again.
    """
    camera = provided(Snapshots).camera(camera_id, caller().scope)
    job_id = provided(JobQueue).enqueue(
        "cameras.test_snapshot",
        {"camera_id": camera.id},
        job_id=f"cameras-test_snapshot-{camera.id}",
        description=f"Try a snapshot of {camera.name}.",
        retries=0,  # somebody waits for what comes of it
    )
    tell_deed("camera", camera.id, camera.name, job=job_id)
    return {"job_id": job_id}


@blp.get("/<id:camera_id>/snapshots")
@requires("cameras:read")
@blp.query(PageQuerySchema)
@blp.page(SnapshotSchema, description="The newest first.", example=SNAPSHOT_EXAMPLE)
@blp.errors(404, 503)
def list_snapshots(query: dict[str, Any], camera_id: str) -> Page[ShownSnapshot]:
    """A camera's snapshots, with addresses that are good for an hour"""
    return provided(Snapshots).page(camera_id, caller().scope, query["page_query"])


@blp.delete("/<id:camera_id>/snapshots/<id:snapshot_id>")
@requires("cameras:write")
@blp.data(SnapshotDeletedSchema, description="It is gone.", example={"deleted": True})
@blp.errors(404, 503)
def delete_snapshot(camera_id: str, snapshot_id: str) -> dict[str, bool]:
    """Delete a snapshot before its time is over"""
    camera = provided(Snapshots).delete(camera_id, snapshot_id, caller().scope)
    tell_deed("camera", camera.id, camera.name, snapshot=snapshot_id)
    return {"deleted": True}
