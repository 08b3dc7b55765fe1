"""What judging one capture costs: CPU milliseconds for its facts and its JSON."""

import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_agent.frames.analysis import look_at
from host_agent.frames.collector import PublishedFrame
from host_agent.frames.jpeg_facts import read_jpeg_facts
from host_agent.frames.metadata_writer import MetadataWriter
from host_agent.ring.layout import DeviceFolders, Kind, RingFile
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings
from shared.spans import utc_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.camera import camera_clip
from tests.benchmarks.figure import Outcome, Target
from tests.support.set_clock import SetClock

_BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
_STEP_S = 0.5  # 2 captures a second, and here a thumbnail for each


def measure(setting: Setting) -> Outcome:
    pictures = made_pictures(setting)
    outcome = Outcome()
    rounds = setting.choose(7, 2)
    whole = [_judge_all(setting.folder / f"ring-{n}", pictures) for n in range(rounds)]
    outcome.add("a capture judged and its JSON published", "CPU ms", whole, Target(at_most=1.0))
    looks = []
    for _ in range(rounds):
        before = time.process_time()
        for thumbnail, _capture in pictures:
            look_at(thumbnail)
        looks.append((time.process_time() - before) * 1000 / len(pictures))
    outcome.add("… looking at its thumbnail alone", "CPU ms", looks)
    outcome.notes.append(f"{len(pictures)} captures of 1280x720 with thumbnails of 320x180 a round.")
    return outcome


def made_pictures(setting: Setting) -> list[tuple[bytes, bytes]]:
    """(thumbnail, capture) of each half second of the camera's footage."""
    folder = setting.folder / "pictures"
    folder.mkdir()
    subprocess.run(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-i", str(camera_clip(setting))),
            *("-t", str(setting.choose(60, 10)), "-vf", "fps=2,scale=320:-2"),
            *("-q:v", "6", str(folder / "t%04d.jpg")),
            *("-t", str(setting.choose(60, 10)), "-vf", "fps=2", "-q:v", "4", str(folder / "c%04d.jpg")),
        ],
        check=True,
    )
    thumbnails, captures = sorted(folder.glob("t*.jpg")), sorted(folder.glob("c*.jpg"))
    return [(t.read_bytes(), c.read_bytes()) for t, c in zip(thumbnails, captures, strict=True)]


def _judge_all(root: Path, pictures: list[tuple[bytes, bytes]]) -> float:
    """CPU milliseconds a capture, as the frames process spends them."""
    clock = SetClock(_BEGIN)
    store = RingStore(DeviceFolders(root, "cam1"), clock)
    store.prepare()
    writer = MetadataWriter(store, clock, FrameSettings())
    writer.step()  # it looks for captures that were left behind, once
    used_s = 0.0
    for number, (thumbnail, capture) in enumerate(pictures, start=1):
        at_ms = utc_ms(_BEGIN + timedelta(seconds=number * _STEP_S))
        frames = [
            _published(store, RingFile(Kind.THUMBNAILS, number), thumbnail, at_ms),
            _published(store, RingFile(Kind.CAPTURES, number), capture, at_ms),
        ]
        before = time.process_time()
        writer.take(frames)
        done = writer.step()
        used_s += time.process_time() - before
        if len(done) != 1:
            raise RuntimeError(f"{len(done)} captures judged, not one: {writer.report()}")
    return used_s * 1000 / len(pictures)


def _published(store: RingStore, file: RingFile, jpeg: bytes, at_ms: int) -> PublishedFrame:
    path = store.folders.hot(file.kind) / file.name
    path.write_bytes(jpeg)
    facts = read_jpeg_facts(path)
    if facts is None:
        raise RuntimeError(f"{path} is no JPEG")
    return PublishedFrame(file.kind, file.number, at_ms, facts)


ANALYSIS = Bench("analysis", "CPU of judging one capture", measure)
