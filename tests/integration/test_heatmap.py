"""A day at a glance: minutes and mosaics on disk, from metadata, segment times and thumbnails."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from host_agent.frames.heatmap import HeatmapReader
from host_agent.frames.heatmap_writer import HeatmapWriter
from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.frames.minutes import Minute
from host_agent.frames.minutes_file import MinutesFile, parse_minutes
from host_agent.ring.layout import MINUTES_NAME, MOSAIC_NAME, DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.errors import NotFoundError
from shared.spans import Span, from_utc_ms, utc_ms
from tests.support.set_clock import SetClock

HOUR = Hour(datetime(2026, 11, 21, 14, tzinfo=UTC))
SECOND_MS = 1000


class Day:
    """A device whose footage is written without a camera: a capture every five seconds."""

    def __init__(self, root: Path, at: datetime) -> None:
        self.clock = SetClock(at)
        self.store = RingStore(DeviceFolders(root, "cam"), self.clock)
        self.store.prepare()
        self.number = 1
        self.segment = 1

    def record(
        self,
        begin: datetime,
        seconds: int,
        *,
        colour: tuple[int, int, int] = (60, 60, 60),
        motion: float = 0.0,
        black: bool = False,
        analysed: bool = True,
        every_s: int = 5,
    ) -> list[CaptureFacts]:
        """Segments without a hole, captures' metadata and their thumbnails; hot, or archived where old."""
        begin_ms = utc_ms(begin)
        for offset in range(0, seconds, 10):
            length = min(10, seconds - offset) * SECOND_MS
            self.store.append_time(
                SegmentTime(self.segment, begin_ms + offset * SECOND_MS, length, offset * 90_000, 1)
            )
            self.segment += 1
        return [
            self.capture(begin_ms + offset * SECOND_MS, colour, motion, black=black, analysed=analysed)
            for offset in range(0, seconds, every_s)
        ]

    def capture(
        self, at_ms: int, colour: tuple[int, int, int], motion: float, *, black: bool, analysed: bool
    ) -> CaptureFacts:
        judged = Judgement(50.0, black, freeze=False, freeze_s=0.0, motion=motion, sharpness=3.0)
        thumbnail = self.number + 10_000
        facts = CaptureFacts(self.number, at_ms, 1280, 720, 90_000, thumbnail, judged if analysed else None)
        self.number += 1
        buffer = BytesIO()
        Image.new("RGB", (320, 180), colour).save(buffer, "JPEG", quality=90)
        self.place(RingFile(Kind.THUMBNAILS, thumbnail), at_ms, buffer.getvalue())
        self.place(RingFile(Kind.METADATA, facts.number), at_ms, encode_metadata(facts).encode())
        return facts

    def place(self, file: RingFile, at_ms: int, data: bytes) -> None:
        staged = self.store.folders.staging / file.name
        staged.write_bytes(data)
        self.store.publish(staged, file, at_ms)

    def archive_all(self) -> None:
        for kind in (Kind.THUMBNAILS, Kind.METADATA):
            hot = self.store.hot_files(kind)
            for hour in {file.hour for file in hot}:
                self.store.archive(kind, hour, [file.file for file in hot if file.hour == hour])

    def hot(self) -> MinutesFile:
        return read(self.store.folders.hot(Kind.HEATMAP))

    def sealed(self, hour: Hour = HOUR) -> MinutesFile:
        folder = self.store.hour_folder(Kind.HEATMAP, hour)
        assert folder is not None, f"{hour} has no folder"
        return read(folder)

    def at(self, minute: float) -> datetime:
        return HOUR.start + timedelta(minutes=minute)

    def reader(self) -> HeatmapReader:
        return HeatmapReader({"cam": self.store}, self.clock)


def read(folder: Path) -> MinutesFile:
    file = parse_minutes((folder / MINUTES_NAME).read_text())
    assert file is not None
    return file


def written(minutes: Sequence[Minute | None]) -> list[int]:
    return [index for index, minute in enumerate(minutes) if minute is not None]


