"""The one function that RQ calls, by its name: it runs the task that a job names."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from rq import get_current_job

from gateway.jobs.context import CONTEXT
from gateway.jobs.json_value import JSON
from gateway.jobs.progress import JobProgress


def run_job(task: str, arguments: Mapping[str, JSON]) -> JSON:
    """Run `task` with what this process has opened. Raises what the task raises."""
    job = get_current_job()
    assert job is not None
    meta = job.meta
    known = {"job_id": job.id, "task": task, "request_id": meta.get("request_id") or None}
    with structlog.contextvars.bound_contextvars(**{key: value for key, value in known.items() if value}):
        meta["attempts"] = int(meta.get("attempts", 0)) + 1
        for of_last_time in ("slow", "progress"):
            meta.pop(of_last_time, None)
        job.save_meta()
        structlog.get_logger().info("job_started", queue=job.origin, attempt=meta["attempts"])
        runner, progress = CONTEXT.runner(), JobProgress(job)
        with _told_when_slow(runner.warning_s, progress):
            return runner.run(task, arguments, progress)


@contextmanager
def _told_when_slow(after_s: float, progress: JobProgress) -> Iterator[None]:
    log = structlog.get_logger().bind(**structlog.contextvars.get_contextvars())

    def tell() -> None:
        log.warning("job_is_slow", running_s=after_s)
        progress.tell_slow()

    timer = threading.Timer(after_s, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
