"""Playlists as text: true durations, dates where they are needed, and nothing that was published changes."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.ring.layout import Hour
from host_agent.ring.playlist import (
    END,
    LivePlaylist,
    is_discontinuous,
    live_target_duration_s,
    media_jump_ms,
    parse_live,
    render_hour,
    render_range,
    segment_name,
    target_duration_s,
)
from host_agent.ring.segment_times import SegmentTime
from shared.spans import utc_ms
from tests.support.playlist_check import growth_faults, playlist_faults, read_playlist, reload_faults

START_MS = utc_ms(Hour.parse("2026-11-21T14").start)
WRAP_90KHZ = 1 << 33


def segment(
    number: int, begin_s: float, duration_s: float = 1.0, *, media_s: float, run: int = 1
) -> SegmentTime:
    return SegmentTime(
        number,
        START_MS + round(begin_s * 1000),
        round(duration_s * 1000),
        round(media_s * 90_000) % WRAP_90KHZ,
        run,
    )


def recording(count: int, *, run: int = 1, number: int = 1, begin_s: float = 0.0) -> list[SegmentTime]:
    """`count` segments of a second, one after the other."""
    return [segment(number + at, begin_s + at, media_s=at, run=run) for at in range(count)]


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[SegmentTime]:
    """Segments as cameras, stalls, restarts and stepped clocks make them; numbers leap and only grow."""
    times: list[SegmentTime] = []
    number, run, media_ms, begin_ms = 1, 1, 0, START_MS
    for _ in range(draw(st.integers(0, most))):
        number += draw(st.sampled_from([1, 1, 1, 800]))
        happens = draw(st.sampled_from(["goes on", "goes on", "goes on", "restart", "stall", "clock step"]))
        if happens == "restart":
            run, media_ms, begin_ms = run + 1, 0, begin_ms + 3_000
        elif happens == "stall":
            pause_ms = draw(st.integers(0, 20_000))
            media_ms, begin_ms = media_ms + pause_ms, begin_ms + pause_ms
        elif happens == "clock step":
            begin_ms += draw(st.integers(-4_000_000, 4_000_000))
        duration_ms = draw(st.integers(1, 6_000))
        times.append(SegmentTime(number, begin_ms, duration_ms, media_ms * 90 % WRAP_90KHZ, run))
        media_ms += duration_ms
        begin_ms += duration_ms + draw(st.integers(-60, 60))
    return times


# -- an hour's playlist ------------------------------------------------------------------------------


def test_an_hour_is_an_event_until_it_ends() -> None:
    times = recording(2)
    running = render_hour(times, 6, ended=False)
    assert running == (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:EVENT\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:00.000Z\n"
        "#EXTINF:1.000,\nsegment_000000001.ts\n"
        "#EXTINF:1.000,\nsegment_000000002.ts\n"
    )
    assert render_hour(times, 6, ended=True) == running + END


DATED, PLAIN, BROKEN = "dated", "plain", "discontinuity and dated"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (segment(2, 1.0, media_s=1.0), PLAIN),
        (segment(2, 1.2, media_s=1.0), PLAIN),  # 0.2 s: as far as an interpolated time may be off
        (segment(2, 1.201, media_s=1.0), DATED),
        (segment(2, 0.799, media_s=1.0), DATED),
        (segment(2, 13.0, media_s=13.0), BROKEN),  # a gap: media time jumped with it
        (segment(2, 13.0, media_s=1.0), DATED),  # a gap that the camera's own clock does not show
        (segment(2, 1.0, media_s=1.4), PLAIN),
        (segment(2, 1.0, media_s=1.6), BROKEN),
        (segment(2, 1.0, media_s=0.4), BROKEN),  # media time jumped back
        (segment(2, 1.0, media_s=0.0, run=2), BROKEN),
        (segment(2, 1.0, media_s=1.0, run=2), BROKEN),  # another start of ffmpeg, whatever its times say
        (segment(2, -3599.0, media_s=1.0), DATED),  # the wall clock was set back: the decoder does not care
        (segment(900, 1.0, media_s=1.0), PLAIN),  # numbers leap at a restart of the agent, media does not
    ],
)
def test_a_date_stands_after_every_gap_and_where_time_is_off_and_a_discontinuity_where_media_broke(
    second: SegmentTime, expected: str
) -> None:
    first = segment(1, 0.0, media_s=0.0)
    lines = render_hour([first, second], 30, ended=False).split("segment_000000001.ts\n")[1]
    assert ("#EXT-X-PROGRAM-DATE-TIME" in lines) == (expected != PLAIN)
    assert ("#EXT-X-DISCONTINUITY\n" in lines) == (expected == BROKEN)
    assert lines.endswith(f"#EXTINF:1.000,\n{segment_name(second)}\n")


def test_small_errors_add_up_until_the_time_is_stated_anew() -> None:
    times = [segment(at + 1, at * 1.05, media_s=at) for at in range(11)]
    text = render_hour(times, 6, ended=False)
    listed = read_playlist(text).segments
    assert [entry.own_begin_utc_ms is not None for entry in listed] == [True, *[False] * 4, True] + [
        False
    ] * 4 + [True]
    for entry, time in zip(listed, times, strict=True):
        assert entry.begin_utc_ms is not None
        assert abs(entry.begin_utc_ms - time.begin_utc_ms) <= 200


def test_media_time_goes_on_where_its_33_bits_begin_anew() -> None:
    before = segment(1, 0.0, media_s=(WRAP_90KHZ - 90_000) / 90_000)
    after = segment(2, 1.0, media_s=0.0)
    assert media_jump_ms(before, after) == 0
    assert not is_discontinuous(before, after)
    assert media_jump_ms(after, before) == pytest.approx(-2000)


@settings(max_examples=60)
@given(histories(), st.integers(0, 14))
def test_what_was_published_of_an_hour_is_only_appended_to(times: list[SegmentTime], cut: int) -> None:
    earlier = render_hour(times[:cut], 6, ended=False)
    later = render_hour(times, 6, ended=True)
    assert growth_faults(earlier, later) == []


@settings(max_examples=60)
@given(histories())
def test_every_hour_is_a_playlist_that_others_read_as_it_was_meant(times: list[SegmentTime]) -> None:
    text = render_hour(times, 6, ended=True)
    assert playlist_faults(text) == []
    read = read_playlist(text)
    assert (read.kind, read.is_ended, read.target_s) == ("event", True, 6)
    assert [entry.uri for entry in read.segments] == [segment_name(time) for time in times]
    assert [round(entry.duration_s * 1000) for entry in read.segments] == [time.duration_ms for time in times]
    for entry, time in zip(read.segments, times, strict=True):
        assert entry.begin_utc_ms is not None
        assert abs(entry.begin_utc_ms - time.begin_utc_ms) <= 200
    breaks = [is_discontinuous(*pair) for pair in pairwise(times)]
    assert [entry.discontinuity for entry in read.segments[1:]] == breaks


@settings(max_examples=30)
@given(histories())
def test_a_range_in_pieces_is_the_playlist_of_its_segments(times: list[SegmentTime]) -> None:
    def uri(time: SegmentTime) -> str:
        return f"/host/stream/capture1/segments/{time.hour}/{segment_name(time)}"

    text = "".join(render_range(iter(times), 6, uri))
    assert playlist_faults(text) == []
    read = read_playlist(text)
    assert (read.kind, read.is_ended) == ("vod", True)
    assert [entry.uri for entry in read.segments] == [uri(time) for time in times]
    open_ended = "".join(render_range(iter(times), 6, uri, ended=False))
    assert (read_playlist(open_ended).kind, read_playlist(open_ended).is_ended) == ("event", False)


@pytest.mark.parametrize(
    ("longest_s", "target_s"), [(0.5, 6), (1.0, 6), (3.0, 6), (3.01, 7), (5.0, 10), (10.4, 21)]
)
def test_the_target_duration_has_margin_since_it_may_never_change(longest_s: float, target_s: int) -> None:
    assert target_duration_s(longest_s) == target_s


# -- the live playlist -------------------------------------------------------------------------------


def pushed(live: LivePlaylist, times: list[SegmentTime], window: int = 10) -> list[LivePlaylist]:
    """Every state of the live playlist while `times` are added, as the publisher does it."""
    states = []
    for previous, time in pairwise([None, *times]):
        assert time is not None
        live = live.with_segment(
            time, discontinuity=previous is None or is_discontinuous(previous, time), window=window
        )
        states.append(live)
    return states


def test_the_live_playlist_is_the_last_ten_with_their_true_dates() -> None:
    times = recording(12)
    text = pushed(LivePlaylist(3), times)[-1].render()
    read = read_playlist(text)
    assert (read.kind, read.is_ended, read.media_sequence, read.discontinuity_sequence) == (None, False, 2, 0)
    assert [entry.uri for entry in read.segments] == [segment_name(time) for time in times[2:]]
    assert [entry.own_begin_utc_ms for entry in read.segments] == [time.begin_utc_ms for time in times[2:]]


def test_a_discontinuity_is_counted_when_its_segment_leaves_the_window() -> None:
    times = [*recording(3), *recording(12, run=2, number=4, begin_s=5)]
    states = pushed(LivePlaylist(3), times)
    in_window = [read_playlist(state.render()) for state in states]
    assert [read.discontinuity_sequence for read in in_window] == [0] * 13 + [1, 1]
    assert [any(entry.discontinuity for entry in read.segments) for read in in_window] == (
        [False] * 3 + [True] * 10 + [False] * 2
    )


@settings(max_examples=60)
@given(histories(), st.integers(1, 5))
def test_counters_go_on_over_any_segments_and_restarts(times: list[SegmentTime], restart_every: int) -> None:
    live = LivePlaylist(6)
    previous: SegmentTime | None = None
    texts: list[str] = []
    for index, time in enumerate(times):
        if index % restart_every == 0 and texts:
            # The agent was restarted: the playlist is its own memory, the segment before is forgotten.
            read = parse_live(texts[-1])
            assert read == live
            live, previous = read, None
        broken = previous is None or is_discontinuous(previous, time)
        live = live.with_segment(time, discontinuity=broken, window=3)
        previous = time
        texts.append(live.render())
    sequences: dict[int, tuple[str, int]] = {}
    for text in texts:
        assert [fault for fault in playlist_faults(text) if "is listed" not in fault] == []
        for entry in read_playlist(text).segments:
            assert sequences.setdefault(entry.sequence, (entry.uri, entry.era)) == (entry.uri, entry.era)
    for before, after in pairwise(texts):
        assert reload_faults(before, after) == []


def test_counters_go_on_where_nothing_of_the_window_is_left() -> None:
    live = pushed(LivePlaylist(3), recording(12))[-1]
    emptied = live.without_oldest(10)
    assert (emptied.media_sequence, emptied.entries) == (12, ())
    after = emptied.with_segment(segment(900, 60, media_s=0, run=2), discontinuity=True, window=10)
    assert (after.media_sequence, after.discontinuity_sequence) == (12, 1)
    assert not after.entries[0].discontinuity


def test_three_target_durations_stay_in_the_window_of_a_camera_with_rare_key_frames() -> None:
    times = [segment(number, 4 * number, 4, media_s=4 * number) for number in range(1, 30)]
    live = pushed(LivePlaylist(live_target_duration_s(4)), times, window=3)[-1]
    assert live.target_s == 8
    assert sum(entry.duration_ms for entry in live.entries) == 24_000


def test_the_target_duration_grows_where_a_camera_leaves_no_choice() -> None:
    live = LivePlaylist(6).with_segment(segment(1, 0, 8.6, media_s=0), discontinuity=True, window=10)
    assert live.target_s == 9
    assert live.with_segment(segment(2, 8.6, 1, media_s=8.6), discontinuity=False, window=10).target_s == 9


def test_the_target_duration_bounds_rounded_durations_and_so_stays_where_they_do() -> None:
    live = LivePlaylist(4).with_segment(segment(1, 0, 4.4, media_s=0), discontinuity=True, window=10)
    assert live.target_s == 4


@settings(max_examples=60)
@given(histories(), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_live_playlist_is_read_as_it_was_written(times: list[SegmentTime], media: int, broken: int) -> None:
    for live in pushed(LivePlaylist(6, media, broken), times, window=4)[-2:]:
        assert parse_live(live.render()) == live


@settings(max_examples=30)
@given(histories(), st.integers(0, 10**6))
def test_a_torn_live_playlist_is_never_taken_for_more_than_it_says(
    times: list[SegmentTime], cut: int
) -> None:
    whole = pushed(LivePlaylist(6), times)[-1].render() if times else LivePlaylist(6).render()
    read = parse_live(whole[: cut % len(whole)])
    assert read is None or read.entries == parse_live(whole).entries[: len(read.entries)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>\n",
        "#EXTM3U\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n",
        LivePlaylist(6).render() + "segment_000000001.ts\n",  # no date and no duration
        LivePlaylist(6).render() + "#EXTINF:1.000,\nsegment_000000001.ts\n",
        LivePlaylist(6).render()
        + "#EXT-X-PROGRAM-DATE-TIME:yesterday\n#EXTINF:1.000,\nsegment_000000001.ts\n",
        LivePlaylist(6).render()
        + "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:00.000\n#EXTINF:1.000,\nsegment_000000001.ts\n",
        LivePlaylist(6).render()
        + "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:00.000Z\n#EXTINF:1,\nsegment_000000001.ts\n",
    ],
)
def test_what_is_no_live_playlist_of_ours_is_not_gone_on_with(text: str) -> None:
    assert parse_live(text) is None


def test_a_live_playlist_of_before_1970_is_gone_on_with() -> None:
    early = replace(recording(1)[0], begin_utc_ms=-3_600_000)
    live = LivePlaylist(6).with_segment(early, discontinuity=True, window=10)
    assert parse_live(live.render()) == live
