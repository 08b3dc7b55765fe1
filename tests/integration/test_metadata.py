"""What captures show, judged on real pictures made by a real ffmpeg."""

import os
from pathlib import Path
from typing import Any

import pytest

from host_agent.frames.collector import PublishedFrame
from host_agent.frames.jpeg_facts import read_jpeg_facts
from host_agent.frames.metadata import CaptureFacts, parse_metadata
from host_agent.frames.metadata_writer import MetadataWriter
from host_agent.ring.layout import Kind, RingFile
from host_agent.settings import FrameSettings
from tests.support.fake_recorder import make_segments
from tests.support.frames_stand import FramesStand, wait_for

T0 = 1_795_266_000_000
# Bars stand still for 14 s; then they move.
STILL = "smptebars=size=320x180:rate=25"
BLACK = "color=black:size=320x180:rate=25"
MOVING = "testsrc2=size=320x180:rate=25"
DIM = "color=0x181818:size=320x180:rate=25"


def judged(tmp_path: Path, source: str, seconds: int, **picture: Any) -> list[CaptureFacts]:
    """The metadata of `seconds` of an ffmpeg source, a capture a second."""
    stand = FramesStand(tmp_path, **picture)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=source, seconds=seconds)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        wait_for(lambda: len(stand.metadata()) == seconds, f"metadata of {seconds} captures")
    for file in stand.hot(Kind.METADATA):
        assert file.size_bytes <= 2048
    return stand.metadata()


def test_a_black_screen_is_told_from_a_dim_one(tmp_path: Path) -> None:
    for name, source, black in (("black", BLACK, True), ("dim", DIM, False)):
        for facts in judged(tmp_path / name, source, 3):
            assert facts.judgement is not None
            assert facts.judgement.blackscreen is black


def test_a_frozen_picture_is_told_after_ten_seconds(tmp_path: Path) -> None:
    for second, facts in enumerate(judged(tmp_path, STILL, 14)):
        assert facts.judgement is not None
        assert facts.judgement.motion == 0
        assert facts.judgement.freeze is (second >= 10)
        assert facts.judgement.freeze_s == (second if second >= 10 else 0)


def test_a_moving_picture_moves_and_is_not_frozen(tmp_path: Path) -> None:
    first, *others = judged(tmp_path, MOVING, 14)
    assert first.judgement is not None
    for facts in others:
        assert facts.judgement is not None
        assert facts.judgement.motion > 0.02
        assert not facts.judgement.freeze
        assert not facts.judgement.blackscreen
        assert facts.judgement.sharpness > 5


def test_metadata_has_the_number_the_time_and_the_size_of_its_capture(tmp_path: Path) -> None:
    stand = FramesStand(tmp_path)
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=MOVING, seconds=4)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        wait_for(lambda: len(stand.metadata()) == 4, "metadata")
    thumbnails = {file.file.number: file.mtime_ms for file in stand.hot(Kind.THUMBNAILS)}
    for capture, written, facts in zip(
        stand.hot(Kind.CAPTURES), stand.hot(Kind.METADATA), stand.metadata(), strict=True
    ):
        assert facts.number == capture.file.number == written.file.number
        assert facts.captured_at_utc_ms == capture.mtime_ms == written.mtime_ms
        assert facts.size_bytes == capture.size_bytes
        assert (facts.width, facts.height) == (320, 180)
        assert facts.thumbnail is not None
        assert thumbnails[facts.thumbnail] == capture.mtime_ms


def test_detection_that_is_off_leaves_size_and_time(tmp_path: Path) -> None:
    facts = judged(tmp_path, MOVING, 3, enable_detection=False)
    assert [entry.judgement for entry in facts] == [None] * 3
    assert [entry.captured_at_utc_ms for entry in facts] == [T0, T0 + 1000, T0 + 2000]


def test_the_thresholds_are_settings(tmp_path: Path) -> None:
    settings = {"black_below": 250, "freeze_after_s": 2, "freeze_motion_below": 1}
    *_, last = judged(tmp_path / "a", MOVING, 4, **settings)
    assert last.judgement is not None
    assert (last.judgement.blackscreen, last.judgement.freeze, last.judgement.freeze_s) == (True, True, 3.0)
    blunt = judged(tmp_path / "b", MOVING, 4, detection_sensitivity=0, motion_block_threshold=255)
    assert [entry.judgement.motion for entry in blunt if entry.judgement] == [0.0] * 4


def published(stand: FramesStand, kind: Kind, number: int, at_ms: int, jpeg: bytes) -> PublishedFrame:
    staged = stand.store.folders.staging / f"{kind.value}-{number}"
    staged.write_bytes(jpeg)
    path = stand.store.publish(staged, RingFile(kind, number), at_ms)
    facts = read_jpeg_facts(path)
    assert facts is not None
    return PublishedFrame(kind, number, at_ms, facts)


