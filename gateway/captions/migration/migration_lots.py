"""Cameras whose captions are to be migrated, cut into lots, each of which is a job.

What is found due again while a job has it, because that one waits, runs or is to be tried again, is not put
into another job: who has which camera is kept beside the jobs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.captions.migration.migration_run import Trigger
from gateway.jobs.json_value import JSON
from gateway.jobs.redis_client import RedisClient

TASK = "captions.migrate_cameras"
# Camera → id of the job that merges what is due of it.
LOTS = "captions:lots"


class Queue(Protocol):
    """Where jobs are put."""

    def enqueue(
        self, task: str, arguments: Mapping[str, JSON], *, job_id: str | None, description: str
    ) -> str: ...

    def is_open(self, job_id: str) -> bool:
        """Whether it waits, runs, or is to be tried again."""
        ...

    def is_at_hand(self, job_id: str) -> bool:
        """Whether it waits in its queue, or runs."""
        ...


@dataclass(frozen=True, slots=True)
class DueJobs:
    """`begun`: jobs that are new. `open`: those that had some of the cameras already."""

    begun: Sequence[str]
    open: Sequence[str]


class MigrationLots:
    """Every method raises redis.RedisError. `cameras_a_job`: in a lot at most."""

    def __init__(
        self, redis: RedisClient, queue: Queue, new_id: Callable[[], str], cameras_a_job: int
    ) -> None:
        self._redis = redis
        self._queue = queue
        self._new_id = new_id
        self._cameras_a_job = cameras_a_job

    def start(self, camera_ids: Sequence[str], *, trigger: Trigger, only_due: bool) -> list[str]:
        """Have these cameras migrated, in this order; return the ids of the jobs."""
        return [
            self._start(lot, self._new_id(), trigger, only_due)
            for lot in lots_of(camera_ids, self._cameras_a_job)
        ]

    def start_due(self, camera_ids: Sequence[str], trigger: Trigger = "schedule") -> DueJobs:
        """Have what is due of these merged; cameras that an open job has for that already are left to it.

        Where somebody asks for it, one that failed and waits to be tried again is not waited for.
        """
        had = self._had()
        if trigger != "schedule":
            at_hand = {job for job in set(had.values()) if self._queue.is_at_hand(job)}
            had = {camera: job for camera, job in had.items() if job in at_hand}
        jobs: list[str] = []
        for lot in lots_of([camera for camera in camera_ids if camera not in had], self._cameras_a_job):
            job_id = self._new_id()
            # Before: a job that has ended, or never began, has nothing.
            self._redis.hset(LOTS, mapping=dict.fromkeys(lot, job_id))
            jobs.append(self._start(lot, job_id, trigger, only_due=True))
        open_jobs = dict.fromkeys(had[camera] for camera in camera_ids if camera in had)
        return DueJobs(jobs, list(open_jobs))

    def give_back(self, camera_ids: Collection[str], job_id: str) -> None:
        """The job is done with these, whatever becomes of its others."""
        kept = self._redis.hmget(LOTS, list(camera_ids)) if camera_ids else []
        mine = [camera for camera, job in zip(camera_ids, kept, strict=True) if job == job_id.encode()]
        if mine:
            self._redis.hdel(LOTS, *mine)

    def _had(self) -> dict[str, str]:
        """Cameras that open jobs have, with the job's id; what others left is forgotten."""
        found = {camera.decode(): job.decode() for camera, job in self._redis.hgetall(LOTS).items()}
        is_open = {job: self._queue.is_open(job) for job in set(found.values())}
        left = [camera for camera, job in found.items() if not is_open[job]]
        if left:
            self._redis.hdel(LOTS, *left)
        return {camera: job for camera, job in found.items() if is_open[job]}

    def _start(self, lot: Sequence[str], job_id: str, trigger: Trigger, only_due: bool) -> str:
        arguments: dict[str, JSON] = {"cameras": list(lot), "trigger": trigger, "only_due": only_due}
        return self._queue.enqueue(TASK, arguments, job_id=job_id, description=description_of(lot))


def lots_of(camera_ids: Sequence[str], size: int) -> list[Sequence[str]]:
    """Cut into lots of `size` at most, all about as large."""
    count = -(-len(camera_ids) // size)
    return [
        camera_ids[number * len(camera_ids) // count : (number + 1) * len(camera_ids) // count]
        for number in range(count)
    ]


def description_of(lot: Sequence[str]) -> str:
    """What people see of a job."""
    if len(lot) == 1:
        return f"Migrate the captions of {lot[0]}."
    return f"Migrate the captions of {len(lot)} cameras."
