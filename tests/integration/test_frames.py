"""Frames of real segments, made by a real ffmpeg: their true times, their numbers, their modes."""

import os
import threading
import time
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from host_agent.frames.frame_maker_command import CAPTURE_PATTERN
from host_agent.ring.layout import Kind
from host_agent.settings import Frames
from tests.support.fake_recorder import MadeSegment, make_segments
from tests.support.footage import X265_ONE_THREAD as ONE_THREAD
from tests.support.frames_stand import FramesStand, own_ffmpegs, wait_for

T0 = 1_795_266_000_000
FRAME_MS = 40
# Picture n of 25 a second has grey level 16 + n: a frame's own pixels say when it was.
COUNTING = "color=size=320x180:rate=25:color=black,geq=lum='16+N':cb=128:cr=128"
REORDERED = ("libx264", "-preset", "ultrafast", "-bf", "2", "-x264-params", "scenecut=0")
HEVC_REORDERED = ("libx265", "-preset", "ultrafast", "-x265-params", f"{ONE_THREAD}:bframes=3")
HEVC = ("libx265", "-preset", "ultrafast", "-x265-params", f"{ONE_THREAD}:bframes=0")


def picture_number(path: Path) -> float:
    with Image.open(path) as image:
        return ImageStat.Stat(image.convert("L")).mean[0] * 219 / 255


def assert_times_are_those_of_the_pictures(stand: FramesStand, kind: Kind, begin_ms: int = T0) -> None:
    """Each frame's mtime is when its picture was, by what the picture shows, within two pictures."""
    for file in stand.hot(kind):
        shown_ms = picture_number(stand.path(file)) * FRAME_MS
        assert file.mtime_ms - begin_ms == pytest.approx(shown_ms, abs=2 * FRAME_MS), file


def assert_numbers_grow_with_time(stand: FramesStand, kind: Kind) -> None:
    times = stand.times(kind)
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_key_frames_become_captures_and_thumbnails_with_their_true_times(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=6, sound=True)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        wait_for(lambda: len(stand.metadata()) == 6, "six captures and their metadata")
        wait_for(lambda: stand.state().get("mode") == "keyframes", "the mode")
    begins = [T0 + index * 1000 for index in range(6)]
    assert stand.times(Kind.CAPTURES) == begins
    assert stand.times(Kind.THUMBNAILS) == begins
    assert_times_are_those_of_the_pictures(stand, Kind.CAPTURES)
    assert [file.file.number for file in stand.hot(Kind.CAPTURES)] == [1, 2, 3, 4, 5, 6]
    first = stand.hot(Kind.CAPTURES)[0]
    with Image.open(stand.path(first)) as image:
        assert image.size == (320, 180)
    assert [facts.captured_at_utc_ms for facts in stand.metadata()] == begins
    assert stand.staged() == []


@pytest.mark.parametrize(
    ("codec", "first_timestamp_s"),
    [
        (("libx264", "-preset", "ultrafast", "-tune", "zerolatency"), 0.0),
        (REORDERED, 0.0),
        (HEVC, 0.0),
        # 2**33 ticks are 95443.7 s: the clock wraps in the third second.
        (REORDERED, 95_441.0),
        # More than a minute before the wrap ffmpeg counts on above 2**33 instead of going below zero.
        (("libx264", "-preset", "ultrafast", "-tune", "zerolatency"), 95_375.0),
    ],
)
def test_all_pictures_at_the_rates_of_the_settings(
    tmp_path: Path, codec: tuple[str, ...], first_timestamp_s: float
) -> None:
    stand = FramesStand(tmp_path, frames="all", thumbnail_width=160)
    stand.recorder.say()
    made = make_segments(
        tmp_path / "made",
        source=COUNTING,
        seconds=8,
        gop_s=2,
        codec=codec,
        first_timestamp_s=first_timestamp_s,
    )
    with stand.running():
        stand.recorder.publish_all(made, T0)
        # The last pictures leave ffmpeg when it has been idle for a while.
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 16, "two captures a second")
        wait_for(lambda: len(stand.hot(Kind.THUMBNAILS)) >= 40, "five thumbnails a second")
        wait_for(lambda: len(stand.metadata()) >= 16, "their metadata")
    for kind, count in ((Kind.CAPTURES, 16), (Kind.THUMBNAILS, 40)):
        # One more at each beginning of ffmpeg, of which there are two where the clock wraps.
        assert len(stand.hot(kind)) == pytest.approx(count, abs=2)
        assert_numbers_grow_with_time(stand, kind)
        assert_times_are_those_of_the_pictures(stand, kind)
    with Image.open(stand.path(stand.hot(Kind.THUMBNAILS)[0])) as image:
        assert image.size == (160, 90)
    assert stand.state()["captures_skipped"] == 0


