"""The command lines behind a clip: ffmpeg that puts segments into an MP4, ffprobe that says what they are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.spans import iso_ms

# ffmpeg dies with the thread that started it, and gives way to what records.
_TAMED = ("setpriv", "--pdeathsig", "KILL", "--", "nice", "-n", "10")


def mux_command(output: Path, begin: datetime) -> Sequence[str]:
    """Return ffmpeg's arguments: transport stream on standard input, MP4 to `output`, nothing encoded.

    Only the pipe may be opened for reading: a stream cannot name other files or hosts.
    """
    return [
        *_TAMED,
        *("ffmpeg", "-hide_banner", "-v", "error", "-nostdin"),
        *("-protocol_whitelist", "pipe", "-f", "mpegts", "-i", "pipe:0"),
        *("-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"),
        *("-metadata", f"creation_time={iso_ms(begin)}", "-movflags", "+faststart"),
        *("-f", "mp4", "-y", str(output)),
    ]


def probe_command() -> Sequence[str]:
    """Return ffprobe's arguments: a segment on standard input, its streams as JSON on standard output."""
    return [
        *_TAMED,
        *("ffprobe", "-hide_banner", "-v", "error", "-protocol_whitelist", "pipe", "-f", "mpegts"),
        *("-show_entries", "stream=codec_type,codec_name,width,height,pix_fmt,sample_rate,channels"),
        *("-of", "json", "pipe:0"),
    ]


@dataclass(frozen=True, slots=True)
class Coding:
    """What must stay the same within one MP4. `audio` is codec, rate and channels; empty: no sound."""

    video: str
    width: int
    height: int
    pixels: str
    audio: tuple[str, ...] = ()

    def __str__(self) -> str:
        sound = f", {self.audio[0]}" if self.audio else ""
        return f"{self.video} {self.width}x{self.height}{sound}"


def parse_probe(text: str) -> Coding | None:
    """Return what ffprobe found; None where there is no picture."""
    try:
        streams = json.loads(text)["streams"]
        video = next(stream for stream in streams if stream.get("codec_type") == "video")
        audio = next((stream for stream in streams if stream.get("codec_type") == "audio"), None)
        return Coding(
            video=str(video["codec_name"]),
            width=int(video["width"]),
            height=int(video["height"]),
            pixels=str(video.get("pix_fmt", "")),
            audio=()
            if audio is None
            else (str(audio["codec_name"]), str(audio.get("sample_rate")), str(audio.get("channels"))),
        )
    except (ValueError, KeyError, TypeError, StopIteration):
        return None
