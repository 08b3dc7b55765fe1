"""One of the agent's processes: signals, its lock, and its service's life."""

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from host_agent.bootstrap.parts import Parts, Service
from shared.errors import ConflictError, SettingsError, StorageError

LOCK_WAIT_S = 15.0
LOOK_AT_ASSIGNMENT_EVERY_S = 0.5


def run_child(name: str, path: Path, build: Callable[[Parts], Service]) -> None:
    """Run a service until SIGTERM; SIGHUP reads the settings again, and what the gateway assigns is taken
    over like a changed setting. Raises ColdframeError."""
    stop, reload = threading.Event(), threading.Event()

    def on_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    def on_reload(_signal: int, _frame: FrameType | None) -> None:
        reload.set()

    # Before what takes time: unhandled it ends the process. So does SIGTERM, as it may until there is work.
    signal.signal(signal.SIGHUP, on_reload)
    parts = Parts(path, name)
    descriptor = lock_role(parts.settings.agent.state_dir, name)
    signal.signal(signal.SIGTERM, on_stop)
    signal.signal(signal.SIGINT, on_stop)
    service = build(parts)
    failed = threading.Event()

    def work() -> None:
        try:
            service.run(stop)
        except BaseException:
            failed.set()
            raise

    worker = threading.Thread(target=work, name=name)
    worker.start()
    look_at_s = 0.0
    while worker.is_alive():
        # A wait with a timeout lets the main thread run Python's signal handlers.
        worker.join(0.2)
        if reload.is_set():
            reload.clear()
            try:
                service.reload(parts.reload())
                parts.log.info("settings_reloaded")
            except (SettingsError, StorageError) as error:
                parts.log.error("settings_refused", error=error.message, remedy=error.remedy)
        now_s = time.monotonic()
        if now_s >= look_at_s:
            look_at_s = now_s + LOOK_AT_ASSIGNMENT_EVERY_S
            if parts.takes_assignment():
                service.reload(parts.settings)
    os.close(descriptor)
    if failed.is_set():
        # Whoever started this process is told that it did not end as asked.
        sys.exit(1)


def lock_role(state_dir: Path, name: str, *, wait_s: float = LOCK_WAIT_S) -> int:
    """Hold the role of process `name` for this state folder; return the lock's descriptor.

    An agent that was killed may have a child that is still dying: wait for it. Raises ConflictError
    where another one keeps it, StorageError where the folder cannot be used.
    """
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(state_dir / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"state_dir {state_dir} cannot be used: {error.strerror}.",
            remedy="Correct its owner and mode, or name another one in [agent].",
        ) from None
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise ConflictError(
                    f"Another agent's {name} process already works with {state_dir}.",
                    remedy="Stop it first, or give this agent a state_dir of its own.",
                ) from None
            time.sleep(0.05)
