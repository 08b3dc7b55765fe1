"""An agent of the demo: its settings and its process."""

import signal
import sys
from dataclasses import replace
from pathlib import Path

from deploy.local.child_process import start_bound, stop
from deploy.local.demo_plan import DemoAgent, DemoDevice, host_toml
from shared.atomic_write import write_atomically

STOP_WITHIN_S = 15.0


class RunningAgent:
    """Runs from when it is made, and ends with the **thread** that made it.

    `enrolment_token` is of use where the agent has no credential yet, or one that the gateway does not know.
    """

    def __init__(
        self,
        plan: DemoAgent,
        folder: Path,
        port: int,
        *,
        gateway_url: str,
        enrolment_token: str,
        floor_percent: float,
        captions: bool,
    ) -> None:
        self.plan = plan
        self.log = folder / "agent.log"
        self._folder = folder
        self._port = port
        self._gateway_url = gateway_url
        self._enrolment_token = enrolment_token
        self._floor_percent = floor_percent
        self._captions = captions
        self._config = folder / "host.toml"
        folder.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        self._write_config()
        self._process = start_bound(
            [sys.executable, "-m", "host_agent", "run", "--config", self._config], log=self.log
        )

    def add(self, device: DemoDevice) -> None:
        """Record `device` as well, from now on."""
        self.plan = replace(self.plan, devices=(*self.plan.devices, device))
        self._write_config()
        if self.is_running:
            self._process.send_signal(signal.SIGHUP)

    def _write_config(self) -> None:
        text = host_toml(
            self.plan,
            folder=self._folder,
            port=self._port,
            gateway_url=self._gateway_url,
            enrolment_token=self._enrolment_token,
            floor_percent=self._floor_percent,
            captions=self._captions,
        )
        write_atomically(self._config, text, mode=0o600)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def last_words(self) -> str:
        """Its log's last lines."""
        return " · ".join(self.log.read_text(errors="replace").splitlines()[-2:])

    def ask_to_stop(self) -> None:
        """Begin the end: `stop` waits for it."""
        if self.is_running:
            self._process.terminate()

    def stop(self) -> None:
        stop(self._process, within_s=STOP_WITHIN_S)
