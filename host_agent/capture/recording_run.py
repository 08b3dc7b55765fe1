"""One run of the recorder: an ffmpeg, its private list, and the segments it completes."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from host_agent.capture.recorder_command import LIST_NAME, RecorderCommand
from host_agent.capture.segment_list import ListedSegment, parse_segment_list
from host_agent.ring.segment_clock import Completion
from host_agent.ring.transport_stream import (
    PACKET_BYTES,
    PictureTimes,
    is_whole,
    picture_times,
    signed_difference,
)
from shared.clock import Clock
from shared.ffmpeg.process import FfmpegProcess
from shared.ffmpeg.stream_facts import StreamFacts

_HEAD_BYTES = 40 * PACKET_BYTES
_DURATIONS_KEPT = 20


@dataclass(frozen=True, slots=True)
class CompleteSegment:
    """A whole segment in staging with what dating it needs."""

    path: Path
    completion: Completion
    media_ts_90khz: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class TornSegment:
    """A file that ffmpeg renamed into place although it is empty or not whole (a full disk)."""

    path: Path
    size_bytes: int


class RecordingRun:
    """A running recorder. Made and used in one thread, which ffmpeg dies with."""

    def __init__(self, number: int, command: RecorderCommand, folder: Path, clock: Clock) -> None:
        self.number = number
        self.command = command
        self.folder = folder
        self.facts = StreamFacts()
        self._clock = clock
        self._list = folder / LIST_NAME
        # Another list is another file, also within one tick of the disk's clock.
        self._list_seen: tuple[int, int, int] | None = None
        self._next_index = 0
        self._media_90khz: int | None = None
        self._durations_s: deque[float] = deque(maxlen=_DURATIONS_KEPT)
        self.process = FfmpegProcess(command.arguments, script=command.script, on_line=self._learn)

    def _learn(self, line: str) -> None:
        self.facts = self.facts.after(line)

    @property
    def segment_interval_s(self) -> float | None:
        """The key-frame interval as the last segments show it; None before the first."""
        return median(self._durations_s) if self._durations_s else None

    @property
    def longest_interval_s(self) -> float | None:
        """As `segment_interval_s`, the longest: cameras send key frames less often where little moves."""
        return max(self._durations_s, default=None)

    @property
    def longest_segment_s(self) -> float:
        return max(self._durations_s, default=1.0)

    def completed(self) -> list[CompleteSegment | TornSegment]:
        """The segments that were completed since the last call, in order. Raises OSError."""
        try:
            status = self._list.stat()
        except FileNotFoundError:
            return []
        seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        if seen == self._list_seen:
            return []
        arrived_s = self._clock.monotonic()
        wall_offset_s = self._clock.now().timestamp() - arrived_s
        listed = parse_segment_list(self._list.read_text())
        self._list_seen = seen
        found = [entry for entry in listed if entry.index >= self._next_index]
        if found:
            self._next_index = found[-1].index + 1
        examined = (self._examine(entry, arrived_s, wall_offset_s) for entry in found)
        return [segment for segment in examined if segment is not None]

    def _examine(
        self, entry: ListedSegment, arrived_s: float, wall_offset_s: float
    ) -> CompleteSegment | TornSegment | None:
        path = self.folder / entry.name
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return None  # somebody removed it: the others are still there
        if not is_whole(size):
            return TornSegment(path, size)
        usual_s = self.segment_interval_s
        unusual = usual_s is None or entry.duration_s > 1.5 * usual_s + 0.5
        times = self._times(path, whole=unusual)
        if times is None:
            return TornSegment(path, size)
        begin = self._unwrap(times.first_90khz)
        begin_s, end_s = begin / 90_000, begin / 90_000 + entry.duration_s
        content_end_s = None
        if unusual:
            # A list's duration reaches to the next picture, however late that is: a hole is no footage.
            content_s = times.duration_90khz / 90_000
            if content_s + 0.5 < entry.duration_s:
                content_end_s = begin_s + content_s
        self._durations_s.append(entry.duration_s if content_end_s is None else content_end_s - begin_s)
        completion = Completion(begin_s, end_s, arrived_s, wall_offset_s, content_end_s)
        return CompleteSegment(path, completion, times.first_90khz, size)

    @staticmethod
    def _times(path: Path, *, whole: bool) -> PictureTimes | None:
        with path.open("rb") as file:
            head = b"" if whole else file.read(_HEAD_BYTES)
            return picture_times(head, only_first=True) or picture_times(head + file.read())

    def _unwrap(self, pts_90khz: int) -> int:
        """Media time goes on where its 33 bits begin anew, every 26.5 hours."""
        if self._media_90khz is None:
            self._media_90khz = pts_90khz
        else:
            self._media_90khz += signed_difference(pts_90khz, self._media_90khz)
        return self._media_90khz