@pytest.mark.parametrize("codec", [REORDERED, HEVC_REORDERED])
def test_reordered_pictures_do_not_hold_key_frames_back(tmp_path: Path, codec: tuple[str, ...]) -> None:
    """A decoder would give a key frame away two intervals later, and the newest capture be 3 s old."""
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=5, codec=codec)
    with stand.running():
        for index, segment in enumerate(made):
            stand.recorder.publish(segment, T0 + index * 1000)
            stand.wait_for_captures(index + 1, within_s=4)
    assert_times_are_those_of_the_pictures(stand, Kind.CAPTURES)


def test_a_new_run_begins_its_media_time_anew_and_frames_stay_right(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=3)
    with stand.running():
        for run in range(3):
            stand.recorder.publish_all(made, T0 + run * 60_000)
            stand.recorder.new_run()
            stand.wait_for_captures(3 * run + 3)
    expected = [T0 + run * 60_000 + index * 1000 for run in range(3) for index in range(3)]
    assert stand.times(Kind.CAPTURES) == expected
    for file in stand.hot(Kind.CAPTURES):
        number = picture_number(stand.path(file))
        assert (file.mtime_ms - T0) % 60_000 == pytest.approx(number * FRAME_MS, abs=2 * FRAME_MS)


def test_segments_on_both_sides_of_an_hour_give_their_frames(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    begin_ms = T0 - T0 % 3_600_000 + 3_600_000 - 3000
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=6)
    with stand.running():
        stand.recorder.publish_all(made, begin_ms)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 6, "frames before and after the hour")
    assert stand.times(Kind.CAPTURES) == [begin_ms + index * 1000 for index in range(6)]


def test_a_clock_that_is_set_back_keeps_frames_in_the_order_of_recording(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=4)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 2, "the frames before the step")
        stand.recorder.publish_all(made[2:], T0 - 7_200_000)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 4, "the frames after the step")
        wait_for(lambda: len(stand.metadata()) == 4, "their metadata")
    assert stand.times(Kind.CAPTURES) == [T0, T0 + 1000, T0 - 7_200_000, T0 - 7_199_000]


