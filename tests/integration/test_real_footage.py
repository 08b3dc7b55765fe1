"""Real footage over RTSP through the relay, across an hour boundary: complete, rightly dated, explained.

Eight cameras burn a running number and their clock into their pictures. Two agents record them side by
side for more than four minutes; the hour changes in the middle. What happens to each camera stands in
`CAMERAS` and `recorded`. Everything is then read back, over HTTP and from disk, and held against what
was sent.
"""

from itertools import pairwise

import pytest

from shared.spans import utc_ms
from tests.support.findings import assert_none
from tests.support.footage_check import (
    DATE_TOLERANCE_MS,
    clipped,
    date_errors_ms,
    date_faults,
    jumps,
    missing_faults,
    number_faults,
    same_pictures_faults,
    span_faults,
    sum_faults,
    true_spans,
)
from tests.support.footage_run import NO_RELAY, Camera, Evidence, FootageRun
from tests.support.playlist_check import playlist_faults, read_playlist, series_faults

# What is dated to half a second has the machine to itself.
pytestmark = [pytest.mark.slow, pytest.mark.alone]

RECORDED_S = 248.0
JUDGED_S = 240.0
HOUR_CHANGES_AT_S = 130.0
FASTER, SLOWER = 1.02, 0.98
BURST_S = 5.0
NO_FOOTAGE_CODES = {"source_unreachable", "source_refused", "stalled"}

CAMERAS = (
    Camera("plain"),
    Camera("fast", media_rate=FASTER),
    Camera("slow", media_rate=SLOWER),
    # Sends five seconds at once to whoever connects, then goes on in real time.
    Camera("burst", relay=NO_RELAY, burst_s=BURST_S),
    # Its power fails for 20 s.
    Camera("killed"),
    # The network stands still for 15 s, twice, the second time while the hour changes. This agent gives
    # up after 10 s and connects again …
    Camera("stalled", relay="shaky"),
    # … and this one waits: everything comes late, in a burst, and nothing is missing.
    Camera("waited", agent="patient", relay="shaky", stream="stalled"),
    # It takes no pictures for 12 s; the connection stays. Its key frames come unevenly.
    Camera("paused", agent="patient", gop_s=(1.0, 1.0, 4.0)),
)
GAPS = {"killed": 1, "stalled": 2, "paused": 1}
each_camera = pytest.mark.parametrize("name", [camera.name for camera in CAMERAS])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evidence]:
    """Everything runs once; the evidence by camera."""
    run = FootageRun(
        tmp_path_factory.mktemp("real-footage"),
        CAMERAS,
        hour_changes_at_s=HOUR_CHANGES_AT_S,
        agents={"usual": {}, "patient": {"supervisor": {"stalled_after_s": 40.0}}},
    )
    with run:
        shaky, killed, paused = run.relay("shaky"), run.publisher("killed"), run.publisher("paused")
        run.carry_out(
            [
                (30.0, shaky.pause),
                (45.0, shaky.resume),
                (70.0, killed.kill),
                (75.0, paused.pause),
                (87.0, paused.resume),
                (90.0, killed.start),
                (HOUR_CHANGES_AT_S - 15.0, shaky.pause),
                (HOUR_CHANGES_AT_S, shaky.resume),
            ],
            until_s=RECORDED_S,
        )
        return run.read_back()


@each_camera
def test_a_player_decodes_a_range_without_an_error(recorded: dict[str, Evidence], name: str) -> None:
    played = recorded[name].played
    assert_none(played.complaints)
    assert played.unreadable == 0
    assert_none(number_faults(played.stamps))


