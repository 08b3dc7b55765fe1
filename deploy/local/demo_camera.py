"""The demo's RTSP camera: a relay on this machine that asks for a password."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.local.demo_plan import RTSP_NAME
from deploy.local.rtsp_relay import RtspRelay, clip_source
from shared.errors import UnavailableError

USER = "demo"
PASSWORD = "demo-s3cret"  # of a relay on loopback that nobody else knows of


class DemoCamera:
    """Sends `clip`; keeps what it makes of it in `folder`."""

    def __init__(self, folder: Path, clip: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._clip = clip
        self._say = say
        self._relay = RtspRelay(folder, names=[RTSP_NAME], user=USER, password=PASSWORD)

    def start(self) -> str:
        """Start it and return its address; a camera that does not start costs its device only."""
        try:
            self._relay.start()
            self._relay.publish(RTSP_NAME, clip_source(self._made_clip()))
        except UnavailableError as error:
            self._say(f"the RTSP camera is missing: {error}")
        return self._relay.url(RTSP_NAME)

    def stop(self) -> None:
        self._relay.stop()

    def _made_clip(self) -> Path:
        """Real footage as a camera sends it: H.264 with a key frame a second; made once."""
        made = self._folder / "camera.mp4"
        if not made.exists():
            partial = self._folder / "camera.part.mp4"
            done = subprocess.run(
                [
                    *("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"),
                    *("-i", self._clip, "-an", "-vf", "scale=-2:720,fps=25"),
                    *("-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-g", "25", "-sc_threshold", "0"),
                    *("-b:v", "2M", "-pix_fmt", "yuv420p", partial),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise UnavailableError(f"its clip could not be made: {done.stderr.strip()}", remedy="")
            partial.replace(made)
        return made
