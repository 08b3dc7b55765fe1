"""The process that runs the schedule."""

import os
import random
import secrets
import signal
import socket
import threading

import structlog

from gateway.bootstrap.parts import new_id
from gateway.bootstrap.tasks import schedule_of
from gateway.bootstrap.worker import patient_redis, wait_for_redis
from gateway.jobs.job_ends import JobEnds
from gateway.jobs.job_maker import JobMaker
from gateway.jobs.recovery import Recovery
from gateway.jobs.rq_log import log_rq
from gateway.jobs.scheduler import FleetScheduler
from gateway.settings import GatewaySettings
from shared.clock import SystemClock


def run_scheduler(settings: GatewaySettings) -> None:
    """Run the schedule until SIGTERM or SIGINT. Of several, one does, and another takes over.

    Raises SettingsError.
    """
    entries = schedule_of(settings)
    log_rq()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    server = patient_redis(settings)
    wait_for_redis(server)
    clock = SystemClock(settings.testing.clock_offset_s)
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    scheduler = FleetScheduler(
        JobMaker(server, settings.jobs, new_id, random.random),
        entries,
        Recovery(server, clock, JobEnds(server), settings.jobs.silent_after_s, name),
        clock,
        name,
        lease_s=settings.jobs.silent_after_s,
    )
    structlog.get_logger().info("scheduler_started", name=name)
    scheduler.serve(stop)
    structlog.get_logger().info("scheduler_stopped", name=name)
