"""Runs of the schedule's tasks: one of a task at a time, whoever asks and however often."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from redis.exceptions import WatchError

from gateway.jobs.job_maker import JobMaker
from gateway.jobs.keys import OPEN_JOBS, entry_history, task_lock
from gateway.jobs.queue import is_open
from gateway.jobs.schedule import ScheduleEntry

if TYPE_CHECKING:
    from redis.client import Pipeline


@dataclass(frozen=True, slots=True)
class Run:
    """The job that does it. `is_new`: False where one was waiting or running already."""

    job_id: str
    is_new: bool


class TaskRuns:
    """The lock of a task is the id of its newest run, held as long as that one is open.

    So it needs no expiry and outlives no crash: a job that has ended, however it did, holds nothing.
    """

    def __init__(self, maker: JobMaker) -> None:
        self._maker = maker

    def start(self, entry: ScheduleEntry, now: datetime) -> Run:
        """Put a run of `entry` into its queue, unless one is open. Raises redis.RedisError."""
        run = self.start_with(entry, now, lambda _pipeline: True, lambda _pipeline: None)
        assert run is not None
        return run

    def start_with(
        self,
        entry: ScheduleEntry,
        now: datetime,
        still: "Callable[[Pipeline], bool]",
        also: "Callable[[Pipeline], object]",
    ) -> Run | None:
        """The same in one transaction with `also`, which is done where no run is started, too.

        `still`: looks, and watches, whether it is to be done at all; None where not.
        """
        lock = task_lock(entry.task)
        with self._maker.redis.pipeline() as pipeline:
            while True:
                try:
                    pipeline.watch(lock)
                    if not still(pipeline):
                        return None
                    held = pipeline.get(lock)
                    holder = held.decode() if isinstance(held, bytes) else None
                    busy = holder is not None and is_open(self._maker, holder)
                    pipeline.multi()
                    run = Run(holder, False) if busy and holder else self._add(entry, now, pipeline)
                    also(pipeline)
                    pipeline.execute()
                    return run
                except WatchError:
                    continue  # somebody else was at it: look again

    def _add(self, entry: ScheduleEntry, now: datetime, pipeline: "Pipeline") -> Run:
        # As long as it waits to be tried again no other run is begun: it waits no longer than for that.
        job = self._maker.make(
            entry.task,
            {},
            description=entry.description,
            entry=entry.name,
            longest_wait_s=math.inf if entry.every_s is None else entry.every_s,
        )
        pipeline.sadd(OPEN_JOBS, job.id)
        self._maker.queue(entry.queue).enqueue_job(job, pipeline=pipeline)
        pipeline.set(task_lock(entry.task), job.id)
        pipeline.hset(
            entry_history(entry.name),
            mapping={"job_id": job.id, "run_at": now.timestamp(), "state": "queued"},
        )
        return Run(job.id, True)
