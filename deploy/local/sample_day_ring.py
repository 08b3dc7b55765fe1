"""Writes the sample camera's footage into a ring, as the recorder and the archiver would have left it."""

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.sample_day_pictures import Judge, PictureMaker
from deploy.local.sample_day_plan import DayPlan, PlannedCapture, PlannedSegment, captures_of, segments_of
from deploy.local.sample_day_scenes import FRAME_MS, Scenes
from host_agent.frames.heatmap_writer import HeatmapWriter
from host_agent.frames.metadata import CaptureFacts, encode_metadata
from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.layout import TIMES_NAME, Hour, Kind, RingFile
from host_agent.ring.playlist import target_duration_s
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore
from host_agent.settings import RingSettings
from shared.clock import Clock
from shared.errors import StorageError
from shared.spans import from_utc_ms, utc_ms

_TICKS_A_MS = 90


@dataclass(frozen=True, slots=True)
class Numbers:
    """Reserved numbers: of each kind (captures and their metadata share theirs) and of runs."""

    segments: range
    captures: range
    thumbnails: range
    runs: range


@dataclass(slots=True)
class Written:
    """What lies in the ring by now. `end_utc_ms`: of the last segment."""

    segments: int = 0
    captures: int = 0
    size_bytes: int = 0
    end_utc_ms: int = 0


class SampleRing:
    """One pass over the plan, in as many steps as one likes. Nobody else may use the ring meanwhile."""

    def __init__(
        self,
        store: RingStore,
        plan: DayPlan,
        scenes: Scenes,
        numbers: Numbers,
        pictures: PictureMaker,
        judge: Judge,
    ) -> None:
        self._store = store
        self._plan = plan
        self._scenes = scenes
        self._pictures = pictures
        self._judge = judge
        self._coming = segments_of(plan)
        self._runs = numbers.runs
        self._segments = iter(numbers.segments)
        self._captures = iter(numbers.captures)
        self._thumbnails = iter(numbers.thumbnails)
        self.written = Written()

    def write_until(self, moment: datetime) -> None:
        """Write the segments that are over at `moment`, and their captures. Raises OSError."""
        until_ms = utc_ms(moment)
        due: list[PlannedSegment] = []
        for segment in self._coming:
            if segment.begin_utc_ms + segment.duration_ms > until_ms:
                self._coming = chain([segment], self._coming)
                break
            due.append(segment)
        for hour, of_hour in groupby(due, lambda segment: _hour_of(segment.begin_utc_ms)):
            self._write_segments(hour, list(of_hour))
        captures = [capture for segment in due for capture in captures_of(segment, self._plan, FRAME_MS)]
        for hour, taken in groupby(captures, lambda capture: _hour_of(capture.at_utc_ms)):
            self._write_captures(hour, taken)

    def _write_segments(self, hour: Hour, segments: Sequence[PlannedSegment]) -> None:
        stamp = {"target_duration_s": target_duration_s(self._plan.segment_ms / 1000)}
        folder = self._store.open_hour(Kind.SEGMENTS, hour, **stamp)
        lines: list[str] = []
        with _Folder(folder) as into:
            for segment in segments:
                number = next(self._segments)
                media_90khz = segment.media_ms * _TICKS_A_MS
                data = self._scenes.templates[segment.scene].at(media_90khz)
                into.write(RingFile(Kind.SEGMENTS, number), data, segment.begin_utc_ms)
                time = SegmentTime(
                    number, segment.begin_utc_ms, segment.duration_ms, media_90khz, self._runs[segment.run]
                )
                lines.append(encode_line(time))
                self._count(len(data), segments=1)
        self.written.end_utc_ms = segments[-1].begin_utc_ms + segments[-1].duration_ms
        with (folder / TIMES_NAME).open("a") as times:
            times.write(("" if times.tell() else HEADER) + "".join(lines))

    def _write_captures(self, hour: Hour, captures: Iterable[PlannedCapture]) -> None:
        thumbnails = self._store.open_hour(Kind.THUMBNAILS, hour)
        metadata = self._store.open_hour(Kind.METADATA, hour)
        with _Folder(thumbnails) as pictures, _Folder(metadata) as facts:
            for capture in captures:
                number, thumbnail = next(self._captures), next(self._thumbnails)
                picture = self._pictures.picture(capture)
                pictures.write(RingFile(Kind.THUMBNAILS, thumbnail), picture.thumbnail, capture.at_utc_ms)
                text = encode_metadata(
                    CaptureFacts(
                        number,
                        capture.at_utc_ms,
                        picture.capture_width,
                        picture.capture_height,
                        picture.capture_bytes,
                        thumbnail,
                        self._judge.judge(picture.thumbnail, capture.at_utc_ms),
                    )
                ).encode()
                facts.write(RingFile(Kind.METADATA, number), text, capture.at_utc_ms)
                self._count(len(picture.thumbnail) + len(text), captures=1)

    def _count(self, size_bytes: int, *, segments: int = 0, captures: int = 0) -> None:
        self.written.size_bytes += size_bytes
        self.written.segments += segments
        self.written.captures += captures


class _Folder:
    """An open folder that files are written into by the thousand, each with its true time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def write(self, file: RingFile, data: bytes, begin_utc_ms: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        target = os.open(file.name, flags, 0o644, dir_fd=self._descriptor)
        try:
            if os.write(target, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path / file.name))
            os.utime(target, ns=(begin_utc_ms * 1_000_000, begin_utc_ms * 1_000_000))
        finally:
            os.close(target)


def derive(store: RingStore, ring: RingSettings, clock: Clock) -> None:
    """Have the agent's own archiver and heatmap writer make what is derived from footage: playlists,
    summaries, an hour's metadata in one, minutes and mosaics. May be called again.

    Raises StorageError where they complain, OSError.
    """
    report = Archiver(HotLimits(ring.hot_segments, ring.hot_frames, ring.hot_max_age_s), clock).run_cycle(
        store
    )
    heatmap = HeatmapWriter(store, clock)
    # An hour a step; the running hour, and one that is hardly over, are left to the agent.
    for _hour in range(len(store.hours(Kind.SEGMENTS)) + 1):
        heatmap.step()
    problems = [*report.problems, heatmap.trouble]
    if any(problems):
        raise StorageError(
            f"What is derived from the sample cannot be written: {' '.join(problems).strip()}",
            remedy="Check the disk and its rights.",
        )


def _hour_of(utc_milliseconds: int) -> Hour:
    return Hour.of(from_utc_ms(utc_milliseconds))
