"""A defect in the agent itself ends no device's recording."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from host_agent.capture.numbers import NumberSupply
from host_agent.capture.recorder import Recorder, RecorderParts
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, FrameSettings, SupervisorSettings
from shared.clock import SystemClock


class Defect:
    """Fails when `operation` is done, `times` times in a row, and never again."""

    def __init__(self, operation: str, times: int) -> None:
        self._operation = operation
        self.left = times

    def __call__(self, operation: str) -> None:
        if operation == self._operation and self.left:
            self.left -= 1
            raise RuntimeError("a defect, at rtsp://cam:s3cret@camera/live")


@pytest.mark.parametrize(("operation", "times"), [("name", 1), ("time", 4), ("publish", 1)])
def test_recording_goes_on_after_a_defect(tmp_path: Path, operation: str, times: int) -> None:
    clock, defect = SystemClock(), Defect(operation, times)
    store = RingStore(DeviceFolders(tmp_path / "footage", "one"), clock, defect)
    journal = Journal(tmp_path / "state" / "journal.db", clock)
    picture = {"source": "pattern:testsrc2", "size": "160x90", "fps": 5, "frames": "off"}
    recorder = Recorder(
        RecorderParts(
            device=DeviceSettings.model_validate({"name": "one", **picture}),
            picture=FrameSettings(),
            limits=SupervisorSettings(backoff_min_s=0.1, backoff_max_s=0.2),
            live_window=10,
            store=store,
            numbers=NumberSupply(journal, store, Kind.SEGMENTS),
            clock=clock,
            next_run=lambda: journal.reserve_numbers("one", "runs", 1).start,
            refusal=lambda: None,
            jitter=lambda: 0.5,
            log=structlog.wrap_logger(structlog.ReturnLogger()),
        )
    )
    recorder.start()
    try:
        _wait(lambda: defect.left == 0)
        _wait(lambda: recorder.snapshot()["state"] == "live")
        recorded = len(store.hot_files(Kind.SEGMENTS))
        _wait(lambda: len(store.hot_files(Kind.SEGMENTS)) > recorded + 1)
        sentences = [condition.sentence for condition in recorder.changes]
        assert any("The recorder failed: a defect" in sentence for sentence in sentences), sentences
        assert not any("s3cret" in sentence for sentence in sentences)
    finally:
        recorder.ask_to_stop()
        recorder.thread.join(20)
    assert not recorder.thread.is_alive()
    numbers = [item.file.number for item in store.hot_files(Kind.SEGMENTS)]
    assert len(set(numbers)) == len(numbers)


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < deadline, "it does not go on"
        time.sleep(0.05)
