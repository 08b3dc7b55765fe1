"""The stand-in for cameras behaves as the tests that use it expect of a camera."""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from shared.errors import UnavailableError
from tests.support.rtsp_relay import RtspRelay, clip_source, h264_encoding, pattern_source, relay

__all__ = ["relay"]
PATTERN = "testsrc2=size=320x180:rate=25"
PAUSE_S = 3.0


def read_times_s(
    url: str,
    packets: int,
    *,
    within_s: float = 30,
    at_packet: Mapping[int, Callable[[], None]] | None = None,
) -> list[tuple[float, float]]:
    """Return `packets` pairs of arrival (monotonic) and presentation time, both in seconds.

    `at_packet` says what to do when so many have arrived.
    """
    actions = at_packet or {}
    process = subprocess.Popen(
        [
            *("ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-fflags", "nobuffer"),
            *("-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", url),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    deadline = time.monotonic() + within_s
    found: list[tuple[float, float]] = []
    try:
        for line in process.stdout:
            text = line.strip().strip(",")
            if text and text != "N/A":
                found.append((time.monotonic(), float(text)))
                actions.get(len(found), lambda: None)()
            if len(found) >= packets or time.monotonic() > deadline:
                return found
        return found
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_a_reader_needs_the_password(tmp_path: Path, auth: str) -> None:
    with RtspRelay(tmp_path, user="cam", password="p@ss/word", auth=auth) as relay:
        relay.publish("cam1", pattern_source(PATTERN), h264_encoding())
        assert len(read_times_s(relay.url("cam1"), 5)) == 5
        assert read_times_s(relay.url("cam1", password="wrong"), 1) == []


def test_a_fast_publisher_clock_is_passed_on_and_no_picture_is_lost(relay: RtspRelay) -> None:
    relay.publish("cam1", pattern_source(PATTERN, rate=1.25), h264_encoding())
    read = read_times_s(relay.url("cam1"), 225)[25:]
    media_s = [pts for _arrival, pts in read]
    steps = {round(later - earlier, 3) for earlier, later in pairwise(media_s)}
    assert steps == {0.04}
    wall_s = read[-1][0] - read[0][0]
    assert (media_s[-1] - media_s[0]) / wall_s == pytest.approx(1.25, abs=0.05)


@pytest.mark.parametrize("whom", ["publisher", "relay"])
def test_what_stood_still_sends_late_what_it_owes_and_loses_nothing(relay: RtspRelay, whom: str) -> None:
    publisher = relay.publish("cam1", pattern_source(PATTERN), h264_encoding())
    paused = publisher if whom == "publisher" else relay

    def stand_still() -> None:
        paused.pause()
        threading.Timer(PAUSE_S, paused.resume).start()

    read = read_times_s(relay.url("cam1"), 200, at_packet={50: stand_still})
    arrivals, media_s = zip(*read[25:], strict=True)
    assert max(later - earlier for earlier, later in pairwise(arrivals)) > PAUSE_S * 0.8
    assert {round(later - earlier, 3) for earlier, later in pairwise(media_s)} == {0.04}


def test_a_relay_that_lost_its_power_comes_back_under_the_same_address(relay: RtspRelay) -> None:
    first = relay.publish("cam1", pattern_source(PATTERN), h264_encoding())
    url = relay.url("cam1")
    relay.stop_server()
    first.process.wait(10)
    assert read_times_s(url, 1) == []
    relay.start()
    relay.publish("cam1", pattern_source(PATTERN), h264_encoding())
    assert relay.url("cam1") == url
    assert len(read_times_s(url, 5)) == 5


def test_a_stream_that_cannot_be_published_says_why(relay: RtspRelay, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="No such file"):
        relay.publish("cam1", clip_source(tmp_path / "missing.mp4"))


def test_a_relay_whose_port_is_taken_says_so(relay: RtspRelay, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=f"cannot listen on port {relay.port}"):
        RtspRelay(tmp_path, port=relay.port).start()
