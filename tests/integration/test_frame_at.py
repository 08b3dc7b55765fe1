"""The picture of any time, from real captures and real segments, decoded by real ffmpeg."""

import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from host_agent.journal.facts import DEVICE_ADDED, STATE_CHANGED
from host_agent.journal.journal import Journal
from host_agent.playback.frame_at import FoundFrame, FrameFinder
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.errors import NotFoundError
from shared.spans import utc_ms
from tests.support.footage import Footage, Recipe
from tests.support.set_clock import SetClock

BEGIN = datetime(2026, 11, 21, 13, 59, 57, tzinfo=UTC)
DEVICE = "capture1"


class Playback:
    """A device with footage, and what finds pictures in it."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock(BEGIN)
        self.store = RingStore(DeviceFolders(folder / "root", DEVICE), self.clock)
        self.store.prepare()
        self.journal = Journal(folder / "state" / "journal.db", self.clock)
        self.footage = Footage(self.store)
        timelines = TimelineService({DEVICE: self.store}, self.journal, self.clock)
        self.finder = FrameFinder({DEVICE: self.store}, timelines, lambda _device: 0.5, decoders=1)
        self.captures = 0

    def capture(self, at: datetime, colour: str = "red", *, archived: bool = False) -> None:
        """A capture of one colour taken at `at`."""
        self.captures += 1
        file = RingFile(Kind.CAPTURES, self.captures)
        staged = self.store.folders.frame_staging / file.name
        Image.new("RGB", (64, 36), colour).save(staged, "JPEG")
        self.store.publish(staged, file, utc_ms(at))
        if archived:
            self.store.archive(Kind.CAPTURES, Hour.of(at), [file])

    def at(self, seconds: float) -> FoundFrame:
        return self.finder.nearest(DEVICE, BEGIN + timedelta(seconds=seconds))


@pytest.fixture
def playback(tmp_path: Path) -> Playback:
    return Playback(tmp_path)


def offset_s(frame: FoundFrame) -> float:
    return (frame.at - BEGIN).total_seconds()


def size(frame: FoundFrame) -> tuple[int, int]:
    with Image.open(io.BytesIO(frame.jpeg)) as image:
        image.load()
        return image.size


def picture_number(frame: FoundFrame) -> int:
    """The number of a picture of numbered footage: its luma is 16 more, stretched to 0-255 in a JPEG."""
    with Image.open(io.BytesIO(frame.jpeg)) as image:
        grey = image.convert("L")
        return round(ImageStat.Stat(grey).mean[0] * 219 / 255)


def test_a_capture_close_to_the_time_is_taken(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.capture(BEGIN + timedelta(seconds=2.2))
    frame = playback.at(2.0)
    assert (frame.source, offset_s(frame), size(frame)) == ("capture", 2.2, (64, 36))


@pytest.mark.parametrize("archived", [False, True])
def test_among_many_captures_the_nearest_is_found(playback: Playback, archived: bool) -> None:
    for index in range(20):
        playback.capture(BEGIN + timedelta(seconds=index * 0.5), archived=archived and index < 15)
    assert [offset_s(playback.at(at)) for at in (0, 0.2, 0.3, 2.9, 3.1, 7.1, 9.5, 9.6)] == (
        [0, 0, 0.5, 3, 3, 7, 9.5, 9.5]
    )


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize(
    ("asked", "shown"), [(0, 0), (0.5, 0.48), (0.51, 0.52), (1.99, 1.96), (3.41, 3.4), (4.99, 4.96)]
)
def test_else_the_picture_of_that_time_is_decoded_from_its_segment(
    playback: Playback, asked: float, shown: float, b_frames: int
) -> None:
    playback.footage.record(BEGIN, Recipe(b_frames=b_frames))
    playback.footage.archive(keep_hot=2)
    frame = playback.at(asked)
    assert (frame.source, offset_s(frame), size(frame)) == ("segment", shown, (320, 180))


@pytest.mark.parametrize("b_frames", [0, 2])
def test_the_picture_is_the_one_that_was_shown_then(playback: Playback, b_frames: int) -> None:
    playback.footage.record(BEGIN, Recipe(numbered=True, b_frames=b_frames))
    shown = [picture_number(playback.at(number / 25)) for number in (0, 1, 24, 25, 37, 124)]
    assert shown == [0, 1, 24, 25, 37, 124]


@pytest.mark.parametrize("first_media_s", [95_441.7, 95_443.0])
def test_media_time_that_wraps_is_no_obstacle(playback: Playback, first_media_s: float) -> None:
    playback.footage.record(BEGIN, Recipe(first_media_s=first_media_s))
    assert [offset_s(playback.at(at)) for at in (0.4, 1.4, 2.0, 3.0, 4.4)] == [0.4, 1.4, 2.0, 3.0, 4.4]


def test_h265_is_decoded_too(playback: Playback) -> None:
    playback.footage.record(BEGIN, Recipe(codec="libx265"))
    assert offset_s(playback.at(2.4)) == 2.4


@pytest.mark.parametrize(("asked", "shown"), [(6.0, 4.96), (8.4, 4.96), (8.6, 12.0), (11.9, 12.0)])
def test_in_a_gap_the_nearest_picture_before_or_after_is_shown(
    playback: Playback, asked: float, shown: float
) -> None:
    playback.footage.record(BEGIN)
    playback.footage.record(BEGIN + timedelta(seconds=12))
    assert offset_s(playback.at(asked)) == shown


def test_far_from_any_picture_the_reason_of_the_gap_is_told(playback: Playback) -> None:
    playback.journal.note(DEVICE_ADDED, "starting", "Added.", device=DEVICE)
    playback.footage.record(BEGIN)
    playback.clock.pass_time(5)
    playback.journal.note(STATE_CHANGED, "source_unreachable", "Nothing listens there.", device=DEVICE)
    for _ in range(12):
        playback.clock.pass_time(10)
        playback.journal.note_clock()
    with pytest.raises(NotFoundError, match=r"source_unreachable: Nothing listens there\.") as raised:
        playback.at(60)
    assert raised.value.code == "no_picture"


def test_a_torn_capture_is_replaced_by_the_segment(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.capture(BEGIN + timedelta(seconds=2))
    path = playback.store.folders.hot(Kind.CAPTURES) / "capture_000000001.jpg"
    os.truncate(path, 100)
    os.utime(path, ns=(utc_ms(BEGIN + timedelta(seconds=2)) * 10**6,) * 2)
    assert (playback.at(2).source, offset_s(playback.at(2))) == ("segment", 2)


def test_a_torn_segment_is_no_picture(playback: Playback) -> None:
    playback.footage.record(BEGIN, Recipe(seconds=1))
    (playback.store.folders.hot(Kind.SEGMENTS) / "segment_000000001.ts").write_bytes(b"x" * 188)
    with pytest.raises(NotFoundError):
        playback.at(0.5)


def test_an_unknown_device_is_not_found(playback: Playback) -> None:
    with pytest.raises(NotFoundError):
        playback.finder.nearest("nobody", BEGIN)
