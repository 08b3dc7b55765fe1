"""A player that stays open goes on when ffmpeg is killed, and knows what time it shows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.rtsp_relay import RtspRelay
from tests.support.agent_under_test import AgentUnderTest
from tests.support.burnt_clock import Stamp
from tests.support.findings import assert_none
from tests.support.footage_check import DatedPicture, date_errors_ms, date_faults, jumps, number_faults
from tests.support.hls_player import HlsPlayer, PlayerError, Shown
from tests.support.playlist_check import series_faults
from tests.support.playlist_watch import PlaylistWatch
from tests.support.publisher import PublisherOptions, publishing

pytestmark = pytest.mark.slow

KILLS = 2
PLAYED_BETWEEN_S = 12.0
# What a player may wait for at most: the restart, a key frame, and its own distance from the live edge.
GOES_ON_WITHIN_S = 45.0


@dataclass(frozen=True)
class Watched:
    """What a player showed of a live device whose ffmpeg was killed at `killed_ms` (burnt clock)."""

    killed_ms: list[int]
    shown: list[Shown]
    errors: list[PlayerError]
    live_loads: list[str]
    load_faults: list[str]

    @property
    def played(self) -> list[Stamp]:
        return [picture.stamp for picture in self.shown if picture.stamp is not None]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("player")
    agent_folder: Path = folder / "agent"
    agent_folder.mkdir()
    with RtspRelay(folder, names=["cam1"]) as relay:
        options = PublisherOptions(url=relay.url("pub/cam1"), sent_log=str(folder / "sent.csv"))
        device = {"name": "cam1", "source": relay.url("cam1")}
        with publishing(options), AgentUnderTest(agent_folder, [device]) as agent:
            agent.wait_live()
            url = f"{agent.url}/host/stream/cam1/segments/output.m3u8"
            with PlaylistWatch([url], period_s=0.25) as watch, HlsPlayer(url, folder) as player:
                player.wait_until_played(PLAYED_BETWEEN_S, deadline_s=GOES_ON_WITHIN_S)
                killed_ms = []
                for _ in range(KILLS):
                    killed_ms.append(round(time.time() * 1000))
                    assert agent.kill_ffmpeg("cam1")
                    player.wait_until_played(PLAYED_BETWEEN_S, deadline_s=GOES_ON_WITHIN_S)
                # Until the player shows what was taken after the last kill.
                player.wait_until_played(PLAYED_BETWEEN_S, deadline_s=GOES_ON_WITHIN_S)
                player.stop()
                watch.stop()
                yield Watched(
                    killed_ms=killed_ms,
                    shown=player.shown(),
                    errors=player.errors(),
                    live_loads=watch.texts(url),
                    load_faults=watch.faults(url),
                )


def test_a_player_shows_what_was_taken_before_and_after_each_kill(watched: Watched) -> None:
    taken = [stamp.wall_ms for stamp in watched.played]
    for killed_ms in watched.killed_ms:
        assert any(killed_ms - 4_000 < wall_ms < killed_ms for wall_ms in taken)
        assert any(killed_ms < wall_ms < killed_ms + 8_000 for wall_ms in taken)


def test_a_player_shows_every_picture_once_and_leaves_out_only_what_the_kills_cost(watched: Watched) -> None:
    assert_none(number_faults(watched.played))
    left_out = jumps(watched.played)
    assert len(left_out) == KILLS, left_out
    for before, after in left_out:
        assert (after.wall_ms - before.wall_ms) / 1000 < 8


def test_a_player_meets_no_error_that_it_cannot_recover_from(watched: Watched) -> None:
    assert [error for error in watched.errors if error.is_fatal] == []


def test_a_player_knows_the_time_of_what_it_shows(watched: Watched) -> None:
    dated = [
        DatedPicture(picture.stamp, picture.date_ms, "the player")
        for picture in watched.shown
        if picture.stamp is not None and picture.date_ms is not None
    ]
    print(f"errors of the player's dates in ms: {date_errors_ms(dated)}")
    assert [picture for picture in watched.shown if picture.date_ms is None] == []
    assert len(dated) > 500
    assert_none(date_faults(dated))


def test_the_live_playlist_goes_on_through_a_killed_ffmpeg(watched: Watched) -> None:
    assert_none(watched.load_faults)
    assert_none(series_faults(watched.live_loads, event=False))
    assert sum("#EXT-X-DISCONTINUITY\n" in text for text in watched.live_loads) > 0
