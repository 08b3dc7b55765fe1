"""Histories of a device, and why footage is missing in them."""

import pytest

from tests.support.device_story import Story, gaps, running

HOUR = 3600.0
DAY = 24 * HOUR


def told_unreachable() -> Story:
    """The camera is switched off at 100 s and on again at 160 s."""
    story = running().state(110.3, "stalled").state(110.9, "stalled")
    story.state(112, "stalled").state(113, "source_unreachable").state(120, "source_unreachable")
    return story.state(163, "live").records(161.5, 300, run=4)


def told_ffmpeg_killed() -> Story:
    """ffmpeg is killed at 100.4 s, which is noticed a moment later."""
    story = running().state(100.6, "ffmpeg_crashed").state(101.7, "ffmpeg_crashed").state(104, "live")
    return story.records(102.4, 200, run=2)


def told_short_silence() -> Story:
    """The source is silent for four seconds, which is no stall yet: nothing is written down."""
    return running().records(104, 200, run=1)


def told_restarted_recorder() -> Story:
    """The recorder starts anew, and the journal could not be written then."""
    return running().records(103, 200, run=2)


def told_asked_restart() -> Story:
    """The recorder is restarted on purpose: from live to starting without a failure."""
    return running().state(100.1, "starting").state(103.2, "live").records(101.8, 200, run=2)


def told_agent_stopped() -> Story:
    story = running().state(100.3, "agent_stopped").agent_stops(100.5)
    story.agent_starts(160).added(160.1).state(160.2, "starting").state(164, "live")
    return story.records(162, 300, run=2)


def told_agent_stopped_then_unreachable() -> Story:
    """While the agent was stopped, the camera went too."""
    story = running().state(100.3, "agent_stopped").agent_stops(100.5)
    story.agent_starts(160).added(160.1).state(160.2, "starting").state(165, "source_unreachable")
    return story.state(190, "live").records(188, 300, run=3)


def told_agent_killed() -> Story:
    """Killed at 101.7 s; the last pair was written at 100 s, the last segment is lost."""
    story = running().agent_is_killed(101.7).agent_starts(110).added(110.1).state(110.2, "starting")
    return story.state(113, "live").records(111.5, 300, run=2)


def told_rebuilt_line() -> Story:
    """The last segment's line was lost with the kill, and rebuilt from the file: 0.8 s late."""
    story = running(until=99).records(99.8, 100.8, run=0).agent_is_killed(101.7)
    story.agent_starts(110).added(110.1).state(110.2, "starting").state(113, "live")
    return story.records(111.5, 300, run=2)


def told_agent_killed_for_a_second() -> Story:
    """Killed and started again before the next pair was due."""
    story = running().agent_is_killed(100.2).agent_starts(101.2).added(101.3).state(101.4, "starting")
    return story.state(104, "live").records(102.9, 300, run=2)


def told_power_cut() -> Story:
    story = running().agent_is_killed(101).machine_boots()
    story.agent_starts(400).added(400.1).state(400.2, "starting").state(404, "live")
    return story.records(402, 500, run=2)


def told_machine_shut_down() -> Story:
    """In order: the agent was stopped first, but what kept it from recording was the machine."""
    story = running().agent_stops(100.5).machine_boots()
    story.agent_starts(400).added(400.1).state(400.2, "starting").state(404, "live")
    return story.records(402, 500, run=2)


def told_stopped_by_user() -> Story:
    story = running().state(100.2, "stopped_by_user", "Stopped by anna; start it again to record.")
    return story.state(150, "starting").state(153, "live").records(151, 200, run=2)


def told_stopped_across_a_restart() -> Story:
    """A stop is a wanted state: it holds on while the agent restarts."""
    story = running().state(100.2, "stopped_by_user").agent_stops(120)
    story.agent_starts(130).added(130.1).state(130.3, "stopped_by_user")
    return story.state(150, "starting").state(153, "live").records(151, 200, run=2)


def told_new_device() -> Story:
    """The agent had run long before the device was added."""
    story = Story().agent_starts(0)
    return story.added(50).state(50.1, "starting").state(53, "live").records(51.5, 200, run=1)


def told_removed_device() -> Story:
    story = running().state(100.1, "agent_stopped").removed(100.4)
    return story.added(150).state(150.1, "starting").state(153, "live").records(151, 200, run=2)


