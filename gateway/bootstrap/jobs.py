"""The jobs room put together: what puts work into queues, and what shows it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.bootstrap.parts import Parts, new_id
from gateway.cameras.camera_repository import CameraRepository
from gateway.catalogue.device import Scope
from gateway.jobs.job_access import JobAccess
from gateway.jobs.job_control import JobControl
from gateway.jobs.job_list import JobList
from gateway.jobs.job_maker import JobMaker
from gateway.jobs.metrics import JobMetrics
from gateway.jobs.queue import JobQueue
from gateway.jobs.schedule import ScheduleEntry
from gateway.jobs.schedule_list import ScheduleList
from gateway.jobs.worker_list import WorkerList
from shared.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Jobs:
    """What routes stand on. `queue`: what other rooms enqueue with."""

    queue: JobQueue
    jobs: JobList
    control: JobControl
    schedule: ScheduleList
    workers: WorkerList
    metrics: JobMetrics


def build_job_maker(parts: Parts) -> JobMaker:
    """Jobs on the terms of the settings."""
    return JobMaker(parts.redis, parts.settings.jobs, new_id, random.random)


def build_job_queue(parts: Parts) -> JobQueue:
    """What rooms enqueue with."""
    return JobQueue(build_job_maker(parts))


def build_jobs(parts: Parts, entries: Sequence[ScheduleEntry]) -> Jobs:
    """Put the room together for `web`. `entries`: the schedule."""
    maker = build_job_maker(parts)
    jobs = JobList(parts.redis, parts.clock)
    schedule = ScheduleList(parts.redis, entries)
    workers = WorkerList(parts.redis, parts.clock, parts.settings.jobs.silent_after_s)
    return Jobs(
        JobQueue(maker),
        jobs,
        JobControl(maker, jobs, entries, parts.clock),
        schedule,
        workers,
        JobMetrics(parts.redis, workers, schedule, parts.clock),
    )


def build_job_access(jobs: JobList, cameras: CameraRepository) -> JobAccess:
    """Jobs for those who see some cameras alone, too."""

    def sees_camera(camera_id: str, scope: Scope) -> bool:
        try:
            cameras.camera(camera_id, scope)
        except NotFoundError:
            return False
        return True

    return JobAccess(jobs, sees_camera)
