"""`run`: the agent's processes under one parent, each started again when it dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from shared.bound_command import bound_command

PROCESSES = ("capture", "frames", "archive", "serve")
# Runs where its settings ask for it.
CAPTIONS = "captions"
NICENESS = 15
STOP_WITHIN_S = 12.0
RESTART_PAUSE_S = 1.0
TICK_S = 0.1


class ProcessGroup:
    """Starts the children and keeps them running until it is asked to end.

    `wanted`: which there are to be, and what each keeps until it is started again; asked again with every
    reload, None: as before.
    """

    def __init__(
        self, wanted: Callable[[], Mapping[str, tuple[object, ...]] | None], config: Path, log: Any
    ) -> None:
        self._wanted = wanted
        self._config = config
        self._log = log
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._restart_at: dict[str, float] = {}
        self._started_with: dict[str, tuple[object, ...]] = {}
        self._leaving: set[str] = set()
        self._renewed: set[str] = set()
        self._ending = False
        self._reload = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT; SIGHUP is passed on to every child that stays."""
        signal.signal(signal.SIGTERM, self._on_end)
        signal.signal(signal.SIGINT, self._on_end)
        signal.signal(signal.SIGHUP, self._on_reload)
        self._started_with = dict(self._wanted() or dict.fromkeys(PROCESSES, ()))
        for name in self._started_with:
            self._start(name)
        while not self._ending:
            if self._reload:
                self._reload = False
                self._take_wanted()
            self._restart_dead()
            time.sleep(TICK_S)
        self._end_all()

    def _on_end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _on_reload(self, _signal: int, _frame: FrameType | None) -> None:
        self._reload = True

    def _start(self, name: str) -> None:
        # No child outlives its parent, not even a killed one (the parent's main thread starts it).
        command = [sys.executable, "-m", "host_agent", name, "--config", str(self._config)]
        if name == CAPTIONS:
            command = ["nice", "-n", str(NICENESS), *command]
        self._children[name] = subprocess.Popen(
            bound_command(command, os.getpid()),
            start_new_session=True,
        )

    def _take_wanted(self) -> None:
        """Start what is to be there from now on, end what is not, and have the rest read its settings."""
        wanted = self._wanted()
        if wanted is None:
            self._signal_all(signal.SIGHUP)
            return
        for name, child in self._children.items():
            if name not in wanted:
                if name not in self._leaving:
                    self._leaving.add(name)
                    _end(child)
            elif wanted[name] != self._started_with.get(name):
                self._log.info("process_renewed", process=name)
                self._renewed.add(name)
                _end(child)
            elif child.poll() is None:
                child.send_signal(signal.SIGHUP)
        self._started_with = dict(wanted)
        for name in wanted:
            self._leaving.discard(name)  # it ends, and is started again as any other that ended
            if name not in self._children:
                self._start(name)

    def _restart_dead(self) -> None:
        now = time.monotonic()
        for name, child in list(self._children.items()):
            status = child.poll()
            if status is None:
                continue
            if name in self._leaving:
                self._leaving.discard(name)
                self._restart_at.pop(name, None)
                del self._children[name]
                continue
            if name in self._renewed:
                self._renewed.discard(name)
                self._restart_at.pop(name, None)
                self._start(name)
                continue
            if name not in self._restart_at:
                self._log.error("process_ended", process=name, status=status)
                self._restart_at[name] = now + RESTART_PAUSE_S
            elif now >= self._restart_at[name]:
                del self._restart_at[name]
                self._start(name)

    def _signal_all(self, number: int) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.send_signal(number)

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        for name, child in self._children.items():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._log.error("process_killed", process=name)
                child.kill()
                child.wait()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