def told_taken_out_while_stopped() -> Story:
    """The settings lost the device while the agent was down, and had it again a life later."""
    story = running().agent_stops(100).agent_starts(200).agent_stops(5000)
    story.agent_starts(5100).added(5100.1).state(5100.2, "starting").state(5103, "live")
    return story.records(5101.5, 5200, run=2)


def told_disk_full() -> Story:
    story = running().state(100.3, "disk_full").state(160, "starting").state(163, "live")
    return story.records(161, 200, run=2)


def told_clock_ahead() -> Story:
    """The clock is set an hour ahead while the device is live."""
    return running().clock_is_set(100, HOUR).records(100, 200, run=1)


def told_clock_ahead_a_little() -> Story:
    """Two seconds, by somebody's `ntpdate`."""
    return running().clock_is_set(101.3, 2).records(100, 200, run=1, segment_s=1.3)


def told_clock_ahead_and_back() -> Story:
    """A day ahead at 100 s, seen and set right at 400 s."""
    story = running().clock_is_set(100, DAY).records(100, 400, run=1)
    return story.clock_is_set(400, -DAY).records(400, 500, run=1)


def told_clock_to_1970_and_back() -> Story:
    story = running().clock_is_set(100, -50 * 365 * DAY).records(100, 400, run=1)
    return story.clock_is_set(400, 50 * 365 * DAY).records(400, 500, run=1)


def told_unreachable_while_clock_leaps() -> Story:
    """The camera is away from 100 s to 200 s of true time; at 150 s the clock leaps an hour."""
    story = running().state(101, "source_unreachable").clock_is_set(150, HOUR)
    return story.state(201, "starting").state(203, "live").records(202, 300, run=2)


@pytest.mark.parametrize(
    ("story", "now", "expected"),
    [
        (running(until=200), 200, []),
        (told_unreachable(), 300, [("stalled", 100, 113), ("source_unreachable", 113, 161.5)]),
        (told_ffmpeg_killed(), 200, [("ffmpeg_crashed", 100, 102.4)]),
        (told_short_silence(), 200, [("stalled", 100, 104)]),
        (told_restarted_recorder(), 200, [("ffmpeg_crashed", 100, 103)]),
        (told_asked_restart(), 200, [("agent_stopped", 100, 101.8)]),
        (told_agent_stopped(), 300, [("agent_stopped", 100, 162)]),
        (
            told_agent_stopped_then_unreachable(),
            300,
            [("agent_stopped", 100, 165), ("source_unreachable", 165, 188)],
        ),
        (told_agent_killed(), 300, [("agent_crashed", 100, 111.5)]),
        (told_rebuilt_line(), 300, [("agent_crashed", 99, 99.8), ("agent_crashed", 100.8, 111.5)]),
        (told_agent_killed_for_a_second(), 300, [("agent_crashed", 100, 102.9)]),
        (told_power_cut(), 500, [("host_down", 100, 402)]),
        (told_machine_shut_down(), 500, [("host_down", 100, 402)]),
        (told_stopped_by_user(), 200, [("stopped_by_user", 100, 151)]),
        (
            told_stopped_across_a_restart(),
            200,
            [("stopped_by_user", 100, 120), ("agent_stopped", 120, 130), ("stopped_by_user", 130, 151)],
        ),
        (told_new_device(), 200, [("unassigned", 10, 51.5)]),
        (told_removed_device(), 200, [("unassigned", 100, 151)]),
        (told_disk_full(), 200, [("disk_full", 100, 161)]),
        (told_clock_ahead(), 200, [("clock_jumped", 100, HOUR + 100)]),
        (told_clock_ahead_a_little(), 200, [("clock_jumped", 100, 102)]),
        (told_clock_ahead_and_back(), 500, [("clock_jumped", 100, 400)]),
        (told_clock_to_1970_and_back(), 500, [("clock_jumped", 100, 400)]),
        (
            told_unreachable_while_clock_leaps(),
            300,
            [
                ("source_unreachable", 100, 150),
                # A pair is written every 5 s: the leap is known to lie between two of them.
                ("clock_jumped", 150, HOUR + 155),
                ("source_unreachable", HOUR + 155, HOUR + 202),
            ],
        ),
    ],
)
def test_every_hole_has_its_true_reason(
    story: Story, now: float, expected: list[tuple[str, float, float]]
) -> None:
    assert gaps(story.timeline(10, now + story.wall_offset_s, now)) == expected


def recorded_for_a_day() -> Story:
    """26 hours of the device, live all the time."""
    story = running(until=2).records(0, 26 * HOUR, run=1, segment_s=60)
    story.timeline(0, 1, 26 * HOUR)
    return story


