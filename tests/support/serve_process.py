"""The process `serve` of one agent, without the others: its rings are filled by hand."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import tomli_w

from deploy.local.free_port import free_port
from host_agent.ring.layout import DeviceFolders
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from tests.support.agent_under_test import PROJECT
from tests.support.any_disk import ANY_DISK

WITHIN_S = 30.0


class ServeProcess:
    """One process group with its own root, state and port under `folder`. It is named `lab-1`."""

    def __init__(self, folder: Path, gateway_url: str = "", token: str = "") -> None:
        self.root, self.state_dir = folder / "footage", folder / "state"
        self.port = free_port()
        self.config = folder / "host.toml"
        self._log = folder / "serve.log"
        self.set_gateway(gateway_url, token)
        self._process: subprocess.Popen[bytes] | None = None

    def set_gateway(self, url: str, token: str) -> None:
        """Write the settings; nobody is told."""
        settings = {
            "agent": {
                "name": "lab-1",
                "root": str(self.root),
                "state_dir": str(self.state_dir),
                "listen": f"127.0.0.1:{self.port}",
            },
            "gateway": {"url": url, "enrolment_token": token},
            "ring": ANY_DISK,
            "device": [{"name": "capture1", "source": "pattern:testsrc2"}],
        }
        self.config.write_bytes(tomli_w.dumps(settings).encode())

    def ring(self, device: str) -> RingStore:
        self.root.mkdir(exist_ok=True)
        store = RingStore(DeviceFolders(self.root, device), SystemClock())
        store.prepare()
        return store

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "host_agent", "serve", "--config", str(self.config)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        os.killpg(self.pid, signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._ended()

    def _ended(self) -> None:
        assert self._process is not None
        self._process.wait(15)
        self._process = None

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        until_s = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < until_s, f"not yet: {what}\n{self._log.read_text()[-3000:]}"
            time.sleep(0.02)

    def __enter__(self) -> "ServeProcess":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self.stop()
