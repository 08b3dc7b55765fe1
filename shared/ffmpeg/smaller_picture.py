"""Makes a JPEG smaller."""

import os
import subprocess

from shared.bound_command import bound_command

_WITHIN_S = 5.0


def smaller_picture(jpeg: bytes, width: int, *, within_s: float = _WITHIN_S) -> bytes:
    """`jpeg`, `width` pixels wide at most; empty where it is no picture, or takes longer than `within_s`.

    Only the pipe is opened and only a JPEG is read, whatever is in it: it comes from elsewhere.
    """
    arguments = [
        *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-threads", "1"),
        *("-protocol_whitelist", "pipe", "-f", "jpeg_pipe", "-i", "pipe:0"),
        *("-map", "0:v:0", "-vf", f"scale='min({width},iw)':-2", "-frames:v", "1", "-q:v", "4"),
        *("-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-f", "image2pipe", "pipe:1"),
    ]
    try:
        made = subprocess.run(
            bound_command(arguments, os.getpid()),
            input=jpeg,
            capture_output=True,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return made.stdout if made.returncode == 0 else b""
