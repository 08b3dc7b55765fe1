"""From staging into the ring, whatever a kill, a missing disk or a lost journal left."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from host_agent.capture.numbers import RANGE, NumberSupply, RunSupply
from host_agent.capture.recording_run import CompleteSegment
from host_agent.capture.salvage import SalvageReport, salvage
from host_agent.capture.segment_publisher import SegmentPublisher
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_clock import Completion
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.spans import utc_ms
from tests.support.playlist_check import playlist_faults, read_playlist, reload_faults
from tests.support.set_clock import SetClock
from tests.support.ts_packets import segment_bytes

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
NOW_MS = utc_ms(NOW)
HOUR = Hour.of(NOW)


class Killed(BaseException):
    """Stands for SIGKILL between two operations: nothing of the code after it runs."""


def pictures(media_s: float, seconds: float = 1.0) -> bytes:
    return segment_bytes(round((media_s + at / 25) * 90_000) for at in range(round(seconds * 25)))


class Bench:
    """A device whose capture process can be killed at any operation and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SetClock(NOW)
        self.kill_at: str | None = None
        self.operations: list[str] = []
        self.store = RingStore(DeviceFolders(folder / "footage", "capture1"), self.clock, self._done)
        self.store.prepare()
        self.start()

    def _done(self, operation: str) -> None:
        self.operations.append(operation)
        if operation == self.kill_at:
            self.kill_at = None
            raise Killed

    def start(self) -> None:
        """The capture process starts (again): all it knew is forgotten."""
        self.journal = Journal(self.folder / "state" / "journal.db", self.clock)
        self.numbers = NumberSupply(self.journal, self.store, Kind.SEGMENTS)
        self.publisher = SegmentPublisher(self.store, self.numbers, 10)

    def salvage(self) -> SalvageReport:
        return salvage(self.store, self.numbers)

    def stage(
        self, run: int, index: int, content: bytes, *, name: str | None = None, arrived_s: float = 0.0
    ) -> Path:
        """A file that ffmpeg completed `arrived_s` after now."""
        folder = self.store.folders.segment_staging / str(run)
        folder.mkdir(exist_ok=True)
        path = folder / (name or f"{index:09d}.ts")
        path.write_bytes(content)
        arrived = (NOW + timedelta(seconds=arrived_s)).timestamp()
        os.utime(path, (arrived, arrived))
        return path

    def take(self, run: int, index: int, media_s: float) -> None:
        """A segment of a second, complete a moment after its end, goes to the publisher."""
        path = self.stage(run, index, pictures(media_s), arrived_s=media_s + 1)
        self.clock.pass_time(1)
        completion = Completion(media_s, media_s + 1, self.clock.monotonic(), NOW.timestamp() - 1000)
        size = path.stat().st_size
        self.publisher.take(CompleteSegment(path, completion, round(media_s * 90_000), size), 1.0)

    def record(self, run: int, count: int, *, first: int = 0) -> None:
        """A run of `count` segments, each published when the next one is complete."""
        if first == 0:
            self.publisher.begin_run(run)
        for index in range(first, first + count):
            self.take(run, index, float(index))
            self.publisher.tick(self.clock.monotonic() + 5)
            self.publisher.publish()

    def hot(self) -> list[int]:
        return [item.file.number for item in self.store.hot_files(Kind.SEGMENTS)]

    def times(self) -> list[SegmentTime]:
        return self.store.segment_times(HOUR)

    def live(self) -> str:
        return self.store.folders.live_playlist.read_text()

    def staged(self) -> list[str]:
        base = self.store.folders.segment_staging
        return sorted(str(path.relative_to(base)) for path in base.rglob("*"))

    def aside(self) -> list[str]:
        folder = self.store.folders.aside(HOUR)
        return sorted(os.listdir(folder)) if folder.is_dir() else []


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# -- numbers -----------------------------------------------------------------------------------------


def test_numbers_go_on_at_the_end_of_the_range_after_a_restart(bench: Bench) -> None:
    first = [bench.numbers.take() for _ in range(3)]
    bench.start()
    assert first == [1, 2, 3]
    assert bench.numbers.take() == RANGE + 1


