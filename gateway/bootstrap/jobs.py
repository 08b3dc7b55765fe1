"""The jobs room put together: what puts work into queues, and what shows it."""

import random

from gateway.bootstrap.parts import Parts, new_id
from gateway.jobs.job_maker import JobMaker
from gateway.jobs.queue import JobQueue


def build_job_maker(parts: Parts) -> JobMaker:
    """Jobs on the terms of the settings."""
    return JobMaker(parts.redis, parts.settings.jobs, new_id, random.random)


def build_job_queue(parts: Parts) -> JobQueue:
    """What rooms enqueue with."""
    return JobQueue(build_job_maker(parts))
