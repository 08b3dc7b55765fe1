"""What private servers on loopback have in common: one process, which can be ended and started again."""

import subprocess
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from deploy.local.child_process import stop
from shared.errors import UnavailableError


class LoopbackServer(ABC):
    """One server. `title` names it in errors; `start` is its own."""

    title = "The server"

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def start(self) -> Self:
        """Start the server and wait until it answers. Raises UnavailableError where it does not."""

    def stop(self) -> None:
        """End the server in order. It can be started again, on the same port."""
        if self._process is not None:
            stop(self._process)
            self._process = None

    def kill(self) -> None:
        """End the server as a crash does."""
        if self._process is not None:
            self._process.kill()
        self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Raises UnavailableError where it does not run."""
        if self._process is None:
            raise UnavailableError(f"{self.title} is not running.", remedy="Start it.")
        return self._process.pid
