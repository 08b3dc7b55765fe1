"""Media time of a frame → the segment it belongs to, and so its true time.

Times in MPEG-TS have 33 bits of 1/90000 s and wrap after 26.5 hours: they are compared modulo 2**33.
Media time restarts with every run of the recorder, so a frame is only looked up in its own run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from host_agent.ring.segment_times import SegmentTime

TICKS_PER_MS = 90
WRAP_TICKS = 1 << 33
# Pictures that are shown before a segment's first one in decoding order, and rounding at the edges.
EDGE_MS = 250


@dataclass(frozen=True, slots=True, order=True)
class MediaPosition:
    """Where a frame is in the recording: orders frames also where the wall clock was set back."""

    segment: int
    offset_ms: int


@dataclass(frozen=True, slots=True)
class FrameTime:
    """A frame's place in the recording and its true time in UTC milliseconds."""

    position: MediaPosition
    utc_ms: int


class Undated(StrEnum):
    """Why a frame has no time: its segment is still to come, or there is none for it."""

    NOT_YET = "not_yet"
    NO_SEGMENT = "no_segment"


def media_offset_ms(media_ms: int, segment: SegmentTime) -> int:
    """How far a picture is behind its segment's first one; negative before it. Modulo the wrap."""
    ticks = (media_ms * TICKS_PER_MS - segment.media_ts_90khz) % WRAP_TICKS
    if ticks >= WRAP_TICKS // 2:
        ticks -= WRAP_TICKS
    return round(ticks / TICKS_PER_MS)


def date_frame(media_ms: int, run: int, times: Sequence[SegmentTime]) -> FrameTime | Undated:
    """Return when a frame was, or why that cannot be said.

    `media_ms`: its presentation time in `run`. `times`: the latest segments in the order they were
    recorded. A frame belongs to the segment whose `[media, media + duration)` holds it; one in the
    small hole between two segments, or just before a run's first, belongs to its neighbour.
    """
    following: SegmentTime | None = None
    is_last_run = not times or times[-1].run <= run
    for time in reversed(times):
        if time.run != run:
            continue
        offset = media_offset_ms(media_ms, time)
        if offset < 0:
            following = time
            continue
        if offset < time.duration_ms:
            return FrameTime(MediaPosition(time.number, offset), time.begin_utc_ms + offset)
        if following is None and is_last_run:
            return Undated.NOT_YET
        if offset < time.duration_ms + EDGE_MS:
            utc_ms = time.begin_utc_ms + offset
            if following is not None and following.begin_utc_ms > time.begin_utc_ms:
                utc_ms = min(utc_ms, following.begin_utc_ms)
            return FrameTime(MediaPosition(time.number, offset), utc_ms)
        return _before(media_ms, following)
    if following is None:
        return Undated.NOT_YET if is_last_run else Undated.NO_SEGMENT
    return _before(media_ms, following)


def _before(media_ms: int, following: SegmentTime | None) -> FrameTime | Undated:
    if following is not None:
        offset = media_offset_ms(media_ms, following)
        if -EDGE_MS <= offset < 0:
            return FrameTime(MediaPosition(following.number, offset), following.begin_utc_ms + offset)
    return Undated.NO_SEGMENT


def position_beside(utc_ms: int, times: Sequence[SegmentTime]) -> MediaPosition:
    """Return the place of a picture that is none of the recording's: behind the begin of the newest segment
    that had begun when it was taken, however long ago."""
    for time in reversed(times):
        if time.begin_utc_ms <= utc_ms:
            return MediaPosition(time.number, utc_ms - time.begin_utc_ms)
    return MediaPosition(0, utc_ms)


def position_at(utc_ms: int, times: Sequence[SegmentTime]) -> MediaPosition | None:
    """Return where in the recording a published frame is, from its time; None where no segment has it.

    The newest segment wins where spans overlap after the clock was set back.
    """
    for time in reversed(times):
        offset = utc_ms - time.begin_utc_ms
        if -EDGE_MS <= offset < time.duration_ms:
            return MediaPosition(time.number, offset)
    return None
