"""Collecting frames into the ring: what waits, what is given up, what is never overwritten."""

import sqlite3
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from host_agent.frames.collector import FrameCollector
from host_agent.frames.frame_numbers import FrameNumbers
from host_agent.frames.preview_pictures import PreviewPictures
from host_agent.frames.segment_watch import SegmentWatch
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.spans import utc_ms
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
T0 = utc_ms(NOW)


def picture(level: int = 90) -> bytes:
    buffer = BytesIO()
    Image.new("L", (64, 36), level).save(buffer, "JPEG")
    return buffer.getvalue()


class Ring:
    """A device with a collector; segments are seconds of run 1, their files empty: nobody reads them."""

    def __init__(self, base: Path) -> None:
        self.clock = SetClock(NOW)
        self.journal = Journal(base / "state" / "journal.db", self.clock)
        self.journal_path = base / "state" / "journal.db"
        self.store = RingStore(DeviceFolders(base / "root", "cam"), self.clock)
        self.store.prepare()
        self.collector = self.new_collector()

    def new_collector(self) -> FrameCollector:
        """As after a restart of the process."""
        watch = SegmentWatch(self.store, self.clock)
        numbers = {
            kind: FrameNumbers(self.journal, self.store, kind) for kind in (Kind.CAPTURES, Kind.THUMBNAILS)
        }
        return FrameCollector(self.store, watch, numbers, self.clock, lambda: None, PreviewPictures())

    def segment(self, number: int, *, run: int = 1) -> None:
        media_ms = (number - 1) * 1000
        time = SegmentTime(number, T0 + media_ms, 1000, media_ms * 90, run)
        self.store.append_time(time)
        staged = self.store.folders.segment_staging / f"{number}.ts"
        staged.touch()
        self.store.publish(staged, RingFile(Kind.SEGMENTS, number), time.begin_utc_ms)

    def stage(self, *names: str, folder: str = "1") -> None:
        target = self.store.folders.frame_staging / folder
        target.mkdir(exist_ok=True)
        for name in names:
            (target / name).write_bytes(picture())

    def collect(self, after_s: float = 1.0) -> list[tuple[str, int]]:
        """What is published now: kind and milliseconds since the first segment's begin."""
        self.clock.pass_time(after_s)
        return [(frame.kind.value, frame.utc_ms - T0) for frame in self.collector.collect()]

    def staged(self) -> list[str]:
        return sorted(path.name for path in self.store.folders.frame_staging.rglob("*.jpg"))


def test_frames_whose_segment_never_comes_are_given_up_and_counted(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.stage("c_500.jpg", "c_1500.jpg")
    assert ring.collect() == [("captures", 500)]
    assert ring.collect(after_s=50) == []
    assert ring.staged() == ["c_1500.jpg"]
    ring.collect(after_s=20)
    assert ring.staged() == []
    assert ring.collector.report().undated == 1


def test_frames_of_a_segment_that_was_lost_do_not_hold_up_the_others(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.segment(3)
    ring.stage("c_1500.jpg", "c_2500.jpg")
    assert ring.collect() == [("captures", 2500)]
    ring.collect(after_s=10)
    assert ring.staged() == []
    assert ring.collector.report().undated == 1


def test_staging_is_bounded_and_the_newest_stay(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.stage(*(f"t_{10_000 + index}.jpg" for index in range(700)))
    ring.collect()
    assert len(ring.staged()) == 600
    assert ring.staged()[0] == "t_10100.jpg"
    assert ring.collector.report().shed == 100


def test_a_number_that_is_on_disk_is_never_used_again(tmp_path: Path) -> None:
    """The journal came back from an older backup."""
    ring = Ring(tmp_path)
    ring.journal.reserve_numbers("cam", "captures", 5)
    taken = ring.store.folders.hot(Kind.CAPTURES) / RingFile(Kind.CAPTURES, 6).name
    taken.write_bytes(b"the older file")
    (taken.parent / RingFile(Kind.CAPTURES, 4711).name).write_bytes(b"the newest file")
    ring.segment(1)
    ring.stage("c_100.jpg", "c_600.jpg")
    ring.collect()
    assert taken.read_bytes() == b"the older file"
    numbers = [file.file.number for file in ring.store.hot_files(Kind.CAPTURES)]
    assert numbers == [6, 4711, 4712, 4713]


def test_a_journal_that_refuses_costs_time_and_no_frame(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.stage("c_100.jpg")
    db = sqlite3.connect(ring.journal_path, isolation_level=None)
    db.execute("ALTER TABLE numbers RENAME TO away")
    assert ring.collect() == []
    assert "No numbers for captures can be reserved" in ring.collector.report().trouble
    db.execute("ALTER TABLE away RENAME TO numbers")
    db.close()
    assert ring.collect(after_s=5) == [("captures", 100)]
    assert ring.collector.report().trouble == ""


def test_a_restart_takes_up_what_waits_and_publishes_nothing_twice(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.stage("c_0.jpg", "c_500.jpg", "t_0.jpg", folder="1-1")
    assert len(ring.collect()) == 3
    ring.collector = ring.new_collector()
    ring.segment(2)
    # A new frame maker was fed the segment again from which the last capture came.
    ring.stage("c_0.jpg", "c_500.jpg", "c_1000.jpg", "t_0.jpg", "t_200.jpg", folder="1-2")
    assert sorted(ring.collect()) == [("captures", 1000), ("thumbnails", 200)]
    assert ring.staged() == []
    assert [file.file.number for file in ring.store.hot_files(Kind.CAPTURES)] == [1, 2, 1001]


@pytest.mark.parametrize("kind", [Kind.CAPTURES, Kind.THUMBNAILS])
def test_kinds_have_numbers_of_their_own(tmp_path: Path, kind: Kind) -> None:
    ring = Ring(tmp_path)
    ring.segment(1)
    ring.stage("c_0.jpg", "c_500.jpg", "t_0.jpg", "t_200.jpg", "t_400.jpg")
    ring.collect()
    expected = {Kind.CAPTURES: [1, 2], Kind.THUMBNAILS: [1, 2, 3]}[kind]
    assert [file.file.number for file in ring.store.hot_files(kind)] == expected
