"""Which finished segments the frame maker gets next, and which it never will."""

from collections.abc import Sequence
from dataclasses import dataclass

from host_agent.ring.segment_times import SegmentTime

# More media than this behind the newest segment is skipped: frames shall show what is now.
BEHIND_AT_MOST_MS = 15_000


@dataclass(frozen=True, slots=True)
class Feed:
    """`segments` in the order to feed them; `skipped` older ones are given up."""

    segments: list[SegmentTime]
    skipped: list[SegmentTime]


def plan_feed(times: Sequence[SegmentTime], after: int) -> Feed:
    """Return what to feed of `times` (by number) behind segment `after`.

    When what waits is longer than 15 s beyond the newest one, all but the newest two are skipped.
    """
    waiting = [time for time in times if time.number > after]
    backlog_ms = sum(time.duration_ms for time in waiting[:-1])
    if backlog_ms <= BEHIND_AT_MOST_MS:
        return Feed(waiting, [])
    return Feed(waiting[-2:], waiting[:-2])


def first_to_feed(times: Sequence[SegmentTime], newest_frame_utc_ms: int | None) -> int:
    """Return behind which segment feeding begins after a start: nothing whose frames exist is fed again.

    `newest_frame_utc_ms`: true time of the newest published frame, None where there is none.
    """
    if not times:
        return 0
    if newest_frame_utc_ms is not None:
        for time in reversed(times):
            if time.begin_utc_ms <= newest_frame_utc_ms < time.end_utc_ms:
                # Its later pictures may be missing; those that are there are recognised as old.
                return time.number - 1
    for time in reversed(times):
        # What is older has its frames, or nobody will miss them; so has what a clock set back hides.
        if not 0 <= times[-1].end_utc_ms - time.begin_utc_ms <= BEHIND_AT_MOST_MS + times[-1].duration_ms:
            return time.number
    return times[0].number - 1


def continues(before: SegmentTime, following: SegmentTime) -> bool:
    """Whether one decoder can read `following` behind `before`: same run, and the 33-bit clock did not
    wrap in between. ffmpeg undoes one wrap in its life, so a new one begins at each."""
    return before.run == following.run and before.media_ts_90khz <= following.media_ts_90khz
