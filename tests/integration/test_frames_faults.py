"""What goes wrong beside the recorder stays there: broken folders, full disks, killed processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from host_agent.ring.layout import Kind, parse_file_name
from tests.support.fake_recorder import make_segments
from tests.support.frames_stand import FramesStand, ffmpegs_of, own_ffmpegs, wait_for
from tests.support.small_disk import small_disk

T0 = 1_795_266_000_000
SMALL = "testsrc2=size=320x180:rate=25"
REPOSITORY = Path(__file__).parents[2]


def test_a_broken_captures_folder_costs_captures_and_nothing_else(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path, frames="all")
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=SMALL, seconds=60)
    captures = stand.store.folders.hot(Kind.CAPTURES)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 3, "captures")
        captures.rename(tmp_path / "away")
        captures.write_text("an operator's mistake")
        for first in range(2, 58, 8):
            published = stand.recorder.publish_all(made[first : first + 8], T0 + first * 1000)
            stand.wait_for_frame(Kind.THUMBNAILS, published[-1].begin_utc_ms)
        wait_for(lambda: "captures cannot be written" in stand.state()["note"], "the reason in the state")
        wait_for(lambda: stand.state()["collector"]["shed"] > 0, "shed captures to be counted", within_s=30)
        assert len([path for path in stand.staged() if path.name.startswith("c_")]) <= 60
        captures.unlink()
        (tmp_path / "away").rename(captures)
        stand.recorder.publish_all(made[58:], T0 + 58_000)
        stand.wait_for_frame(Kind.CAPTURES, T0 + 59_000)
        wait_for(lambda: stand.state()["note"] == "", "the state to be well again")
        wait_for(lambda: stand.metadata()[-1].captured_at_utc_ms >= T0 + 59_000, "metadata of now")
    times = stand.times(Kind.CAPTURES)
    assert times == sorted(times)


def test_a_captures_folder_that_is_broken_from_the_start_leaves_thumbnails(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    captures = stand.store.folders.hot(Kind.CAPTURES)
    captures.rename(tmp_path / "away")
    captures.touch()
    made = make_segments(tmp_path / "made", source=SMALL, seconds=4)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        stand.wait_for_frame(Kind.THUMBNAILS, T0 + 3000)
        captures.unlink()
        (tmp_path / "away").rename(captures)
        stand.wait_for_captures(4)
        wait_for(lambda: len(stand.metadata()) == 4, "metadata")


def test_a_full_disk_sheds_frames_and_recovers(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=12m") as disk:
        stand = FramesStand(tmp_path, frames="all", root=disk.path / "root")
        stand.recorder.say()
        made = make_segments(tmp_path / "made", source=SMALL, seconds=20)
        with stand.running():
            stand.recorder.publish_all(made[:2], T0)
            wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 3, "captures")
            filler = disk.path / "filler"
            fill(filler)
            for path in made[2:6]:
                # The recorder got its segment onto the disk; not a byte is left for frames.
                os.truncate(filler, filler.stat().st_size - 2 * path.path.stat().st_size)
                stand.recorder.publish(path, stand.recorder.times[-1].end_utc_ms)
                fill(filler)
            wait_for(lambda: stand.state().get("note"), "the trouble in the state", within_s=30)
            filler.unlink()
            stand.recorder.publish_all(made[6:10], stand.recorder.times[-1].end_utc_ms)
            newest = stand.recorder.times[-1].begin_utc_ms
            stand.wait_for_frame(Kind.CAPTURES, newest, within_s=40)
            wait_for(lambda: stand.metadata()[-1].captured_at_utc_ms >= newest, "metadata of now")
        for kind in (Kind.CAPTURES, Kind.THUMBNAILS):
            for file in stand.hot(kind):
                with Image.open(stand.path(file)) as image:
                    image.load()


def fill(path: Path) -> None:
    """Take every byte that the disk has left."""
    with path.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            while True:
                try:
                    if file.write(b"\0" * size) < size:
                        break
                except OSError:
                    break


def test_a_killed_frame_maker_is_started_again_and_says_so(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", seconds=8)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 2, "captures")
        [victim] = own_ffmpegs()
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: own_ffmpegs() != [victim], "it is gone")
        stand.recorder.publish_all(made[2:], T0 + 2000)
        stand.wait_for_frame(Kind.CAPTURES, T0 + 7000)
        wait_for(lambda: stand.state()["frame_maker"]["restarts"] == 1, "the restart in the state")
        assert "had to be started again" in stand.state()["note"]
    numbers = [file.file.number for file in stand.hot(Kind.CAPTURES)]
    assert numbers == sorted(set(numbers))


def test_a_frame_maker_that_falls_behind_skips_to_what_is_now(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path, frames="all")
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=SMALL, seconds=40)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 3, "captures")
        [slow] = own_ffmpegs()
        os.kill(slow, signal.SIGSTOP)
        stand.recorder.publish_all(made[2:], T0 + 2000)
        os.kill(slow, signal.SIGCONT)
        stand.wait_for_frame(Kind.CAPTURES, T0 + 38_900)
        wait_for(lambda: stand.state()["frame_maker"]["segments_skipped"] > 10, "the skipped segments")
        assert "fell behind" in stand.state()["note"]
        assert own_ffmpegs() == [slow]


def test_torn_frames_never_reach_the_ring(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say(frames_in_recorder=True)
    made = make_segments(tmp_path / "made", seconds=1)
    staging = stand.store.folders.frame_staging / "1"
    staging.mkdir()
    with Image.new("RGB", (320, 180)) as image:
        image.save(staging / "t_000000000200.jpg", "JPEG")
        image.save(staging / "t_000000000400.jpg", "JPEG")
    os.truncate(staging / "t_000000000400.jpg", 700)
    (staging / "t_000000000600.jpg").touch()
    with stand.running():
        stand.recorder.publish(made[0], T0)
        wait_for(
            lambda: stand.state().get("collector", {}).get("torn") == 2, "both to be counted", within_s=30
        )
    assert stand.times(Kind.THUMBNAILS) == [T0 + 200]
    assert stand.staged() == []


@contextmanager
def frames_process(base: Path, root: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.frames_process", str(base), str(root), "auto"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def test_numbers_grow_and_nothing_doubles_through_kills_of_the_process(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", seconds=12)
    orphans: list[int] = []
    for round_number in range(4):
        with frames_process(tmp_path, stand.root) as process:
            for segment in made[round_number * 3 : round_number * 3 + 3]:
                at_ms = T0 + (stand.recorder.next_number - 1) * 1000
                stand.recorder.publish(segment, at_ms)
                stand.wait_for_frame(Kind.CAPTURES, at_ms)
            orphans += ffmpegs_of(process.pid)
    assert len(orphans) == 4
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans), "every ffmpeg to die with it")
    captures = stand.hot(Kind.CAPTURES)
    assert [file.mtime_ms for file in captures] == [T0 + index * 1000 for index in range(12)]
    numbers = [file.file.number for file in captures]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] > 3000, "each start takes a range of its own"
    with stand.running():
        wait_for(lambda: len(stand.metadata()) == 12, "what was not judged before the kills")


def test_a_lost_journal_gives_no_number_out_again(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", seconds=4)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.metadata()) == 2, "captures and metadata")
    # Captures are kept an hour, metadata a day: both have the same numbers.
    hour = stand.recorder.times[0].hour
    for kind in (Kind.CAPTURES, Kind.THUMBNAILS):
        stand.store.archive(kind, hour, [file.file for file in stand.hot(kind)])
    for path in stand.store.folders.cold(Kind.CAPTURES, hour.number).glob("*.jpg"):
        path.unlink()
    other = FramesStand(tmp_path / "new", root=stand.root)
    other.recorder.say()
    other.recorder.next_number = 3
    with other.running():
        other.recorder.publish_all(made[2:], T0 + 60_000)
        wait_for(lambda: len(other.metadata()) == 4, "captures and metadata after the loss")
    names = [parse_file_name(path.name) for path in stand.store.folders.hot(Kind.METADATA).glob("*.json")]
    assert sorted(file.number for file in names if file is not None) == [1, 2, 3, 4]


@pytest.mark.parametrize("broken", [b"not a transport stream" * 2000, b"", b"\x47" * 18_800])
def test_a_segment_that_is_none_does_not_stop_the_frames(tmp_path: Path, broken: bytes) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", seconds=10)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 2, "captures")
        made[2].path.write_bytes(broken)
        stand.recorder.publish_all(made[2:], T0 + 2000)
        stand.wait_for_frame(Kind.CAPTURES, T0 + 9000, within_s=30)
