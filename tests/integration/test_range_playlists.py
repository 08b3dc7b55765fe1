"""Playlists of any range, read by an independent parser and played by ffmpeg."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_agent.journal.facts import DEVICE_ADDED, STATE_CHANGED
from host_agent.journal.journal import Journal
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.ring.layout import DeviceFolders, Hour, Kind, name_format
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.errors import ConflictError, NotFoundError
from shared.spans import Span, utc_ms
from tests.support.footage import Footage, Recipe
from tests.support.playlist_check import playlist_faults, read_playlist, series_faults
from tests.support.set_clock import SetClock

BEGIN = datetime(2026, 11, 21, 13, 59, 57, tzinfo=UTC)
DEVICE = "capture1"


class Playback:
    """A device with footage, and its playlists."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SetClock(BEGIN)
        self.store = RingStore(DeviceFolders(folder / "root", DEVICE), self.clock)
        self.store.prepare()
        self.journal = Journal(folder / "state" / "journal.db", self.clock)
        self.footage = Footage(self.store)
        stores = {DEVICE: self.store}
        self.playlists = RangePlaylists(stores, TimelineService(stores, self.journal, self.clock), self.clock)

    def text(self, start_s: float = 0, end_s: float = 60) -> str:
        span = Span(BEGIN + timedelta(seconds=start_s), BEGIN + timedelta(seconds=end_s))
        return "".join(self.playlists.render(DEVICE, span))

    def frames_played(self, text: str) -> int:
        """Pictures that ffmpeg decodes through the playlist, its addresses served by the store."""
        place = self.folder / "served"
        place.mkdir()
        (place / "playlist.m3u8").write_text(text)
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            hour, name = line.removeprefix("segments/").split("/")
            source = self.store.folders.hot(Kind.SEGMENTS) / name
            if not source.exists():
                folder = self.store.hour_folder(Kind.SEGMENTS, Hour.parse(hour))
                assert folder is not None
                source = folder / name
            (place / "segments" / hour).mkdir(parents=True, exist_ok=True)
            os.link(source, place / line)
        played = subprocess.run(
            [
                *("ffmpeg", "-v", "error", "-nostdin", "-i", str(place / "playlist.m3u8")),
                *("-map", "0:v", "-fps_mode", "passthrough", "-f", "framecrc", "-"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert played.stderr == ""
        return sum(not line.startswith("#") for line in played.stdout.splitlines())


@pytest.fixture
def playback(tmp_path: Path) -> Playback:
    return Playback(tmp_path)


def test_a_range_across_an_hour_and_a_gap_plays_every_picture(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.footage.record(BEGIN + timedelta(seconds=20))
    playback.footage.archive(keep_hot=3)
    playback.clock.pass_time(300)
    text = playback.text()
    assert playlist_faults(text) == []
    playlist = read_playlist(text)
    assert [segment.begin_utc_ms for segment in playlist.segments] == [
        time.begin_utc_ms for time in playback.footage.times
    ]
    assert [segment.uri for segment in playlist.segments][2:4] == [
        "segments/2026-11-21T13/segment_000000003.ts",
        "segments/2026-11-21T14/segment_000000004.ts",
    ]
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert text.count("#EXT-X-PROGRAM-DATE-TIME") == 2
    assert playlist.duration_s == 10
    assert playback.frames_played(text) == playback.footage.frames


@pytest.mark.parametrize(
    ("start_s", "end_s", "numbers"),
    [(0, 5, [1, 2, 3, 4, 5]), (0.5, 1.0, [1]), (1.0, 1.001, [2]), (1.9, 3.1, [2, 3, 4]), (4.999, 60, [5])],
)
def test_a_range_has_the_segments_that_touch_it(
    playback: Playback, start_s: float, end_s: float, numbers: list[int]
) -> None:
    playback.footage.record(BEGIN)
    names = [line.rpartition("/")[2] for line in playback.text(start_s, end_s).splitlines() if line[0] != "#"]
    assert names == [name_format(Kind.SEGMENTS).format(number) for number in numbers]


def test_a_range_that_is_over_has_an_end_and_one_that_is_not_grows_into_it(playback: Playback) -> None:
    loads = []
    for begin_s in (0, 5, 10):
        playback.footage.record(BEGIN + timedelta(seconds=begin_s))
        playback.clock.pass_time(5)
        loads.append(playback.text(0, 14))
    playback.clock.pass_time(30)
    loads.append(playback.text(0, 14))
    assert ["#EXT-X-ENDLIST" in text for text in loads] == [False, False, True, True]
    assert series_faults(loads, event=True) == []
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in loads[-1]
    playback.clock.pass_time(120)
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in playback.text(0, 14)


def test_a_range_whose_end_was_not_recorded_is_over_a_minute_later(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.clock.pass_time(70)
    assert "#EXT-X-ENDLIST" not in playback.text(0, 60)
    playback.clock.pass_time(60)
    assert "#EXT-X-ENDLIST" in playback.text(0, 60)


@pytest.mark.parametrize(
    ("targets", "segment_s", "expected"), [((6, 6), 1, 6), ((6, 9), 1, 9), ((2, 2), 4, 4)]
)
def test_the_target_duration_holds_for_every_hour_and_every_segment(
    playback: Playback, targets: tuple[int, int], segment_s: int, expected: int
) -> None:
    recipe = Recipe(seconds=2 * segment_s, segment_s=segment_s)
    playback.footage.record(BEGIN - timedelta(minutes=1), recipe, target_s=targets[0])
    playback.footage.record(BEGIN + timedelta(minutes=1), recipe, target_s=targets[1])
    text = playback.text(-100, 200)
    assert f"#EXT-X-TARGETDURATION:{expected}\n" in text
    assert playlist_faults(text) == []


def test_a_file_that_is_gone_is_not_named(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    (playback.store.folders.hot(Kind.SEGMENTS) / "segment_000000003.ts").unlink()
    text = playback.text()
    assert "segment_000000003" not in text
    assert playlist_faults(text) == []


def test_after_a_clock_was_set_back_nothing_is_named_twice(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.footage.record(BEGIN + timedelta(seconds=2))
    uris = [segment.uri for segment in read_playlist(playback.text()).segments]
    assert len(uris) == len(set(uris)) == 10
    assert playlist_faults(playback.text()) == []


def test_hours_in_the_vault_play_like_those_of_the_ring(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    playback.footage.archive()
    playback.footage.record(BEGIN + timedelta(days=1))
    playback.footage.archive()
    assert playback.store.ring_hour(Kind.SEGMENTS, 13) == Hour.of(BEGIN + timedelta(days=1))
    text = playback.text(0, 2 * 86_400)
    assert [segment.begin_utc_ms for segment in read_playlist(text).segments] == [
        time.begin_utc_ms for time in playback.footage.times
    ]


def test_a_range_without_footage_is_refused_with_the_reason_of_the_gap(playback: Playback) -> None:
    playback.journal.note(DEVICE_ADDED, "starting", "Added.", device=DEVICE)
    playback.journal.note(STATE_CHANGED, "stopped_by_user", "Stopped by anna.", device=DEVICE)
    for _ in range(12):
        playback.clock.pass_time(10)
        playback.journal.note_clock()
    with pytest.raises(ConflictError, match=r"stopped_by_user: Stopped by anna\.") as raised:
        playback.playlists.render(DEVICE, Span(BEGIN + timedelta(seconds=5), BEGIN + timedelta(seconds=60)))
    assert raised.value.code == "no_footage"


def test_a_range_of_the_future_is_refused_in_words_of_its_own(playback: Playback) -> None:
    playback.footage.record(BEGIN)
    with pytest.raises(ConflictError, match="has not been recorded yet"):
        playback.playlists.render(DEVICE, Span(BEGIN + timedelta(hours=1), BEGIN + timedelta(hours=2)))


def test_an_unknown_device_is_not_found_before_anything_is_sent(playback: Playback) -> None:
    with pytest.raises(NotFoundError):
        playback.playlists.render("nobody", Span(BEGIN, BEGIN + timedelta(seconds=5)))


def test_a_day_is_sent_in_pieces(playback: Playback) -> None:
    number = 0
    for hour in (Hour.of(BEGIN + timedelta(hours=index)) for index in range(24)):
        folder = playback.store.open_hour(Kind.SEGMENTS, hour, target_duration_s=6)
        lines = [HEADER]
        for index in range(0, 3600, 10):
            number += 1
            time = SegmentTime(number, utc_ms(hour.start) + index * 1000, 10_000, index * 90_000, 1)
            lines.append(encode_line(time))
            (folder / name_format(Kind.SEGMENTS).format(number)).touch()
        (folder / "times.csv").write_text("".join(lines))
    pieces = list(playback.playlists.render(DEVICE, Span(Hour.of(BEGIN).start, BEGIN + timedelta(days=2))))
    assert len(pieces) > 10
    assert max(map(len, pieces)) < 100_000
    assert len(read_playlist("".join(pieces)).segments) == number == 24 * 360
