"""From the start of an agent to the first playlist that a player can play, over RTSP."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.local.rtsp_relay import RtspRelay
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.camera import DESCRIPTION, cameras
from tests.benchmarks.figure import Outcome, Target
from tests.support.agent_under_test import AgentUnderTest

DEVICE = "cam"
_POLL_S = 0.004
_DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process: when ffmpeg was started, when it had the camera's stream,
    when its first segment was complete, when the playlist named it, when both could be had over HTTP."""

    recorder_s: float
    connected_s: float
    segment_s: float
    published_s: float
    playable_s: float


def measure(setting: Setting) -> Outcome:
    starts: list[Start] = []
    with cameras(setting, [DEVICE]) as relay:
        for count in range(setting.choose(7, 2)):
            folder = setting.folder / f"agent-{count}"
            folder.mkdir()
            starts.append(_start(folder, relay))
    outcome = Outcome()
    outcome.add("start to playable over HTTP", "s", [s.playable_s for s in starts], Target(at_most=3.0))
    outcome.add("… until ffmpeg is started", "s", [s.recorder_s for s in starts])
    outcome.add("… then to the camera's stream", "s", [s.connected_s - s.recorder_s for s in starts])
    outcome.add("… then to a complete segment", "s", [s.segment_s - s.connected_s for s in starts])
    outcome.add("… then to the playlist", "s", [s.published_s - s.segment_s for s in starts])
    outcome.add("… then to HTTP", "s", [s.playable_s - s.published_s for s in starts])
    outcome.notes.append(f"{DESCRIPTION}; the camera streams already, a start meets it anywhere in a second.")
    return outcome


def _start(folder: Path, relay: RtspRelay) -> Start:
    agent = AgentUnderTest(folder, [{"name": DEVICE, "source": relay.url(DEVICE)}])
    staging = agent.root / DEVICE / ".staging" / "segments"
    playlist = agent.root / DEVICE / "segments" / "output.m3u8"
    played = relay.count("play", DEVICE)
    seen: dict[str, float] = {}
    before, before_at_s = time.monotonic(), time.time()
    with agent, httpx.Client(base_url=agent.url) as client:
        while "playable" not in seen:
            now_s = time.monotonic() - before
            if now_s > _DEADLINE_S:
                raise RuntimeError(f"only {seen} after {now_s:.0f} s\n{agent.last_words()}")
            names = _staged(staging)
            is_published = playlist.exists()
            # What was over between two looks is seen with what came after it.
            if names is not None or is_published:
                seen.setdefault("recorder", now_s)
            if is_published or any(name.endswith(".ts") for name in names or ()):
                seen.setdefault("segment", now_s)
            if is_published:
                seen.setdefault("published", now_s)
                if _is_playable(client):
                    seen["playable"] = time.monotonic() - before
            time.sleep(_POLL_S)
    connected = [event for event in relay.events if event.event == "play" and event.name == DEVICE][played]
    return Start(
        seen["recorder"],
        connected.at_s - before_at_s,
        seen["segment"],
        seen["published"],
        seen["playable"],
    )


def _staged(staging: Path) -> list[str] | None:
    """Names in the run's folder; None before there is a run."""
    try:
        run = next(staging.iterdir(), None)
        return None if run is None else os.listdir(run)
    except FileNotFoundError:
        return None


def _is_playable(client: httpx.Client) -> bool:
    """Whether the playlist and the segment it names can be had."""
    folder = f"/host/stream/{DEVICE}/segments"
    try:
        answer = client.get(f"{folder}/output.m3u8")
        names = [line for line in answer.text.splitlines() if line.endswith(".ts")]
        return answer.status_code == 200 and bool(names) and client.get(f"{folder}/{names[0]}").is_success
    except httpx.TransportError:
        return False


START = Bench("start", "start of an agent to its first playable live playlist", measure)
