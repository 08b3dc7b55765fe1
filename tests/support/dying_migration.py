"""The task that migrates captions, which kills its worker where a test says so: between any two of its steps.

`DIE_AT` has the step by camera; a worker dies once of each entry. `STEPS` counts the steps of each worker,
by its pid.
"""

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from gateway.bootstrap.caption_jobs import migrate_cameras
from gateway.bootstrap.captions import build_migration
from gateway.bootstrap.tasks import Task, WorkerParts
from gateway.captions.caption import JournalEntry, JournalRead
from gateway.captions.migration.migration import History, Journals
from gateway.captions.migration.migration_batch import Graph, Transaction
from gateway.captions.migration.migration_lots import TASK
from gateway.captions.migration.migration_run import RunCounts, Trigger
from gateway.jobs.json_value import JSON
from gateway.jobs.redis_client import RedisClient

T = TypeVar("T")

DIE_AT = "test:die_at"
STEPS = "test:steps"
# In their order; "written" is before the commit.
ALL_STEPS = ("locked", "read", "begun", "written", "committed", "removed", "released")


class Death:
    """Comes at a step of a camera."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    def at(self, step: str, camera_id: str) -> None:
        self._redis.hincrby(STEPS, str(os.getppid()), 1)
        if self._redis.hget(DIE_AT, camera_id) == step.encode():
            self._redis.hdel(DIE_AT, camera_id)
            os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)


class DyingJournals:
    """The real ones."""

    def __init__(self, journals: Journals, death: Death) -> None:
        self._journals = journals
        self._death = death

    def cutoff_ms(self, now_ms: int) -> int:
        return self._journals.cutoff_ms(now_ms)

    def entries(self, camera_id: str, *, until_ms: int | None, count: int) -> JournalRead:
        read = self._journals.entries(camera_id, until_ms=until_ms, count=count)
        self._death.at("read", camera_id)
        return read

    def remove(self, camera_id: str, entries: Sequence[JournalEntry]) -> int:
        count = self._journals.remove(camera_id, entries)
        self._death.at("removed", camera_id)
        return count

    def lock(self, camera_id: str, token: str, lock_s: float) -> bool:
        held = self._journals.lock(camera_id, token, lock_s)
        if held:
            self._death.at("locked", camera_id)
        return held

    def release(self, camera_id: str, token: str) -> bool:
        released = self._journals.release(camera_id, token)
        self._death.at("released", camera_id)
        return released


class DyingGraph:
    """The real one."""

    def __init__(self, graph: Graph, death: Death) -> None:
        self._graph = graph
        self._death = death

    def in_transaction(self, camera_id: str, work: Callable[[Transaction], T]) -> T:
        def watched(transaction: Transaction) -> T:
            done = work(transaction)
            self._death.at("written", camera_id)
            return done

        done = self._graph.in_transaction(camera_id, watched)
        self._death.at("committed", camera_id)
        return done


class DyingHistory:
    """The real one."""

    def __init__(self, history: History, death: Death) -> None:
        self._history = history
        self._death = death

    def begin(self, camera_id: str, trigger: Trigger, job_id: str, started_at: datetime) -> int:
        run_id = self._history.begin(camera_id, trigger, job_id, started_at)
        self._death.at("begun", camera_id)
        return run_id

    def go_on(self, run_id: int, counts: RunCounts, duration_ms: int) -> None:
        self._history.go_on(run_id, counts, duration_ms)

    def end(
        self, run_id: int, counts: RunCounts, duration_ms: int, failure: tuple[str, str] | None = None
    ) -> None:
        self._history.end(run_id, counts, duration_ms, failure)


def _migrate_cameras(worker: WorkerParts, arguments: Mapping[str, JSON]) -> JSON:
    death = Death(worker.parts.captions_redis)
    migration = build_migration(worker.parts)
    migration._journals = DyingJournals(migration._journals, death)
    migration._graph = DyingGraph(migration._graph, death)
    migration._history = DyingHistory(migration._history, death)
    return migrate_cameras(worker.parts, arguments, worker.progress, migration)


TASKS = {TASK: Task(_migrate_cameras)}
