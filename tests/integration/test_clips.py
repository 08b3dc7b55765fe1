"""Clips of real segments, made by real ffmpeg: what ffprobe finds in them is what was recorded."""

import json
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog

from host_agent.journal.facts import DEVICE_ADDED, STATE_CHANGED
from host_agent.journal.journal import Journal
from host_agent.playback.clip import Clip, ClipState
from host_agent.playback.clips import ClipService
from host_agent.ring.layout import DeviceFolders, Kind
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.errors import BadRequestError, ConflictError, NotFoundError, StorageError, UnavailableError
from shared.spans import Span
from tests.support.footage import Footage, Recipe
from tests.support.set_clock import SetClock

BEGIN = datetime(2026, 11, 21, 13, 59, 57, tzinfo=UTC)
DEVICE = "capture1"
DEADLINE_S = 30.0


class Playback:
    """A device with footage and a clip service; clips are made in threads, as in the agent."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.clock = SetClock(BEGIN)
        self.store = RingStore(DeviceFolders(self.root, DEVICE), self.clock)
        self.store.prepare()
        self.journal = Journal(folder / "state" / "journal.db", self.clock)
        self.footage = Footage(self.store)
        self.threads: list[threading.Thread] = []
        self.made = 0
        self.floor_percent = 0.0
        self.service = self.new_service()

    def new_service(self, start: Callable[[Callable[[], None]], None] | None = None) -> ClipService:
        """A service as another process would have it."""
        stores = {DEVICE: self.store}
        return ClipService(
            stores,
            self.journal,
            self.clock,
            TimelineService(stores, self.journal, self.clock),
            roots=lambda: [self.root],
            floor_percent=lambda: self.floor_percent,
            new_id=self._new_id,
            start=start or self._start,
            log=structlog.get_logger(),
        )

    def _new_id(self) -> str:
        self.made += 1
        return f"{self.made:016x}"

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self.threads.append(thread)
        thread.start()

    def create(self, start_s: float = 0, end_s: float = 60) -> Clip:
        return self.service.create(
            DEVICE, Span(BEGIN + timedelta(seconds=start_s), BEGIN + timedelta(seconds=end_s))
        )

    def make(self, start_s: float = 0, end_s: float = 60) -> tuple[Clip, Path]:
        """A clip, when it is done, and its file."""
        clip = self.ended(self.create(start_s, end_s))
        assert clip.state is ClipState.DONE, clip.message
        return clip, self.service.file(clip.id).path

    def ended(self, clip: Clip) -> Clip:
        deadline = time.monotonic() + DEADLINE_S
        while (now := self.service.get(clip.id)).is_unfinished:
            assert time.monotonic() < deadline, f"the clip is {now.state} still: {now.message}"
            time.sleep(0.02)
        return now

    def leases(self) -> list[str]:
        return [lease.id for lease in self.journal.leases(self.clock.now())]


@pytest.fixture
def playback(tmp_path: Path) -> Iterator[Playback]:
    playback = Playback(tmp_path)
    yield playback
    for thread in playback.threads:
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


def probed(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file; it must have nothing to complain of."""
    found = subprocess.run(
        [
            *("ffprobe", "-v", "warning", "-of", "json", "-show_format", "-show_streams"),
            *("-show_entries", "packet=stream_index,pts,dts,duration", str(path)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr == ""
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def video_frames(path: Path) -> int:
    """Pictures that ffmpeg can decode; it must have nothing to complain of."""
    decoded = subprocess.run(
        [
            *("ffmpeg", "-v", "warning", "-nostdin", "-i", str(path), "-map", "0:v"),
            *("-fps_mode", "passthrough", "-f", "framecrc", "-"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert decoded.stderr == ""
    return sum(not line.startswith("#") for line in decoded.stdout.splitlines())


def plays_evenly(path: Path, fps: int = 25) -> bool:
    """Whether pictures follow each other at their rate from the beginning on (where sound may begin a
    moment earlier): no hole, no jump, none twice."""
    told = probed(path)
    stream = next(s for s in told["streams"] if s["codec_type"] == "video")
    ticks = int(stream["time_base"].split("/")[1])
    shown = sorted(int(p["pts"]) for p in told["packets"] if p["stream_index"] == stream["index"])
    steps = [later - earlier for earlier, later in pairwise(shown)]
    return shown[0] < ticks / 20 and all(abs(step - ticks / fps) <= ticks / 1000 for step in steps)


def duration_s(path: Path) -> float:
    return float(probed(path)["format"]["duration"])


def test_a_clip_across_an_hour_has_every_picture_once(playback: Playback) -> None:
    playback.footage.record(BEGIN, Recipe(seconds=6))
    playback.footage.archive(keep_hot=2)
    clip, path = playback.make()
    assert (clip.progress, clip.footage_ms, clip.format) == (1.0, 6000, "mp4")
    assert path.name == "capture1_2026-11-21T13-59-57Z.mp4"
    assert video_frames(path) == playback.footage.frames == 150
    assert plays_evenly(path)
    assert duration_s(path) == pytest.approx(6.0, abs=0.05)


def test_the_index_comes_first_so_that_it_plays_while_it_is_loaded(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    _, path = playback.make()
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_clip_begins_and_ends_with_the_segments_that_touch_its_range(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    clip, path = playback.make(1.2, 2.9)
    assert video_frames(path) == 50
    assert [part.span for part in clip.parts] == [
        Span(BEGIN + timedelta(seconds=1), BEGIN + timedelta(seconds=3))
    ]


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(b_frames=2),
        Recipe(audio="aac"),
        Recipe(codec="libx265"),
        Recipe(audio="mp2", b_frames=2),
    ],
    ids=["plain", "b-frames", "aac", "h265", "mp2"],
)
def test_over_gaps_and_restarts_of_ffmpeg_a_clip_plays_on(playback: Playback, recipe: Recipe) -> None:
    playback.footage.record(BEGIN, recipe)
    playback.footage.record(BEGIN + timedelta(seconds=20), recipe)
    playback.footage.record(BEGIN + timedelta(seconds=30), recipe)
    playback.footage.archive()
    clip, path = playback.make()
    assert (len(clip.parts), clip.footage_ms) == (1, 15_000)
    assert video_frames(path) == playback.footage.frames == 375
    assert plays_evenly(path)
    assert duration_s(path) == pytest.approx(15.0, abs=0.1)


def test_sound_stays_with_the_picture_over_a_gap(playback: Playback) -> None:
    recipe = Recipe(audio="aac")
    for begin_s in (0, 20, 40):
        playback.footage.record(BEGIN + timedelta(seconds=begin_s), recipe)
    _, path = playback.make()
    told = probed(path)
    ends = {
        stream["codec_type"]: float(stream["start_time"]) + float(stream["duration"])
        for stream in told["streams"]
    }
    assert ends["audio"] == pytest.approx(ends["video"], abs=0.1)


def test_a_hole_in_the_media_time_of_one_run_is_closed_too(playback: Playback) -> None:
    """The camera's clock ran on while it sent nothing."""
    times = playback.footage.record(BEGIN, Recipe(seconds=3))
    later = playback.footage.record(BEGIN + timedelta(seconds=13), Recipe(seconds=3, first_media_s=13))
    assert later[0].media_ts_90khz - times[-1].media_ts_90khz == 11 * 90_000
    _, path = playback.make()
    assert video_frames(path) == 150
    assert plays_evenly(path)


def test_media_time_that_wraps_is_no_obstacle(playback: Playback) -> None:
    playback.footage.record(BEGIN, Recipe(first_media_s=95_441.7))
    _, path = playback.make()
    assert video_frames(path) == 125
    assert plays_evenly(path)


def test_other_settings_of_the_encoder_alone_make_no_new_part(playback: Playback) -> None:
    playback.footage.record(BEGIN, Recipe())
    playback.footage.record(
        BEGIN + timedelta(seconds=20), Recipe(options=("-preset", "medium", "-refs", "4"))
    )
    clip, path = playback.make()
    assert len(clip.parts) == 1
    assert video_frames(path) == 250
    assert plays_evenly(path)


@pytest.mark.parametrize(
    ("other", "codings"),
    [
        (Recipe(size="640x360"), ["h264 320x180", "h264 640x360"]),
        (Recipe(codec="libx265"), ["h264 320x180", "hevc 320x180"]),
        (Recipe(audio="aac"), ["h264 320x180", "h264 320x180, aac"]),
    ],
    ids=["size", "codec", "sound"],
)
def test_where_the_coding_changes_the_clip_is_a_zip_of_parts(
    playback: Playback, tmp_path: Path, other: Recipe, codings: list[str]
) -> None:
    playback.footage.record(BEGIN)
    playback.footage.record(BEGIN + timedelta(seconds=10), other)
    playback.footage.record(BEGIN + timedelta(seconds=20))
    clip, path = playback.make()
    assert [part.coding for part in clip.parts] == [*codings, codings[0]]
    assert path.name == "capture1_2026-11-21T13-59-57Z.zip"
    assert playback.service.file(clip.id).content_type == "application/zip"
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_STORED}
        assert packed.namelist() == [part.name for part in clip.parts]
        packed.extractall(tmp_path / "out")
    assert [video_frames(tmp_path / "out" / part.name) for part in clip.parts] == [125] * 3
    assert all(plays_evenly(tmp_path / "out" / part.name) for part in clip.parts)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [path.name, "clip.json", "making.lock"]


def test_a_segment_that_is_torn_is_left_out_and_told_of(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    (playback.store.folders.hot(Kind.SEGMENTS) / "segment_000000003.ts").write_bytes(b"torn")
    clip, path = playback.make()
    assert "1 segments could not be read" in clip.message
    assert video_frames(path) == 100
    assert plays_evenly(path)


# -- refusals ----------------------------------------------------------------------------------------


def test_a_range_without_footage_is_refused_with_the_reason_of_the_gap(playback: Playback) -> None:
    playback.journal.note(DEVICE_ADDED, "starting", "Added.", device=DEVICE)
    playback.journal.note(STATE_CHANGED, "source_refused", "The camera refused the login.", device=DEVICE)
    for _ in range(12):
        playback.clock.pass_time(10)
        playback.journal.note_clock()
    with pytest.raises(ConflictError, match=r"source_refused: The camera refused the login\.") as raised:
        playback.create(5, 60)
    assert raised.value.code == "no_footage"
    assert playback.leases() == []


@pytest.mark.parametrize(
    ("start_s", "end_s", "clip_format", "exact"),
    [(0, 0, "mp4", False), (0, 25 * 3600, "mp4", False), (0, 5, "avi", False), (0, 5, "mp4", True)],
)
def test_what_cannot_be_made_is_refused(
    playback: Playback, start_s: float, end_s: float, clip_format: str, exact: bool
) -> None:
    playback.footage.record(BEGIN)
    span = Span(BEGIN + timedelta(seconds=start_s), BEGIN + timedelta(seconds=end_s))
    with pytest.raises(BadRequestError):
        playback.service.create(DEVICE, span, clip_format, exact=exact)


def test_an_unknown_device_and_unknown_clips_are_not_found(playback: Playback) -> None:
    with pytest.raises(NotFoundError):
        playback.service.create("nobody", Span(BEGIN, BEGIN + timedelta(seconds=1)))
    for clip_id in ("0" * 16, "../../etc/passwd", "", "x"):
        with pytest.raises(NotFoundError):
            playback.service.get(clip_id)
        with pytest.raises(NotFoundError):
            playback.service.delete(clip_id)


def test_a_disk_without_room_is_left_to_recording(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.floor_percent = 100.0
    with pytest.raises(StorageError, match="no room"):
        playback.create()
    assert playback.leases() == []


# -- life --------------------------------------------------------------------------------------------


def test_a_clip_waits_and_is_seen_and_leased_meanwhile_and_any_process_answers(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    waiting: list[Callable[[], None]] = []
    one, other = playback.new_service(waiting.append), playback.new_service()
    clip = one.create(DEVICE, Span(BEGIN, BEGIN + timedelta(seconds=5)))
    assert other.get(clip.id).state is ClipState.QUEUED
    assert playback.leases() == [f"clip-{clip.id}"]
    with pytest.raises(ConflictError) as raised:
        other.file(clip.id)
    assert raised.value.code == "clip_not_ready"
    waiting.pop()()
    assert other.get(clip.id).state is ClipState.DONE
    assert video_frames(other.file(clip.id).path) == 125
    assert playback.leases() == []


def test_only_so_many_clips_wait(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    waiting: list[Callable[[], None]] = []
    service = playback.new_service(waiting.append)
    span = Span(BEGIN, BEGIN + timedelta(seconds=5))
    for _ in range(8):
        service.create(DEVICE, span)
    with pytest.raises(UnavailableError) as raised:
        service.create(DEVICE, span)
    assert raised.value.code == "too_many_clips"
    for work in waiting:
        work()
    service.create(DEVICE, span)
    waiting[-1]()


def test_a_deleted_clip_is_gone_with_its_files(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    clip, path = playback.make()
    assert playback.service.delete(clip.id).state is ClipState.DONE
    assert not path.parent.exists()
    with pytest.raises(NotFoundError):
        playback.service.get(clip.id)


def test_a_clip_that_is_deleted_while_it_waits_is_never_made(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    waiting: list[Callable[[], None]] = []
    service = playback.new_service(waiting.append)
    clip = service.create(DEVICE, Span(BEGIN, BEGIN + timedelta(seconds=5)))
    assert playback.new_service().delete(clip.id).state is ClipState.CANCELLED
    with pytest.raises(NotFoundError):
        service.get(clip.id)
    waiting.pop()()
    assert not (playback.root / ".clips" / clip.id).exists()
    assert playback.leases() == []


def test_a_clip_expires_after_a_day_and_not_because_the_clock_was_set(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    clip, path = playback.make()
    playback.clock.set_to(playback.clock.now() + timedelta(days=3))
    assert playback.service.sweep() == 0
    playback.clock.pass_time(23 * 3600)
    assert playback.service.sweep() == 0
    playback.clock.pass_time(3600)
    assert playback.service.sweep() == 1
    assert not path.parent.exists()
    with pytest.raises(NotFoundError):
        playback.service.get(clip.id)
