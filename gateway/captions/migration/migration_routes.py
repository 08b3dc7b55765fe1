"""From captions to events: how it does, what it would do, and having it done now."""

from typing import Any

from gateway.accounts.permissions import caller, requires
from gateway.captions.migration.cache_clearing import CacheClearing, Cleared, ClearingStoppedError
from gateway.captions.migration.camera_rules import CameraRules
from gateway.captions.migration.camera_rules_schemas import (
    CAMERA_EXAMPLE,
    ENDED_EXAMPLE,
    RULES_CHANGE_EXAMPLE,
    RULES_EXAMPLE,
    CameraRulesChangeSchema,
    CameraRulesSchema,
    CamerasQuerySchema,
    CaptionedCameraSchema,
    EndedEventsSchema,
    EndedQuerySchema,
    camera_body,
    rules_body,
)
from gateway.captions.migration.captioned_cameras import CaptionedCameras
from gateway.captions.migration.ended_events import EndedEvents, EndedEventsCount
from gateway.captions.migration.migration_orders import JobsBegun, MigrationOrders
from gateway.captions.migration.migration_preview import MigrationPreviews, Trial
from gateway.captions.migration.migration_preview_schemas import (
    PREVIEW_EXAMPLE,
    PreviewQuerySchema,
    PreviewSchema,
    preview_body,
)
from gateway.captions.migration.migration_runs import MigrationRuns
from gateway.captions.migration.migration_schemas import (
    CLEARED_EXAMPLE,
    JOB_IDS_EXAMPLE,
    RUN_EXAMPLE,
    ClearedSchema,
    ClearQuerySchema,
    HistoryQuerySchema,
    JobIdsSchema,
    MigrateQuerySchema,
    MigrationRunSchema,
    run_body,
)
from gateway.captions.migration.migration_status import MigrationOverview
from gateway.captions.migration.migration_status_schemas import (
    STATUS_EXAMPLE,
    MigrationStatusSchema,
    status_body,
)
from shared.http.deed import changes_of, tell_deed, tell_failed_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page

blp = EnvelopeBlueprint(
    "caption_migration",
    __name__,
    url_prefix="/api/v1/migration",
    description="Captions of the last two hours, merged into events of the graph.",
)


@blp.get("/status")
@requires("captions:read")
@blp.data(MigrationStatusSchema, description="How it does.", example=STATUS_EXAMPLE)
@blp.errors(503)
def get_migration_status() -> dict[str, Any]:
    """How the migration of captions does: what is cached, what is due, whether it keeps up

    Answered with nulls and a problem where Redis or the graph does not answer, or nothing is set. Who is
    limited to some camera groups is told of the captions of their cameras; null is what is measured of the
    whole site: memory, jobs, all events.
    """
    return status_body(provided(MigrationOverview).status(caller().scope))


