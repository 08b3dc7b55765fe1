"""The process that runs jobs; any number of them, on any machine."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Sequence
from importlib import import_module

import redis
import structlog
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from gateway.bootstrap.checks import check_before_serving
from gateway.bootstrap.tasks import TaskRunner, tasks_of
from gateway.jobs.context import CONTEXT
from gateway.jobs.job_ends import JobEnds
from gateway.jobs.keys import QUEUES
from gateway.jobs.recovery import Recovery
from gateway.jobs.rq_log import log_rq
from gateway.jobs.worker import JobWorker, WorkerTerms
from gateway.settings import GatewaySettings
from shared.clock import SystemClock
from shared.errors import BadRequestError

# After a fault that nobody foresaw: not again and again at full speed.
_AGAIN_AFTER_S = 2.0
_LOOK_FOR_REDIS_EVERY_S = 1.0
# A restart of Redis is waited for in the middle of anything.
_REDIS_AWAY_S = 30


def run_worker(settings: GatewaySettings, queues: Sequence[str]) -> None:
    """Run jobs until SIGTERM or SIGINT, which let the running one finish; a second one does not.

    After so many jobs, and after a fault, this process becomes a fresh one (exec). Raises BadRequestError
    for an unknown queue, SettingsError, UnavailableError where the database is not right.
    """
    unknown = sorted(set(queues) - set(QUEUES))
    if unknown:
        raise BadRequestError(
            f"There is no queue {', '.join(unknown)}.", remedy=f"The queues are {', '.join(QUEUES)}."
        )
    check_before_serving(settings)
    tasks = tasks_of(settings)
    if settings.graph.uri:
        # Here once, and not in the process of each job, where it would take 0.3 s.
        import_module("gateway.captions.graph.graph_driver")
    CONTEXT.prepare(lambda: TaskRunner(settings))
    log = structlog.get_logger()
    log_rq()
    server = patient_redis(settings)
    wait_for_redis(server)
    worker = build_worker(settings, server, [name for name in QUEUES if not queues or name in queues])
    log.info("worker_started", name=worker.name, queues=worker.queue_names(), tasks=sorted(tasks))
    worker.work(max_jobs=settings.jobs.jobs_a_worker, with_scheduler=True)
    if worker.asked_to_stop:
        log.info("worker_stopped", name=worker.name)
        return
    worker.end_horse()
    if not worker.is_used_up(settings.jobs.jobs_a_worker):
        log.error("worker_starts_anew_after_a_fault", name=worker.name)
        time.sleep(_AGAIN_AFTER_S)
    else:
        log.info("worker_makes_place_for_a_fresh_one", name=worker.name)
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)


def build_worker(settings: GatewaySettings, server: redis.Redis, queues: Sequence[str]) -> JobWorker:
    """A worker of `queues`, the most urgent first."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    clock, jobs = SystemClock(settings.testing.clock_offset_s), settings.jobs
    return JobWorker(
        queues,
        server,
        WorkerTerms(name, jobs.heartbeat_s),
        Recovery(server, clock, JobEnds(server), jobs.silent_after_s, name),
        clock,
    )


def patient_redis(settings: GatewaySettings) -> redis.Redis:
    """A client whose every command is tried again while Redis is away for a while."""
    return redis.Redis.from_url(
        settings.redis.url.get_secret_value(),
        retry=Retry(ExponentialBackoff(cap=1.0, base=0.05), _REDIS_AWAY_S),
        socket_connect_timeout=2.0,
        health_check_interval=30,
    )


def wait_for_redis(server: redis.Redis) -> None:
    """Return when Redis answers; say once that it does not."""
    told = False
    while True:
        try:
            server.ping()
            return
        except redis.RedisError as error:
            if not told:
                structlog.get_logger().warning("redis_cannot_be_reached", error=str(error))
            told = True
            time.sleep(_LOOK_FOR_REDIS_EVERY_S)
