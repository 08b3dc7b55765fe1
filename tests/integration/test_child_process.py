"""One of the agent's processes by itself: a signal that comes early, and a journal that refuses a reload."""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import tomli_w

from tests.support.agent_under_test import PROJECT
from tests.support.any_disk import ANY_DISK

WITHIN_S = 30.0


class Frames:
    """The process `frames` of an agent that has no others."""

    def __init__(self, folder: Path) -> None:
        self.state_dir = folder / "state"
        self.log = folder / "frames.log"
        self._config = folder / "host.toml"
        self.write()

    def write(self, **agent: str) -> None:
        folder = self._config.parent
        own = {"root": str(folder / "footage"), "state_dir": str(self.state_dir), **agent}
        device = {"name": "one", "source": "pattern:testsrc2"}
        self._config.write_bytes(tomli_w.dumps({"agent": own, "ring": ANY_DISK, "device": [device]}).encode())

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "host_agent", "frames", "--config", str(self._config)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
            assert process.poll() is None, self.log.read_text()
        finally:
            process.terminate()
            process.wait(WITHIN_S)

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        until_s = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < until_s, f"not yet: {what}\n{self.log.read_text()}"
            time.sleep(0.02)

    def wait_said(self, word: str) -> None:
        self.wait_for(word, lambda: word in self.log.read_text())


def test_a_hangup_while_another_process_still_has_the_role_is_taken_up_later(tmp_path: Path) -> None:
    frames = Frames(tmp_path)
    frames.state_dir.mkdir()
    role = os.open(frames.state_dir / "frames.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(role, fcntl.LOCK_EX)
    with frames.running() as process:
        frames.wait_for("the journal", (frames.state_dir / "journal.db").exists)
        process.send_signal(signal.SIGHUP)
        os.close(role)
        frames.wait_said("settings_reloaded")


def test_a_journal_that_refuses_keeps_the_old_settings_and_the_next_reload_is_taken(tmp_path: Path) -> None:
    frames = Frames(tmp_path)
    frames.write(log_level="error")
    with frames.running() as process:
        frames.wait_for("its role", (frames.state_dir / "frames.lock").exists)
        with closing(sqlite3.connect(frames.state_dir / "journal.db", timeout=WITHIN_S)) as journal:
            journal.execute("ALTER TABLE remembered RENAME TO hidden")
            frames.write(log_level="info")
            process.send_signal(signal.SIGHUP)
            frames.wait_said("settings_refused")
            assert "cannot be looked up: no such table" in frames.log.read_text()
            journal.execute("ALTER TABLE hidden RENAME TO remembered")
        process.send_signal(signal.SIGHUP)
        # It is told because the level of what is logged is taken over as well.
        frames.wait_said("settings_reloaded")
    assert frames.log.read_text().count("settings_reloaded") == 1
