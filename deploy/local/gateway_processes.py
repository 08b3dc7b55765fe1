"""A gateway of one's own: its processes as they run anywhere, gone with whoever started them."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from deploy.local.child_process import start_bound, stop
from shared.errors import UnavailableError

WEB = "web"
INGEST = "ingest"
WORKER = "worker"
SCHEDULER = "scheduler"
# What a process that nobody can ask says when it has begun.
_SAYS_IT_HAS_BEGUN = {WORKER: b"worker_started", SCHEDULER: b"scheduler_started"}
START_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0
COMMAND_WITHIN_S = 120.0
REQUEST_TIMEOUT_S = 2.0
_POLL_S = 0.05
_PROJECT = Path(__file__).parents[2]
# What this gateway takes from its gateway.toml alone, whatever the caller's environment says.
_SETTINGS_VARIABLES = (
    "DATABASE_URL",
    "REDIS_",
    "COLDFRAME_SECRET_KEY",
    "COLDFRAME_GATEWAY",
    "STORAGE_DIR",
    "S3_",
    "CAPTION",
    "MIN_CAPTION_DURATION",
    "MAX_CAPTION_DURATION",
    "NEO4J_",
)


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with nothing in it that a gateway would take for a setting."""
    return {name: value for name, value in environment.items() if not name.startswith(_SETTINGS_VARIABLES)}


def command_of(role: str) -> str:
    """The gateway's command of a role."""
    return role.partition(".")[0]


class GatewayProcesses:
    """Processes on the settings in `config`, which are read anew at every start.

    A role is a command, with anything after a dot where there are several of it (`worker`, `worker.2`).
    They end with the **thread** that started them. Logs stand beside `config`.
    """

    def __init__(self, config: Path, *, web_url: str, ingest_url: str) -> None:
        self.config = config
        self.urls = {WEB: web_url, INGEST: ingest_url}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log_begins: dict[str, int] = {}

    def log(self, role: str) -> Path:
        return self.config.with_name(f"{role}.log")

    def run(self, *arguments: str) -> str:
        """Run one of the gateway's commands to its end; return what it printed.

        Raises UnavailableError with its last lines where it fails.
        """
        log = self.log("-".join(arguments))
        log.write_bytes(b"")
        process = self._start(arguments, log)
        try:
            status = process.wait(COMMAND_WITHIN_S)
        finally:
            stop(process)
        said = log.read_text(errors="replace")
        if status != 0:
            last = " · ".join(said.splitlines()[-4:])
            raise UnavailableError(f"gateway {' '.join(arguments)} failed: {last}", remedy="")
        return said

    def start(self, *roles: str) -> None:
        """Start the processes of `roles` (`web` and `ingest` without one); nothing is waited for."""
        for role in roles or (WEB, INGEST):
            if role in self._processes:
                continue
            log = self.log(role)
            self._log_begins[role] = log.stat().st_size if log.exists() else 0
            self._processes[role] = self._start((command_of(role),), log)

    def wait_until_up(self, within_s: float = START_WITHIN_S) -> None:
        """Wait until all that was started answers. Raises UnavailableError with its last lines."""
        deadline = time.monotonic() + within_s
        for role in self._processes:
            while not self.answers(role):
                if not self.is_running(role):
                    raise self._failure(role, "ended")
                if time.monotonic() > deadline:
                    raise self._failure(role, f"does not answer after {within_s:g} s")
                time.sleep(_POLL_S)

    def answers(self, role: str) -> bool:
        """Whether the process says that it is alive, or has begun where it cannot be asked."""
        says = _SAYS_IT_HAS_BEGUN.get(command_of(role))
        if says is not None:
            return self.is_running(role) and says in self.log(role).read_bytes()[self._log_begins[role] :]
        try:
            answer = httpx.get(f"{self.urls[role]}/healthz", timeout=REQUEST_TIMEOUT_S)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def is_running(self, role: str) -> bool:
        return role in self._processes and self._processes[role].poll() is None

    def pid(self, role: str) -> int:
        """Of the process that was started; its workers are its children. Raises KeyError without one."""
        return self._processes[role].pid

    def stop(self, *roles: str) -> None:
        """End the processes of `roles` (all without one) in order, side by side."""
        wanted = roles or tuple(self._processes)
        ending = [self._processes.pop(role) for role in wanted if role in self._processes]
        for process in ending:
            if process.poll() is None:
                process.terminate()
        for process in ending:
            stop(process, within_s=STOP_WITHIN_S)

    def kill(self, *roles: str) -> None:
        """End them as a crash does; what they started dies with them."""
        for role in roles or tuple(self._processes):
            if role in self._processes:
                process = self._processes.pop(role)
                process.kill()
                process.wait()

    def last_words(self, count: int = 40) -> str:
        """The end of all logs."""
        parts: list[str] = []
        for role in self._log_begins:
            lines = self.log(role).read_text(errors="replace").splitlines() if self.log(role).exists() else []
            parts += [f"-- {role}", *lines[-count:]]
        return "\n".join(parts)

    def _start(self, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        return start_bound(
            [sys.executable, "-m", "gateway", *arguments, "--config", self.config],
            log=log,
            environment=without_settings(os.environ),
            folder=_PROJECT,
        )

    def _failure(self, role: str, what: str) -> UnavailableError:
        lines = self.log(role).read_text(errors="replace").splitlines()[-4:]
        return UnavailableError(f"The gateway's {role} {what}: {' · '.join(lines)}", remedy="")
