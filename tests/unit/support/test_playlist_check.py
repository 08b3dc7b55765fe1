"""The playlist checks find what RFC 8216 forbids, and nothing in what it allows."""

import pytest

from tests.support.playlist_check import (
    growth_faults,
    playlist_faults,
    read_playlist,
    reload_faults,
    series_faults,
)


def live(first: int, count: int, *, target: int = 3, era: int = 0, broken_before: int | None = None) -> str:
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{target}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{era}",
    ]
    for number in range(first, first + count):
        if number == broken_before:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:{number:02d}.000Z")
        lines += ["#EXTINF:1.000,", f"segment_{number:09d}.ts"]
    return "\n".join(lines) + "\n"


SOUND = live(5, 10)


def test_a_sound_playlist_has_no_faults() -> None:
    assert playlist_faults(SOUND) == []


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        (SOUND.removeprefix("#EXTM3U\n"), "4.3.1.1"),
        (SOUND.replace("#EXT-X-TARGETDURATION:3\n", ""), "4.3.3.1"),
        (SOUND.replace("#EXTINF:1.000,", "#EXTINF:3.500,", 1), "exceeds the target"),
        (SOUND.replace("#EXT-X-VERSION:3\n", "").replace("1.000", "1.250"), "VERSION:3"),
        (SOUND + "#EXT-X-MEDIA-SEQUENCE:9\n", "stands 2 times"),
        (SOUND.rstrip("\n"), "half a playlist"),
        (SOUND.replace("14:00:05.000Z", "14:00:05.000"), "no offset"),
        (SOUND.replace("#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:05.000Z\n", ""), "has no date-time"),
        (SOUND.replace("segment_000000006.ts", "segment_000000005.ts"), "is listed 2 times"),
        (SOUND.replace("#EXTINF:1.000,", "#EXTINF:0.000,", 1), "lasts 0.0 s"),
        (SOUND.replace("#EXTINF:1.000,", "#EXTINF:one,", 1), "refuses it"),
        ("", "4.3.1.1"),
    ],
)
def test_a_fault_in_a_playlist_is_named(wrong: str, because: str) -> None:
    assert any(because in fault for fault in playlist_faults(wrong)), playlist_faults(wrong)


@pytest.mark.parametrize("duration", ["3.499", "2.5"])
def test_durations_are_compared_to_the_target_rounded(duration: str) -> None:
    assert playlist_faults(SOUND.replace("#EXTINF:1.000,", f"#EXTINF:{duration},", 1)) == []


def test_a_window_that_slides_has_no_faults() -> None:
    loads = [live(number, 10) for number in range(5, 20)]
    assert series_faults(loads, event=False) == []


def test_a_target_that_grows_with_a_longer_segment_asks_for_no_longer_window_at_once() -> None:
    grown = live(6, 10, target=4).replace(
        "#EXTINF:1.000,\nsegment_000000015", "#EXTINF:4.000,\nsegment_000000015"
    )
    assert reload_faults(SOUND, grown) == []
    assert reload_faults(SOUND, live(8, 8)) != []


def test_a_discontinuity_may_leave_the_window_when_it_is_counted() -> None:
    loads = [
        live(5, 10, broken_before=7),
        live(7, 10, broken_before=7),
        live(8, 10, era=1),
    ]
    assert series_faults(loads, event=False) == []


@pytest.mark.parametrize(
    ("after", "because"),
    [
        (live(6, 10, target=4), "target duration changed"),
        (live(4, 10), "media sequence fell"),
        (live(5, 9), "from the end of the list"),
        (live(6, 10, era=1), "discontinuity number changed"),
        (live(6, 10, broken_before=9), "discontinuity tag changed"),
        (live(6, 10).replace("segment_000000009.ts", "segment_000000109.ts"), "the address changed"),
        (live(6, 10).replace("14:00:09.000Z", "14:00:09.300Z"), "date-time moved by 300 ms"),
        (live(8, 8), "less than three target durations"),
    ],
)
def test_what_may_not_change_between_two_loads_is_named(after: str, because: str) -> None:
    faults = reload_faults(live(5, 10), after)
    assert any(because in fault for fault in faults), faults


def test_an_event_playlist_may_be_appended_to_and_nothing_else() -> None:
    long, short = live(0, 10), live(0, 8)
    assert growth_faults(short, long) == []
    assert growth_faults(long, short)
    assert "line 8 was" in growth_faults(short, long.replace("segment_000000000", "segment_000000050"))[0]


def test_date_times_are_carried_on_by_durations_and_runs_begin_at_discontinuities() -> None:
    text = live(0, 4, broken_before=2).replace("#EXT-X-PROGRAM-DATE-TIME:2026-11-21T14:00:01.000Z\n", "")
    playlist = read_playlist(text, "http://host/stream/")
    begins = [segment.begin_utc_ms for segment in playlist.segments]
    assert [begin - (begins[0] or 0) for begin in begins if begin is not None] == [0, 1000, 2000, 3000]
    assert playlist.segments[1].own_begin_utc_ms is None
    assert [len(run) for run in playlist.runs()] == [2, 2]
    assert playlist.segments[0].absolute_uri == "http://host/stream/segment_000000000.ts"
