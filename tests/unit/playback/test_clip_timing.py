"""Timestamps of segments in a clip."""

import pytest

from host_agent.playback.clip_timing import FIRST_PICTURE_90KHZ, WRAP_90KHZ, ClipTiming
from host_agent.ring.segment_times import SegmentTime

BEGIN_MS = 1_795_269_600_000
S = 90_000


def segment(
    number: int, media_ts: int, *, run: int = 1, duration_ms: int = 1000, at_s: float = 0
) -> SegmentTime:
    return SegmentTime(number, BEGIN_MS + round(at_s * 1000), duration_ms, media_ts % WRAP_90KHZ, run)


def shown_at(segments: list[SegmentTime]) -> list[float]:
    """When each segment begins in the clip, in seconds from its first picture."""
    timing = ClipTiming()
    return [
        ((time.media_ts_90khz + timing.shift_of(time)) % WRAP_90KHZ - FIRST_PICTURE_90KHZ) / S
        for time in segments
    ]


@pytest.mark.parametrize(
    ("segments", "begins"),
    [
        ([segment(1, 0), segment(2, S), segment(3, 2 * S)], [0, 1, 2]),
        # A segment of a run may be a little longer or shorter than its line says: media time holds.
        ([segment(1, 0), segment(2, S + 900), segment(3, 2 * S)], [0, 1.01, 2]),
        # Another run begins where the first one ends.
        ([segment(1, 7 * S), segment(2, 0, run=2, at_s=50), segment(3, S, run=2)], [0, 1, 2]),
        # Media time jumped ahead, and back, within a run.
        ([segment(1, 0), segment(2, 100 * S), segment(3, 101 * S)], [0, 1, 2]),
        ([segment(1, 100 * S), segment(2, 0), segment(3, S)], [0, 1, 2]),
        # 33 bits are used up after 26.5 hours.
        ([segment(1, -S), segment(2, 0), segment(3, S)], [0, 1, 2]),
        # The segment before a gap was short.
        ([segment(1, 0, duration_ms=400), segment(2, 0, run=2)], [0, 0.4]),
    ],
)
def test_a_clip_plays_on_whatever_happened_to_media_time(
    segments: list[SegmentTime], begins: list[float]
) -> None:
    assert shown_at(segments) == begins
