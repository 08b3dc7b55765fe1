"""The frames process of one device, to be killed: `python frames_process.py BASE ROOT MODE`."""

import signal
import sys
import threading
from pathlib import Path

import structlog

from host_agent.frames.service import FramesService
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from tests.support.frames_stand import DEVICE, settings_for


def main(base: Path, root: Path, frames: str) -> None:
    clock = SystemClock()
    journal = Journal(base / "state" / "journal.db", clock)
    stores = {DEVICE: RingStore(DeviceFolders(root, DEVICE), clock)}
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    FramesService(settings_for(root, frames=frames), stores, journal, clock, structlog.get_logger()).run(stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
