"""Real segments, made by ffmpeg and published through the store: footage of any time in a second."""

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import picture_times
from shared.spans import utc_ms

FPS = 25
WRAP_90KHZ = 1 << 33


# With its pool of threads this version of x265 has once waited for itself for ever.
X265_ONE_THREAD = "log-level=error:pools=none:frame-threads=1"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What ffmpeg makes: `audio` is a codec of ffmpeg or empty; `first_media_s`: where its media time
    begins; `numbered`: every picture is of one grey, one step brighter than the one before;
    `options`: more of the encoder's."""

    seconds: int = 5
    size: str = "320x180"
    fps: int = FPS
    segment_s: int = 1
    audio: str = ""
    codec: str = "libx264"
    first_media_s: float = 0.0
    numbered: bool = False
    b_frames: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeSegment:
    """One segment's bytes, its pictures and its media time."""

    data: bytes
    frames: int
    media_ts_90khz: int
    duration_ms: int


@cache
def made_segments(recipe: Recipe) -> tuple[MadeSegment, ...]:
    """Segments as the recorder's ffmpeg makes them; made once for all tests of a process."""
    with tempfile.TemporaryDirectory(prefix="coldframe-footage-") as folder:
        sound = ["-f", "lavfi", "-i", f"sine=440:r=48000:d={recipe.seconds}"] if recipe.audio else []
        gop = recipe.fps * recipe.segment_s
        subprocess.run(
            [
                *("ffmpeg", "-hide_banner", "-v", "error", "-nostdin"),
                *("-f", "lavfi", "-i", f"testsrc2=size={recipe.size}:rate={recipe.fps}"),
                *sound,
                *("-t", str(recipe.seconds), "-c:v", recipe.codec, "-preset", "ultrafast"),
                *(
                    "-pix_fmt",
                    "yuv420p",
                    "-g",
                    str(gop),
                    "-keyint_min",
                    str(gop),
                    "-bf",
                    str(recipe.b_frames),
                ),
                *(
                    ["-x265-params", f"{X265_ONE_THREAD}:keyint={gop}:min-keyint={gop}"]
                    if "265" in recipe.codec
                    else ["-sc_threshold", "0"]
                ),
                *(["-c:a", recipe.audio, "-b:a", "64k"] if recipe.audio else []),
                *(["-vf", "geq=lum=16+N:cb=128:cr=128"] if recipe.numbered else []),
                *recipe.options,
                *("-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", str(recipe.first_media_s)),
                *("-f", "hls", "-hls_time", str(recipe.segment_s), "-hls_list_size", "0"),
                *("-hls_segment_filename", f"{folder}/%09d.ts", f"{folder}/list.m3u8"),
            ],
            check=True,
            timeout=120,
        )
        contents = [path.read_bytes() for path in sorted(Path(folder).glob("*.ts"))]
    found: list[MadeSegment] = []
    for data in contents:
        pictures = picture_times(data)
        assert pictures is not None, "ffmpeg made a segment without a picture"
        frames = len(pictures.pts_90khz)
        first = (pictures.first_90khz + min(pictures.sorted_90khz)) % WRAP_90KHZ
        found.append(MadeSegment(data, frames, first, round(frames * 1000 / recipe.fps)))
    return tuple(found)


class Footage:
    """Publishes made segments into one device's ring, with the numbers and runs they would have."""

    def __init__(self, store: RingStore) -> None:
        self.store = store
        self.times: list[SegmentTime] = []
        self.frames = 0
        self._run = 0

    def record(self, begin: datetime, recipe: Recipe = Recipe(), *, target_s: int = 6) -> list[SegmentTime]:
        """One run of ffmpeg that began at `begin`; return the times of its segments."""
        self._run += 1
        at_ms = utc_ms(begin)
        recorded: list[SegmentTime] = []
        for segment in made_segments(recipe):
            time = SegmentTime(
                len(self.times) + 1, at_ms, segment.duration_ms, segment.media_ts_90khz, self._run
            )
            self.publish(time, segment.data, target_s)
            self.frames += segment.frames
            recorded.append(time)
            at_ms += segment.duration_ms
        return recorded

    def publish(self, time: SegmentTime, data: bytes, target_s: int = 6) -> None:
        """Write down a segment's time and put its file into the hot folder."""
        file = RingFile(Kind.SEGMENTS, time.number)
        staged = self.store.folders.segment_staging / str(time.run)
        staged.mkdir(parents=True, exist_ok=True)
        (staged / file.name).write_bytes(data)
        self.store.append_time(time, target_duration_s=target_s)
        self.store.publish(staged / file.name, file, time.begin_utc_ms)
        self.times.append(time)

    def archive(self, *, keep_hot: int = 0) -> None:
        """Move all but the newest segments into their hours, as the archiver does."""
        hot = [
            time
            for time in self.times
            if (self.store.folders.hot(Kind.SEGMENTS) / RingFile(Kind.SEGMENTS, time.number).name).exists()
        ]
        for time in hot[: len(hot) - keep_hot]:
            self.store.archive(Kind.SEGMENTS, Hour.of(time.begin), [RingFile(Kind.SEGMENTS, time.number)])
