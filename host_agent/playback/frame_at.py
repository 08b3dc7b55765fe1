"""The picture nearest to any time, whatever it must be taken from.

In this order:
1. A capture taken within half a capture's interval of the time.
2. The picture of the segment that holds the time, decoded.
3. In a gap: the nearest capture or picture of a segment, before or after, up to five seconds away.
Beyond that there is none, and the error says why.
"""

import subprocess
import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from host_agent.playback.footage import rows_by_hour, store_of, why_nothing
from host_agent.playback.picture_command import nearest_picture_90khz, picture_command
from host_agent.ring.layout import Hour, Kind, RingFile, hours_of
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import picture_times, signed_difference
from host_agent.timeline.timeline import TimelineService
from shared.errors import NotFoundError, UnavailableError
from shared.opened_file import open_beneath
from shared.spans import Span, from_utc_ms, iso_ms, utc_ms

NEAR = timedelta(seconds=5)
NOWHERE_MS = 1 << 62
_DECODE_WITHIN_S = 10.0
_WAIT_FOR_TURN_S = 10.0
_JPEG_BEGIN, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class FoundFrame:
    """A whole JPEG, the true time it was taken, and what it was taken from: `capture` or `segment`."""

    jpeg: bytes
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class _Capture:
    file: RingFile
    path: Path
    taken_utc_ms: int


