"""A gateway with workers and a schedule on a Redis of its own that survives restarts."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis

from deploy.local.redis import PrivateRedis
from gateway.bootstrap.jobs import build_job_maker, build_job_queue
from gateway.bootstrap.parts import Parts
from gateway.jobs.json_value import JSON
from gateway.jobs.queue import JobQueue
from gateway.settings import load_settings
from tests.support.gateway_under_test import GatewayUnderTest
from tests.support.job_tasks import BEATS, BEGUN, EFFECTS

# Four times as long without a word, and a worker is taken for dead.
HEARTBEAT_S = 1
RETRIES = 2


class JobsStand:
    """`web` runs; workers and schedulers are started by the tests. `sections`: more of `gateway.toml`."""

    def __init__(self, folder: Path, database_url: str, **sections: Mapping[str, object]) -> None:
        self.redis_server = PrivateRedis(folder / "redis", durable=True)
        self._folder = folder
        self._database_url = database_url
        self._sections = sections
        self.go = folder / "go"

    def __enter__(self) -> Self:
        self.redis_server.start()
        self.gateway = GatewayUnderTest(
            self._folder / "gateway",
            self._database_url,
            self.redis_server.url(),
            jobs={"heartbeat_s": HEARTBEAT_S, "retries": RETRIES, "retry_after_s": 0.1, "warning_s": 0.3},
            testing={"tasks": "tests.support.job_tasks"},
            **self._sections,
        )
        try:
            self.gateway.start("web")
        except BaseException:
            self.close()
            raise
        self.redis: Any = redis.Redis.from_url(self.redis_server.url())
        self._parts = Parts(load_settings(self.gateway.processes.config, {}))
        self.queue = build_job_queue(self._parts)
        self.http = self.gateway.login()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.redis.close()
        self.http.close()
        self.close()

    def close(self) -> None:
        self.gateway.stop()
        self.redis_server.stop()

    # -- doing -------------------------------------------------------------------------------

    def enqueue(self, task: str, arguments: Mapping[str, JSON] | None = None, **options: Any) -> str:
        return self.queue.enqueue(task, arguments or {}, **options)

    def enqueue_for(self, timeout_s: float, task: str, arguments: Mapping[str, JSON]) -> str:
        """A job that is tried once, and ended after `timeout_s`."""
        maker = build_job_maker(self._parts)
        settings = maker.settings.model_copy(update={"timeout_s": timeout_s, "retries": 0})
        return JobQueue(replace(maker, settings=settings)).enqueue(task, arguments)

    def begin(self, name: str) -> str:
        """A job that has begun, and ends when it is told to `go`."""
        job_id = self.enqueue("test.effect", {"name": name, "until": str(self.go)})
        self.wait_for(f"{name} has begun", lambda: self.pids(name) != [])
        return job_id

    def wait_for(self, what: str, holds: Callable[[], bool], within_s: float = 20.0) -> float:
        return self.gateway.wait_for(what, holds, within_s=within_s)

    def wait_state(self, job_id: str, state: str) -> dict[str, Any]:
        self.wait_for(f"job {job_id} is {state}", lambda: self.job(job_id)["state"] == state)
        return self.job(job_id)

    # -- seeing ------------------------------------------------------------------------------

    def data(self, path: str, **query: str) -> Any:
        answer = self.http.get(f"/api/v1/jobs{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def job(self, job_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.data(f"/{job_id}")
        return found

    def post(self, path: str, expected: int) -> Any:
        answer = self.http.post(f"/api/v1/jobs{path}")
        assert answer.status_code == expected, answer.text
        return answer.json()

    def ids(self, state: str) -> list[str]:
        return [job["id"] for job in self.data("", state=state, page_size="100")]

    def effects(self) -> list[str]:
        return [name.decode() for name in self.redis.lrange(EFFECTS, 0, -1)]

    def beats(self) -> list[float]:
        return [float(at) for at in self.redis.lrange(BEATS, 0, -1)]

    def pids(self, name: str) -> list[int]:
        """The processes that have begun the effect `name`, in order."""
        begun: Sequence[bytes] = self.redis.lrange(BEGUN, 0, -1)
        told = [each.decode().split(" ") for each in begun]
        return [int(pid) for whose, pid in told if whose == name]


def is_gone(pid: int) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def seconds_since(before: float) -> float:
    return time.monotonic() - before
