"""The host agent as it runs on a machine: a process group of its own, judged over HTTP and on disk."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import tomli_w

from deploy.local.free_port import free_port
from tests.support.any_disk import ANY_DISK
from tests.support.ring_on_disk import RingOnDisk

PROJECT = Path(__file__).parents[2]
CHILDREN = ("capture", "frames", "archive", "serve")
START_WITHIN_S = 20.0
STOP_WITHIN_S = 15.0  # 10 s for every ffmpeg to finish its last segment, and the agent's own end
GONE_WITHIN_S = 3.0  # what dies with its parent is gone after that
_POLL_S = 0.05

Settings = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """A process as the kernel shows it."""

    pid: int
    parent_pid: int
    arguments: tuple[str, ...]
    folder: str

    @property
    def is_ffmpeg(self) -> bool:
        return bool(self.arguments) and Path(self.arguments[0]).name == "ffmpeg"


class AgentUnderTest:
    """One agent with its own root, state and port under `folder`.

    `devices` are tables of `host.toml`; `sections` are laid over the rest of it, key by key. It does not mind
    how full the machine's disk is where they do not say otherwise.
    The agent's clock is the machine's moved by `clock_offset_s`. `prefix` goes before its command, such as
    what enters another network; `address` is where it listens there. A token in `sections` is sent along.
    """

    def __init__(
        self,
        folder: Path,
        devices: Sequence[Settings],
        *,
        clock_offset_s: float = 0.0,
        sections: Mapping[str, Settings] | None = None,
        address: str = "127.0.0.1",
        prefix: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.address = address
        self._prefix = tuple(prefix)
        self.root = folder / "footage"
        self.state_dir = folder / "state"
        self.config = folder / "host.toml"
        self.port = free_port()
        self.clock_offset_s = clock_offset_s
        self.devices = [dict(device) for device in devices]
        self._sections: dict[str, dict[str, object]] = {
            "agent": {
                "name": "under-test",
                "root": str(self.root),
                "state_dir": str(self.state_dir),
                "listen": f"{address}:{self.port}",
            },
            "supervisor": {"backoff_min_s": 0.5, "backoff_max_s": 2.0},
            "ring": dict(ANY_DISK),
        }
        for name, keys in (sections or {}).items():
            self._sections.setdefault(name, {}).update(keys)
        self._process: subprocess.Popen[bytes] | None = None
        token = self._sections["agent"].get("token")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=self.url, timeout=30.0, headers=headers)

    # -- life --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start `run`; nothing is waited for."""
        assert self._process is None, "already started"
        self.root.mkdir(parents=True, exist_ok=True)
        self._write_config()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._prefix, sys.executable, "-m", "host_agent", "run", "--config", str(self.config)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._process is not None:
                self.stop()
        finally:
            self._http.close()

    def stop(self) -> float:
        """End the agent as an init system does; return the seconds it took.

        Raises AssertionError where it takes too long or leaves a process behind (which is then killed).
        """
        process = self._running()
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN_S)
            late = ""
        except subprocess.TimeoutExpired:
            late = f"the agent did not end within {STOP_WITHIN_S:.0f} s"
            process.kill()
            process.wait()
        took_s = time.monotonic() - before
        self._process = None
        left = self._wait_until_gone()
        assert not late, late
        assert not left, f"these outlive their agent: {left}"
        return took_s

    def kill_all(self) -> None:
        """SIGKILL to `run` alone: everything under it must die with it. Raises AssertionError."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None
        left = self._wait_until_gone()
        assert not left, f"these outlive their agent: {left}"

    def kill(self, child: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to one of the agent's processes; return the pid that it had.

        After a SIGKILL it has ended: nobody is answered any more by who was to be dead.
        """
        pid = self.child_pid(child)
        process = os.pidfd_open(pid)
        try:
            os.kill(pid, number)
            if number == signal.SIGKILL:
                ended, _, _ = select.select([process], [], [], GONE_WITHIN_S)
                assert ended, f"{child} outlives a SIGKILL"
        finally:
            os.close(process)
        return pid

    def kill_ffmpeg(self, device: str) -> list[int]:
        """SIGKILL to every ffmpeg that works for `device`; return their pids."""
        pids = [seen.pid for seen in self.ffmpegs(device)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def reload(
        self,
        *,
        clock_offset_s: float | None = None,
        devices: Sequence[Settings] | None = None,
        sections: Mapping[str, Settings] | None = None,
    ) -> None:
        """Change `host.toml` and have it taken over, as an operator does (SIGHUP)."""
        if clock_offset_s is not None:
            self.clock_offset_s = clock_offset_s
        if devices is not None:
            self.devices = [dict(device) for device in devices]
        for name, keys in (sections or {}).items():
            self._sections.setdefault(name, {}).update(keys)
        self._write_config()
        self._running().send_signal(signal.SIGHUP)

    def rewrite(self, sections: Mapping[str, Settings]) -> None:
        """Change `host.toml` for the processes that start from now on; nobody who runs is told."""
        for name, keys in sections.items():
            self._sections.setdefault(name, {}).update(keys)
        self._write_config()

    # -- waiting -----------------------------------------------------------------------------

    def wait_for(self, what: str, holds: Callable[[], bool], *, within_s: float = START_WITHIN_S) -> float:
        """Wait until `holds`; return the seconds it took. Raises AssertionError with the agent's log."""
        before = time.monotonic()
        while not holds():
            if time.monotonic() - before > within_s:
                raise AssertionError(f"after {within_s:g} s not yet: {what}\n{self.last_words()}")
            ended = self._process is not None and self._process.poll() is not None
            assert not ended, f"the agent ended while waiting for: {what}\n{self.last_words()}"
            time.sleep(_POLL_S)
        return time.monotonic() - before

    def wait_healthy(self, *, within_s: float = START_WITHIN_S) -> float:
        """Wait until the API answers at all."""
        return self.wait_for("an answer of /api/host/health", self._answers, within_s=within_s)

    def wait_live(self, *devices: str, within_s: float = START_WITHIN_S) -> float:
        """Wait until `devices` (default: all) are live, by the API."""
        wanted = devices or tuple(str(device["name"]) for device in self.devices)
        return self.wait_for(
            f"{', '.join(wanted)} live",
            lambda: self._answers() and all(self._is_live(device) for device in wanted),
            within_s=within_s,
        )

    # -- reading -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "agent.log"

    def last_words(self, count: int = 40) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-count:])

    def now_s(self) -> float:
        """The agent's clock, in seconds since 1970."""
        return time.time() + self.clock_offset_s

    def get(self, path: str, **query: str) -> httpx.Response:
        return self._http.get(path, params=query)

    def json(self, path: str, **query: str) -> Any:
        """A JSON answer. Raises AssertionError where it is an error."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def text(self, path: str, **query: str) -> str:
        answer = self.get(path, **query)
        assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.text

    def state(self, device: str) -> str:
        return str(self.json(f"/api/host/devices/{device}")["state"])

    def ring(self, device: str) -> RingOnDisk:
        return RingOnDisk(self.root, device)

    # -- processes ---------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not ended since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        return self._running().pid

    def child_pid(self, child: str) -> int:
        """Raises AssertionError where the process does not run (now)."""
        found = [
            seen.pid
            for seen in self.processes()
            if seen.parent_pid == self.pid and seen.arguments[-4:-1] == ("host_agent", child, "--config")
        ]
        assert len(found) == 1, f"{child}: {len(found)} processes"
        return found[0]

    def processes(self) -> list[Seen]:
        """Everything that belongs to this agent: descendants of `run`, and whatever names its folders."""
        everything = _all_processes()
        family = {self._process.pid} if self._process is not None else set()
        grew = True
        while grew:
            more = {seen.pid for seen in everything if seen.parent_pid in family} - family
            grew, family = bool(more), family | more
        return [seen for seen in everything if seen.pid in family or self._names_our_folders(seen)]

    def ffmpegs(self, device: str | None = None) -> list[Seen]:
        """The agent's ffmpeg processes, of `device` only where one is named."""
        folder = str(self.root if device is None else self.root / device)
        return [
            seen
            for seen in self.processes()
            if seen.is_ffmpeg
            and (device is None or any(_is_under(text, folder) for text in (*seen.arguments, seen.folder)))
        ]

    # -- inside ------------------------------------------------------------------------------

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the agent is not running"
        return self._process

    def _write_config(self) -> None:
        agent = {**self._sections["agent"], "clock_offset_s": self.clock_offset_s}
        written = {**self._sections, "agent": agent, "device": self.devices}
        partial = self.config.with_suffix(".part")
        partial.write_bytes(tomli_w.dumps(written).encode())
        partial.replace(self.config)

    def _answers(self) -> bool:
        try:
            self._http.get("/api/host/health")
        except httpx.TransportError:
            return False
        return True

    def _is_live(self, device: str) -> bool:
        answer = self.get(f"/api/host/devices/{device}")
        return answer.status_code == 200 and answer.json()["state"] == "live"

    def _names_our_folders(self, seen: Seen) -> bool:
        return seen.pid != os.getpid() and any(
            _is_under(text, str(self.folder)) for text in (*seen.arguments, seen.folder)
        )

    def _wait_until_gone(self) -> list[Seen]:
        """Wait for the last process to go; kill and return those that do not."""
        until = time.monotonic() + GONE_WITHIN_S
        while left := self.processes():
            if time.monotonic() > until:
                for seen in left:
                    os.kill(seen.pid, signal.SIGKILL)
                return left
            time.sleep(_POLL_S)
        return []


def _is_under(text: str, folder: str) -> bool:
    """Whether an argument names `folder` or something in it: `…/cam1` is not in `…/cam10`."""
    at = text.find(folder)
    return at >= 0 and text[at + len(folder) : at + len(folder) + 1] in ("", "/", "'", '"')


def _all_processes() -> list[Seen]:
    found: list[Seen] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
            folder = str((entry / "cwd").readlink())
        except (OSError, ValueError):
            continue  # it is gone already, or is not ours to see
        if state != "Z" and arguments:
            found.append(Seen(int(entry.name), int(parent), tuple(arguments), folder))
    return found
