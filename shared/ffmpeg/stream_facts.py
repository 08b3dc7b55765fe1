"""What ffmpeg says of a source while it opens it: codecs, picture size, rate."""

import re
from dataclasses import dataclass, replace

_VIDEO = re.compile(r"Stream #0:\d+.*?: Video: (?P<codec>\w+)(?P<rest>.*)$")
_AUDIO = re.compile(r"Stream #0:\d+.*?: Audio: (?P<codec>\w+)")
_SIZE = re.compile(r"[ ,](?P<width>[1-9]\d{1,4})x(?P<height>[1-9]\d{1,4})\b")
_FPS = re.compile(r"(?P<fps>[0-9]+(?:\.[0-9]+)?)(?P<kilo>k?) fps")


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """None: not said yet, or there is none."""

    video_codec: str | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None

    def after(self, line: str) -> "StreamFacts":
        """The facts with what one line of ffmpeg's output adds; only its first input counts."""
        if "Stream #0:" not in line or "->" in line:
            return self
        video = _VIDEO.search(line)
        if video is not None and self.video_codec is None:
            size, fps = _SIZE.search(video["rest"]), _FPS.search(video["rest"])
            return replace(
                self,
                video_codec=video["codec"],
                width=int(size["width"]) if size else None,
                height=int(size["height"]) if size else None,
                fps=float(fps["fps"]) * (1000 if fps["kilo"] else 1) if fps else None,
            )
        audio = _AUDIO.search(line)
        if audio is not None and self.audio_codec is None:
            return replace(self, audio_codec=audio["codec"])
        return self
