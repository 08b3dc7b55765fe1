"""ffmpeg's command line for every kind of source and encoder, also those this machine has not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.capture.recorder_command import Learned, RecorderCommand, encode_in_force, recorder_command
from host_agent.capture.source import input_of, is_raw
from host_agent.settings import NETWORK_KINDS, SOURCE_KINDS, DeviceSettings, Encode, FrameSettings

SEGMENTS, FRAMES = Path("/footage/capture1/.staging/segments/7"), Path("/footage/capture1/.staging/frames/7")
SOURCES = {
    "v4l2": "v4l2:/dev/video0",
    "rtsp": "rtsp://cam:s3cret@10.0.0.5/live",
    "rtsps": "rtsps://cam:s3cret@10.0.0.5/live",
    "http": "http://cam:s3cret@10.0.0.5/mjpeg?password=s3cret",
    "https": "https://cam:s3cret@10.0.0.5/live.m3u8",
    "x11": "x11::0.0",
    "file": "file:/clips/a b.mp4",
    "pattern": "pattern:testsrc2",
}


def device(source: str, **own: object) -> DeviceSettings:
    return DeviceSettings.model_validate({"name": "capture1", "source": source, **own})


def command(source: str, learned: Learned | None = None, **own: object) -> RecorderCommand:
    return recorder_command(device(source, **own), FrameSettings(), learned or Learned(), SEGMENTS, FRAMES)


def option(made: RecorderCommand, name: str) -> str:
    """The value behind the only `name` among the arguments."""
    assert made.arguments.count(name) == 1, (name, made.arguments)
    return made.arguments[made.arguments.index(name) + 1]


def test_every_kind_of_source_has_a_command_but_auto_which_stands_for_others() -> None:
    assert {*SOURCES, "auto"} == set(SOURCE_KINDS)
    with pytest.raises(ValueError, match="auto"):
        input_of(device("auto"))


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("encode", [None, *Encode])
def test_segments_and_a_private_list_are_written_into_the_runs_folder(
    source: str, encode: Encode | None
) -> None:
    made = command(source, encode=encode)
    assert made.arguments[0] == "ffmpeg"
    assert option(made, "-hls_segment_filename") == f"{SEGMENTS}/%09d.ts"
    assert f"{SEGMENTS}/list.m3u8" in made.arguments
    assert option(made, "-hls_flags") == "temp_file"
    assert (option(made, "-muxdelay"), option(made, "-muxpreload")) == ("0", "0")
    assert int(option(made, "-hls_list_size")) >= 60


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_no_secret_is_in_the_process_title(source: str) -> None:
    for learned in (Learned(), Learned(video_must_be_encoded=True, audio_must_be_encoded=True)):
        assert "s3cret" not in " ".join(command(source, learned).arguments)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF).filter(str.isprintable), min_size=1))
def test_whatever_an_address_holds_it_is_on_standard_input_whole_and_alone(secret: str) -> None:
    secret = secret.replace("'", "")
    address = f"rtsp://cam:{secret}@10.0.0.5/live"
    made = command(address)
    assert made.script is not None
    assert made.script.splitlines()[:2] == ["ffconcat version 1.0", f"file '{address}'"]
    assert all(line.startswith("option ") for line in made.script.splitlines()[2:])
    assert option(made, "-i") == "pipe:0"
    assert "-nostdin" not in made.arguments


@pytest.mark.parametrize("kind", sorted(set(SOURCES) - set(NETWORK_KINDS)))
def test_where_nothing_is_written_to_it_standard_input_is_not_read(kind: str) -> None:
    made = command(SOURCES[kind])
    assert made.script is None
    assert "-nostdin" in made.arguments


@pytest.mark.parametrize(
    ("kind", "taken", "refused"),
    [
        ("rtsp", {"rtsp", "tcp", "udp", "rtp"}, {"file", "http", "https", "concat", "data", "rtmp"}),
        ("rtsps", {"rtsps", "tls", "tcp"}, {"file", "http", "https", "concat", "data"}),
        ("http", {"http", "tcp"}, {"file", "concat", "rtsp", "ftp", "data"}),
        ("https", {"https", "tls"}, {"file", "concat", "rtsp", "ftp", "data"}),
        ("file", {"file"}, {"http", "https", "tcp", "rtsp", "concat", "pipe"}),
    ],
)
def test_a_stream_cannot_make_ffmpeg_open_what_its_kind_does_not_need(
    kind: str, taken: set[str], refused: set[str]
) -> None:
    allowed = set(option(command(SOURCES[kind]), "-protocol_whitelist").split(","))
    assert taken <= allowed
    assert not refused & allowed


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_rtsp_is_carried_as_set_and_a_silent_camera_is_not_waited_for_without_end(transport: str) -> None:
    script = command(SOURCES["rtsp"], rtsp_transport=transport).script
    assert script is not None
    assert f"option rtsp_transport {transport}\n" in script
    assert "option timeout 10000000\n" in script  # microseconds


def test_a_page_leads_nowhere_unless_it_is_a_playlist_by_its_name() -> None:
    page, playlist = command(SOURCES["http"]), command(SOURCES["https"])
    assert "option max_redirects 0" in (page.script or "")
    formats = option(page, "-format_whitelist").split(",")
    assert {"mpjpeg", "mjpeg", "mpegts", "concat"} <= set(formats)
    assert not {"hls", "dash"} & set(formats)
    assert "max_redirects" not in (playlist.script or "")
    assert "-format_whitelist" not in playlist.arguments


def test_a_stream_that_was_found_elsewhere_at_its_camera_is_read_there() -> None:
    made = command(SOURCES["http"], Learned(moved_to="http://cam:s3cret@10.0.0.5:80/live"))
    assert "file 'http://cam:s3cret@10.0.0.5:80/live'" in (made.script or "")
    assert "s3cret" not in repr(Learned(moved_to="http://cam:s3cret@10.0.0.5:80/live"))


def test_http_is_not_waited_for_without_end_either() -> None:
    script = command(SOURCES["http"]).script
    assert script is not None
    assert "option rw_timeout 10000000\n" in script
    assert "rtsp_transport" not in script


@pytest.mark.parametrize(
    ("own", "arguments"),
    [
        ({}, ("-f", "v4l2", "-i", "/dev/video0")),
        (
            {"input_format": "mjpeg", "size": "1920x1080", "fps": 30},
            (
                *("-f", "v4l2", "-input_format", "mjpeg", "-video_size", "1920x1080"),
                *("-framerate", "30", "-i", "/dev/video0"),
            ),
        ),
        ({"fps": 12.5}, ("-f", "v4l2", "-framerate", "12.5", "-i", "/dev/video0")),
    ],
)
def test_a_capture_device_is_asked_for_what_is_set_and_else_for_what_it_likes(
    own: dict[str, object], arguments: tuple[str, ...]
) -> None:
    assert input_of(device(SOURCES["v4l2"], **own)).arguments == arguments


@pytest.mark.parametrize(
    ("source", "own", "arguments"),
    [
        ("x11::0.0", {}, ("-f", "x11grab", "-framerate", "25", "-i", ":0.0")),
        (
            "x11::0.0+10,20",
            {"size": "800x600", "fps": 5},
            ("-f", "x11grab", "-framerate", "5", "-video_size", "800x600", "-i", ":0.0+10,20"),
        ),
        ("pattern:testsrc2", {}, ("-re", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25")),
        (
            "pattern:smptebars",
            {"size": "320x180", "fps": 10},
            ("-re", "-f", "lavfi", "-i", "smptebars=size=320x180:rate=10"),
        ),
        (
            "file:/clips/a b.mp4",
            {},
            ("-re", "-stream_loop", "-1", "-protocol_whitelist", "file", "-i", "file:/clips/a b.mp4"),
        ),
    ],
)
def test_other_local_sources(source: str, own: dict[str, object], arguments: tuple[str, ...]) -> None:
    assert input_of(device(source, **own)).arguments == arguments


@pytest.mark.parametrize("kind", SOURCES)
def test_compressed_sources_are_copied_and_raw_ones_encoded(kind: str) -> None:
    raw = kind in ("v4l2", "x11", "pattern")
    assert is_raw(device(SOURCES[kind])) is raw
    made = command(SOURCES[kind])
    assert made.encode is (Encode.X264 if raw else Encode.COPY)
    assert made.makes_frames is raw
    assert option(made, "-hls_time") == "0.9"


@pytest.mark.parametrize(
    ("encode", "codec", "needs"),
    [
        (Encode.X264, "libx264", ["-tune zerolatency", "-sc_threshold 0", "-pix_fmt yuv420p"]),
        (Encode.VAAPI, "h264_vaapi", ["-vaapi_device /dev/dri/renderD128", "-bf 0"]),
        (Encode.NVENC, "h264_nvenc", ["-tune ull", "-bf 0", "-forced-idr 1", "-pix_fmt yuv420p"]),
        (Encode.V4L2M2M, "h264_v4l2m2m", ["-pix_fmt yuv420p"]),
    ],
)
@pytest.mark.parametrize("frames", ["auto", "off"])
def test_encoders_make_a_key_frame_a_second_and_never_look_ahead(
    encode: Encode, codec: str, needs: list[str], frames: str
) -> None:
    made = command(SOURCES["v4l2"], encode=encode, bitrate_kbps=1500, frames=frames)
    line = " ".join(made.arguments)
    assert option(made, "-b:v") == "1500k"
    assert option(made, "-force_key_frames") == "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+0.99))"
    assert "-fps_mode vfr -enc_time_base 1/90000" in line
    assert made.arguments.index("-thread_type") < made.arguments.index("-i")  # the decoder's
    assert f"-c:v {codec}" in line
    assert [need for need in needs if need not in line] == []
    # Pictures reach a VAAPI encoder on the graphics card only.
    assert ("hwupload" in line) is (encode is Encode.VAAPI)
    assert ("-pix_fmt yuv420p" in line) is (encode is not Encode.VAAPI)


def test_frames_of_encoded_sources_come_from_the_same_process_by_media_time() -> None:
    picture = FrameSettings(capture_fps=1, thumbnail_fps=4, thumbnail_width=200, capture_quality=3)
    made = recorder_command(device(SOURCES["pattern"]), picture, Learned(), SEGMENTS, FRAMES)
    assert made.makes_frames
    line = " ".join(made.arguments)
    assert "scale=200:-2[thumbnails]" in line
    assert line.count("-frame_pts 1 -atomic_writing 1") == 2
    assert f"-q:v 3 -f image2 -frame_pts 1 -atomic_writing 1 {FRAMES}/c_%012d.jpg" in line
    assert f"{FRAMES}/t_%012d.jpg" in line
    assert "fps=" not in option(made, "-filter_complex")  # it would fill a gap with copies
    assert "setpts" not in line


def test_pictures_without_times_get_those_of_their_arrival() -> None:
    learned = Learned(video_must_be_encoded=True, has_no_times=True)
    for frames in ("auto", "off"):
        graph = option(command(SOURCES["http"], learned, frames=frames), "-filter_complex")
        assert graph.startswith("[0:v:0]settb=1/90000,setpts='(RTCTIME-RTCSTART)*9/100',")
    assert "-filter_complex" not in command(SOURCES["http"]).arguments


@pytest.mark.parametrize("learned", [Learned(), Learned(frames_shed=True)])
@pytest.mark.parametrize("frames", ["auto", "off"])
def test_frames_are_left_out_where_they_are_off_or_shed(learned: Learned, frames: str) -> None:
    made = command(SOURCES["pattern"], learned, frames=frames)
    assert made.makes_frames is (frames == "auto" and not learned.frames_shed)
    assert any("image2" in argument for argument in made.arguments) is made.makes_frames


@pytest.mark.parametrize("kind", ["pattern", "v4l2", "x11"])
def test_where_a_sub_stream_supplies_the_pictures_the_recorder_makes_none(kind: str) -> None:
    made = command(SOURCES[kind], preview_source="rtsp://camera/sub")
    assert not made.makes_frames and "camera/sub" not in str(made)
    assert not any("image2" in argument for argument in made.arguments)


def test_what_a_run_taught_changes_the_next_command_and_an_explicit_setting_does_not() -> None:
    must = Learned(video_must_be_encoded=True)
    assert encode_in_force(device(SOURCES["http"]), must) is Encode.X264
    assert encode_in_force(device(SOURCES["http"], encode="copy"), must) is Encode.COPY
    assert command(SOURCES["http"], must).makes_frames


@pytest.mark.parametrize(
    ("source", "own", "learned", "sound"),
    [
        ("rtsp", {}, Learned(), "-map 0:a:0? -c:a copy"),
        ("rtsp", {}, Learned(audio_must_be_encoded=True), "-map 0:a:0? -c:a aac"),
        ("rtsp", {"audio": False}, Learned(audio_must_be_encoded=True), None),
        ("file", {"encode": "x264"}, Learned(), "-map 0:a:0? -c:a copy"),
        ("v4l2", {}, Learned(), None),
        ("pattern", {}, Learned(), None),
    ],
)
def test_sound_is_kept_where_there_is_any_and_it_is_wanted(
    source: str, own: dict[str, object], learned: Learned, sound: str | None
) -> None:
    line = " ".join(command(SOURCES[source], learned, **own).arguments)
    assert (sound in line) if sound is not None else ("0:a" not in line)
