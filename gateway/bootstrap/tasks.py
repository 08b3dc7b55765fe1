"""What each task does, by the name that jobs and the schedule know it by.

A task gets what its process opened after the fork, and the job's arguments; it returns JSON, which is shown
and kept with the job. It may be run twice (its worker may die at any moment, even right at its end), so it
must be good to repeat. What it raises is told with the job, which is then tried again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from gateway.bootstrap.camera_health import build_camera_health
from gateway.bootstrap.camera_probes import build_camera_probes
from gateway.bootstrap.cameras import build_cameras
from gateway.bootstrap.caption_jobs import (
    check_and_migrate,
    forget_old_history,
    migrate_cameras,
    prune_events,
)
from gateway.bootstrap.caption_numbers import keep_migration_stats
from gateway.bootstrap.hosts import Fleet, build_fleet
from gateway.bootstrap.parts import Parts, new_id
from gateway.catalogue.repository import Catalogue
from gateway.db.vacuum import vacuum
from gateway.hosts.minute_partitions import MinutePartitions
from gateway.hosts.partition_repository import PartitionRepository
from gateway.jobs.json_value import JSON
from gateway.jobs.progress import JobProgress
from gateway.jobs.schedule import SCHEDULE, ScheduleEntry
from gateway.settings import GatewaySettings
from gateway.storage.unfinished_uploads import abort_abandoned
from shared.errors import NotFoundError, SettingsError


class WorkerParts:
    """What tasks stand on: `parts`, and rooms that are put together when a task first asks for them.

    `progress`: of the job that is being run.
    """

    def __init__(self, parts: Parts, progress: JobProgress) -> None:
        self.parts = parts
        self.progress = progress

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.parts.engine, new_id)

    @cached_property
    def fleet(self) -> Fleet:
        return build_fleet(self.parts, self.catalogue)


@dataclass(frozen=True, slots=True)
class Task:
    """`run`: does it, with what the process has and the job's arguments."""

    run: Callable[[WorkerParts, Mapping[str, JSON]], JSON]


def _camera_health(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return build_camera_health(worker.parts).check().as_json()


def _old_health(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return {"deleted": build_camera_health(worker.parts).forget_old()}


def _expired_snapshots(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    snapshots = build_cameras(worker.parts, worker.catalogue).snapshots
    return {"deleted": snapshots.delete_expired(), "left_behind": snapshots.delete_left_behind()}


def _test_snapshot(worker: WorkerParts, arguments: Mapping[str, JSON]) -> JSON:
    """`camera_id`: whose picture is taken, and not kept."""
    parts = worker.parts
    cameras = build_cameras(parts, worker.catalogue)
    probes = build_camera_probes(parts, cameras, worker.fleet)
    found = probes.snapshots.attempt(
        str(arguments.get("camera_id", "")), timeout_s=parts.settings.cameras.probe_timeout_s
    )
    return {"size_bytes": found.size_bytes, "latency_ms": found.latency_ms, "source": found.source}


def _unfinished_uploads(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    parts = worker.parts
    # A folder is rid of what writers left that were killed whenever a process first writes to it.
    parts.storage.check()
    return {"aborted": abort_abandoned(parts.storage, parts.clock.now())}


def _minute_partitions(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    parts = worker.parts
    partitions = MinutePartitions(
        PartitionRepository(parts.engine), parts.clock, parts.settings.fleet.minutes_kept_days
    )
    report = partitions.maintain()
    return {
        "made": report.made,
        "dropped": report.dropped,
        "moved_minutes": report.moved_minutes,
        "taken_up": report.taken_up_minutes,
        "unreadable": report.unreadable_minutes,
        "kept_longer": report.kept_longer,
        "not_done": report.not_done,
    }


def _vacuum(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    settings = worker.parts.settings
    return {"tables": vacuum(settings.database.url.get_secret_value(), timeout_s=settings.jobs.timeout_s)}


def _check_and_migrate(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return check_and_migrate(worker.parts)


def _migrate_cameras(worker: WorkerParts, arguments: Mapping[str, JSON]) -> JSON:
    """`cameras`: external ids; `trigger`: why; `only_due`: not all that is cached."""
    return migrate_cameras(worker.parts, arguments, worker.progress)


def _prune_events(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return prune_events(worker.parts, worker.progress)


def _old_caption_history(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return forget_old_history(worker.parts)


def _migration_stats(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    return keep_migration_stats(worker.parts)


TASKS: Mapping[str, Task] = {
    "cameras.expired_snapshots": Task(_expired_snapshots),
    "cameras.health": Task(_camera_health),
    "cameras.old_health": Task(_old_health),
    "cameras.test_snapshot": Task(_test_snapshot),
    "captions.migrate_cameras": Task(_migrate_cameras),
    "captions.old_history": Task(_old_caption_history),
    "captions.prune": Task(_prune_events),
    "database.vacuum": Task(_vacuum),
    "hosts.minute_partitions": Task(_minute_partitions),
    "migration.check_and_migrate": Task(_check_and_migrate),
    "migration.get_migration_stats": Task(_migration_stats),
    "storage.unfinished_uploads": Task(_unfinished_uploads),
}


class TaskRunner:
    """Runs the tasks of this version (and of `[testing] tasks`). To be made after the fork."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._parts = Parts(settings)
        self._tasks = tasks_of(settings)
        self.warning_s = settings.jobs.warning_s

    def run(self, task: str, arguments: Mapping[str, JSON], progress: JobProgress) -> JSON:
        """Raises NotFoundError where there is no such task, and whatever it raises."""
        found = self._tasks.get(task)
        if found is None:
            raise NotFoundError(
                f"This version has no task {task}.", remedy="Run workers and web of the same version."
            )
        return found.run(WorkerParts(self._parts, progress), arguments)


def tasks_of(settings: GatewaySettings) -> Mapping[str, Task]:
    """All tasks that there are. Raises SettingsError."""
    more = _testing(settings, "TASKS", {})
    assert isinstance(more, Mapping)
    return {**TASKS, **more}


def schedule_of(settings: GatewaySettings) -> tuple[ScheduleEntry, ...]:
    """What is done again and again by this version. Raises SettingsError."""
    more = _testing(settings, "SCHEDULE", ())
    assert isinstance(more, tuple)
    return (*SCHEDULE, *more)


def _testing(settings: GatewaySettings, name: str, default: object) -> object:
    module = settings.testing.tasks
    if not module:
        return default
    try:
        return getattr(import_module(module), name, default)
    except ImportError as error:
        raise SettingsError(
            f"testing.tasks: {module} cannot be loaded: {error}", remedy="Leave it out."
        ) from None
