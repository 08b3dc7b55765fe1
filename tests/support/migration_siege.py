"""Workers that migrate captions and are killed, as are the servers that they work with."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

import redis
import tomli_w
from rq.job import JobStatus

from deploy.local.redis import PrivateRedis
from gateway.bootstrap.captions import build_migration_lots
from gateway.bootstrap.jobs import build_job_queue
from gateway.bootstrap.parts import Parts
from gateway.captions.migration.migration_lots import MigrationLots
from gateway.captions.migration.migration_run import Trigger
from gateway.jobs.queue import JobQueue
from gateway.jobs.stored_job import StoredJob
from gateway.settings import load_settings
from tests.support.dying_migration import STEPS
from tests.support.migration_stand import MigrationStand
from tests.support.worker_nursery import WorkerNursery

HEARTBEAT_S = 1
_POLL_S = 0.01
SECRET = "a-secret-of-tests-that-nobody-knows-0123456789"


class MigrationSiege:
    """A Redis that survives its end, in `folder`; workers die as `dying_migration` says. `sections`: of
    `gateway.toml`."""

    def __init__(self, folder: Path, database_url: str, **sections: Mapping[str, object]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.redis_server = PrivateRedis(folder / "redis", durable=True)
        self._config = folder / "gateway.toml"
        self._log = folder / "workers.log"
        self._database_url = database_url
        self._sections = sections

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.redis_server)
            self._open(stack)
            self._ends = stack.pop_all()
        return self

    def _open(self, stack: ExitStack) -> None:
        sections: dict[str, dict[str, object]] = {
            "database": {"url": self._database_url, "pool": 4},
            "redis": {"url": self.redis_server.url()},
            "security": {"secret_key": SECRET},
            "storage": {"dir": str(self._config.parent / "objects")},
            "jobs": {"heartbeat_s": HEARTBEAT_S, "jobs_a_worker": 100_000, "retry_after_s": 0.1},
            "testing": {"tasks": "tests.support.dying_migration"},
        }
        for name, keys in self._sections.items():
            sections.setdefault(name, {}).update(keys)
        self._config.write_bytes(tomli_w.dumps(sections).encode())
        self.parts = Parts(load_settings(self._config, {}))
        self.stand = MigrationStand(self.parts)
        stack.callback(self.stand.close)
        self.queue: JobQueue = build_job_queue(self.parts)
        self.lots: MigrationLots = build_migration_lots(self.parts)
        self.redis: Any = self.parts.captions_redis
        self._jobs: Any = self.parts.redis
        self.workers = stack.enter_context(WorkerNursery(self._config, self._log))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def migrate(self, cameras: Sequence[str], trigger: Trigger = "force") -> list[str]:
        """Jobs that migrate all that is there of `cameras`."""
        return self.lots.start(cameras, trigger=trigger, only_due=False)

    def state(self, job_id: str) -> str:
        status = self._jobs.hget(StoredJob.key_for(job_id), "status")
        return "" if status is None else JobStatus(status.decode()).value

    def job(self, job_id: str) -> StoredJob:
        return StoredJob.known(job_id, self._jobs)

    def wait_for(self, what: str, holds: Callable[[], bool], within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while not self._holds(holds):
            if time.monotonic() > deadline:
                raise AssertionError(f"after {within_s:g} s not yet: {what}\n{self.last_words()}")
            time.sleep(_POLL_S)

    def wait_finished(self, job_id: str, within_s: float = 60.0) -> None:
        self.wait_for(f"job {job_id} has finished", lambda: self.state(job_id) == "finished", within_s)

    def wait_at_work(self, worker: int, steps: int, random: Random) -> None:
        """A worker has done so many steps of migrations in its life. There are jobs for it: of ten cameras
        each that have something."""

        def is_at_work() -> bool:
            if not self._jobs.llen("rq:queue:default"):
                cameras = self.stand.cache.cameras()
                self.migrate(random.sample(cameras, k=min(10, len(cameras))))
            return int(self.redis.hget(STEPS, str(worker)) or 0) >= steps

        self.wait_for(f"{steps} steps of worker {worker}", is_at_work)

    def last_words(self, count: int = 40) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-count:])

    @staticmethod
    def _holds(holds: Callable[[], bool]) -> bool:
        try:
            return holds()
        except redis.ConnectionError:
            return False
