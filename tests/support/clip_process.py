"""A process that makes a clip, to be killed in the middle of it: `python -m tests.support.clip_process`.

Arguments: footage root, state folder, device, begin and end (UTC ms), clip id.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from host_agent.journal.journal import Journal
from host_agent.playback.clips import ClipService
from host_agent.ring.layout import DeviceFolders
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.clock import SystemClock
from shared.spans import Span, from_utc_ms


def clip_service(root: Path, state_dir: Path, device: str, new_id: Callable[[], str]) -> ClipService:
    """A service as `serve` has it, on the machine's clock."""
    clock = SystemClock()
    stores = {device: RingStore(DeviceFolders(root, device), clock)}
    journal = Journal(state_dir / "journal.db", clock)
    return ClipService(
        stores,
        journal,
        clock,
        TimelineService(stores, journal, clock),
        roots=lambda: [root],
        floor_percent=lambda: 0.0,
        new_id=new_id,
        start=lambda work: threading.Thread(target=work).start(),
        log=structlog.get_logger(),
    )


def main() -> None:
    root, state_dir, device, start_ms, end_ms, clip_id = sys.argv[1:]
    service = clip_service(Path(root), Path(state_dir), device, lambda: clip_id)
    service.create(device, Span(from_utc_ms(int(start_ms)), from_utc_ms(int(end_ms))))


if __name__ == "__main__":
    main()
