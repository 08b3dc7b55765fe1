"""How many cameras one agent records (copy, frames of key frames) until segments are late."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local.rtsp_relay import RtspRelay
from tests.benchmarks.agent_cpu import AgentCpu, agent_cpu
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.camera import DESCRIPTION, cameras
from tests.benchmarks.figure import Outcome, Target, quantile
from tests.benchmarks.process_cpu import all_processes, family, total_s
from tests.benchmarks.publish_delay import PublicationWatch, delays_s
from tests.support.agent_under_test import AgentUnderTest

STREAMS = ("cam1", "cam2", "cam3", "cam4")
LATE_S = 1.0
# Of the segments that a step's devices should have published; less, and they fall behind.
_SHARE_PUBLISHED = 0.95
_LONGEST_S = 240.0
_YOUNG_S = 12.0
_LOOK_EVERY_S = 2.0
_LIVE_WITHIN_S = 60.0
_WHOLLY_BUSY = 0.95


@dataclass(frozen=True, slots=True)
class Step:
    """What was seen with so many cameras over some seconds. Cores: CPU seconds a second."""

    cameras: int
    delay_p95_s: float
    share_published: float
    agent_cores: float
    python_cores: float
    capture_python_cores: float
    frames_python_cores: float
    relay_cores: float
    busy_share: float
    keeping_frames: float

    @property
    def is_late(self) -> bool:
        return self.delay_p95_s > LATE_S or self.share_published < _SHARE_PUBLISHED

    def __str__(self) -> str:
        return (
            f"{self.cameras} cameras: p95 {self.delay_p95_s:.2f} s, {self.share_published:.0%} of segments,"
            f" {self.keeping_frames:.0%} of captures, agent {self.agent_cores:.2f} cores"
            f" (Python of capture {self.capture_python_cores:.2f}, of frames {self.frames_python_cores:.2f}),"
            f" relay {self.relay_cores:.2f} cores, machine {self.busy_share:.0%} busy"
        )


def measure(setting: Setting) -> Outcome:
    window_s = setting.choose(14.0, 6.0)
    steps: list[Step] = []
    ended = ""
    with cameras(setting, STREAMS) as relay:
        agent = AgentUnderTest(setting.folder, [])
        crowd = _Crowd(agent, relay)
        deadline_s = time.monotonic() + _LONGEST_S
        counts = setting.choose((8, 16, 32, 64, 80, 96, 112, 128, 160, 192), (2, 4))
        try:
            for count in counts:
                if not crowd.grow_to(count):
                    ended = f"With {count} cameras not all were live within {_LIVE_WITHIN_S:.0f} s."
                    break
                steps.append(crowd.observe(window_s))
                if steps[-1].is_late or time.monotonic() > deadline_s:
                    break
        finally:
            crowd.stop()
    return _report(steps, ended)


class _Crowd:
    """An agent that gets more and more devices, and what is seen of them from outside."""

    def __init__(self, agent: AgentUnderTest, relay: RtspRelay) -> None:
        self._agent = agent
        self._relay = relay
        self._watches: dict[str, PublicationWatch] = {}
        self._is_running = False

    def grow_to(self, count: int) -> bool:
        """Have `count` devices and wait until each has published; return whether all have in time."""
        devices = [
            {"name": f"d{n}", "source": self._relay.url(STREAMS[n % len(STREAMS)]), "frames": "keyframes"}
            for n in range(count)
        ]
        if self._is_running:
            self._agent.reload(devices=devices)
        else:
            self._agent.devices = [dict(device) for device in devices]
            self._agent.start()
            self._is_running = True
        for device in devices:
            base = self._agent.root / str(device["name"])
            self._watches.setdefault(str(device["name"]), PublicationWatch(base))
        playlists = [self._agent.root / name / "segments" / "output.m3u8" for name in self._watches]
        until_s = time.monotonic() + _LIVE_WITHIN_S
        while not all(path.exists() for path in playlists):
            if time.monotonic() > until_s:
                return False
            self._look_for(1.0)
        self._look_for(6.0)  # so many starts at once are no steady state
        return True

    def observe(self, window_s: float) -> Step:
        """Watch for `window_s`."""
        captures = self._captures()
        cpu, relay_s, busy = self._cpu(), self._relay_s(), _machine_cpu()
        began_at_s, began_s = time.time(), time.monotonic()
        self._look_for(window_s)
        took_s = time.monotonic() - began_s
        used, relay_used_s = self._cpu().since(cpu), self._relay_s() - relay_s
        busy_after = _machine_cpu()
        made = self._captures() - captures
        delays: list[float] = []
        for watch in self._watches.values():
            young = delays_s(watch.published(), _YOUNG_S)
            delays += [delay for at_s, delay in young.items() if began_at_s <= at_s < began_at_s + took_s]
        count = len(self._watches)
        return Step(
            cameras=count,
            delay_p95_s=quantile(delays, 0.95) if delays else float("inf"),
            share_published=len(delays) / (count * took_s),
            agent_cores=used.total_s / took_s,
            python_cores=used.python_s / took_s,
            capture_python_cores=used.own_s.get("capture", 0.0) / took_s,
            frames_python_cores=used.own_s.get("frames", 0.0) / took_s,
            relay_cores=relay_used_s / took_s,
            busy_share=(busy_after[0] - busy[0]) / max(1.0, busy_after[1] - busy[1]),
            keeping_frames=made / (count * took_s),
        )

    def stop(self) -> None:
        if self._is_running:
            self._is_running = False
            self._agent.stop()

    def _look_for(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(_LOOK_EVERY_S, left_s))
            for watch in self._watches.values():
                watch.look()

    def _captures(self) -> int:
        """Captures of all devices so far, by the highest number of each."""
        return sum(_highest_capture(self._agent.root / name) for name in self._watches)

    def _cpu(self) -> AgentCpu:
        return agent_cpu(all_processes(), self._agent.pid)

    def _relay_s(self) -> float:
        processes = all_processes()
        pids = [self._relay.pid, *(publisher.process.pid for publisher in self._relay.publishers)]
        return sum(total_s(family(processes, pid)) for pid in pids)


def _highest_capture(base: Path) -> int:
    numbers = [int(path.stem.removeprefix("capture_")) for path in (base / "captures").glob("capture_*.jpg")]
    return max(numbers, default=0)


def _machine_cpu() -> tuple[float, float]:
    """(busy, all) ticks of all cores so far (proc(5), the first line of /proc/stat)."""
    ticks = [float(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _report(steps: list[Step], ended: str) -> Outcome:
    outcome = Outcome()
    good = [step for step in steps if not step.is_late]
    cores = len(os.sched_getaffinity(0))
    if good:
        most = good[-1]
        outcome.add("cameras before segments are late", "cameras", [most.cameras])
        outcome.add("… per core of the machine, relay included", "cameras/core", [most.cameras / cores])
        outcome.add("… per core that the agent used", "cameras/core", [most.cameras / most.agent_cores])
        outcome.add("publish delay p95 then", "s", [most.delay_p95_s], Target(at_most=LATE_S))
        python = 100 * most.python_cores / most.cameras
        outcome.add("Python's own share per device then", "% of a core", [python], Target(at_most=1.0))
    outcome.notes += [str(step) for step in steps]
    outcome.notes.append(
        f"{DESCRIPTION}; {len(STREAMS)} streams, each read by many devices, on {cores} cores."
    )
    outcome.notes.append(ended or _limit(steps[-1]))
    return outcome


def _limit(last: Step) -> str:
    """What held the last step back."""
    if not last.is_late:
        return "The limit was not reached: segments were in time at the last step."
    if last.busy_share >= _WHOLLY_BUSY:
        return f"The limit was the processor: {last.busy_share:.0%} busy."
    if last.capture_python_cores >= _WHOLLY_BUSY:
        return "The limit was the capture process' interpreter, which uses one core at most."
    return f"The limit was neither the processor ({last.busy_share:.0%} busy) nor capture's interpreter."


CAMERAS = Bench("cameras", "cameras at copy + key frames until segments are late", measure)
