"""What ffmpeg 5.1 really said when it ended, in a code and a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ffmpeg.failure import explain_failure

REFUSED, UNREACHABLE, WRONG, CRASHED = (
    "source_refused",
    "source_unreachable",
    "misconfigured",
    "ffmpeg_crashed",
)
CONCAT = "[concat @ 0x55cab72c] [error] Impossible to open 'rtsp://cam:s3cret@10.0.0.5:404/stream503'"
NOT_VIDEO = "[error] pipe:0: Invalid data found when processing input"


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (
            [
                "[rtsp @ 0x5] [error] method DESCRIBE failed: 401 Unauthorized",
                CONCAT,
                "[error] pipe:0: Server returned 401 Unauthorized (authorization failed)",
            ],
            REFUSED,
            "refused the login (401)",
        ),
        (
            [CONCAT, "[error] pipe:0: Server returned 401 Unauthorized (authorization failed)"],
            REFUSED,
            "refused the login (401)",
        ),
        (
            ["[http @ 0x5] [warning] HTTP error 403 Forbidden", CONCAT],
            REFUSED,
            "forbids access to this stream (403)",
        ),
        (["[rtsp @ 0x5] [error] method DESCRIBE failed: 404 Not Found", CONCAT], REFUSED, "no stream under"),
        (["[http @ 0x5] [warning] HTTP error 404 Not Found", CONCAT], REFUSED, "no stream under this path"),
        (
            [
                "[http @ 0x5] [warning] HTTP error 418 I'm a Teapot",
                "[error] pipe:0: Server returned 4XX Client Error, but not one of 40{0,1,3,4}",
            ],
            REFUSED,
            "did not accept the request",
        ),
        (["[rtsp @ 0x5] [error] method SETUP failed: 461 Unsupported Transport"], REFUSED, "transport"),
        (["[rtsp @ 0x5] [error] Nonmatching transport in server reply", NOT_VIDEO], REFUSED, "transport"),
        (
            [
                "[http @ 0x5] [warning] HTTP error 503 Service Unavailable",
                "[error] pipe:0: Server returned 5XX Server Error reply",
            ],
            UNREACHABLE,
            "an error of its own (5xx)",
        ),
        (
            [
                "[tcp @ 0x5] [error] Connection to tcp://10.0.0.5:404?timeout=1 failed: Connection refused",
                CONCAT,
                "[error] pipe:0: Connection refused",
            ],
            UNREACHABLE,
            "Nothing listens",
        ),
        (
            [
                "[tcp @ 0x5] [error] Failed to resolve hostname cam-401.invalid: Name or service not known",
                CONCAT,
                "[error] pipe:0: Input/output error",
            ],
            UNREACHABLE,
            "cannot be resolved",
        ),
        ([CONCAT, "[error] pipe:0: Connection timed out"], UNREACHABLE, "did not answer in time"),
        ([CONCAT, "[error] pipe:0: No route to host"], UNREACHABLE, "no way to the camera's address"),
        ([CONCAT, "[error] pipe:0: Input/output error"], UNREACHABLE, "broke off"),
        (
            [
                "[tls @ 0x5] [error] An unexpected TLS packet was received.",
                CONCAT,
                "[error] pipe:0: Input/output error",
            ],
            UNREACHABLE,
            "does not speak TLS",
        ),
        (
            [
                "[concat @ 0x5] [error] Impossible to open 'http://10.0.0.5/x'",
                "[error] pipe:0: Invalid argument",
            ],
            REFUSED,
            "leads elsewhere, to what is no stream",
        ),
        ([CONCAT, NOT_VIDEO], REFUSED, "is not video: check the address; a web page is no stream"),
    ],
)
def test_a_network_camera_that_cannot_be_recorded(lines: list[str], code: str, words: str) -> None:
    failure = explain_failure(1, lines, network=True)
    assert (failure.code, words in failure.sentence) == (code, True), failure


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (
            [
                "[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/video9: "
                "No such file or directory",
                "[error] /dev/video9: No such file or directory",
            ],
            UNREACHABLE,
            "check that it is plugged in",
        ),
        (
            [
                "[video4linux2,v4l2 @ 0x5] [error] Cannot open video device /dev/v4l/by-id/usb-cam: "
                "No such file or directory",
                "[error] /dev/v4l/by-id/usb-cam: No such file or directory",
            ],
            UNREACHABLE,
            "check that it is plugged in",
        ),
        (
            ["[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_DQBUF): No such device"],
            UNREACHABLE,
            "check that it is plugged in",
        ),
        (
            ["[error] /dev/video0: Device or resource busy"],
            UNREACHABLE,
            "Another program is using the capture device",
        ),
        (
            [
                "[video4linux2,v4l2 @ 0x5] [error] ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device",
                "[error] /dev/null: Inappropriate ioctl for device",
            ],
            WRONG,
            "is no capture device",
        ),
        (["[error] /dev/video0: Permission denied"], WRONG, "rights of the agent's user"),
        (["[error] file:/clips/x.mp4: No such file or directory"], WRONG, "is not there: check the path"),
        (
            ["[error] file:/clips/a b.txt: Invalid data found when processing input"],
            WRONG,
            "no video that can be read: check the file",
        ),
        (
            ["[x11grab @ 0x5] [error] Cannot open display :77, error 1.", "[error] :77: Input/output error"],
            UNREACHABLE,
            "display cannot be opened",
        ),
        (
            [
                "[lavfi @ 0x5] [error] No such filter: 'nosuch'",
                "[error] nosuch=size=320x180:rate=25: Invalid argument",
            ],
            WRONG,
            "No such filter: 'nosuch'",
        ),
        (
            [
                "[AVHWDeviceContext @ 0x5] [error] No VA display found for device /dev/dri/renderD128.",
                "[error] Device creation failed: -22.",
                "[fatal] Error parsing global options: Invalid argument",
            ],
            WRONG,
            'set encode = "x264"',
        ),
        (
            [
                "[h264_nvenc @ 0x5] [error] Cannot load libcuda.so.1",
                "[error] Error initializing output stream 0:0 -- Error while opening encoder for output "
                "stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height",
            ],
            WRONG,
            'set encode = "x264"',
        ),
        (["[h264_v4l2m2m @ 0x5] [error] Could not find a valid device"], WRONG, 'set encode = "x264"'),
        (["[error] file:/clips: Is a directory"], WRONG, "is a folder: name a file in it"),
        (["[error] /footage/x.ts: No space left on device"], "disk_full", "disk is full"),
    ],
)
def test_a_local_source_that_cannot_be_recorded(lines: list[str], code: str, words: str) -> None:
    failure = explain_failure(1, lines, network=False)
    assert (failure.code, words in failure.sentence) == (code, True), failure


@pytest.mark.parametrize(
    "line",
    [
        "[hls @ 0x5] [warning] Non-monotonous DTS in output stream 0:0; previous: 503, current: 401",
        "[hls @ 0x5] [warning] Timestamps are unset in a packet for stream 404.",
        "[error] Error while decoding stream #0:0: Invalid data found when processing input",
        "[info] Stream #0:0: Video: h264, 450x404, 25 fps",
    ],
)
def test_numbers_and_damaged_pictures_are_no_reason(line: str) -> None:
    assert explain_failure(0, [line], network=True).sentence == "The camera ended the stream."
    assert explain_failure(1, [line], network=False).code == CRASHED


def test_a_camera_that_takes_the_connection_and_says_nothing_did_not_answer_in_time() -> None:
    """ffmpeg says the same of it as of a web page, but only once its patience is at an end."""
    lines = [CONCAT, NOT_VIDEO]
    assert "did not answer in time" in explain_failure(1, lines, network=True, waited_s=10.2).sentence
    assert "is not video" in explain_failure(1, lines, network=True, waited_s=0.2).sentence
    assert "can be read" in explain_failure(1, lines, network=False, waited_s=10.2).sentence


@pytest.mark.parametrize(
    ("status", "words"), [(-9, "signal 9 (SIGKILL)"), (-11, "SIGSEGV"), (-99, "signal 99")]
)
def test_a_signal_is_named_whatever_was_said_before(status: int, words: str) -> None:
    failure = explain_failure(status, ["[error] pipe:0: Connection refused"], network=True)
    assert (failure.code, words in failure.sentence) == (CRASHED, True)


def test_an_end_that_nobody_asked_for_is_a_failure_also_with_status_0() -> None:
    assert explain_failure(0, [], network=True).code == UNREACHABLE
    assert explain_failure(0, [], network=False).code == CRASHED
    assert "status 0" in explain_failure(0, [], network=False).sentence


def test_what_is_not_known_is_told_with_ffmpegs_last_line() -> None:
    failure = explain_failure(
        1, ["[error] one", "[error] something new at rtsp://cam:s3cret@h/1"], network=True
    )
    assert failure.code == CRASHED
    assert failure.sentence.endswith("status 1: something new at rtsp://***@h/1")


@given(
    st.integers(-20, 20),
    st.lists(
        st.text(max_size=20).map(lambda text: f"[x @ 0x5] [error] rtsp://cam:pa/ss@wo'rd@host/{text}"),
        max_size=4,
    ),
    st.booleans(),
)
def test_no_password_is_in_a_sentence(status: int, lines: list[str], network: bool) -> None:
    sentence = explain_failure(status, lines, network=network).sentence
    assert "pa/ss" not in sentence and "wo'rd" not in sentence