@pytest.fixture
def jpegs(tmp_path: Path) -> list[bytes]:
    """Four pictures that differ."""
    stand = FramesStand(tmp_path / "source")
    stand.recorder.say()
    made = make_segments(tmp_path / "made", source=MOVING, seconds=4)
    with stand.running():
        stand.recorder.publish_all(made, T0)
        wait_for(lambda: len(stand.hot(Kind.THUMBNAILS)) == 4, "pictures")
    return [stand.path(file).read_bytes() for file in stand.hot(Kind.THUMBNAILS)]


def test_a_corrupt_thumbnail_costs_one_capture_its_metadata(tmp_path: Path, jpegs: list[bytes]) -> None:
    stand = FramesStand(tmp_path)
    writer = MetadataWriter(stand.store, stand.clock, FrameSettings())
    # Whole by its first and last bytes and its size; the code lengths to decode it are impossible.
    table = jpegs[1].index(b"\xff\xc4") + 5
    jpegs[1] = jpegs[1][:table] + b"\xfe" * 16 + jpegs[1][table + 16 :]
    frames = []
    for index, jpeg in enumerate(jpegs):
        frames.append(published(stand, Kind.THUMBNAILS, index + 1, T0 + index * 1000, jpeg))
        frames.append(published(stand, Kind.CAPTURES, index + 1, T0 + index * 1000, jpeg))
    writer.take(frames)
    assert [facts.number for facts in writer.step()] == [1, 3, 4]
    assert writer.report().corrupt == 1
    assert writer.report().written == 3


def test_without_thumbnails_a_capture_is_judged_by_itself(tmp_path: Path, jpegs: list[bytes]) -> None:
    stand = FramesStand(tmp_path)
    writer = MetadataWriter(stand.store, stand.clock, FrameSettings())
    writer.take(
        published(stand, Kind.CAPTURES, index + 1, T0 + index * 1000, jpeg)
        for index, jpeg in enumerate(jpegs)
    )
    done: list[CaptureFacts] = []

    def all_judged() -> bool:
        done.extend(writer.step())
        return len(done) == 4

    wait_for(all_judged, "it to stop waiting for thumbnails")
    assert [facts.thumbnail for facts in done] == [None] * 4
    assert done[1].judgement is not None
    assert done[1].judgement.motion > 0


def test_a_broken_metadata_folder_is_counted_and_recovers(tmp_path: Path, jpegs: list[bytes]) -> None:
    stand = FramesStand(tmp_path)
    writer = MetadataWriter(stand.store, stand.clock, FrameSettings())
    writer.step()
    folder = stand.store.folders.hot(Kind.METADATA)
    folder.rename(tmp_path / "away")
    folder.touch()
    numbers = iter(range(1, 5))

    def one() -> list[CaptureFacts]:
        number = next(numbers)
        at_ms = T0 + number * 1000
        frames = [
            published(stand, kind, number, at_ms, jpegs[0]) for kind in (Kind.THUMBNAILS, Kind.CAPTURES)
        ]
        writer.take(frames)
        return writer.step()

    assert one() == []
    assert (writer.report().unwritten, writer.report().trouble != "") == (1, True)
    folder.unlink()
    (tmp_path / "away").rename(folder)
    assert [facts.number for facts in one()] == [2]
    assert writer.report().trouble == ""
    assert os.listdir(stand.store.folders.staging / "metadata") == []


def test_a_restart_judges_what_was_published_and_not_judged(tmp_path: Path, jpegs: list[bytes]) -> None:
    stand = FramesStand(tmp_path)
    for index, jpeg in enumerate(jpegs):
        for kind in (Kind.THUMBNAILS, Kind.CAPTURES):
            published(stand, kind, index + 1, T0 + index * 1000, jpeg)
    first = MetadataWriter(stand.store, stand.clock, FrameSettings())
    assert [facts.number for facts in first.step()] == [1, 2, 3, 4]
    (stand.store.folders.hot(Kind.METADATA) / RingFile(Kind.METADATA, 4).name).unlink()
    left_by_a_kill = stand.store.folders.staging / "metadata" / "capture_000000004.json"
    left_by_a_kill.write_text('{"torn')
    second = MetadataWriter(stand.store, stand.clock, FrameSettings())
    assert [facts.number for facts in second.step()] == [4]
    written = stand.store.folders.hot(Kind.METADATA) / RingFile(Kind.METADATA, 4).name
    assert parse_metadata(written.read_text()) is not None
