"""The archive process' two threads: neither outlives the other."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from host_agent.retention.archive_state import ArchiveProcess, ArchiveState
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.archive_service import ArchiveService
from host_agent.ring.layout import Kind
from host_agent.ring.trash import trash_is_empty
from tests.support.any_disk import ring_on_any_disk
from tests.support.clean_host import CleanHost, record_hour

RING = ring_on_any_disk(archive_interval_s=0.05, clean_interval_s=0.05)


def make_process(
    host: CleanHost, emptier: TrashEmptier, *, clean: Callable[[], None] | None = None
) -> ArchiveProcess:
    log = structlog.get_logger()
    state = ArchiveState(host.cleaner, host.journal, host.stores, lambda: 5.0, log)
    archive = ArchiveService(
        host.settings,
        host.stores,
        host.clock,
        log,
        clean=clean or state.clean,
        must_clean=state.must_clean,
        publish=state.publish,
    )
    return ArchiveProcess(archive, host.cleaner, emptier)


def make_host(tmp_path: Path) -> CleanHost:
    host = CleanHost(tmp_path / "state", {"capture1": tmp_path / "footage"}, ring=RING)
    host.start()
    return host


def run_in_thread(process: ArchiveProcess, stop: threading.Event) -> threading.Thread:
    running = threading.Thread(target=process.run, args=(stop,))
    running.start()
    return running


def test_what_expires_is_gone_with_its_receipt_while_the_process_runs(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    store = host.stores["capture1"]
    record_hour(store, Kind.SEGMENTS, host.hour(30), range(1, 4))
    stop = threading.Event()
    running = run_in_thread(make_process(host, host.emptier), stop)
    try:
        gone = threading.Event()
        for _ in range(500):
            if host.journal.receipts("capture1") and trash_is_empty(store.folders.root):
                gone.set()
                break
            stop.wait(0.02)
        assert gone.is_set() and not stop.is_set()
    finally:
        stop.set()
        running.join(10)
    assert not running.is_alive()
    assert [receipt.hour for receipt in host.journal.receipts("capture1")] == [str(host.hour(30))]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("fails", ["the emptier", "the archiver"])
def test_where_one_of_the_two_threads_fails_both_end(tmp_path: Path, fails: str) -> None:
    host = make_host(tmp_path)

    def broken() -> list[Path]:
        raise RuntimeError("a defect")

    def broken_clean() -> None:
        raise RuntimeError("a defect")

    if fails == "the emptier":
        process = make_process(host, TrashEmptier(broken, host.journal, host.clock))
    else:
        process = make_process(host, host.emptier, clean=broken_clean)
    stop = threading.Event()
    running = run_in_thread(process, stop)
    running.join(20)
    assert not running.is_alive() and stop.is_set()
