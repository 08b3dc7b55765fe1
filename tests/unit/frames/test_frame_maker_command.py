import pytest

from host_agent.frames.frame_maker_command import decoder_threads, frame_maker_command, preview_command
from host_agent.frames.policy import Mode
from host_agent.network_input import network_input
from host_agent.settings import FrameSettings

PICTURE = FrameSettings(
    capture_fps=3, thumbnail_fps=4, thumbnail_width=200, capture_quality=5, thumbnail_quality=9
)


def after(argv: list[str], flag: str) -> list[str]:
    return [argv[index + 1] for index, entry in enumerate(argv) if entry == flag]


def test_it_runs_last_of_all_and_dies_with_its_thread() -> None:
    argv = frame_maker_command(Mode.ALL, PICTURE, 2)
    before = " ".join(argv[: argv.index("ffmpeg")])
    assert before == "setpriv --pdeathsig KILL nice -n 19 ionice -c 3"


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.KEYFRAMES])
def test_only_key_frames_are_decoded_where_that_is_the_mode(mode: Mode) -> None:
    argv = frame_maker_command(mode, PICTURE, 2)
    before_input = argv[: argv.index("-i")]
    assert ("nokey" in before_input) is (mode is Mode.KEYFRAMES)
    assert after(before_input, "-threads") == (["1"] if mode is Mode.KEYFRAMES else ["2"])


def test_it_reads_a_pipe_and_writes_files_and_opens_nothing_else() -> None:
    argv = frame_maker_command(Mode.ALL, PICTURE, 2)
    assert after(argv, "-protocol_whitelist") == ["pipe", "file", "file"]
    assert argv.index("-protocol_whitelist") < argv.index("-i")


def test_rates_width_and_quality_are_the_settings() -> None:
    argv = frame_maker_command(Mode.ALL, PICTURE, 2)
    [graph] = after(argv, "-filter_complex")
    assert "st(0,ld(0)+0.333333)" in graph
    assert "st(0,ld(0)+0.25)" in graph
    assert "scale=200:-2" in graph
    assert "fps=" not in graph
    assert after(argv, "-q:v") == ["5", "9"]


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.RECORDER])
def test_no_command_exists_where_no_frame_maker_runs(mode: Mode) -> None:
    with pytest.raises(ValueError, match=mode.value):
        frame_maker_command(mode, PICTURE, 2)


@pytest.mark.parametrize(
    ("width", "height", "threads"),
    [(None, None, 1), (1280, 720, 1), (1920, 1080, 1), (1080, 1920, 1), (2560, 1440, 2), (3840, 2160, 2)],
)
def test_pictures_beyond_full_hd_are_decoded_by_two(
    width: int | None, height: int | None, threads: int
) -> None:
    assert decoder_threads(width, height) == threads


def test_a_sub_stream_is_read_last_of_all_and_without_its_address_in_the_title() -> None:
    stream = network_input("rtsp://cam:s3cret@10.0.0.9/sub", "tcp")
    argv = preview_command(Mode.KEYFRAMES, PICTURE, stream, times_are_usable=True)
    assert " ".join(argv[: argv.index("ffmpeg")]) == "setpriv --pdeathsig KILL nice -n 19 ionice -c 3"
    assert "10.0.0.9" not in " ".join(argv) and "s3cret" in (stream.script or "")
    assert after(argv, "-protocol_whitelist") == ["pipe,rtsp,tcp,udp,rtp", "file", "file"]
    assert "nokey" in argv[: argv.index("-i")]


def test_pictures_without_times_get_those_of_their_arrival() -> None:
    stream = network_input("http://10.0.0.9/mjpeg", "tcp")
    [graph] = after(preview_command(Mode.ALL, PICTURE, stream, times_are_usable=False), "-filter_complex")
    assert graph.startswith("[0:v:0]settb=1/1000,setpts='(RTCTIME-RTCSTART)/1000',split")
    [graph] = after(preview_command(Mode.ALL, PICTURE, stream, times_are_usable=True), "-filter_complex")
    assert "RTCTIME" not in graph
