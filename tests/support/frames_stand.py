"""One device's ring with a recorder stand-in and the real frames service beside it."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from host_agent.frames.metadata import CaptureFacts, parse_metadata
from host_agent.frames.service import FramesService
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.reader import HotFile
from host_agent.ring.store import RingStore
from host_agent.settings import HostSettings
from shared.clock import SystemClock
from tests.support.fake_recorder import FakeRecorder

DEVICE = "cam"


class FramesStand:
    """`root` and a journal beside it; `picture` are the `[picture]` settings."""

    def __init__(self, base: Path, *, frames: str = "auto", root: Path | None = None, **picture: Any) -> None:
        self.root = root or base / "root"
        self.clock = SystemClock()
        self.journal = Journal(base / "state" / "journal.db", self.clock)
        self.store = RingStore(DeviceFolders(self.root, DEVICE), self.clock)
        self.store.prepare()
        self.settings = settings_for(self.root, frames=frames, **picture)
        self.recorder = FakeRecorder(self.store, self.journal)
        self.service = FramesService(
            self.settings, {DEVICE: self.store}, self.journal, self.clock, structlog.get_logger()
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """The service in a thread; an error that ended it is raised at the end."""
        stop = threading.Event()
        died: list[BaseException] = []

        def body() -> None:
            try:
                self.service.run(stop)
            except BaseException as error:  # noqa: BLE001 (raised below)
                died.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(15)
            if died:
                raise died[0]
            assert not thread.is_alive(), "the service did not stop"

    def hot(self, kind: Kind) -> list[HotFile]:
        return self.store.hot_files(kind)

    def times(self, kind: Kind) -> list[int]:
        return [file.mtime_ms for file in self.hot(kind)]

    def path(self, file: HotFile) -> Path:
        return self.store.folders.hot(file.file.kind) / file.file.name

    def metadata(self) -> list[CaptureFacts]:
        read = [parse_metadata(self.path(file).read_text()) for file in self.hot(Kind.METADATA)]
        return [facts for facts in read if facts is not None]

    def state(self) -> dict[str, Any]:
        """What the journal says of the device's frames; empty before it says anything."""
        return self.journal.states(DEVICE).get("frames", {})

    def wait_for_captures(self, count: int, *, within_s: float = 20) -> None:
        """Return when exactly `count` captures are hot."""
        wait_for(lambda: len(self.hot(Kind.CAPTURES)) == count, f"{count} captures", within_s=within_s)

    def wait_for_frame(self, kind: Kind, at_utc_ms: int, *, within_s: float = 30) -> None:
        """Return when a hot frame of `kind` is not older than `at_utc_ms`."""
        wait_for(
            lambda: max(self.times(kind), default=0) >= at_utc_ms, f"{kind.value} of now", within_s=within_s
        )

    def staged(self) -> list[Path]:
        return [path for path in self.store.folders.frame_staging.rglob("*") if path.is_file()]


def settings_for(root: Path, *, frames: str = "auto", **picture: Any) -> HostSettings:
    return HostSettings.model_validate(
        {
            "agent": {"root": str(root)},
            "picture": picture,
            "supervisor": {"backoff_min_s": 0.2, "backoff_max_s": 1},
            "device": [{"name": DEVICE, "source": "rtsp://camera/stream", "frames": frames}],
        }
    )


def wait_for(condition: Callable[[], object], what: str, *, within_s: float = 20) -> None:
    """Return when `condition` holds; fail with `what` when it does not within `within_s`."""
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, f"not within {within_s:g} s: {what}"
        time.sleep(0.02)


def ffmpegs_of(parent: int) -> list[int]:
    """Process ids of the ffmpegs that `parent` started."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, ppid = rest.split()[:2]
        if name == "ffmpeg" and int(ppid) == parent and state != "Z":
            found.append(int(entry.name))
    return found


def own_ffmpegs() -> list[int]:
    """Process ids of the ffmpegs that this process started."""
    return ffmpegs_of(os.getpid())