def test_numbers_follow_each_other_over_the_end_of_a_range(bench: Bench) -> None:
    taken = [bench.numbers.take() for _ in range(2 * RANGE + 10)]
    assert taken == list(range(1, 2 * RANGE + 11))


def test_numbers_go_on_while_the_journal_refuses_as_long_as_there_are_any(bench: Bench) -> None:
    for _ in range(RANGE - 300):
        bench.numbers.take()
    locked = sqlite3.connect(bench.folder / "state" / "journal.db", isolation_level=None)
    bench.journal._connection().execute("PRAGMA busy_timeout=1")
    locked.execute("BEGIN EXCLUSIVE")
    numbers = [bench.numbers.take() for _ in range(300)]
    assert numbers[-1] == RANGE
    with pytest.raises(sqlite3.Error):
        bench.numbers.take()
    locked.execute("ROLLBACK")
    locked.close()
    assert bench.numbers.take() == RANGE + 1


def test_with_a_lost_journal_numbers_go_on_behind_what_is_on_disk(bench: Bench) -> None:
    bench.record(1, 5)
    bench.store.archive(Kind.SEGMENTS, HOUR, [RingFile(Kind.SEGMENTS, number) for number in bench.hot()])
    bench.journal.close()
    shutil.rmtree(bench.folder / "state")
    bench.start()
    assert bench.numbers.take() == 6


def test_with_a_journal_that_is_older_than_the_disk_no_number_is_given_out_again(bench: Bench) -> None:
    """The state folder was put back from a backup."""
    bench.journal.reserve_numbers("capture1", "segments", 5)
    bench.journal.close()
    shutil.copytree(bench.folder / "state", bench.folder / "backup")
    bench.start()
    bench.record(1, 12)
    newest = bench.hot()[-1]
    bench.journal.close()
    shutil.rmtree(bench.folder / "state")
    shutil.copytree(bench.folder / "backup", bench.folder / "state")
    bench.start()
    assert bench.numbers.take() > newest


def test_with_a_lost_journal_a_run_has_no_number_that_a_run_on_disk_has(bench: Bench) -> None:
    """Else what is salvaged of it would be dated as the old run was: a day ago."""
    assert RunSupply(bench.journal, bench.store).take() == 1
    bench.record(1, 2)
    bench.record(7, 2)
    bench.journal.close()
    shutil.rmtree(bench.folder / "state")
    bench.start()
    runs = RunSupply(bench.journal, bench.store)
    assert [runs.take(), runs.take()] == [8, 9]


# -- publishing --------------------------------------------------------------------------------------


def test_a_segment_is_named_then_dated_then_shown(bench: Bench) -> None:
    bench.operations.clear()
    bench.record(1, 1)
    assert bench.operations == ["name", "stamp", "time", "date", "publish"]
    time = bench.times()[0]
    assert (time.number, time.run, time.media_ts_90khz, time.duration_ms) == (1, 1, 0, 1000)
    assert abs(time.begin_utc_ms - NOW_MS) <= 50


def test_the_live_playlist_goes_on_over_runs_and_restarts(bench: Bench) -> None:
    loads = []
    for run in (1, 2, 3):
        for first in range(8):
            bench.record(run, 1, first=first)
            loads.append(bench.live())
        if run == 2:
            bench.start()
    for before, after in pairwise(loads):
        assert [fault for fault in reload_faults(before, after) if "6.2.2" not in fault] == []
    read = read_playlist(loads[-1])
    assert read.media_sequence + len(read.segments) == 24
    assert read.discontinuity_sequence + sum(entry.discontinuity for entry in read.segments) == 2
    assert playlist_faults(loads[-1]) == []


@pytest.mark.parametrize("left", [None, "", "#EXTM3U\n", "\x00" * 100])
def test_a_live_playlist_that_was_lost_begins_behind_all_that_it_can_have_been(
    bench: Bench, left: str | None
) -> None:
    bench.record(1, 15)
    before = read_playlist(bench.live())
    if left is None:
        bench.store.folders.live_playlist.unlink()
    else:
        bench.store.folders.live_playlist.write_text(left)
    bench.start()
    bench.record(2, 3)
    after = read_playlist(bench.live())
    assert after.media_sequence >= before.media_sequence + len(before.segments)
    assert after.discontinuity_sequence > before.discontinuity_sequence