def test_the_mode_follows_the_key_frames_of_the_camera(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    short = make_segments(tmp_path / "short", source=COUNTING, seconds=3)
    long = make_segments(tmp_path / "long", source=COUNTING, seconds=9, gop_s=3, first_timestamp_s=3)
    with stand.running():
        stand.recorder.publish_all(short, T0)
        wait_for(lambda: stand.state().get("mode") == "keyframes", "short intervals: key frames")
        stand.recorder.publish_all(long[:2], T0 + 3000)
        wait_for(lambda: stand.state()["mode"] == "all", "long intervals: all pictures")
        stand.recorder.publish_all(long[2:], T0 + 9000)
        wait_for(lambda: max(stand.times(Kind.CAPTURES)) > T0 + 11_000, "frames within the long segment")
        why = stand.state()["why"]
    assert "less often than every 2 s" in why
    assert_numbers_grow_with_time(stand, Kind.CAPTURES)
    late = [at for at in stand.times(Kind.CAPTURES) if at >= T0 + 9000]
    assert len(late) >= 5


@pytest.mark.parametrize(
    ("frames", "in_recorder", "mode"), [("off", False, "off"), ("auto", True, "recorder")]
)
def test_no_frame_maker_runs_where_none_is_wanted(
    tmp_path: Path, frames: str, in_recorder: bool, mode: str
) -> None:
    stand = FramesStand(tmp_path, frames=frames)
    stand.recorder.say(frames_in_recorder=in_recorder)
    with stand.running():
        stand.recorder.publish_all(make_segments(tmp_path / "made", seconds=2), T0)
        wait_for(lambda: stand.state().get("mode") == mode, "the mode")
        assert own_ffmpegs() == []
    assert stand.hot(Kind.CAPTURES) == []
    assert stand.state()["why"].endswith(".")


def test_nothing_is_made_before_the_recorder_says_what_it_records(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    with stand.running():
        stand.recorder.publish_all(make_segments(tmp_path / "made", seconds=2), T0)
        wait_for(lambda: stand.state().get("mode") == "off", "the capture process is absent")
        stand.recorder.say()
        wait_for(lambda: stand.state().get("mode") == "keyframes", "it came")


def record_frames_like_the_recorder(stand: FramesStand, made: list[MadeSegment], folder: Path) -> list[Path]:
    """What the recorder's own ffmpeg would leave in staging for its current run."""
    staging = stand.store.folders.frame_staging / str(stand.recorder.run)
    staging.mkdir(exist_ok=True)
    left = []
    for index, segment in enumerate(made):
        for part in range(2):
            name = CAPTURE_PATTERN % (segment.media_ts_90khz // 90 + part * 500)
            with Image.new("RGB", (320, 180), (index * 20, part * 100, 50)) as image:
                image.save(folder / name, "JPEG")
            left.append((folder / name).rename(staging / name))
    return left


def test_the_recorders_own_frames_wait_for_their_segment(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say(frames_in_recorder=True)
    made = make_segments(tmp_path / "made", seconds=3)
    with stand.running():
        stand.recorder.publish(made[0], T0)
        left = record_frames_like_the_recorder(stand, made[1:], tmp_path)
        wait_for(lambda: stand.state().get("mode") == "recorder", "the mode")
        assert [path.exists() for path in left] == [True] * 4
        assert stand.hot(Kind.CAPTURES) == []
        stand.recorder.publish(made[1], T0 + 1000)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 2, "the frames of the segment that came")
        stand.recorder.publish(made[2], T0 + 2000)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 4, "all frames")
    assert stand.times(Kind.CAPTURES) == [T0 + 1000, T0 + 1500, T0 + 2000, T0 + 2500]


def test_a_finished_runs_folders_go_and_the_running_ones_stay(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say(frames_in_recorder=True)
    made = make_segments(tmp_path / "made", seconds=1)
    staging = stand.store.folders.frame_staging
    (staging / "1").mkdir()
    (staging / "1-7").mkdir()
    (staging / "1-7" / "c_000000000500.jpg.tmp").write_bytes(b"torn by a kill")
    (staging / "3").mkdir()
    stand.recorder.run = 2
    with stand.running():
        stand.recorder.publish(made[0], T0)
        wait_for(
            lambda: sorted(os.listdir(staging)) == ["3"], "folders of runs that are over to go", within_s=15
        )


def test_stopping_ends_ffmpeg_within_five_seconds_and_leaves_its_frames(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path, frames="all")
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=4)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        wait_for(own_ffmpegs, "the frame maker")
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 6, "frames")
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert own_ffmpegs() == []
    # The last pictures, which ffmpeg held until its input ended, are published too.
    assert len(stand.hot(Kind.CAPTURES)) == 9
    assert len(stand.hot(Kind.THUMBNAILS)) == 20


def feeding(device: str) -> bool:
    return any(thread.name == f"feed-{device}" for thread in threading.enumerate())


def test_a_reload_changes_adds_and_removes_devices(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=6)
    with stand.running():
        stand.recorder.publish_all(made[:2], T0)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) == 2, "frames of key frames")
        device = stand.settings.device[0]
        stand.service.reload(
            stand.settings.model_copy(update={"device": (device.model_copy(update={"frames": Frames.ALL}),)})
        )
        wait_for(lambda: stand.state()["mode"] == "all", "the changed mode")
        stand.recorder.publish_all(made[2:4], T0 + 2000)
        wait_for(lambda: len(stand.hot(Kind.CAPTURES)) >= 5, "more frames than key frames")
        other = device.model_copy(update={"name": "other"})
        stand.service.reload(stand.settings.model_copy(update={"device": (other,)}))
        wait_for(lambda: not feeding("cam"), "the removed device's thread to end")
        assert own_ffmpegs() == []
        stand.service.reload(stand.settings)
        stand.recorder.publish_all(made[4:], T0 + 4000)
        wait_for(lambda: stand.times(Kind.CAPTURES)[-1] == T0 + 5000, "the device that came back")
    assert_numbers_grow_with_time(stand, Kind.CAPTURES)


def test_segments_that_left_the_hot_folder_are_found(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=8)
    with stand.running():
        # The recorder says nothing yet, so that nothing is fed while the archiver moves segments away.
        stand.recorder.publish_all(made[:1], T0)
        wait_for(lambda: stand.state().get("mode") == "off", "the service runs")
        stand.recorder.say()
        times = stand.recorder.publish_all(made[1:], T0 + 1000)
        moving = [file.file for file in stand.hot(Kind.SEGMENTS)[:5]]
        stand.store.archive(Kind.SEGMENTS, times[0].hour, moving)
        wait_for(lambda: stand.times(Kind.CAPTURES)[-1:] == [T0 + 7000], "the newest frame")
    assert stand.state()["frame_maker"]["segments_skipped"] == 0


def test_a_device_without_folders_is_left_alone_until_they_are_there(tmp_path: Path) -> None:
    """Its disk is not mounted: nothing may be made in the empty mount point."""
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=COUNTING, seconds=2)
    stand.store.folders.base.rename(tmp_path / "unmounted")
    with stand.running():
        wait_for(lambda: "cannot" in stand.state().get("note", ""), "the trouble in the state")
        assert not stand.store.folders.base.exists()
        (tmp_path / "unmounted").rename(stand.store.folders.base)
        stand.recorder.publish_all(made, T0)
        wait_for(lambda: len(stand.metadata()) == 2, "the frames of the device that came")