@each_camera
def test_every_segment_that_a_playlist_names_decodes_alone_without_an_error(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    for found in (*evidence.listed.values(), evidence.on_disk):
        assert_none(found.faults)


@each_camera
def test_no_picture_that_was_sent_in_recorded_time_is_missing_or_comes_twice(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    stamps = evidence.stamps
    assert_none(number_faults(stamps))
    assert_none(missing_faults(stamps, evidence.sent_stamps, evidence.recorded))
    assert len(jumps(stamps)) <= GAPS.get(name, 0), jumps(stamps)
    assert (stamps[-1].wall_ms - stamps[0].wall_ms) / 1000 >= JUDGED_S


@each_camera
def test_hours_ranges_and_a_player_show_the_same_pictures(recorded: dict[str, Evidence], name: str) -> None:
    evidence = recorded[name]
    stamps = evidence.stamps
    first, last = stamps[0].number, stamps[-1].number
    in_hours = [
        stamp
        for way in ("hour 0", "hour 1")
        for stamp in evidence.listed[way].stamps
        if first <= stamp.number <= last
    ]
    ways = {"the range": stamps, "the hours": in_hours, "the player": evidence.played.stamps}
    assert_none(same_pictures_faults(ways))


@each_camera
def test_the_date_time_of_every_picture_is_right_to_half_a_second(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    ways = {**evidence.listed, "times.csv": evidence.on_disk}
    errors = {way: date_errors_ms(found.pictures) for way, found in ways.items()}
    print(f"{name}: errors of dates in ms (smallest, median, largest): {errors}")
    assert_none(f"{way}: {fault}" for way, found in ways.items() for fault in date_faults(found.pictures))


@each_camera
def test_the_spans_of_the_time_line_are_those_of_the_pictures(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    assert_none(span_faults(true_spans(evidence.judged_stamps), evidence.recorded))
    assert len(evidence.recorded) == GAPS.get(name, 0) + 1


@pytest.mark.parametrize("name", [camera.name for camera in CAMERAS if camera.name != "stalled"])
def test_the_spans_of_the_time_line_equal_what_was_sent(recorded: dict[str, Evidence], name: str) -> None:
    evidence = recorded[name]
    first = evidence.stamps[0].wall_ms
    sent = true_spans([stamp for stamp in evidence.sent_stamps if stamp.wall_ms >= first])
    # After its power came back, the camera is found again by the next attempt: 2 s at most, and a group.
    tolerance_s = 3.5 if name == "killed" else 0.5
    assert_none(span_faults(clipped(sent, evidence.judged), evidence.recorded, tolerance_s=tolerance_s))


@each_camera
def test_each_gap_lies_between_spans_and_has_its_true_reason(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    gaps = evidence.inner_gaps()
    print(f"{name}: {[(gap.code, gap.sentence, gap.span.duration_s) for gap in gaps]}")
    assert {gap.code for gap in gaps} <= NO_FOOTAGE_CODES
    assert all(gap.sentence for gap in gaps)
    assert len(gaps) >= GAPS.get(name, 0)
    assert "unknown" not in {gap.code for gap in evidence.gaps}
    told = sorted([*evidence.recorded, *(gap.span for gap in evidence.gaps)])
    assert (told[0].start, told[-1].end) == (evidence.judged.start, evidence.judged.end)
    assert all(one.end == other.start for one, other in pairwise(told))


@each_camera
def test_the_hour_changes_in_the_middle_and_both_hours_are_listed(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    before, after = (read_playlist(text) for text in evidence.hour_texts)
    assert before.is_ended
    assert not after.is_ended
    boundary_ms = utc_ms(evidence.judged.end.replace(minute=0, second=0, microsecond=0))
    begins = [[segment.begin_utc_ms or 0 for segment in playlist.segments] for playlist in (before, after)]
    assert max(begins[0]) - DATE_TOLERANCE_MS < boundary_ms < min(begins[1]) + DATE_TOLERANCE_MS


@each_camera
def test_live_playlists_change_only_as_a_player_may_expect(recorded: dict[str, Evidence], name: str) -> None:
    evidence = recorded[name]
    assert len(evidence.live_loads) > 100
    targets = [read_playlist(text).target_s for text in evidence.live_loads]
    print(f"{name}: target durations {list(dict.fromkeys(targets))} s in {len(targets)} loads")
    assert_none(series_faults(evidence.live_loads, event=False))


@each_camera
def test_the_playlist_of_an_hour_is_only_appended_to(recorded: dict[str, Evidence], name: str) -> None:
    evidence = recorded[name]
    for loads in evidence.hour_loads:
        assert len(loads) > 3
        assert_none(series_faults(loads, event=True))


@each_camera
def test_an_independent_parser_accepts_every_playlist(recorded: dict[str, Evidence], name: str) -> None:
    evidence = recorded[name]
    for text in (evidence.range_text, *evidence.hour_texts):
        assert_none(playlist_faults(text))
    assert_none(evidence.load_faults)


def test_the_sum_of_extinf_is_the_time_recorded_within_one_segment(recorded: dict[str, Evidence]) -> None:
    evidence = recorded["plain"]
    assert_none(sum_faults(read_playlist(evidence.range_text), evidence.stamps))
    for index, text in enumerate(evidence.hour_texts):
        assert_none(sum_faults(read_playlist(text), evidence.listed[f"hour {index}"].stamps))


@each_camera
def test_pictures_of_their_own_are_dated_by_when_they_were_taken(
    recorded: dict[str, Evidence], name: str
) -> None:
    evidence = recorded[name]
    for kind, found in evidence.jpegs.items():
        print(f"{name}: {kind}: {len(found.pictures)} pictures, errors {date_errors_ms(found.pictures)} ms")
        assert_none(found.faults)
        assert_none(number_faults(found.stamps))
        assert_none(date_faults(found.pictures))
        assert len(found.pictures) > 100, kind


@pytest.mark.parametrize(("name", "rate"), [("fast", FASTER), ("slow", SLOWER), ("plain", 1.0)])
def test_the_clocks_of_the_cameras_really_ran_as_the_test_says(
    recorded: dict[str, Evidence], name: str, rate: float
) -> None:
    evidence = recorded[name]
    playlist, stamps = read_playlist(evidence.range_text), evidence.stamps
    true_s = (stamps[-1].wall_ms - stamps[0].wall_ms) / 1000
    assert playlist.duration_s / true_s == pytest.approx(rate, abs=0.004)


def test_the_burst_really_began_with_seconds_that_had_passed(recorded: dict[str, Evidence]) -> None:
    evidence = recorded["burst"]
    assert len(evidence.connected_ms) == 1
    assert evidence.stamps[0].wall_ms <= evidence.connected_ms[0] - BURST_S * 1000
