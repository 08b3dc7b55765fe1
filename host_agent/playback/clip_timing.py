"""Which timestamps segments get in a clip, so that it plays on across gaps and restarts of ffmpeg."""

from host_agent.ring.playlist import is_discontinuous
from host_agent.ring.segment_times import SegmentTime

WRAP_90KHZ = 1 << 33
# Sound may begin a little before the picture, and decoding times run ahead of those of showing.
FIRST_PICTURE_90KHZ = 10 * 90_000


class ClipTiming:
    """Goes through the segments of one part in the order in which they are shown.

    Within a run of ffmpeg media time stays as it is, so that no boundary of segments can be heard or
    seen. At a discontinuity the new footage begins where the old one ends.
    """

    def __init__(self) -> None:
        self._previous: SegmentTime | None = None
        self._shift_90khz = 0

    def shift_of(self, time: SegmentTime) -> int:
        """Return what must be added to `time`'s timestamps, in ticks of 1/90000 s modulo 2**33."""
        previous = self._previous
        if previous is None:
            self._shift_90khz = FIRST_PICTURE_90KHZ - time.media_ts_90khz
        elif is_discontinuous(previous, time):
            end = previous.media_ts_90khz + previous.duration_ms * 90 + self._shift_90khz
            self._shift_90khz = end - time.media_ts_90khz
        self._previous = time
        return self._shift_90khz % WRAP_90KHZ
