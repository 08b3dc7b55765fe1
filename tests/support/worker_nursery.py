"""Workers that start in no time: `python -m tests.support.worker_nursery gateway.toml` has everything loaded
and forks one for each line that it reads, which runs what `python -m gateway worker` runs.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import gateway.captions.graph.graph_driver  # noqa: F401 (loaded once for all)
from gateway.bootstrap.tasks import tasks_of
from gateway.bootstrap.worker import run_worker
from gateway.settings import load_settings
from shared.ffmpeg.masking import mask_secrets
from shared.kernel import die_with_parent
from shared.log import configure_logging

_PROJECT = Path(__file__).parents[2]


class WorkerNursery:
    """Starts and kills workers on the settings in `config`, which are read at the nursery's own start."""

    def __init__(self, config: Path, log: Path) -> None:
        self._config = config
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self.alive: set[int] = set()

    def __enter__(self) -> Self:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name, str(self._config)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                cwd=_PROJECT,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10.0)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def start(self) -> int:
        """Return the pid of a new worker."""
        assert self._process is not None and self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        self.alive.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        """SIGKILL; what it forked dies with it."""
        self.alive.discard(pid)
        os.kill(pid, signal.SIGKILL)

    def is_gone(self, pid: int) -> bool:
        """Whether it has ended."""
        try:
            gone = "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            gone = True
        if gone:
            self.alive.discard(pid)
        return gone


def _serve(config: Path) -> None:
    settings = load_settings(config, {})
    configure_logging(process="worker", level=settings.log.level, mask=mask_secrets)
    tasks_of(settings)
    own_pid = os.getpid()
    for _line in sys.stdin:
        _reap()
        pid = os.fork()
        if not pid:
            try:
                die_with_parent(own_pid)
                run_worker(settings, [])
            finally:
                os._exit(0)
        print(pid, flush=True)


def _reap() -> None:
    while True:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