def colours(mosaic: Path, minutes: Sequence[int]) -> list[tuple[int, ...]]:
    with Image.open(mosaic) as picture:
        assert picture.size == (1600, 540)
        rgb = picture.convert("RGB")
    return [
        tuple(int(v) for v in pixel)
        for minute in minutes
        if isinstance(pixel := rgb.getpixel((minute % 10 * 160 + 80, minute // 10 * 90 + 45)), tuple)
    ]


def step_until(writer: HeatmapWriter, day: Day, until: datetime, every_s: float = 5) -> None:
    while day.clock.now() < until:
        day.clock.pass_time(min(every_s, (until - day.clock.now()).total_seconds()))
        writer.step()
    assert writer.trouble == ""


def test_the_running_hour_is_refreshed_every_minute(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    writer.add(day.record(day.at(0), 60, motion=0.1))
    writer.add(day.record(day.at(1), 30, motion=0.5, colour=(200, 30, 30)))
    step_until(writer, day, day.at(1) + timedelta(seconds=20))
    assert written(day.hot().minutes) == [0]
    step_until(writer, day, day.at(2) + timedelta(seconds=10))
    file = day.hot()
    assert (file.hour, file.sealed, written(file.minutes)) == (HOUR, False, [0, 1])
    first, second = file.minutes[:2]
    assert first is not None
    assert second is not None
    assert (first.frames, first.motion_mean, first.missing_s) == (12, 0.1, 0.0)
    assert (second.frames, second.motion_peak, second.missing_s) == (6, 0.5, 30.0)
    tiles = colours(day.store.folders.hot(Kind.HEATMAP) / MOSAIC_NAME, [0, 1, 2])
    assert [pytest.approx(colour, abs=12) for colour in ((60, 60, 60), (200, 30, 30), (0, 0, 0))] == tiles


def test_a_minutes_tile_is_its_most_active_moment(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    writer.add(day.record(day.at(0), 30, motion=0.1, colour=(20, 20, 200)))
    writer.add(day.record(day.at(0.5), 10, motion=0.9, colour=(20, 200, 20)))
    writer.add(day.record(day.at(0.5) + timedelta(seconds=10), 20, motion=0.2, colour=(200, 20, 20)))
    day.archive_all()  # the thumbnail is found where it lies
    step_until(writer, day, day.at(1.2))
    [tile] = colours(day.store.folders.hot(Kind.HEATMAP) / MOSAIC_NAME, [0])
    assert tile == pytest.approx((20, 200, 20), abs=12)


def test_late_footage_changes_a_minute_and_its_revision(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    writer.add(day.record(day.at(0), 40))
    step_until(writer, day, day.at(1.2))
    minute = day.hot().minutes[0]
    assert minute is not None
    assert (minute.frames, minute.missing_s, minute.revision) == (8, 20.0, 1)
    writer.add(day.record(day.at(0) + timedelta(seconds=40), 20))
    writer.add(day.record(day.at(1), 60))
    step_until(writer, day, day.at(2.2))
    late, following = day.hot().minutes[:2]
    assert late is not None
    assert following is not None
    assert (late.frames, late.missing_s, late.revision) == (12, 0.0, 2)
    assert following.revision == 1


def test_an_hour_is_sealed_once_into_its_folder(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    for minute in range(60):
        if minute != 30:
            writer.add(day.record(day.at(minute), 60, motion=minute / 100, every_s=20))
        if minute % 15 == 14:
            day.archive_all()
    step_until(writer, day, day.at(59.9), every_s=30)
    assert day.store.hour_folder(Kind.HEATMAP, HOUR) is None
    writer.add(day.record(day.at(60), 60, motion=0.7, every_s=20))
    step_until(writer, day, day.at(60.9))
    assert day.hot().hour == HOUR
    assert written(day.hot().minutes) == list(range(60))
    step_until(writer, day, day.at(61.3))
    sealed = day.sealed()
    assert (sealed.hour, sealed.sealed, sealed.mosaic) == (HOUR, True, True)
    assert written(sealed.minutes) == list(range(60))
    missing = sealed.minutes[30]
    assert missing is not None
    assert (missing.frames, missing.missing_s, missing.thumbnail) == (0, 60.0, None)
    assert (day.hot().hour, written(day.hot().minutes)) == (HOUR.next(), [0])
    folder = day.store.hour_folder(Kind.HEATMAP, HOUR)
    assert folder is not None
    before = (folder / MINUTES_NAME).stat().st_mtime_ns, (folder / MOSAIC_NAME).stat().st_mtime_ns
    step_until(writer, day, day.at(65), every_s=30)
    assert ((folder / MINUTES_NAME).stat().st_mtime_ns, (folder / MOSAIC_NAME).stat().st_mtime_ns) == before


def test_a_restart_goes_on_with_the_running_hour(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    first = HeatmapWriter(day.store, day.clock)
    first.step()
    first.add(day.record(day.at(0), 120, motion=0.2))
    step_until(first, day, day.at(2.2))
    before = day.hot()
    day.archive_all()
    unheard = day.record(day.at(2), 60, motion=0.4)  # judged, and never told of: the process was killed
    day.clock.pass_time(60)
    second = HeatmapWriter(day.store, day.clock)
    second.step()
    second.add(unheard)
    second.step()
    after = day.hot()
    assert after.minutes[:2] == before.minutes[:2]
    third = after.minutes[2]
    assert third is not None
    assert (third.frames, third.motion_mean, third.revision) == (12, 0.4, 1)


def test_what_memory_sealed_is_what_the_files_say(tmp_path: Path) -> None:
    followed, missed = Day(tmp_path / "a", HOUR.start), Day(tmp_path / "b", HOUR.start)
    writer = HeatmapWriter(followed.store, followed.clock)
    writer.step()
    for minute in range(0, 60, 3):
        for day in (followed, missed):
            facts = day.record(day.at(minute), 100, motion=minute / 97, black=minute % 2 == 0)
            if day is followed:
                writer.add(facts)
            day.archive_all()
    step_until(writer, followed, followed.at(61.5), every_s=20)
    missed.clock.pass_time(3600 + 90)
    late = HeatmapWriter(missed.store, missed.clock)
    late.step()
    assert late.trouble == ""
    assert missed.sealed() == followed.sealed()


def test_hours_that_nobody_followed_are_made_up_for(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    for hours in (0, 1, 3):
        day.record(day.at(hours * 60 + 5), 120, motion=0.3)
        day.archive_all()
    day.clock.pass_time(5 * 3600)
    writer = HeatmapWriter(day.store, day.clock)
    for _ in range(10):
        writer.step()
        day.clock.pass_time(1)
    sealed = [day.sealed(Hour(HOUR.start + timedelta(hours=hours))) for hours in (0, 1, 3)]
    assert [file.minutes[5].frames for file in sealed if file.minutes[5] is not None] == [12] * 3
    assert day.store.hour_folder(Kind.HEATMAP, Hour(HOUR.start + timedelta(hours=2))) is None


def test_an_hour_that_ended_just_before_the_start_is_shown_at_once(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    day.record(day.at(57), 120, motion=0.3)
    day.clock.pass_time(3600 + 20)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    shown = day.reader().heatmap("cam", Span(day.at(56), day.at(60))).minutes
    assert [entry.values.frames for entry in shown if entry.values.frames] == [12, 12]
    step_until(writer, day, day.at(62))
    sealed = day.sealed(HOUR).minutes[57]
    assert sealed is not None and sealed.frames == 12


def test_an_hour_without_the_device_that_ended_just_before_the_start_gets_no_file(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    day.clock.pass_time(3600 + 20)
    writer = HeatmapWriter(day.store, day.clock)
    step_until(writer, day, day.at(62))
    assert day.store.hour_folder(Kind.HEATMAP, HOUR) is None


def test_footage_of_a_sealed_hour_revises_it(tmp_path: Path) -> None:
    """The clock was set back into an hour that is sealed, or footage came very late."""
    day = Day(tmp_path, HOUR.start)
    day.record(day.at(5), 60)
    day.archive_all()
    day.clock.pass_time(2 * 3600)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    writer.step()
    before = day.sealed().minutes
    writer.add(day.record(day.at(7), 60, motion=0.5))
    day.archive_all()
    for _ in range(3):
        writer.step()
    after = day.sealed().minutes
    late, untouched = after[7], after[5]
    assert late is not None
    assert (late.frames, late.revision) == (12, 2)
    assert untouched == before[5]


def test_without_detection_the_heatmap_says_not_analysed(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    writer.add(day.record(day.at(0), 60, analysed=False))
    step_until(writer, day, day.at(1.2))
    [minute] = day.reader().heatmap("cam", Span(day.at(0), day.at(1))).minutes
    assert (minute.values.frames, minute.values.analysed, minute.values.motion_mean) == (12, False, None)


def test_broken_thumbnails_and_metadata_cost_their_minute_only_what_they_are(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    facts = day.record(day.at(0), 120, motion=0.2)
    hot = day.store.folders.hot
    (hot(Kind.METADATA) / RingFile(Kind.METADATA, facts[3].number).name).write_text('{"torn": ')
    (hot(Kind.METADATA) / RingFile(Kind.METADATA, facts[4].number).name).write_text("{broken}")
    thumbnail = facts[0].thumbnail
    assert thumbnail is not None
    (hot(Kind.THUMBNAILS) / RingFile(Kind.THUMBNAILS, thumbnail).name).write_bytes(b"no picture")
    day.clock.pass_time(130)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    first, second = day.hot().minutes[:2]
    assert first is not None
    assert second is not None
    assert (first.frames, second.frames) == (10, 12)
    assert writer.unreadable_tiles == 1
    dark, bright = colours(hot(Kind.HEATMAP) / MOSAIC_NAME, [0, 1])
    assert dark == pytest.approx((0, 0, 0), abs=12)
    assert bright == pytest.approx((60, 60, 60), abs=12)


def test_a_folder_that_refuses_is_said_and_tried_again(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    heatmap = day.store.folders.hot(Kind.HEATMAP)
    heatmap.rename(tmp_path / "away")
    heatmap.touch()
    writer.add(day.record(day.at(0), 60))
    day.clock.pass_time(70)
    writer.step()
    assert "heatmap cannot be written" in writer.trouble
    heatmap.unlink()
    (tmp_path / "away").rename(heatmap)
    day.clock.pass_time(15)
    writer.step()
    assert writer.trouble == ""
    assert written(day.hot().minutes) == [0]


def test_a_day_takes_less_than_3_mb(tmp_path: Path) -> None:
    """The busiest pictures there are: noise, another one each minute."""
    day = Day(tmp_path, HOUR.start)
    noise = [Image.merge("RGB", [Image.effect_noise((320, 180), 99) for _ in range(3)]) for _ in range(3)]
    buffers = []
    for picture in noise:
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=80)
        buffers.append(buffer.getvalue())
    for minute in range(60):
        for facts in day.record(day.at(minute), 60, motion=0.123, every_s=60):
            assert facts.thumbnail is not None
            name = RingFile(Kind.THUMBNAILS, facts.thumbnail).name
            (day.store.folders.hot(Kind.THUMBNAILS) / name).write_bytes(buffers[minute % 3])
    day.clock.pass_time(3600 + 90)
    HeatmapWriter(day.store, day.clock).step()
    folder = day.store.hour_folder(Kind.HEATMAP, HOUR)
    assert folder is not None
    assert 24 * sum(path.stat().st_size for path in folder.iterdir()) <= 3_000_000


def test_the_reader_joins_sealed_hours_and_the_running_one(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    writer.step()
    for minute in (58, 59, 60, 61):
        writer.add(day.record(day.at(minute), 60, motion=0.1))
    step_until(writer, day, day.at(62.2), every_s=20)
    span = Span(day.at(58.5), day.at(61.5))
    heatmap = day.reader().heatmap("cam", span)
    assert [entry.start for entry in heatmap.minutes] == [day.at(minute) for minute in (58, 59, 60, 61)]
    assert [(mosaic.hour, mosaic.sealed) for mosaic in heatmap.mosaics] == [
        (HOUR, True),
        (HOUR.next(), False),
    ]
    for mosaic in heatmap.mosaics:
        with Image.open(mosaic.path) as picture:
            assert picture.size == (heatmap.columns * heatmap.tile_width, heatmap.rows * heatmap.tile_height)
    assert day.reader().heatmap("cam", Span(day.at(-300), day.at(-200))).minutes == []
    assert day.reader().heatmap("cam", Span(day.at(5), day.at(5))).minutes == []
    with pytest.raises(NotFoundError):
        day.reader().heatmap("nobody", span)


def test_minutes_of_a_device_that_is_down_say_so(tmp_path: Path) -> None:
    day = Day(tmp_path, HOUR.start)
    writer = HeatmapWriter(day.store, day.clock)
    step_until(writer, day, day.at(3.2))
    file = day.hot()
    assert written(file.minutes) == [0, 1, 2]
    assert [minute.missing_s for minute in file.minutes if minute is not None] == [60.0] * 3
    assert not file.mosaic
    assert day.reader().heatmap("cam", Span(day.at(0), day.at(60))).mosaics == []
    assert from_utc_ms(utc_ms(HOUR.start)) == HOUR.start
