"""One run of a recorder: what its list and its files say is complete, whole, and when it was."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_agent.capture.recorder_command import RecorderCommand
from host_agent.capture.recording_run import CompleteSegment, RecordingRun, TornSegment
from host_agent.settings import Encode
from shared.ffmpeg.process import FfmpegProcess
from tests.support.set_clock import SetClock
from tests.support.ts_packets import segment_bytes

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
WRAP_S = (1 << 33) / 90_000


class Bench:
    """A run whose ffmpeg is a sleeper: the test writes what ffmpeg would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SetClock(NOW)
        command = RecorderCommand(("sleep", "60"), None, Encode.COPY, makes_frames=False)
        self.run = RecordingRun(1, command, folder, self.clock)
        self.listed: list[str] = []

    def complete(self, index: int, content: bytes, listed_s: float = 1.0) -> None:
        """ffmpeg renames a segment into place and lists it."""
        (self.folder / f"{index:09d}.ts").write_bytes(content)
        self.listed.append(f"#EXTINF:{listed_s:f},\n{index:09d}.ts\n")
        partial = self.folder / "list.m3u8.tmp"
        partial.write_text("#EXTM3U\n" + "".join(self.listed[-120:]))
        partial.replace(self.folder / "list.m3u8")

    def found(self) -> list[CompleteSegment | TornSegment]:
        return self.run.completed()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.run.process.kill()


def pictures(media_s: float, count: int = 25) -> bytes:
    return segment_bytes(round((media_s + at / 25) * 90_000) for at in range(count))


def whole(found: list[CompleteSegment | TornSegment]) -> list[CompleteSegment]:
    assert all(isinstance(segment, CompleteSegment) for segment in found), found
    return [segment for segment in found if isinstance(segment, CompleteSegment)]


def test_each_segment_is_told_once_with_its_place_in_media_time(bench: Bench) -> None:
    assert bench.found() == []
    bench.complete(0, pictures(0))
    bench.complete(1, pictures(1))
    bench.clock.pass_time(7)
    first, second = whole(bench.found())
    assert (first.completion.media_begin_s, first.completion.media_end_s) == (0, 1)
    assert (second.completion.media_begin_s, second.media_ts_90khz) == (1, 90_000)
    assert second.completion.arrived_s == bench.clock.monotonic()
    assert second.completion.wall_offset_s == pytest.approx(NOW.timestamp() + 7 - bench.clock.monotonic())
    assert bench.found() == []


def test_two_changes_of_the_list_within_a_tick_of_the_disks_clock_are_both_seen(bench: Bench) -> None:
    bench.complete(0, pictures(0))
    tick = (bench.folder / "list.m3u8").stat().st_mtime_ns
    assert len(bench.found()) == 1
    bench.complete(1, pictures(1))
    os.utime(bench.folder / "list.m3u8", ns=(tick, tick))
    assert len(bench.found()) == 1


def test_segments_that_left_the_list_before_it_was_read_are_not_told(bench: Bench) -> None:
    for index in range(130):
        bench.complete(index, pictures(index))
    assert bench.found()[0].path.stem == "000000010"


@pytest.mark.parametrize("content", [b"", b"\x47" * 1000, b"\x00" * 188])
def test_what_is_empty_torn_or_without_a_picture_is_no_progress(bench: Bench, content: bytes) -> None:
    bench.complete(0, content)
    bench.complete(1, pictures(1))
    torn, complete = bench.found()
    assert torn == TornSegment(bench.folder / "000000000.ts", len(content))
    assert isinstance(complete, CompleteSegment)


def test_a_file_that_vanished_keeps_no_other_back(bench: Bench) -> None:
    bench.complete(0, pictures(0))
    (bench.folder / "000000000.ts").unlink()
    bench.complete(1, pictures(1))
    assert [segment.path.stem for segment in bench.found() if isinstance(segment, CompleteSegment)] == [
        "000000001"
    ]


def test_media_time_goes_on_where_its_33_bits_begin_anew(bench: Bench) -> None:
    for index in range(4):
        bench.complete(index, pictures(WRAP_S - 2 + index))
    begins = [segment.completion.media_begin_s for segment in whole(bench.found())]
    assert begins == pytest.approx([WRAP_S - 2, WRAP_S - 1, WRAP_S, WRAP_S + 1], abs=0.001)


def test_a_hole_behind_a_segments_pictures_is_no_content(bench: Bench) -> None:
    bench.complete(0, pictures(0))
    bench.complete(1, pictures(1), listed_s=13.5)
    bench.complete(2, pictures(14.5))
    segments = whole(bench.found())
    assert [segment.completion.media_end_s for segment in segments] == [1, 14.5, 15.5]
    assert [segment.completion.content_end_s for segment in segments] == [None, 2, None]


def test_the_interval_is_that_of_the_last_segments(bench: Bench) -> None:
    assert (bench.run.segment_interval_s, bench.run.longest_segment_s) == (None, 1.0)
    for index, listed_s in enumerate((2.0, 2.0, 4.0)):
        bench.complete(
            index,
            segment_bytes(range(index * 180_000, index * 180_000 + int(listed_s * 90_000), 3600)),
            listed_s,
        )
    bench.found()
    assert (bench.run.segment_interval_s, bench.run.longest_segment_s) == (2.0, 4.0)


# -- the process -------------------------------------------------------------------------------------


def ended(process: FfmpegProcess) -> int | None:
    assert process.wait(10)
    return process.status()


def test_what_a_process_said_is_read_before_its_status_is_told() -> None:
    lines: list[str] = []
    process = FfmpegProcess(["sh", "-c", "seq 1 100 >&2; exit 3"], on_line=lines.append)
    assert ended(process) == 3
    assert len(lines) == 100
    assert list(process.last_lines) == [str(number) for number in range(41, 101)]


def test_pipes_are_drained_whatever_comes() -> None:
    process = FfmpegProcess(["sh", "-c", r"head -c 300000 /dev/zero >&2; printf '\377\nend\n' >&2"])
    assert ended(process) == 0
    assert process.last_lines[-1] == "end"


def test_a_script_is_read_from_standard_input_which_is_then_closed(tmp_path: Path) -> None:
    process = FfmpegProcess(["sh", "-c", f"cat > {tmp_path}/script"], script="secret\n")
    assert ended(process) == 0
    assert (tmp_path / "script").read_text() == "secret\n"


def test_a_process_that_does_not_read_its_script_is_no_error() -> None:
    process = FfmpegProcess(["true"], script="x" * 10_000_000)
    assert ended(process) == 0


@pytest.mark.parametrize(
    ("end", "status"), [(FfmpegProcess.ask_to_end, -signal.SIGTERM), (FfmpegProcess.kill, -signal.SIGKILL)]
)
def test_ends(end: Callable[[FfmpegProcess], None], status: int) -> None:
    process = FfmpegProcess(["sleep", "60"])
    assert process.status() is None
    assert not process.wait(0.01)
    end(process)
    assert ended(process) == status
    end(process)  # once more does no harm