def test_what_retention_has_taken_is_not_listed_after_a_restart(bench: Bench) -> None:
    bench.record(1, 12)
    for path in bench.store.folders.hot(Kind.SEGMENTS).glob("segment_*.ts"):
        path.unlink()
    bench.start()
    bench.record(2, 2)
    read = read_playlist(bench.live())
    assert [entry.uri for entry in read.segments] == [RingFile(Kind.SEGMENTS, n).name for n in bench.hot()]
    assert read.media_sequence == 12


def test_a_segment_that_cannot_be_published_waits_with_all_behind_it(bench: Bench) -> None:
    bench.record(1, 2)
    hot = bench.store.folders.hot(Kind.SEGMENTS)
    hot.rename(hot.with_name("unmounted"))
    bench.take(1, 2, 2.0)
    bench.take(1, 3, 3.0)
    for _ in range(2):
        with pytest.raises(OSError, match="No such file"):
            bench.publisher.publish()
    assert bench.publisher.backlog == 2
    hot.with_name("unmounted").rename(hot)
    assert [time.number for time in bench.publisher.publish()] == [3, 4]
    assert [time.number for time in bench.times()] == bench.hot() == [1, 2, 3, 4]


# -- salvage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["name", "stamp", "time", "date", "publish"])
def test_a_kill_at_any_step_of_publishing_loses_and_doubles_nothing(bench: Bench, operation: str) -> None:
    if operation != "stamp":
        bench.record(1, 2)
    bench.kill_at = operation
    with pytest.raises(Killed):
        bench.record(1, 3, first=2)
    published_before = bench.hot()
    bench.start()
    bench.salvage()
    assert bench.staged() == []
    times = bench.times()
    assert [time.number for time in times] == sorted(bench.hot())
    assert len({time.media_ts_90khz for time in times}) == len(times) >= len(published_before)
    for before, after in pairwise(times):
        assert after.begin_utc_ms - before.begin_utc_ms == pytest.approx(1000, abs=60)
    for item in bench.store.hot_files(Kind.SEGMENTS):
        time = next(time for time in times if time.number == item.file.number)
        assert item.mtime_ms == time.begin_utc_ms
    assert bench.salvage() == SalvageReport()


def test_segments_that_nobody_dated_follow_those_of_their_run(bench: Bench) -> None:
    bench.record(4, 3)
    last = bench.times()[-1]
    for index in (3, 4):
        # A stall: they were completed long after their last picture.
        bench.stage(4, index, pictures(float(index)), arrived_s=60)
    (bench.store.folders.segment_staging / "4" / "list.m3u8").write_text(
        "#EXTM3U\n#EXTINF:1.000000,\n000000003.ts\n#EXTINF:1.000000,\n000000004.ts\n"
    )
    bench.start()
    report = bench.salvage()
    assert len(report.published) == 2 and report.set_aside == []
    first, second = bench.times()[-2:]
    assert (first.begin_utc_ms, second.begin_utc_ms) == (last.begin_utc_ms + 1000, last.begin_utc_ms + 2000)
    assert {first.run, second.run} == {4}


def test_segments_of_a_run_of_which_nothing_was_dated_are_dated_by_their_arrival(bench: Bench) -> None:
    bench.stage(9, 0, pictures(0.0), arrived_s=1.0)
    bench.stage(9, 1, pictures(1.0), arrived_s=2.0)
    assert len(bench.salvage().published) == 2
    assert [time.begin_utc_ms - NOW_MS for time in bench.times()] == [0, 1000]


def test_runs_are_salvaged_in_their_order_with_growing_numbers(bench: Bench) -> None:
    for run in (10, 9):
        bench.stage(run, 0, pictures(0.0), arrived_s=run)
    bench.salvage()
    assert [(time.number, time.run) for time in bench.times()] == [(1, 9), (2, 10)]


