"""The ffmpeg that takes one picture out of a segment."""

from collections.abc import Sequence

from host_agent.ring.transport_stream import PictureTimes, signed_difference

_WRAP_90KHZ = 1 << 33
# ffmpeg dies with the thread that started it, and gives way to what records.
_TAMED = ("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "5")


def nearest_picture_90khz(times: PictureTimes, begin_90khz: int, at_90khz: int) -> int:
    """Return the timestamp (33 bits) of the picture that is nearest to `at_90khz`, which counts from
    the segment's begin; of two as near, the earlier one."""
    wanted = (begin_90khz + at_90khz) % _WRAP_90KHZ
    return min(
        times.pts_90khz,
        key=lambda pts: (abs(signed_difference(pts, wanted)), signed_difference(pts, wanted)),
    )


def picture_command(pts_90khz: int, frame_90khz: int) -> Sequence[str]:
    """Return ffmpeg's arguments: a segment on standard input, one JPEG on standard output.

    The picture is the first one shown at `pts_90khz` or up to half a `frame_90khz` earlier. Timestamps
    are compared modulo 2**33, since ffmpeg may have unwrapped them. Only the pipe may be opened.
    """
    half = 1 << 32
    behind = f"mod(pts-{pts_90khz}+{_WRAP_90KHZ + half}\\,{_WRAP_90KHZ})"
    return [
        *_TAMED,
        *("ffmpeg", "-hide_banner", "-v", "error", "-nostdin", "-threads", "2"),
        *("-protocol_whitelist", "pipe", "-copyts", "-f", "mpegts", "-i", "pipe:0"),
        *("-map", "0:v:0", "-vf", f"select=gte({behind}\\,{half - frame_90khz // 2})"),
        *("-fps_mode", "passthrough", "-frames:v", "1", "-q:v", "3"),
        *("-c:v", "mjpeg", "-f", "image2pipe", "pipe:1"),
    ]
