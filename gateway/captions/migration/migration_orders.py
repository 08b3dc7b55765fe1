"""Migrations that somebody asks for, put into the queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.migration_lots import MigrationLots
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


@dataclass(frozen=True, slots=True)
class JobsBegun:
    """`camera_id`: of the camera that was asked for; empty: of all. `job_ids`: of all jobs that do it, also
    of those that had been begun before."""

    camera_id: str
    job_ids: tuple[str, ...]


class MigrationOrders:
    """`due`: the cameras of which something is due, those that wait longest first. Every method raises
    UnavailableError where captions are off or their Redis does not answer, and redis.RedisError."""

    def __init__(
        self, cameras: KnownCameras, due: Callable[[], Sequence[str]], lots: MigrationLots, *, is_on: bool
    ) -> None:
        self._cameras = cameras
        self._due = due
        self._lots = lots
        self._is_on = is_on

    def trigger(self, scope: Scope) -> JobsBegun:
        """Have what is due of the cameras in `scope` merged."""
        if not self._is_on:
            raise captions_off()
        due = self._due()
        if scope is not None:
            theirs = self._cameras.named(due, scope)
            due = [camera_id for camera_id in due if camera_id in theirs]
        if not due:
            return JobsBegun("", ())
        jobs = self._lots.start_due(due, trigger="trigger")
        return JobsBegun("", (*jobs.open, *jobs.begun))

    def migrate(self, camera_id: str, scope: Scope, *, force: bool) -> JobsBegun:
        """Have what is due of one camera merged; `force`: all of it. Raises NotFoundError."""
        if not self._is_on:
            raise captions_off()
        self._cameras.camera(camera_id, scope)
        jobs = self._lots.start([camera_id], trigger="force" if force else "trigger", only_due=not force)
        return JobsBegun(camera_id, tuple(jobs))
