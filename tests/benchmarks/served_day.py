"""The HTTP process of an agent over a day on disk."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tomli_w

from deploy.local.child_process import start_bound, stop
from deploy.local.free_port import free_port
from tests.benchmarks.made_day import DEVICE, MadeDay
from tests.benchmarks.timed_client import TimedClient

_START_WITHIN_S = 20.0
_POLL_S = 0.02


class ServedDay:
    """A running `serve`; `client` has one connection to it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.client = TimedClient(port)

    def memory_kb(self, line: str) -> int:
        """`VmRSS` or `VmHWM` of the process that answers, in KiB."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
        return int(next(text for text in status.splitlines() if text.startswith(line)).split()[1])

    def times_ms(self, count: int, path: str, **query: str) -> list[float]:
        """How long each of `count` good answers took, after one that warms up."""
        self.client.good(path, **query)
        return [self.client.good(path, **query).took_ms for _ in range(count)]


@contextmanager
def serving(day: MadeDay, folder: Path) -> Iterator[ServedDay]:
    """Run `python -m host_agent serve` on the day, its clock set to the day's end."""
    port = free_port()
    config = folder / "host.toml"
    config.write_bytes(tomli_w.dumps(_settings(day, port)).encode())
    process = start_bound(
        [sys.executable, "-m", "host_agent", "serve", "--config", config], log=folder / "serve.log"
    )
    try:
        _wait_for_answer(process, port, folder / "serve.log")
        served = ServedDay(process, port)
        try:
            yield served
        finally:
            served.client.close()
    finally:
        stop(process)


def _settings(day: MadeDay, port: int) -> dict[str, object]:
    return {
        "agent": {
            "name": "bench",
            "root": str(day.root),
            "state_dir": str(day.state_dir),
            "listen": f"127.0.0.1:{port}",
            "clock_offset_s": day.now.timestamp() - time.time(),
        },
        "device": [{"name": DEVICE, "source": "pattern:testsrc2"}],
    }


def _wait_for_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline_s = time.monotonic() + _START_WITHIN_S
    while True:
        client = TimedClient(port)
        try:
            client.get("/api/host/health")
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise RuntimeError(f"serve does not answer: {log.read_text()[-2000:]}") from error
            time.sleep(_POLL_S)
        finally:
            client.close()
