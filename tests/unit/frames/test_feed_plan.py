import pytest

from host_agent.frames.feed_plan import continues, first_to_feed, plan_feed
from host_agent.ring.segment_times import SegmentTime

T0 = 1_795_000_000_000


def seconds(*durations_s: float) -> list[SegmentTime]:
    times, at_ms = [], 0
    for number, duration_s in enumerate(durations_s, start=1):
        duration_ms = int(duration_s * 1000)
        times.append(SegmentTime(number, T0 + at_ms, duration_ms, at_ms * 90, 1))
        at_ms += duration_ms
    return times


@pytest.mark.parametrize(
    ("durations_s", "after", "fed", "skipped"),
    [
        ([], 0, [], 0),
        ([1] * 3, 3, [], 0),
        ([1] * 3, 1, [2, 3], 0),
        ([1] * 16, 0, list(range(1, 17)), 0),
        ([1] * 17, 0, [16, 17], 15),
        # Long key-frame intervals are no backlog.
        ([20, 20], 1, [2], 0),
        ([20, 20, 20], 1, [2, 3], 0),
        ([20, 20, 20, 20], 1, [3, 4], 1),
    ],
)
def test_a_backlog_of_more_than_15_s_is_skipped(
    durations_s: list[float], after: int, fed: list[int], skipped: int
) -> None:
    feed = plan_feed(seconds(*durations_s), after)
    assert [time.number for time in feed.segments] == fed
    assert len(feed.skipped) == skipped


@pytest.mark.parametrize(
    ("durations_s", "newest_frame_s", "after"),
    [
        ([], None, 0),
        ([1] * 5, None, 0),
        ([1] * 40, None, 24),
        ([1] * 40, 37.2, 37),  # segment 38 holds that frame: it is fed again, later pictures may be missing
        ([1] * 40, 100.0, 24),
        ([20, 20, 20], None, 2),
    ],
)
def test_a_restart_goes_on_where_the_last_frame_was_made(
    durations_s: list[float], newest_frame_s: float | None, after: int
) -> None:
    newest_ms = None if newest_frame_s is None else T0 + int(newest_frame_s * 1000)
    assert first_to_feed(seconds(*durations_s), newest_ms) == after


def test_segments_from_before_a_pause_are_not_fed_after_it() -> None:
    """Their frames have left the hot folder, which would have said that they exist."""
    before = seconds(1, 1, 1)
    now = SegmentTime(4, T0 + 900_000, 1000, 270_000, 2)
    assert first_to_feed([*before, now], None) == 3


def test_one_decoder_reads_one_run_up_to_a_wrap() -> None:
    one, two = seconds(1, 1)
    assert continues(one, two)
    assert not continues(two, one)  # the 33-bit clock began anew
    assert not continues(one, SegmentTime(3, T0 + 2000, 1000, 180_000, run=2))
