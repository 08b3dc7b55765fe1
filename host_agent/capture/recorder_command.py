"""The recorder's command line: one ffmpeg a device, which writes segments and nothing else where it can.

For sources that must be encoded the same process makes the frames too, since it decodes anyway.
"""

from dataclasses import dataclass, field
from pathlib import Path

from host_agent.capture.source import input_of, is_raw
from host_agent.network_input import Input
from host_agent.settings import DeviceSettings, Encode, Frames, FrameSettings
from shared.ffmpeg.picture_rate import rate_expression

KEY_FRAME_EVERY_S = 1.0
# A segment is one key-frame interval; a little less than a second lets intervals of 0.96 to 1 s, as
# cameras send them and encoders round them, be cut one by one.
SEGMENT_S = 0.9
LIST_NAME = "list.m3u8"
# The list of a run names its last two minutes: what is not read by then is found by its file.
LIST_LENGTH = 120
HLS_VIDEO_CODECS = frozenset({"h264", "hevc"})
# HLS carries more than browsers play: one that meets E-AC-3 shows no picture either.
PLAYED_AUDIO_CODECS = frozenset({"aac", "mp3"})


@dataclass(frozen=True, slots=True)
class Learned:
    """What a run of ffmpeg taught about the source; the next run is built with it.

    `has_no_times`: its pictures carry no times, so that those of their arrival must do. `moved_to`: the page
    of the same camera that it is at; it may hold a password.
    """

    video_must_be_encoded: bool = False
    has_no_times: bool = False
    audio_must_be_encoded: bool = False
    frames_shed: bool = False
    moved_to: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RecorderCommand:
    """`arguments` begin with the program; `script` goes to its standard input, which is then closed."""

    arguments: tuple[str, ...]
    script: str | None
    encode: Encode
    makes_frames: bool


def encode_in_force(device: DeviceSettings, learned: Learned) -> Encode:
    """How the picture is recorded: as set, else copied where HLS can carry it, else encoded."""
    if device.encode is not None:
        return device.encode
    return Encode.X264 if is_raw(device) or learned.video_must_be_encoded else Encode.COPY


def recorder_command(
    device: DeviceSettings, picture: FrameSettings, learned: Learned, segments: Path, frames: Path
) -> RecorderCommand:
    """Return the command that records `device` into the run's folders `segments` and `frames`."""
    source: Input = input_of(device, learned.moved_to)
    encode = encode_in_force(device, learned)
    # Of a sub-stream somebody else makes them.
    wants_frames = device.frames is not Frames.OFF and device.preview_source is None
    makes_frames = encode is not Encode.COPY and wants_frames and not learned.frames_shed
    arguments = ["ffmpeg", "-hide_banner", "-nostats", "-loglevel", "level+info"]
    if source.script is None:
        arguments.append("-nostdin")
    if encode is Encode.VAAPI:
        arguments += ["-vaapi_device", "/dev/dri/renderD128"]
    if encode is not Encode.COPY:
        # A decoder with a thread for each picture holds as many back: 0.4 s at 10 pictures a second.
        arguments += ["-thread_type", "slice"]
    arguments += source.arguments
    recorded = "0:v:0"
    if encode is not Encode.COPY:
        arguments += ["-filter_complex", _filters(encode, picture, learned, makes_frames)]
        recorded = "[recorded]"
    arguments += ["-map", recorded]
    if device.audio and not is_raw(device):
        arguments += ["-map", "0:a:0?", *_audio(learned)]
    arguments += [*_video(encode, device.bitrate_kbps), *_segments(segments)]
    if makes_frames:
        arguments += _frame_outputs(picture, frames)
    return RecorderCommand(tuple(arguments), source.script, encode, makes_frames)


def _audio(learned: Learned) -> list[str]:
    return ["-c:a", "aac", "-b:a", "64k"] if learned.audio_must_be_encoded else ["-c:a", "copy"]


def _video(encode: Encode, bitrate_kbps: int) -> list[str]:
    if encode is Encode.COPY:
        return ["-c:v", "copy"]
    # zerolatency: without it the encoder's look-ahead shifts every time by up to 0.8 s.
    codec = {
        Encode.X264: ["libx264", "-preset", "veryfast", "-tune", "zerolatency", "-sc_threshold", "0"],
        Encode.VAAPI: ["h264_vaapi", "-bf", "0"],
        Encode.NVENC: ["h264_nvenc", "-preset", "p4", "-tune", "ull", "-bf", "0", "-forced-idr", "1"],
        Encode.V4L2M2M: ["h264_v4l2m2m"],
    }[encode]
    rate = [
        "-b:v",
        f"{bitrate_kbps}k",
        "-maxrate",
        f"{bitrate_kbps * 2}k",
        "-bufsize",
        f"{bitrate_kbps * 2}k",
    ]
    pixels = [] if encode is Encode.VAAPI else ["-pix_fmt", "yuv420p"]
    # From one to the next, not on a grid: behind a hole in the source a grid would be behind too.
    key_frames = f"expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+{KEY_FRAME_EVERY_S - 0.01:g}))"
    # Every picture with its own time: a steady rate would fill a hole with pictures that nobody took.
    times = ["-fps_mode", "vfr", "-enc_time_base", "1/90000"]
    return ["-c:v", *codec, *rate, *pixels, *times, "-force_key_frames", key_frames, "-g", "600"]


def _segments(folder: Path) -> list[str]:
    return [
        *("-muxdelay", "0", "-muxpreload", "0"),
        *("-f", "hls", "-hls_time", f"{SEGMENT_S:g}", "-hls_list_size", str(LIST_LENGTH)),
        *("-hls_flags", "temp_file", "-hls_segment_filename", str(folder / "%09d.ts")),
        str(folder / LIST_NAME),
    ]


def _filters(encode: Encode, picture: FrameSettings, learned: Learned, makes_frames: bool) -> str:
    upload = "format=nv12,hwupload" if encode is Encode.VAAPI else "null"
    dated = "settb=1/90000,setpts='(RTCTIME-RTCSTART)*9/100'" if learned.has_no_times else "null"
    if not makes_frames:
        return f"[0:v:0]{dated},{upload}[recorded]"
    return (
        f"[0:v:0]{dated},split=3[a][b][c];[a]{upload}[recorded];"
        f"[b]settb=1/1000,select='{rate_expression(picture.capture_fps)}'[captures];"
        f"[c]settb=1/1000,select='{rate_expression(picture.thumbnail_fps)}',"
        f"scale={picture.thumbnail_width}:-2[thumbnails]"
    )


def _frame_outputs(picture: FrameSettings, folder: Path) -> list[str]:
    def output(label: str, quality: int, prefix: str) -> list[str]:
        return [
            *("-map", f"[{label}]", "-fps_mode", "passthrough", "-enc_time_base", "1/1000"),
            # With more threads the JPEG encoder gives no picture away before the next one comes.
            *("-c:v", "mjpeg", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", str(quality)),
            *("-f", "image2", "-frame_pts", "1", "-atomic_writing", "1", str(folder / f"{prefix}_%012d.jpg")),
        ]

    return [
        *output("captures", picture.capture_quality, "c"),
        *output("thumbnails", picture.thumbnail_quality, "t"),
    ]