class FrameFinder:
    """`capture_interval_s` gives a device's seconds between captures. At most `decoders` pictures are
    decoded at the same time in this process."""

    def __init__(
        self,
        stores: Mapping[str, RingStore],
        timelines: TimelineService,
        capture_interval_s: Callable[[str], float],
        decoders: int = 2,
    ) -> None:
        self._stores = stores
        self._timelines = timelines
        self._capture_interval_s = capture_interval_s
        self._turns = threading.BoundedSemaphore(decoders)

    def nearest(self, device: str, at: datetime) -> FoundFrame:
        """Return the picture nearest to `at`.

        Raises NotFoundError (with the gap's reason) where there is none near, UnavailableError where
        it cannot be decoded now, OSError.
        """
        store = store_of(self._stores, device)
        at_ms = utc_ms(at)
        capture = _nearest_capture(store, at_ms)
        capture_off_ms = NOWHERE_MS if capture is None else abs(capture.taken_utc_ms - at_ms)
        if capture_off_ms <= self._capture_interval_s(device) * 500:
            found = _read_capture(store, capture)
            if found is not None:
                return found
            capture, capture_off_ms = None, NOWHERE_MS
        segment = _nearest_segment(store, at)
        if segment is not None and _distance_ms(segment[1], at_ms) < capture_off_ms:
            found = self._from_segment(store, *segment, at_ms)
            if found is not None:
                return found
        found = _read_capture(store, capture)
        if found is not None:
            return found
        why = why_nothing(self._timelines, device, Span(at, at + timedelta(milliseconds=1)))
        raise NotFoundError(
            f"There is no picture of {device} within {NEAR.seconds} s of {iso_ms(at)}: {why}",
            code="no_picture",
            remedy="Ask for a time that the time line shows as recorded.",
        )

    def _from_segment(
        self, store: RingStore, hour: Hour, segment: SegmentTime, at_ms: int
    ) -> FoundFrame | None:
        """The picture of `segment` nearest to `at_ms`; None where the segment is gone or has none."""
        data = _read_segment(store, hour, segment)
        pictures = picture_times(data) if data is not None else None
        if data is None or pictures is None:
            return None
        pts = nearest_picture_90khz(pictures, segment.media_ts_90khz, (at_ms - segment.begin_utc_ms) * 90)
        jpeg = self._decode(data, pts, pictures.frame_90khz)
        if jpeg is None:
            return None
        taken_ms = segment.begin_utc_ms + signed_difference(pts, segment.media_ts_90khz) / 90
        return FoundFrame(jpeg, from_utc_ms(round(taken_ms)), "segment")

    def _decode(self, data: bytes, pts_90khz: int, frame_90khz: int) -> bytes | None:
        if not self._turns.acquire(timeout=_WAIT_FOR_TURN_S):
            raise UnavailableError(
                "Too many pictures are being decoded.", remedy="Ask again in a few seconds."
            )
        try:
            ended = subprocess.run(
                picture_command(pts_90khz, frame_90khz),
                input=data,
                capture_output=True,
                timeout=_DECODE_WITHIN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnavailableError(
                f"Decoding the picture took longer than {_DECODE_WITHIN_S:.0f} s.",
                remedy="The machine is very busy; ask again later.",
            ) from None
        finally:
            self._turns.release()
        return ended.stdout if _is_whole_jpeg(ended.stdout) else None


def _nearest_capture(store: RingStore, at_ms: int) -> _Capture | None:
    """The capture nearest to `at_ms`, NEAR at most; of two as near, the earlier one."""
    near_ms = NEAR // timedelta(milliseconds=1)
    hot = store.folders.hot(Kind.CAPTURES)
    found = [
        _Capture(entry.file, hot / entry.file.name, entry.mtime_ms)
        for entry in store.hot_files(Kind.CAPTURES)
    ]
    for hour in hours_of(Span(from_utc_ms(at_ms - near_ms), from_utc_ms(at_ms + near_ms))):
        found += _around(store, hour, at_ms)
    near = [capture for capture in found if abs(capture.taken_utc_ms - at_ms) <= near_ms]
    return min(
        near, key=lambda capture: (abs(capture.taken_utc_ms - at_ms), capture.taken_utc_ms), default=None
    )


def _around(store: RingStore, hour: Hour, at_ms: int) -> list[_Capture]:
    """The last capture before and the first at or after `at_ms`. An hour has 7,200: their times are
    searched by halves, which holds since numbers grow with time but for a clock that was set back."""
    folder = store.hour_folder(Kind.CAPTURES, hour)
    if folder is None:
        return []
    files = store.hour_files(Kind.CAPTURES, hour)
    try:
        place = bisect_left(files, at_ms, key=lambda file: _mtime_ms(folder, file))
        return [
            _Capture(file, folder / file.name, _mtime_ms(folder, file))
            for file in files[max(0, place - 1) : place + 1]
        ]
    except FileNotFoundError:
        return []  # the hour was lapped or deleted meanwhile; the segments remain


def _mtime_ms(folder: Path, file: RingFile) -> int:
    return (folder / file.name).stat().st_mtime_ns // 1_000_000


def _read_capture(store: RingStore, capture: _Capture | None) -> FoundFrame | None:
    if capture is None:
        return None
    opened = open_beneath(store.folders.base, capture.path)
    if opened is None:
        # Archived between the two looks.
        moved = store.find(capture.file)
        opened = open_beneath(store.folders.base, moved) if moved is not None else None
    if opened is None:
        return None
    with opened:
        jpeg = opened.read()
    return FoundFrame(jpeg, from_utc_ms(capture.taken_utc_ms), "capture") if _is_whole_jpeg(jpeg) else None


def _nearest_segment(store: RingStore, at: datetime) -> tuple[Hour, SegmentTime] | None:
    """The segment that holds `at`, or the nearest one. Where the clock was set back and two hold it,
    the one that was recorded later."""
    at_ms = utc_ms(at)
    candidates = [
        (hour, SegmentTime(*row))
        for hour, rows in rows_by_hour(store, Span(at - NEAR, at + NEAR))
        for row in rows
    ]
    return min(candidates, key=lambda found: (_distance_ms(found[1], at_ms), -found[1].number), default=None)


def _distance_ms(segment: SegmentTime, at_ms: int) -> int:
    if at_ms < segment.begin_utc_ms:
        return segment.begin_utc_ms - at_ms
    return max(0, at_ms - segment.end_utc_ms + 1)


def _read_segment(store: RingStore, hour: Hour, segment: SegmentTime) -> bytes | None:
    path = store.find(RingFile(Kind.SEGMENTS, segment.number), hour)
    opened = open_beneath(store.folders.base, path) if path is not None else None
    if opened is None:
        return None
    with opened:
        return opened.read()


def _is_whole_jpeg(data: bytes) -> bool:
    return data[:2] == _JPEG_BEGIN and data[-2:] == _JPEG_END
