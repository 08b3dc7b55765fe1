"""A source whose key frames are rarer than the patience with one that does not answer."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from host_agent.capture.device_state import RARE_KEY_FRAMES, Condition, State
from host_agent.capture.numbers import NumberSupply
from host_agent.capture.recorder import Recorder, RecorderParts
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, FrameSettings, SupervisorSettings
from shared.clock import SystemClock

PATIENCE_S = 3.0
KEY_FRAMES_EVERY_S = 5


def a_file(folder: Path, *, seconds: float, key_frames_every_s: float) -> Path:
    """A recording of few pictures a second."""
    path = folder / "rare.ts"
    subprocess.run(
        [
            *(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=320x180:rate=4",
                "-t",
                f"{seconds}",
            ),
            *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-sc_threshold", "0"),
            *("-g", f"{round(4 * key_frames_every_s)}", "-f", "mpegts", str(path)),
        ],
        check=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    return path


@contextmanager
def recording(folder: Path, source: str, **limits: float) -> Iterator[tuple[Recorder, RingStore]]:
    clock = SystemClock()
    store = RingStore(DeviceFolders(folder / "footage", "one"), clock)
    journal = Journal(folder / "state" / "journal.db", clock)
    recorder = Recorder(
        RecorderParts(
            device=DeviceSettings.model_validate({"name": "one", "source": source, "frames": "off"}),
            picture=FrameSettings(),
            limits=SupervisorSettings(backoff_min_s=0.1, backoff_max_s=0.2, **limits),
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
        yield recorder, store
    finally:
        recorder.ask_to_stop()
        recorder.thread.join(20)
        journal.close()
    assert not recorder.thread.is_alive()


def wait(recorder: Recorder, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not holds():
        assert time.monotonic() < deadline, [condition.sentence for condition in recorder.changes]
        time.sleep(0.05)


def states(recorder: Recorder) -> list[Condition]:
    return list(recorder.changes)


def test_a_camera_with_rare_key_frames_is_recorded_by_its_first_run(tmp_path: Path) -> None:
    source = a_file(tmp_path, seconds=30, key_frames_every_s=KEY_FRAMES_EVERY_S)
    with recording(tmp_path, f"file:{source}", start_timeout_s=PATIENCE_S) as (recorder, store):
        wait(recorder, lambda: recorder.snapshot()["state"] == "live")
        assert recorder.snapshot()["keyframe_interval_s"] == pytest.approx(KEY_FRAMES_EVERY_S, abs=0.3)
        assert len(store.hot_files(Kind.SEGMENTS)) == 1
        told = states(recorder)
    assert recorder.snapshot()["run"] in (1, None)
    assert recorder.snapshot()["restarts"] == 0
    assert [condition.state for condition in told] == [State.STARTING, State.STARTING, State.LIVE]
    assert told[1].sentence == RARE_KEY_FRAMES


def test_where_no_second_key_frame_comes_the_camera_is_to_be_set_otherwise(tmp_path: Path) -> None:
    source = a_file(tmp_path, seconds=30, key_frames_every_s=30)
    limits = {"start_timeout_s": PATIENCE_S, "first_segment_within_s": PATIENCE_S + 1}
    with recording(tmp_path, f"file:{source}", **limits) as (recorder, _store):
        wait(recorder, lambda: recorder.snapshot()["restarts"] > 0)
        told = next(condition for condition in states(recorder) if condition.state is State.BACKING_OFF)
        assert told.code == "stalled"
        assert "set the camera's key-frame interval" in told.sentence
        # The next run has been answered too, and what was wrong still stands.
        again = Condition(State.BACKING_OFF, "stalled", RARE_KEY_FRAMES)
        wait(recorder, lambda: again in states(recorder))


def test_a_source_that_fails_again_and_again_is_not_starting_in_between(tmp_path: Path) -> None:
    with recording(tmp_path, f"file:{tmp_path / 'missing.ts'}") as (recorder, _store):
        wait(recorder, lambda: recorder.snapshot()["restarts"] >= 3)
        told = states(recorder)
        assert [condition.state for condition in told] == [State.STARTING, State.MISCONFIGURED]
