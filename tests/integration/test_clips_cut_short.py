"""Clips that are cancelled or whose process is killed: nothing half made is left, no ffmpeg goes on."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_agent.journal.journal import Journal
from host_agent.playback.clip import Clip, ClipState
from host_agent.playback.clips import ClipService
from host_agent.ring.layout import DeviceFolders, Hour, Kind, name_format
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.errors import NotFoundError
from shared.spans import Span, utc_ms
from tests.support.clip_process import clip_service
from tests.support.footage import Recipe, made_segments

BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
DEVICE = "capture1"
CLIP_ID = "00000000000000ab"
SPAN = Span(BEGIN, BEGIN + timedelta(hours=1))
PROJECT = Path(__file__).resolve().parents[2]
DEADLINE_S = 30.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An hour of footage: the same second 3,600 times, by links, so that making a clip takes seconds."""
    store = RingStore(DeviceFolders(tmp_path / "root", DEVICE), SystemClock())
    store.prepare()
    hour = store.open_hour(Kind.SEGMENTS, Hour.of(BEGIN), target_duration_s=6)
    second = tmp_path / "second.ts"
    second.write_bytes(made_segments(Recipe(seconds=1, size="640x360"))[0].data)
    lines = [HEADER]
    for index in range(3600):
        os.link(second, hour / name_format(Kind.SEGMENTS).format(index + 1))
        begin_ms = utc_ms(BEGIN) + index * 1000
        lines.append(encode_line(SegmentTime(index + 1, begin_ms, 1000, 0, index)))
    (hour / "times.csv").write_text("".join(lines))
    return tmp_path


def service_on(folder: Path) -> ClipService:
    return clip_service(folder / "root", folder / "state", DEVICE, lambda: CLIP_ID)


def wait_until_it_is_being_made(service: ClipService) -> Clip:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            clip = service.get(CLIP_ID)
        except NotFoundError:
            clip = None
        if clip is not None and clip.progress > 0:
            assert clip.state is ClipState.RUNNING
            return clip
        time.sleep(0.01)
    raise AssertionError("the clip was never being made")


def ffmpegs_of(folder: Path) -> list[int]:
    """Processes that write below `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in arguments and b"ffmpeg" in arguments:
            found.append(int(process.name))
    return found


def wait_for_no_ffmpeg(folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while ffmpegs_of(folder):
        assert time.monotonic() < deadline, "ffmpeg goes on"
        time.sleep(0.02)


def leases(folder: Path) -> list[str]:
    journal = Journal(folder / "state" / "journal.db", SystemClock())
    return [lease.id for lease in journal.leases(SystemClock().now())]


def test_a_clip_that_is_deleted_while_it_is_made_stops_and_leaves_nothing(folder: Path) -> None:
    service = service_on(folder)
    service.create(DEVICE, SPAN)
    making = wait_until_it_is_being_made(service)
    assert 0 < making.progress < 1
    assert len(ffmpegs_of(folder)) == 1
    assert service_on(folder).delete(CLIP_ID).state is ClipState.CANCELLED
    with pytest.raises(NotFoundError):
        service.get(CLIP_ID)
    wait_for_no_ffmpeg(folder)
    deadline = time.monotonic() + DEADLINE_S
    while (folder / "root" / ".clips" / CLIP_ID).exists() or leases(folder):
        assert time.monotonic() < deadline, "the clip's files or its lease are still there"
        time.sleep(0.02)


def test_a_killed_process_leaves_a_failed_clip_no_file_and_no_ffmpeg(folder: Path) -> None:
    maker = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.support.clip_process"),
            *(str(folder / "root"), str(folder / "state"), DEVICE),
            *(str(utc_ms(SPAN.start)), str(utc_ms(SPAN.end)), CLIP_ID),
        ],
        cwd=PROJECT,
    )
    service = service_on(folder)
    try:
        wait_until_it_is_being_made(service)
        assert len(ffmpegs_of(folder)) == 1
    finally:
        maker.send_signal(signal.SIGKILL)
        maker.wait()
    clip = service.get(CLIP_ID)
    assert (clip.state, clip.file_name) == (ClipState.FAILED, None)
    assert "while this clip was being made" in clip.message
    wait_for_no_ffmpeg(folder)
    left = sorted(path.name for path in (folder / "root" / ".clips" / CLIP_ID).iterdir())
    assert left == ["clip.json", "making.lock"]
    assert service.delete(CLIP_ID).state is ClipState.FAILED
    assert not (folder / "root" / ".clips" / CLIP_ID).exists()


def test_finished_clips_are_still_there_after_a_restart(folder: Path) -> None:
    short = Span(BEGIN, BEGIN + timedelta(seconds=10))
    service = service_on(folder)
    service.create(DEVICE, short)
    deadline = time.monotonic() + DEADLINE_S
    while service.get(CLIP_ID).is_unfinished:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    restarted = service_on(folder)
    assert restarted.get(CLIP_ID).state is ClipState.DONE
    assert restarted.file(CLIP_ID).path.stat().st_size == restarted.get(CLIP_ID).size_bytes
