"""The archiver on a real disk: limits, hours, playlists that only grow, seals, and what a kill leaves."""

import json
import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from host_agent.ring.archiver import Archiver, ArchiveReport, HotLimits
from host_agent.ring.hour_summary import HourSummary, parse_summary
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import UNKNOWN_RUN, SegmentTime
from host_agent.ring.store import RingStore
from shared.spans import from_utc_ms, utc_ms
from tests.support.playlist_check import growth_faults, playlist_faults, read_playlist
from tests.support.set_clock import SetClock
from tests.support.ts_packets import segment_bytes

HOUR = Hour.parse("2026-11-21T14")
FRAME_90KHZ = 3600


class Killed(BaseException):
    """Stands for SIGKILL between two operations: nothing of the code after it runs."""


class Bench:
    """A device's ring with an archiver, and a recorder's part done by hand."""

    def __init__(self, root: Path, *, segments: int = 10, frames: int = 100, max_age_s: float = 600) -> None:
        self.clock = SetClock(HOUR.start)
        self.limits = HotLimits(segments, frames, max_age_s)
        self.kills_at = ("", 0)
        self.store = RingStore(DeviceFolders(root, "capture1"), self.clock, self._done)
        self.store.prepare()
        self.archiver = Archiver(self.limits, self.clock)

    def _done(self, operation: str) -> None:
        name, left = self.kills_at
        if operation == name:
            self.kills_at = (name, left - 1)
            if left == 1:
                raise Killed

    def restart(self) -> None:
        """The archive process was killed and started again."""
        self.archiver = Archiver(self.limits, self.clock)

    def cycle(self) -> ArchiveReport:
        return self.archiver.run_cycle(self.store)

    def record(self, number: int, *, line: bool = True, run: int = 1, at: datetime | None = None) -> None:
        """Publish a segment of a second that begins now; `line`: its time is written down."""
        begin_ms = utc_ms(at or self.clock.now())
        time = SegmentTime(number, begin_ms, 1000, number * 90_000, run)
        staged = self.store.folders.segment_staging / f"{number}.ts"
        staged.write_bytes(segment_bytes(number * 90_000 + at * FRAME_90KHZ for at in range(25)))
        if line:
            self.store.append_time(time, target_duration_s=6)
        self.store.publish(staged, RingFile(Kind.SEGMENTS, number), begin_ms)

    def record_seconds(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self.record(number)
            self.clock.pass_time(1)

    def put(self, kind: Kind, number: int, content: bytes = b"x") -> None:
        staged = self.store.folders.staging / "staged"
        staged.write_bytes(content)
        self.store.publish(staged, RingFile(kind, number), utc_ms(self.clock.now()))

    @property
    def folder(self) -> Path:
        return self.store.folders.cold(Kind.SEGMENTS, 14)

    def playlist(self) -> str:
        return (self.folder / "archive.m3u8").read_text()

    def listed(self) -> list[int]:
        return [int(entry.uri[8:-3]) for entry in read_playlist(self.playlist()).segments]

    def hot(self, kind: Kind = Kind.SEGMENTS) -> list[int]:
        return [item.file.number for item in self.store.hot_files(kind)]

    def cold(self, kind: Kind = Kind.SEGMENTS, hour: Hour = HOUR) -> list[int]:
        return [file.number for file in self.store.hour_files(kind, hour)]

    def summary(self, kind: Kind = Kind.SEGMENTS) -> HourSummary | None:
        path = self.store.folders.cold(kind, 14) / "hour.json"
        return parse_summary(path.read_text()) if path.exists() else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


# -- moving ------------------------------------------------------------------------------------------


def test_what_exceeds_the_limit_moves_into_its_hour_and_is_listed(bench: Bench) -> None:
    bench.record_seconds(1, 14)
    report = bench.cycle()
    assert (report.moved, report.problems, report.hot["segments"]) == (4, [], 10)
    assert (bench.hot(), bench.cold(), bench.listed()) == (list(range(5, 15)), [1, 2, 3, 4], [1, 2, 3, 4])
    assert playlist_faults(bench.playlist()) == []
    read = read_playlist(bench.playlist())
    assert (read.kind, read.is_ended) == ("event", False)
    assert read.segments[0].begin_utc_ms == utc_ms(HOUR.start)


@pytest.mark.parametrize("kind", [Kind.CAPTURES, Kind.THUMBNAILS, Kind.METADATA])
def test_frames_keep_a_hundred_hot(tmp_path: Path, kind: Kind) -> None:
    bench = Bench(tmp_path)
    for number in range(1, 106):
        bench.put(kind, number, b"{}")
    assert bench.cycle().hot[kind.value] == 100
    assert (bench.cold(kind), len(bench.hot(kind))) == ([1, 2, 3, 4, 5], 100)


def test_a_stopped_device_is_archived_whole_and_sealed(bench: Bench) -> None:
    bench.record_seconds(1, 5)
    bench.cycle()
    assert bench.hot() == [1, 2, 3, 4, 5]
    bench.clock.pass_time(601)
    bench.cycle()
    assert (bench.hot(), bench.listed(), bench.summary()) == ([], [1, 2, 3, 4, 5], None)
    bench.clock.set_to(HOUR.end)
    report = bench.cycle()
    assert (Kind.SEGMENTS, HOUR) in report.sealed
    assert bench.playlist().endswith("#EXT-X-ENDLIST\n")
    summary = bench.summary()
    assert summary is not None
    assert (summary.files, summary.first, summary.last, summary.recorded_ms) == (5, 1, 5, 5000)
    assert bench.cycle().sealed == []


def test_an_hour_is_not_sealed_while_something_of_it_is_hot(bench: Bench) -> None:
    bench.clock.set_to(HOUR.end - timedelta(seconds=8))
    bench.record_seconds(1, 12)
    bench.cycle()
    assert bench.clock.now() > HOUR.end
    assert not bench.playlist().endswith("#EXT-X-ENDLIST\n")
    bench.record_seconds(13, 20)
    bench.cycle()
    assert bench.listed() == list(range(1, 9))
    assert bench.playlist().endswith("#EXT-X-ENDLIST\n")
    assert bench.cold(hour=HOUR.next()) == [9, 10]


def test_an_hour_that_the_ring_has_lapped_is_listed_and_sealed_in_the_vault(bench: Bench) -> None:
    bench.record_seconds(1, 12)
    bench.cycle()
    bench.clock.pass_time(86_400)
    bench.record_seconds(13, 24)
    report = bench.cycle()
    vault = bench.store.folders.vault(Kind.SEGMENTS, HOUR)
    assert [int(e.uri[8:-3]) for e in read_playlist((vault / "archive.m3u8").read_text()).segments] == list(
        range(1, 13)
    )
    assert (Kind.SEGMENTS, HOUR) in report.sealed
    assert (vault / "hour.json").exists()


def test_an_hours_backlog_is_moved_in_one_cycle(bench: Bench) -> None:
    for number in range(1, 3001):
        bench.put(Kind.THUMBNAILS, number)
    assert bench.cycle().moved == 2900


# -- playlists ---------------------------------------------------------------------------------------


def test_every_version_of_an_hours_playlist_is_the_beginning_of_the_next(bench: Bench) -> None:
    versions = []
    bench.clock.set_to(HOUR.end - timedelta(seconds=40))
    for first in range(1, 60, 3):
        bench.record_seconds(first, first + 2)
        bench.cycle()
        if (bench.folder / "archive.m3u8").exists():
            versions.append(bench.playlist())
    assert len(set(versions)) > 5
    assert [fault for pair in pairwise(versions) for fault in growth_faults(*pair)] == []
    assert versions[-1].endswith("#EXT-X-ENDLIST\n")


def test_the_target_duration_is_the_one_that_was_fixed_when_the_hour_began(bench: Bench) -> None:
    bench.store.append_time(SegmentTime(1, utc_ms(HOUR.start), 1000, 0, 1), target_duration_s=9)
    bench.record_seconds(2, 13)
    bench.cycle()
    assert read_playlist(bench.playlist()).target_s == 9


def test_lines_that_a_power_cut_took_are_rebuilt_from_the_files(bench: Bench) -> None:
    for number in range(1, 14):
        bench.record(number, line=number not in (1, 2))
        bench.clock.pass_time(1)
    bench.cycle()
    assert bench.listed() == [1, 2, 3]
    rebuilt = {time.number: time for time in bench.store.segment_times(HOUR)}[2]
    assert (rebuilt.begin_utc_ms, rebuilt.duration_ms) == (utc_ms(HOUR.start) + 1000, 1000)
    assert (rebuilt.media_ts_90khz, rebuilt.run) == (180_000, UNKNOWN_RUN)


def test_a_rebuilt_line_does_not_change_what_was_published_after_it(bench: Bench) -> None:
    """The line comes behind those of later segments; the list stays in the order of numbers."""
    for number in range(1, 14):
        bench.record(number, line=number != 2)
        bench.clock.pass_time(1)
    bench.cycle()
    before = bench.playlist()
    assert bench.listed() == [1, 2, 3]
    bench.record_seconds(14, 16)
    bench.cycle()
    assert bench.listed() == [1, 2, 3, 4, 5, 6]
    assert growth_faults(before, bench.playlist()) == []


def test_after_a_step_back_the_order_is_by_number(bench: Bench) -> None:
    bench.clock.pass_time(1800)
    bench.record_seconds(1, 6)
    bench.clock.set_to(HOUR.start)
    bench.record_seconds(7, 18)
    report = bench.cycle()
    assert report.problems == []
    assert bench.listed() == list(range(1, 9))
    listed = read_playlist(bench.playlist()).segments
    assert listed[6].own_begin_utc_ms == utc_ms(HOUR.start)


# -- seals -------------------------------------------------------------------------------------------


def seal_ahead_of_time(bench: Bench) -> None:
    """Record, then let a wrong clock, a day ahead, seal the hour, and set it right again."""
    bench.record_seconds(1, 12)
    right = bench.clock.now()
    bench.clock.pass_time(86_400)
    bench.cycle()
    assert bench.summary() is not None
    bench.clock.set_to(right)


def test_an_hour_that_goes_on_after_it_was_sealed_is_sealed_again(bench: Bench) -> None:
    seal_ahead_of_time(bench)
    bench.record_seconds(13, 16)
    bench.clock.pass_time(700)  # then the device is stopped: what is hot leaves by its age
    bench.cycle()
    assert bench.listed() == list(range(1, 17))
    bench.clock.set_to(HOUR.end)
    bench.cycle()
    summary = bench.summary()
    assert summary is not None and summary.files == 16
    assert bench.playlist().endswith("#EXT-X-ENDLIST\n")


@pytest.mark.parametrize("nth", [1, 4])
def test_a_kill_between_moving_and_sealing_again_leaves_no_stale_seal(bench: Bench, nth: int) -> None:
    seal_ahead_of_time(bench)
    bench.record_seconds(13, 16)
    bench.clock.set_to(HOUR.end + timedelta(seconds=700))
    bench.kills_at = ("archive", nth)
    with pytest.raises(Killed):
        bench.cycle()
    bench.restart()
    bench.cycle()
    summary = bench.summary()
    assert summary is not None and summary.files == 16
    assert bench.listed() == list(range(1, 17))


def test_a_kill_between_moving_and_listing_is_healed_by_the_next_start(bench: Bench) -> None:
    bench.record_seconds(1, 11)
    bench.cycle()
    bench.record_seconds(12, 12)
    bench.kills_at = ("archive", 1)
    with pytest.raises(Killed):
        bench.cycle()
    bench.restart()
    bench.cycle()
    assert bench.listed() == bench.cold() == [1, 2]


def test_metadata_of_a_sealed_hour_is_one_array(bench: Bench) -> None:
    for number in (1, 2):
        bench.put(Kind.METADATA, number, json.dumps({"number": number}).encode())
    bench.clock.set_to(HOUR.end + timedelta(seconds=601))
    bench.cycle()
    array = bench.store.folders.cold(Kind.METADATA, 14) / "metadata.json"
    assert json.loads(array.read_text()) == [{"number": 1}, {"number": 2}]


@pytest.mark.parametrize("broken", [b"\xff\xfe{", b'{"number": ', b"not json"])
def test_broken_metadata_is_left_out_and_reported_and_stops_nothing(bench: Bench, broken: bytes) -> None:
    bench.put(Kind.METADATA, 1, broken)
    bench.put(Kind.METADATA, 2, b'{"number": 2}')
    bench.clock.set_to(HOUR.end + timedelta(seconds=601))
    report = bench.cycle()
    array = bench.store.folders.cold(Kind.METADATA, 14) / "metadata.json"
    assert json.loads(array.read_text()) == [{"number": 2}]
    assert any("capture_000000001.json" in problem for problem in report.problems)
    assert bench.cycle().problems == []


# -- torn files --------------------------------------------------------------------------------------


def test_torn_files_are_set_aside_and_reported_and_no_playlist_names_them(bench: Bench) -> None:
    bench.record_seconds(1, 12)
    hot = bench.store.folders.hot(Kind.SEGMENTS)
    for name, content in (("segment_000000001.ts", b""), ("segment_000000002.ts", b"\x47" * 1000)):
        mtime = (hot / name).stat().st_mtime_ns
        (hot / name).write_bytes(content)
        os.utime(hot / name, ns=(mtime, mtime))
    report = bench.cycle()
    assert [problem.split(";")[0] for problem in report.problems] == [
        "segment_000000001.ts: torn, 0 bytes",
        "segment_000000002.ts: torn, 1000 bytes",
    ]
    assert bench.hot() == list(range(3, 13))
    assert sorted(os.listdir(bench.store.folders.aside(HOUR))) == [
        "segments-segment_000000001.ts",
        "segments-segment_000000002.ts",
    ]


def test_a_file_that_nobody_can_date_is_reported_and_not_listed(bench: Bench) -> None:
    bench.record_seconds(1, 11)
    name = RingFile(Kind.SEGMENTS, 12).name
    staged = bench.store.folders.staging / name
    staged.write_bytes(b"\x00" * 188)
    bench.store.publish(staged, RingFile(Kind.SEGMENTS, 12), utc_ms(bench.clock.now()))
    bench.record_seconds(13, 24)
    report = bench.cycle()
    assert 12 not in bench.listed()
    assert any(name in problem for problem in report.problems)


def test_an_error_of_one_kind_does_not_keep_the_others_back(bench: Bench) -> None:
    bench.record_seconds(1, 12)
    for number in range(1, 106):
        bench.put(Kind.THUMBNAILS, number)
    segments = bench.store.folders.hot(Kind.SEGMENTS)
    segments.rename(segments.with_name("gone"))
    report = bench.cycle()
    assert [problem for problem in report.problems if "segments" in problem]
    assert bench.cold(Kind.THUMBNAILS) == [1, 2, 3, 4, 5]


def test_conflicts_are_reported_and_nothing_is_lost(bench: Bench) -> None:
    bench.record_seconds(1, 11)
    bench.cycle()
    (bench.store.folders.hot(Kind.SEGMENTS) / "segment_000000001.ts").write_bytes(segment_bytes([5, 6]))
    os.utime(bench.store.folders.hot(Kind.SEGMENTS) / "segment_000000001.ts", (0, utc_ms(HOUR.start) / 1000))
    report = bench.cycle()
    assert [problem for problem in report.problems if "conflict-1" in problem]
    assert (bench.folder / "segment_000000001.conflict-1.ts").exists()
    assert bench.listed() == [1]


def test_times_on_disk_and_in_lists_agree(bench: Bench) -> None:
    bench.record_seconds(1, 12)
    bench.cycle()
    for number in bench.cold():
        path = bench.store.find(RingFile(Kind.SEGMENTS, number), HOUR)
        assert path is not None
        begin = from_utc_ms(path.stat().st_mtime_ns // 1_000_000)
        assert begin == HOUR.start + timedelta(seconds=number - 1)
        assert begin.tzinfo is UTC
