"""RQ's classes as rq-dashboard is given them: they read our jobs, and JSON alone."""

from collections.abc import Callable
from importlib.util import find_spec, module_from_spec
from types import ModuleType

from redis import Redis
from rq import Queue, Worker

from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import JsonSerializer, StoredJob


class DashboardQueue(Queue):
    """A queue of our jobs."""

    job_class = StoredJob


class DashboardWorker(Worker):
    """A worker that is looked at and never run."""

    job_class = StoredJob

    def _set_connection(self, connection: Redis) -> Redis:
        """Unlike a worker that runs, it leaves the timeouts of the client as they are."""
        return connection


def dashboard_module(redis: RedisClient, requeue: Callable[[str], object]) -> ModuleType:
    """A copy of rq-dashboard's module, of one's own, that reads by these classes from `redis`.

    As it comes it opens a connection for each request and unpickles what it finds. Its names are set in
    a copy: what is imported elsewhere stays as it is. `requeue`: what happens to a job that is tried again.
    """
    spec = find_spec("rq_dashboard.web")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def requeue_job(job_id: str, **_connection: object) -> None:
        requeue(job_id)

    names: dict[str, object] = {
        "Job": StoredJob,
        "Queue": DashboardQueue,
        "Worker": DashboardWorker,
        "requeue_job": requeue_job,
        "from_url": lambda *_address, **_options: (None, redis),
    }
    for name, ours in names.items():
        assert hasattr(module, name), f"rq-dashboard has no {name} any more"
        setattr(module, name, ours)
    module.config.serializer = JsonSerializer
    return module
