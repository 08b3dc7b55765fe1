"""What ffmpeg says of a source while it opens it, and what follows from that."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.capture.lessons import lesson
from host_agent.capture.recorder_command import Learned
from host_agent.settings import DeviceSettings, Encode
from shared.ffmpeg.stream_facts import StreamFacts


def read(*lines: str) -> StreamFacts:
    return reduce(StreamFacts.after, lines, StreamFacts())


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        ([], StreamFacts()),
        (
            [
                "[info] Input #0, concat, from 'pipe:0':",
                "[info]   Duration: N/A, start: 0.000000, bitrate: N/A",
                "[info] Stream #0:0: Video: h264 (Constrained Baseline), yuv420p(progressive), 640x360, "
                "25 fps, 25 tbr, 90k tbn",
                "[info] Stream #0:1: Audio: pcm_alaw, 8000 Hz, mono, s16, 64 kb/s",
                "[info] Stream mapping:",
                "[info] Stream #0:0 -> #0:0 (copy)",
                "[info] Output #0, hls, to '/x/list.m3u8':",
                "[info] Stream #0:0: Video: h264 (Constrained Baseline), yuv420p, 640x360, q=2-31",
            ],
            StreamFacts("h264", "pcm_alaw", 640, 360, 25.0),
        ),
        (
            [
                "[info] Stream #0:0[0x100]: Video: hevc (Main) ([36][0][0][0] / 0x0024), yuv420p(tv, bt709), "
                "1280x720 [SAR 1:1 DAR 16:9], 29.97 fps, 29.97 tbr, 90k tbn",
                "[info] Stream #0:1[0x101](und): Audio: aac (LC) ([15][0][0][0] / 0x000F), 48000 Hz, stereo",
            ],
            StreamFacts("hevc", "aac", 1280, 720, 29.97),
        ),
        (
            [
                "[info] Stream #0:0(und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 1920x1080 "
                "[SAR 1:1 DAR 16:9], 4000 kb/s, 50 fps, 50 tbr, 12800 tbn (default)"
            ],
            StreamFacts("h264", None, 1920, 1080, 50.0),
        ),
        (
            ["[info] Stream #0:0: Video: mjpeg (Baseline), yuvj422p(pc, bt470bg/unknown), 320x180, 25 fps"],
            StreamFacts("mjpeg", None, 320, 180, 25.0),
        ),
        (
            [
                "[info]     title           : Stream #0:0: Video: h264, . fps",
                "[info] Stream #0:1: Audio: aac",
            ],
            StreamFacts("h264", "aac"),
        ),
        (
            ["[info] Stream #0:0: Video: rawvideo (YUY2 / 0x32595559), yuyv422, 640x480, 147 kb/s, 30 fps"],
            StreamFacts("rawvideo", None, 640, 480, 30.0),
        ),
        (
            ["[info] Stream #0:0: Video: wrapped_avframe, rgb24, 320x180 [SAR 1:1 DAR 16:9], 1k fps"],
            StreamFacts("wrapped_avframe", None, 320, 180, 1000.0),
        ),
        (["[info] Stream #0:0: Video: h264, none, 90k tbr"], StreamFacts("h264")),
        (
            ["[info] Stream #0:1: Data: none", "[info] Stream #0:0: Video: h264, yuv420p, 0x0, 15 fps"],
            StreamFacts("h264", None, None, None, 15.0),
        ),
    ],
)
def test_codecs_size_and_rate_are_read_from_ffmpegs_own_lines(lines: list[str], facts: StreamFacts) -> None:
    assert read(*lines) == facts


def test_only_the_first_input_counts() -> None:
    first = "[info] Stream #0:0: Video: h264, yuv420p, 640x360, 25 fps"
    second = "[info] Stream #0:0: Video: mjpeg, yuvj420p, 320x180, 5 fps"
    assert read(first, second) == read(first)


@given(
    st.lists(st.text(max_size=60) | st.text(max_size=40).map("  Stream #0:0: Video: {}".format), max_size=4)
)
def test_no_line_stops_the_reader(lines: list[str]) -> None:
    read(*lines)


# -- lessons -----------------------------------------------------------------------------------------


def device(**own: object) -> DeviceSettings:
    return DeviceSettings.model_validate({"name": "capture1", "source": "rtsp://10.0.0.5/live", **own})


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("sound", [None, "aac", "mp3"])
def test_what_hls_carries_and_browsers_play_is_copied(codec: str, sound: str | None) -> None:
    assert lesson(device(), Learned(), Encode.COPY, StreamFacts(codec, sound)) is None


@pytest.mark.parametrize("codec", ["mjpeg", "vp9", "mpeg4", "av1"])
def test_a_codec_that_hls_cannot_carry_is_encoded_where_nothing_else_is_set(codec: str) -> None:
    found = lesson(device(), Learned(), Encode.COPY, StreamFacts(codec))
    assert found is not None
    assert (found.learned, found.hopeless) == (Learned(video_must_be_encoded=True), False)
    assert codec in found.sentence and "x264" in found.sentence


def test_motion_jpeg_over_http_has_no_times_of_its_own() -> None:
    over_http = device(source="http://10.0.0.5/mjpeg")
    found = lesson(over_http, Learned(), Encode.COPY, StreamFacts("mjpeg"))
    assert found is not None
    assert found.learned == Learned(video_must_be_encoded=True, has_no_times=True)
    assert "mjpeg" in found.sentence and "arrival" in found.sentence
    assert lesson(over_http, found.learned, Encode.X264, StreamFacts("mjpeg")) is None
    encoded = device(source="http://10.0.0.5/mjpeg", encode="x264")
    found = lesson(encoded, Learned(), Encode.X264, StreamFacts("mjpeg"))
    assert found is not None and found.learned == Learned(has_no_times=True)
    assert (
        lesson(device(encode="x264"), Learned(), Encode.X264, StreamFacts("mjpeg")) is None
    )  # RTP has times


def test_all_is_learned_at_once() -> None:
    found = lesson(
        device(source="http://10.0.0.5/x"), Learned(), Encode.COPY, StreamFacts("mjpeg", "pcm_mulaw")
    )
    assert found is not None
    assert found.learned == Learned(video_must_be_encoded=True, has_no_times=True, audio_must_be_encoded=True)


def test_only_an_explicit_copy_of_it_is_an_error_naming_the_setting() -> None:
    found = lesson(device(encode="copy"), Learned(), Encode.COPY, StreamFacts("mjpeg"))
    assert found is not None and found.hopeless
    assert 'encode = "copy"' in found.sentence and '"x264"' in found.sentence


@pytest.mark.parametrize(
    "sound", ["pcm_alaw", "pcm_mulaw", "pcm_s16be", "opus", "adpcm_g726le", "ac3", "eac3"]
)
def test_sound_that_browsers_do_not_play_becomes_aac(sound: str) -> None:
    found = lesson(device(), Learned(), Encode.COPY, StreamFacts("h264", sound))
    assert found is not None and not found.hopeless
    assert found.learned == Learned(audio_must_be_encoded=True)
    assert sound in found.sentence and "AAC" in found.sentence
    assert lesson(device(), found.learned, Encode.COPY, StreamFacts("h264", sound)) is None
    assert lesson(device(audio=False), Learned(), Encode.COPY, StreamFacts("h264", sound)) is None


def test_what_is_encoded_anyway_teaches_nothing_about_pictures() -> None:
    assert lesson(device(encode="x264"), Learned(), Encode.X264, StreamFacts("mjpeg")) is None
    assert lesson(device(), Learned(), Encode.COPY, StreamFacts()) is None
