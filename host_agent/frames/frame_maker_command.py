"""The frame maker's command line: finished segments in on standard input, or a sub-stream; frames out as
files.

Tried with ffmpeg 5.1. Frames are chosen by time with `select`: the `fps` filter fills a hole in the
source with copies of the last picture, and a copy has no time of its own. `-copyts` and `-frame_pts 1`
name each file by its media time in milliseconds.
"""

from host_agent.frames.policy import Mode
from host_agent.network_input import Input
from host_agent.settings import FrameSettings
from shared.ffmpeg.picture_rate import rate_expression

CAPTURE_PATTERN = "c_%012d.jpg"
THUMBNAIL_PATTERN = "t_%012d.jpg"

_FULL_HD_PIXELS = 1920 * 1088

# Last of all, and gone with the thread that started it. `nice` and `ionice` keep the process id.
_PRIORITY = ("setpriv", "--pdeathsig", "KILL", "nice", "-n", "19", "ionice", "-c", "3")


def decoder_threads(width: int | None, height: int | None) -> int:
    """How many threads decode all pictures of a stream of this size; None where it is not known.

    A second one costs 6 % more, and lets pictures larger than full HD be decoded in time.
    """
    return 2 if width and height and width * height > _FULL_HD_PIXELS else 1


def frame_maker_command(mode: Mode, picture: FrameSettings, threads: int) -> list[str]:
    """Return the argv; it is run inside the folder that the frames shall appear in.

    `mode` is ALL or KEYFRAMES; `threads` decode where it is ALL. Reads MPEG-TS (H.264 or H.265, with or
    without sound) on standard input.
    """
    if mode not in (Mode.ALL, Mode.KEYFRAMES):
        raise ValueError(f"no frame maker runs in mode {mode}")
    return [
        *_begin("error"),
        *_decoding(mode, threads),
        # A segment begins with its tables and a key frame, whose decoder needs nothing else. Waiting for
        # more holds back the first seconds, and of a dark scene many.
        *("-analyzeduration", "0", "-probesize", "32"),
        # Where a run begins with sound at 0, ffmpeg takes its own 0 for an offset that it has to correct,
        # and moves all pictures. Another offset, too small to show, keeps it from that.
        *("-itsoffset", "0.000001"),
        *("-protocol_whitelist", "pipe", "-f", "mpegts", "-i", "pipe:0"),
        *_frames(picture, "settb=1/1000"),
    ]


def preview_command(
    mode: Mode, picture: FrameSettings, stream: Input, *, times_are_usable: bool
) -> list[str]:
    """Return the argv for frames of a sub-stream; it is run inside the folder that they shall appear in.

    `stream` has a script, which goes to its standard input. Without usable times (MJPEG over HTTP has none)
    a picture's media time is that of its arrival.
    """
    dated = "settb=1/1000" if times_are_usable else "settb=1/1000,setpts='(RTCTIME-RTCSTART)/1000'"
    # Each line with its level, as `explain_failure` reads them.
    return [*_begin("level+error"), *_decoding(mode, 1), *stream.arguments, *_frames(picture, dated)]


def _begin(log_level: str) -> list[str]:
    return [
        *_PRIORITY,
        *("ffmpeg", "-hide_banner", "-nostats", "-loglevel", log_level, "-nostdin", "-copyts"),
    ]


def _decoding(mode: Mode, threads: int) -> list[str]:
    # Threads would hold pictures back: with key frames only, one interval for each thread.
    if mode is Mode.KEYFRAMES:
        return ["-skip_frame", "nokey", "-threads", "1"]
    return ["-threads", str(threads)]


def _frames(picture: FrameSettings, dated: str) -> list[str]:
    graph = (
        f"[0:v:0]{dated},split[c][t];"
        f"[c]select='{rate_expression(picture.capture_fps)}'[captures];"
        f"[t]select='{rate_expression(picture.thumbnail_fps)}',"
        f"scale={picture.thumbnail_width}:-2[thumbnails]"
    )
    return [
        *("-filter_complex_threads", "1", "-filter_complex", graph),
        *_output("captures", picture.capture_quality, CAPTURE_PATTERN),
        *_output("thumbnails", picture.thumbnail_quality, THUMBNAIL_PATTERN),
    ]


def _output(label: str, quality: int, pattern: str) -> list[str]:
    return [
        *("-map", f"[{label}]", "-fps_mode", "passthrough", "-enc_time_base", "1/1000"),
        # With a fixed quality the JPEG encoder works on several pictures at once, one a thread, and
        # gives none of them away before the next one comes.
        *("-c:v", "mjpeg", "-threads", "1"),
        *("-q:v", str(quality), "-f", "image2", "-frame_pts", "1", "-atomic_writing", "1"),
        *("-protocol_whitelist", "file", pattern),
    ]