def unreachable_in_the_first_hour() -> Story:
    story = running(until=600).state(601, "source_unreachable").state(1203, "live")
    return story.records(1200, 3 * HOUR, run=2, segment_s=60)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (recorded_for_a_day().hour_deleted(0), [("expired", 0, HOUR)]),
        (recorded_for_a_day().hour_deleted(0, "disk_full"), [("disk_full", 0, HOUR)]),
        (recorded_for_a_day().hour_deleted(0, "quota"), [("expired", 0, HOUR)]),
        (
            recorded_for_a_day().hour_deleted(0).hour_deleted(HOUR, "disk_full"),
            [("expired", 0, HOUR), ("disk_full", HOUR, 2 * HOUR)],
        ),
        # The receipt of the first hour has been pruned: what is older than a deleted hour went before it.
        (recorded_for_a_day().loses(0, HOUR).hour_deleted(HOUR), [("expired", 0, 2 * HOUR)]),
        # What was never recorded was not deleted either.
        (
            unreachable_in_the_first_hour().hour_deleted(0),
            [("expired", 0, 601), ("source_unreachable", 601, 1203), ("expired", 1203, HOUR)],
        ),
        # Files that are gone without a receipt: nobody knows.
        (recorded_for_a_day().loses(HOUR, 2 * HOUR), [("unknown", HOUR, 2 * HOUR)]),
    ],
)
def test_what_was_deleted_is_told_from_what_was_never_recorded(
    story: Story, expected: list[tuple[str, float, float]]
) -> None:
    assert gaps(story.timeline(0, 3 * HOUR, 26 * HOUR)) == expected


def test_footage_before_a_lost_journal_has_no_reason_but_its_age() -> None:
    story = Story().records(0, 50, run=1).records(60, 100, run=1)
    story.agent_starts(1000).added(1000.1).state(1003, "live").records(1001, 1100, run=2)
    assert gaps(story.timeline(0, 1100, 1100)) == [("unassigned", 50, 60), ("unassigned", 100, 1001)]
    assert gaps(story.timeline(0, 90, 1100)) == [("unassigned", 50, 60)]


def test_the_sentence_of_a_stop_says_who_stopped() -> None:
    assert [gap.sentence for gap in told_stopped_by_user().timeline(0, 200, 200).gaps] == [
        "The device was not configured on this host yet.",
        "Stopped by anna; start it again to record.",
    ]


def test_a_thousand_attempts_to_reach_a_camera_are_one_gap() -> None:
    story = running()
    for attempt in range(1000):
        story.state(100.5 + attempt * 30, "source_unreachable", f"Refused; attempt {attempt}.")
        story.state(101 + attempt * 30, "starting")
    story.state(30_103, "live").records(30_101, 30_200, run=1001)
    timeline = story.timeline(10, 30_200, 30_200)
    assert gaps(timeline) == [("source_unreachable", 100, 30_101)]
    assert timeline.gaps[0].sentence == "Refused; attempt 0."


@pytest.mark.parametrize("killed_at", [100.2, 102.5, 104.9])
@pytest.mark.parametrize("down_s", [0.5, 3.0, 17.0, 3000.0])
def test_a_killed_agent_is_not_called_anything_else(killed_at: float, down_s: float) -> None:
    up = killed_at + down_s
    story = running(until=int(killed_at)).agent_is_killed(killed_at)
    story.agent_starts(up).added(up + 0.1).state(up + 0.2, "starting").state(up + 3.3, "live")
    story.records(up + 1.8, up + 100, run=2)
    assert gaps(story.timeline(10, up + 100, up + 100)) == [
        ("agent_crashed", int(killed_at), round(up + 1.8, 3))
    ]


def test_a_killed_agent_that_does_not_come_back_is_told_of() -> None:
    story = running().agent_is_killed(101)
    assert gaps(story.timeline(10, 200, 200, alive=False)) == [("agent_crashed", 100, 200)]


def test_a_machine_that_is_up_again_without_its_agent_is_told_of() -> None:
    story = running().agent_is_killed(101).machine_boots()
    assert gaps(story.timeline(10, 200, 200, alive=False)) == [("host_down", 100, 200)]


def test_a_stopped_agent_explains_the_time_until_now() -> None:
    assert gaps(running().agent_stops(100.5).timeline(10, 500, 500)) == [("agent_stopped", 100, 500)]