def test_a_hole_at_the_end_of_a_listed_segment_is_no_footage(bench: Bench) -> None:
    bench.stage(9, 0, pictures(0.0), arrived_s=14)
    (bench.store.folders.segment_staging / "9" / "list.m3u8").write_text("#EXTINF:13.5,\n000000000.ts\n")
    bench.salvage()
    assert bench.times()[0].duration_ms == 1000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("000000003.ts.tmp", b"\x47" * 500),
        ("000000003.ts", b"\x47" * 500),  # not whole packets
        ("000000003.ts", b"\x00" * 188),  # no picture in it
        ("segment_000000077.ts", b"\x00" * 188),
    ],
)
def test_what_cannot_be_dated_is_set_aside(bench: Bench, name: str, content: bytes) -> None:
    bench.stage(3, 0, content, name=name)
    report = bench.salvage()
    assert report.set_aside == bench.aside() == [f"3-{name}"]
    assert bench.staged() == [] and bench.hot() == []


@pytest.mark.parametrize("name", ["000000003.ts", "000000003.ts.tmp", "list.m3u8", "list.m3u8.tmp"])
def test_what_is_empty_or_a_list_is_cleared_away(bench: Bench, name: str) -> None:
    bench.stage(3, 0, b"#EXTM3U\n" if "list" in name else b"", name=name)
    bench.salvage()
    assert bench.staged() == [] and bench.aside() == []


def test_staging_of_others_is_left_alone(bench: Bench) -> None:
    mine = bench.store.folders.segment_staging / "holiday"
    mine.mkdir()
    (mine / "000000001.ts").write_bytes(pictures(0))
    bench.salvage()
    assert bench.staged() == ["holiday", "holiday/000000001.ts"]


def test_a_number_that_is_taken_does_not_block_the_device(bench: Bench) -> None:
    bench.record(1, 3)
    bench.stage(1, 0, pictures(7.0), name="segment_000000002.ts", arrived_s=8)
    bench.salvage()
    assert bench.staged() == []
    contents = {path.read_bytes() for path in bench.store.folders.hot(Kind.SEGMENTS).glob("segment_*.ts")}
    contents |= {path.read_bytes() for path in bench.store.folders.aside(HOUR).glob("*")}
    assert {pictures(at) for at in (0.0, 1.0, 2.0, 7.0)} == contents


def test_a_taken_number_does_not_block_what_is_recorded_either(bench: Bench) -> None:
    bench.record(1, 2)
    somebodys = bench.store.folders.hot(Kind.SEGMENTS) / RingFile(Kind.SEGMENTS, 3).name
    somebodys.write_bytes(b"not ours")
    bench.record(1, 2, first=2)
    assert somebodys.read_bytes() == b"not ours"
    assert bench.hot() == [1, 2, 3, 4]
    assert bench.aside() == ["1-segment_000000003.ts"]
    assert "its number is taken" in bench.publisher.mishaps[0]
    assert read_playlist(bench.live()).segments[-1].uri == RingFile(Kind.SEGMENTS, 4).name


def test_a_clock_that_leapt_since_the_kill_dates_nothing_anew(bench: Bench) -> None:
    bench.record(1, 2)
    bench.kill_at = "time"
    with pytest.raises(Killed):
        bench.record(1, 1, first=2)
    bench.stage(1, 3, pictures(3.0), arrived_s=5 * 3600)  # as a clock that leapt sees it
    leapt = bench.store.folders.segment_staging / "1" / "segment_000000003.ts"
    os.utime(leapt, (NOW.timestamp() + 5 * 3600,) * 2)
    before = bench.times()
    bench.start()
    bench.salvage()
    hours = bench.store.hours(Kind.SEGMENTS)
    assert hours == [HOUR]
    assert bench.times()[:3] == before
    assert bench.times()[3].begin_utc_ms == before[2].begin_utc_ms + 1000


def test_a_staged_file_that_somebody_removed_keeps_nothing_back(bench: Bench) -> None:
    bench.record(1, 2)
    bench.take(1, 2, 2.0)
    (bench.store.folders.segment_staging / "1" / "000000002.ts").unlink()
    bench.record(1, 2, first=3)
    assert bench.hot() == [1, 2, 4, 5]
    assert "vanished from staging" in bench.publisher.mishaps[0]
