"""A stand-in for the capture process: publishes real segments, made by ffmpeg beforehand, as it would."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import picture_times

TEST_PATTERN = "testsrc2=size=640x360:rate=25"
ENCODE_WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class MadeSegment:
    """A segment on disk that nobody has published: its first picture's timestamp and its duration."""

    path: Path
    media_ts_90khz: int
    duration_ms: int


def make_segments(
    folder: Path,
    *,
    source: str = TEST_PATTERN,
    seconds: float = 6,
    gop_s: float = 1,
    first_timestamp_s: float = 0,
    codec: Sequence[str] = ("libx264", "-preset", "ultrafast", "-tune", "zerolatency"),
    sound: bool = False,
) -> list[MadeSegment]:
    """Encode `seconds` of an ffmpeg source into segments of one key-frame interval, as HLS."""
    folder.mkdir(parents=True, exist_ok=True)
    listening = ["-f", "lavfi", "-i", "sine=frequency=440"] if sound else []
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, *listening),
            *("-t", f"{seconds}", "-c:v", *codec, "-pix_fmt", "yuv420p"),
            *("-force_key_frames", f"expr:gte(t,n_forced*{gop_s})", "-g", "10000"),
            *("-output_ts_offset", f"{first_timestamp_s}", "-muxdelay", "0", "-muxpreload", "0"),
            *("-f", "hls", "-hls_time", f"{gop_s}", "-hls_list_size", "0"),
            *("-hls_segment_filename", str(folder / "%05d.ts"), str(folder / "list.m3u8")),
        ],
        check=True,
        timeout=ENCODE_WITHIN_S,
        stdin=subprocess.DEVNULL,
    )
    durations_ms = [
        round(float(line.removeprefix("#EXTINF:").rstrip(",")) * 1000)
        for line in (folder / "list.m3u8").read_text().splitlines()
        if line.startswith("#EXTINF:")
    ]
    made = []
    for path, duration_ms in zip(sorted(folder.glob("*.ts")), durations_ms, strict=True):
        times = picture_times(path.read_bytes())
        assert times is not None, f"{path} has no picture"
        made.append(MadeSegment(path, times.first_90khz, duration_ms))
    return made


class FakeRecorder:
    """One device's recorder. Numbers go on from `first_number`; `run` grows with each `new_run`."""

    def __init__(self, store: RingStore, journal: Journal, *, first_number: int = 1) -> None:
        self.store = store
        self.journal = journal
        self.next_number = first_number
        self.run = 1
        self.times: list[SegmentTime] = []

    def say(self, *, frames_in_recorder: bool = False, frames_shed: bool = False, **more: object) -> None:
        """Publish the state that the capture process would."""
        state = {
            "state": "live",
            "code": "live",
            "recorded_as": "x264" if frames_in_recorder else "copy",
            "frames_in_recorder": frames_in_recorder,
            "frames_shed": frames_shed,
            **more,
        }
        self.journal.set_state(self.store.device, "capture", state)

    def new_run(self) -> None:
        self.run += 1

    def publish(self, made: MadeSegment, begin_utc_ms: int) -> SegmentTime:
        """Date one segment and put it into the hot folder."""
        time = SegmentTime(self.next_number, begin_utc_ms, made.duration_ms, made.media_ts_90khz, self.run)
        self.next_number += 1
        staging = self.store.folders.segment_staging / str(self.run)
        staging.mkdir(exist_ok=True)
        staged = staging / f"{time.number:09d}.ts"
        shutil.copyfile(made.path, staged)
        self.store.append_time(time)
        self.store.publish(staged, RingFile(Kind.SEGMENTS, time.number), begin_utc_ms)
        self.times.append(time)
        return time

    def publish_all(self, made: Sequence[MadeSegment], begin_utc_ms: int) -> list[SegmentTime]:
        """Publish segments one behind the other, without a hole."""
        published = []
        for segment in made:
            published.append(self.publish(segment, begin_utc_ms))
            begin_utc_ms += segment.duration_ms
        return published
