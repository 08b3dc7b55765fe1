"""Tasks for tests of workers and the schedule; what they do is seen in Redis."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.bootstrap.tasks import Task, WorkerParts
from gateway.jobs.json_value import JSON
from gateway.jobs.schedule import ScheduleEntry

BEATS = "test:beats"
EFFECTS = "test:effects"
BEGUN = "test:begun"
_POLL_S = 0.02
_LONGEST_S = 30.0


def _effect(worker: WorkerParts, arguments: Mapping[str, JSON]) -> JSON:
    """Leaves its name behind, at its end: after `seconds`, or when the file `until` is there."""
    redis: Any = worker.parts.redis
    name = str(arguments.get("name", "effect"))
    redis.rpush(BEGUN, f"{name} {os.getpid()}")
    ends_at = time.monotonic() + float(str(arguments.get("seconds", 0)))
    until = arguments.get("until")
    if until is not None:
        deadline = time.monotonic() + _LONGEST_S
        while not Path(str(until)).exists():
            assert time.monotonic() < deadline, f"nobody made {until}"
            time.sleep(_POLL_S)
    while time.monotonic() < ends_at:
        time.sleep(_POLL_S)
    redis.rpush(EFFECTS, name)
    return {"did": name}


def _fail(worker: WorkerParts, arguments: Mapping[str, JSON]) -> JSON:
    redis: Any = worker.parts.redis
    redis.rpush(EFFECTS, "tried")
    worker.progress.tell(0.5, "half of it")
    raise ValueError(f"cannot reach rtsp://guard:hunter2@camera.example/{arguments.get('name', 'x')}")


def _beat(worker: WorkerParts, _arguments: Mapping[str, JSON]) -> JSON:
    redis: Any = worker.parts.redis
    redis.rpush(BEATS, str(time.time()))
    return None


TASKS = {
    "test.effect": Task(_effect),
    "test.fail": Task(_fail),
    "test.beat": Task(_beat),
}
SCHEDULE = (ScheduleEntry("test.beat", "test.beat", "Beat.", every_s=2),)
