"""What is seen of an ffmpeg that opens a stream, and what a test of the connection makes of it."""

import pytest

from shared.ffmpeg.stream_observation import Observed
from shared.ffmpeg.stream_probe_failure import Asked, failure, success

ATTEMPT = "[tcp @ 0x5] [verbose] Starting connection attempt to 10.0.0.5 port 554"
CONNECTED = "[tcp @ 0x5] [verbose] Successfully connected to 10.0.0.5 port 554"
PACKET = "[rtsp @ 0x5] [debug] ff_read_packet stream=0, pts=0, dts=NOPTS, size=6, duration=0, flags=0"
OPENED = "[info] Input #0, concat, from 'pipe:0':"
H264 = (
    "[info]   Stream #0:0, 2, 1/90000: Video: h264 (High), yuv420p, 1280x720 [SAR 1:1], 0/1, 25 fps, 25 tbr"
)
MJPEG = "[info]   Stream #0:0, 1, 1/25: Video: mjpeg (Baseline), yuvj420p(pc), 320x180, 0/1, 25 tbr, 25 tbn"
SOUND = "[info]   Stream #0:0: Audio: aac (LC), 48000 Hz, stereo"
NO_PICTURE = "[fatal] Stream map '0:v:0' matches no streams."
ASKED = Asked("10.0.0.5:554", had_login=True, timeout_s=5)


def seen(*lines: tuple[float, str]) -> Observed:
    found = Observed()
    for at_s, line in lines:
        found = found.after(line, at_s, "10.0.0.5")
    return found


def test_latency_counts_from_the_attempt_to_connect_to_the_first_packet() -> None:
    told = seen(
        (10.2, ATTEMPT), (10.21, CONNECTED), (10.5, PACKET), (10.6, PACKET), (11.9, OPENED), (11.9, H264)
    )
    found = success(told, begun_s=10.0)
    assert found is not None
    assert (found.latency_ms, found.resolution, found.fps, found.codec) == (300, "1280x720", 25.0, "h264")


def test_before_the_stream_is_known_there_is_no_success() -> None:
    assert success(seen((10.2, ATTEMPT), (10.5, PACKET)), begun_s=10.0) is None


def test_an_ffmpeg_that_says_nothing_of_packets_has_the_stream_when_it_is_open() -> None:
    found = success(seen((10.9, OPENED), (10.9, H264)), begun_s=10.0)
    assert found is not None
    assert found.latency_ms == 900


@pytest.mark.parametrize(
    ("times_s", "fps"),
    [
        ([0.0, 0.2, 0.4, 0.6, 0.8], 5.0),
        ([0.0, 0.0, 0.0, 0.2, 0.4, 0.6, 0.8], 5.0),  # the first ones at once
        ([0.0, 0.2, 0.4], None),
        ([0.0, 0.0, 0.0, 0.0, 0.0], None),
    ],
)
def test_pictures_without_times_are_counted_as_they_come(times_s: list[float], fps: float | None) -> None:
    told = seen((0, ATTEMPT), *((at_s, PACKET) for at_s in times_s), (1, OPENED), (1, MJPEG))
    found = success(told, begun_s=0.0)
    assert found is not None
    assert found.fps == fps


@pytest.mark.parametrize(
    ("lines", "out_of_time", "code", "words"),
    [
        ([ATTEMPT], True, "timeout", "not even with a refusal"),
        ([ATTEMPT, CONNECTED], True, "timeout", "accepts the connection, but sent no picture within 5 s"),
        ([ATTEMPT, CONNECTED, PACKET], True, "timeout", "sends a stream, but no picture could be read"),
        ([ATTEMPT, CONNECTED, OPENED, SOUND, NO_PICTURE], False, "not_video", "sound without a picture"),
        (["[error] pipe:0: Connection refused"], False, "refused", "Nothing listens"),
        (["[error] pipe:0: Network is unreachable"], False, "unreachable", "There is no way"),
        (["[error] pipe:0: Connection timed out"], False, "timeout", "did not answer in time"),
        (["[error] Server returned 401 Unauthorized"], False, "unauthorised", "refused the login"),
        (["[error] Server returned 403 Forbidden"], False, "unauthorised", "forbids access"),
        (["[error] Server returned 404 Not Found"], False, "not_found", "check the path"),
        (["[error] pipe:0: Invalid data found when processing input"], False, "not_video", "no stream"),
        (["[error] pipe:0: Connection reset by peer"], False, "ended", "broke off"),
        (["[error] something else: s3cret at rtsp://cam:s3cret@10.0.0.5"], False, "other", "***@10.0.0.5"),
        ([], False, "other", "ffmpeg ended with status 1"),
        ([ATTEMPT.replace("10.0.0.5", "10.9.9.9")], False, "leads_elsewhere", "10.9.9.9"),
    ],
)
def test_each_trouble_has_its_code_and_a_sentence_that_says_what_to_do(
    lines: list[str], out_of_time: bool, code: str, words: str
) -> None:
    found = failure(seen(*((1.0, line) for line in lines)), ASKED, status=1, out_of_time=out_of_time)
    assert found.code == code
    assert words in found.message
    assert found.latency_ms is None


def test_where_no_login_was_given_the_camera_asks_for_one() -> None:
    asked = Asked("10.0.0.5:554", had_login=False, timeout_s=5)
    told = seen((1.0, "[error] Server returned 401 Unauthorized"))
    assert "was given none" in failure(told, asked, status=1, out_of_time=False).message


def test_a_stream_that_strays_is_no_success_though_it_shows_a_picture() -> None:
    told = seen(
        (1, ATTEMPT), (1, ATTEMPT.replace("10.0.0.5", "10.9.9.9")), (2, PACKET), (3, OPENED), (3, H264)
    )
    assert success(told, begun_s=0.0) is None
    assert told.strayed_to == "10.9.9.9"


def test_what_ffmpeg_says_of_our_own_header_is_no_trouble_of_the_cameras() -> None:
    line = "[http @ 0x5] [warning] No trailing CRLF found in HTTP header. Adding it."
    assert seen((1, line)).told == ()