@blp.get("/cameras")
@requires("captions:read")
@blp.query(CamerasQuerySchema)
@blp.page(CaptionedCameraSchema, description="Cameras by name.", example=CAMERA_EXAMPLE)
@blp.errors(503)
def list_captioned_cameras(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Cameras with what is cached, due and stored of their captions"""
    found = provided(CaptionedCameras).page(
        caller().scope,
        query["page_query"],
        cached_only=query["cached_only"],
        camera_id=query["camera"],
        search=query["search"],
    )
    return Page([camera_body(camera) for camera in found.items], found.total, found.asked)


@blp.post("/trigger")
@requires("captions:write")
@blp.data(JobIdsSchema, status=202, description="It is being done.", example=JOB_IDS_EXAMPLE)
@blp.errors(503)
def start_migration() -> JobsBegun:
    """Merge what is due now, instead of at the next check

    Who is limited to some camera groups has it done for the cameras of these. Cameras that a job has already
    are left to it; that job is among those of the answer.
    """
    begun = provided(MigrationOrders).trigger(caller().scope)
    tell_deed("migration", job_ids=list(begun.job_ids))
    return begun


@blp.get("/camera/<id:camera_id>/preview")
@requires("captions:read")
@blp.query(PreviewQuerySchema)
@blp.data(PreviewSchema, description="What a migration would make.", example=PREVIEW_EXAMPLE)
@blp.errors(404, 503)
def preview_migration(query: dict[str, Any], camera_id: str) -> dict[str, Any]:
    """The events that a camera's cached captions would become, with other limits on trial where given

    Nothing is written. It goes on from what the graph has of the camera, as a migration does; where the
    graph does not answer it is made from the cache alone, and says so.
    """
    trial = Trial(query["similarity_threshold"], query["min_duration_s"], query["max_duration_s"])
    found = provided(MigrationPreviews).preview(camera_id, caller().scope, trial, limit=query["limit"])
    return preview_body(found)


@blp.post("/camera/<id:camera_id>/migrate")
@requires("captions:write")
@blp.query(MigrateQuerySchema)
@blp.data(JobIdsSchema, status=202, description="It is being done.", example=JOB_IDS_EXAMPLE)
@blp.errors(404, 503)
def start_camera_migration(query: dict[str, Any], camera_id: str) -> JobsBegun:
    """Merge what is due of one camera, or with force=true all that is cached of it"""
    begun = provided(MigrationOrders).migrate(camera_id, caller().scope, force=query["force"])
    tell_deed(
        "migration", begun.camera_id, begun.camera_id, force=query["force"], job_ids=list(begun.job_ids)
    )
    return begun


@blp.get("/history")
@requires("captions:read")
@blp.query(HistoryQuerySchema)
@blp.page(MigrationRunSchema, description="Runs, the newest first.", example=RUN_EXAMPLE)
@blp.errors(503)
def list_migration_history(query: dict[str, Any]) -> Page[dict[str, Any]]:
    """What became of captions, run by run and camera by camera"""
    found = provided(MigrationRuns).page(
        caller().scope,
        query["page_query"],
        camera_id=query["camera"],
        state=query["state"],
        trigger=query["trigger"],
    )
    return Page([run_body(run) for run in found.items], found.total, found.asked)


@blp.delete("/camera/<id:camera_id>/cache")
@requires("captions:write")
@blp.query(ClearQuerySchema)
@blp.data(ClearedSchema, description="What became of the captions.", example=CLEARED_EXAMPLE)
@blp.errors(404, 409, 503)
def delete_cached_captions(query: dict[str, Any], camera_id: str) -> Cleared:
    """Empty the cache of a camera, after all of it was merged into events

    Where that fails nothing is deleted. `migrate_first=false` throws the captions away; `confirm` must
    then say the camera's name again. What comes meanwhile stays. Where something stops that in the middle,
    the error says how many are gone by then, also in `details.deleted`, and how many more may be
    (`details.perhaps`).
    """
    try:
        cleared = provided(CacheClearing).clear(
            camera_id, caller().scope, migrate_first=query["migrate_first"], confirm=query["confirm"]
        )
    except ClearingStoppedError as error:
        about = ("caption-cache", camera_id, camera_id)
        tell_failed_deed(
            *about,
            verb="delete",
            deleted_captions=error.deleted,
            perhaps_more=error.perhaps,
            stopped_by=error.code,
        )
        raise
    tell_deed(
        "caption-cache",
        cleared.camera_id,
        cleared.camera_id,
        migrated_captions=cleared.migrated,
        deleted_captions=cleared.deleted,
    )
    return cleared


@blp.get("/camera/<id:camera_id>/rules")
@requires("captions:read")
@blp.data(CameraRulesSchema, description="Its own, and what counts.", example=RULES_EXAMPLE)
@blp.errors(404, 503)
def get_camera_rules(camera_id: str) -> dict[str, Any]:
    """The limits by which a camera's captions are merged, and how long its events are kept"""
    return rules_body(provided(CameraRules).of(camera_id, caller().scope))


@blp.get("/camera/<id:camera_id>/ended")
@requires("captions:read")
@blp.query(EndedQuerySchema)
@blp.data(EndedEventsSchema, description="What would be deleted.", example=ENDED_EXAMPLE)
@blp.errors(404, 503)
def count_ended_events(query: dict[str, Any], camera_id: str) -> EndedEvents:
    """How many of a camera's events are past a retention that is not set yet"""
    return provided(EndedEventsCount).of(camera_id, caller().scope, query["retention_days"])


@blp.put("/camera/<id:camera_id>/rules")
@requires("captions:write")
@blp.body(CameraRulesChangeSchema, example=RULES_CHANGE_EXAMPLE)
@blp.data(CameraRulesSchema, description="As they are now.", example=RULES_EXAMPLE)
@blp.errors(404, 503)
def change_camera_rules(asked: dict[str, Any], camera_id: str) -> dict[str, Any]:
    """Give a camera rules of its own: those that are sent; null: as the settings say

    Limits count from the next migration on; events that are there keep theirs. A shorter retention deletes
    for good what is older, at the next clean-up, which is daily: `/ended` says before how many that are.
    """
    before, now = provided(CameraRules).change(camera_id, caller().scope, asked)
    changes = changes_of(before.as_json(), now.as_json())
    tell_deed("caption-rules", now.camera_id, now.camera_id, changes=changes)
    return rules_body(now)
