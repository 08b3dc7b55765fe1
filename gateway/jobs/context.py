"""What a worker's process runs tasks with: opened once in each process, after the fork.

The one state of a module that there is: RQ finds a job's function by its name and hands it nothing, and
connections that were opened before the fork do not survive it.
"""

import os
from collections.abc import Callable, Mapping
from typing import Protocol

from gateway.jobs.json_value import JSON
from gateway.jobs.progress import JobProgress


class TaskRunner(Protocol):
    """Runs tasks by name. `warning_s`: who runs longer is told to be slow."""

    @property
    def warning_s(self) -> float: ...

    def run(self, task: str, arguments: Mapping[str, JSON], progress: JobProgress) -> JSON:
        """Raises NotFoundError where there is no such task, and whatever the task raises."""
        ...


class ProcessContext:
    """The runner of the process that asks."""

    def __init__(self) -> None:
        self._open: Callable[[], TaskRunner] | None = None
        self._opened: tuple[int, TaskRunner] | None = None

    def prepare(self, open_runner: Callable[[], TaskRunner]) -> None:
        """Say, before the fork, how a runner is opened."""
        self._open = open_runner

    def runner(self) -> TaskRunner:
        """Opened by the first that asks in a process. Raises RuntimeError outside of a worker."""
        if self._opened is not None and self._opened[0] == os.getpid():
            return self._opened[1]
        if self._open is None:
            raise RuntimeError("Jobs are run by python -m gateway worker alone.")
        runner = self._open()
        self._opened = (os.getpid(), runner)
        return runner


CONTEXT = ProcessContext()
