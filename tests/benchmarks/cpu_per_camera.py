"""CPU per camera: recording and frames, against programs that do the like with the same stream.

All read one camera at the same time, so that whatever else the machine does meets all of them alike.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

from deploy.local.child_process import stop
from host_agent.ring.layout import Kind
from tests.benchmarks.agent_cpu import ROLES, AgentCpu, agent_cpu
from tests.benchmarks.bench import Bench, CannotMeasureError, Setting
from tests.benchmarks.camera import DESCRIPTION, cameras
from tests.benchmarks.cpu_peers import start_decoding, start_frigate_pipeline, start_motion
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.motion_package import motion_version, provide_motion
from tests.benchmarks.process_cpu import all_processes, family, total_s
from tests.support.agent_under_test import AgentUnderTest

MODES = ("keyframes", "all")
DECODING, FRIGATE, MOTION = "ffmpeg, decoding only", "Frigate's ffmpeg pipeline", "motion"
DEVICE = "cam"
_TARGETS: dict[tuple[str, str], Target] = {
    ("keyframes", MOTION): Target(at_most=0.3),
    ("keyframes", FRIGATE): Target(at_most=0.3),
    ("all", MOTION): Target(at_most=1.0),
    ("all", DECODING): Target(at_most=1.4),
}
_PYTHON_TARGET = Target(at_most=1.0)  # per cent of a core


def measure(setting: Setting) -> Outcome:
    window_s = setting.choose(60.0, 10.0)
    outcome = Outcome()
    outcome.notes.append(f"One camera for all: {DESCRIPTION}; windows of {window_s:.0f} s, side by side.")
    with ExitStack() as stack:
        url = stack.enter_context(cameras(setting, [DEVICE])).url(DEVICE)
        peers = stack.enter_context(_peers(setting, url, outcome))
        agents = {
            mode: stack.enter_context(
                AgentUnderTest(_folder(setting, mode), [{"name": DEVICE, "source": url, "frames": mode}])
            )
            for mode in MODES
        }
        for agent in agents.values():
            agent.wait_for("footage of every kind", lambda agent=agent: all(_made(agent).values()))  # type: ignore[misc]
        time.sleep(setting.choose(30.0, 5.0))  # starting up is not what a camera costs
        made_before = {mode: _made(agent) for mode, agent in agents.items()}
        began_s = time.monotonic()
        windows = [_window(agents, peers, window_s) for _ in range(setting.choose(3, 1))]
        took_s = time.monotonic() - began_s
        made = {mode: _made(agent) for mode, agent in agents.items()}
    _report(outcome, windows, window_s)
    for mode in MODES:
        rates = (f"{(n - made_before[mode][kind]) / took_s:.2f} {kind}" for kind, n in made[mode].items())
        outcome.notes.append(f"The agent with frames = {mode!r} made, in a second: {', '.join(rates)}.")
    return outcome


class _Window:
    """CPU seconds that each one used in one stretch of time."""

    def __init__(self, agents: Mapping[str, AgentCpu], peers: Mapping[str, float]) -> None:
        self.agents = agents
        self.peers = peers


def _window(
    agents: Mapping[str, AgentUnderTest], peers: Mapping[str, Popen[bytes]], window_s: float
) -> _Window:
    before = _take_stock(agents, peers)
    time.sleep(window_s)
    after = _take_stock(agents, peers)
    return _Window(
        {mode: cpu.since(before.agents[mode]) for mode, cpu in after.agents.items()},
        {name: used_s - before.peers[name] for name, used_s in after.peers.items()},
    )


def _take_stock(agents: Mapping[str, AgentUnderTest], peers: Mapping[str, Popen[bytes]]) -> _Window:
    for name, peer in peers.items():
        if peer.poll() is not None:
            raise RuntimeError(f"{name} ended with {peer.returncode}")
    processes = all_processes()
    return _Window(
        {mode: agent_cpu(processes, agent.pid) for mode, agent in agents.items()},
        {name: total_s(family(processes, peer.pid)) for name, peer in peers.items()},
    )


def _folder(setting: Setting, mode: str) -> Path:
    folder = setting.folder / mode
    folder.mkdir()
    return folder


@contextmanager
def _peers(setting: Setting, url: str, outcome: Outcome) -> Iterator[dict[str, Popen[bytes]]]:
    started = {
        DECODING: start_decoding(url, setting.folder),
        FRIGATE: start_frigate_pipeline(url, setting.folder),
    }
    try:
        program = provide_motion(setting.kept)
        outcome.notes.append(f"{motion_version(program)}: 720p as it comes, movie passed through.")
        started[MOTION] = start_motion(program, url, setting.folder)
    except CannotMeasureError as error:
        outcome.notes.append(f"without motion. {error}")
    try:
        yield started
    finally:
        for peer in started.values():
            stop(peer)


def _made(agent: AgentUnderTest) -> dict[str, int]:
    """How many files of each kind there are."""
    ring = agent.ring(DEVICE)
    patterns = {
        Kind.SEGMENTS: "segment_*.ts",
        Kind.CAPTURES: "capture_*.jpg",
        Kind.THUMBNAILS: "capture_*.jpg",
        Kind.METADATA: "capture_*.json",
    }
    return {kind.value: len(ring.files(kind.value, pattern)) for kind, pattern in patterns.items()}


def _report(outcome: Outcome, windows: list[_Window], window_s: float) -> None:
    for mode in MODES:
        for name in (MOTION, FRIGATE, DECODING):
            ratios = [w.agents[mode].recording_s / w.peers[name] for w in windows if name in w.peers]
            outcome.add(f"{mode} / {name}", "ratio", ratios, _TARGETS.get((mode, name)))
    for mode in MODES:
        outcome.add(
            f"Python's own share, {mode}, whole agent with one device",
            "% of a core",
            [100 * w.agents[mode].python_s / window_s for w in windows],
            _PYTHON_TARGET,
        )
        for role in ROLES:
            shares = [100 * w.agents[mode].own_s.get(role, 0.0) / window_s for w in windows]
            outcome.add(f"… in {role}, {mode}", "% of a core", shares)
    a_minute = 60 / window_s
    for mode in MODES:
        used = [w.agents[mode].recording_s * a_minute for w in windows]
        outcome.add(f"agent, {mode}: recording and frames", "CPU s/min", used)
        whole = [w.agents[mode].total_s * a_minute for w in windows]
        outcome.add(f"agent, {mode}: with archiver and HTTP", "CPU s/min", whole)
    for name in (MOTION, FRIGATE, DECODING):
        outcome.add(name, "CPU s/min", [w.peers[name] * a_minute for w in windows if name in w.peers])


CPU = Bench("cpu", "CPU per camera against motion, Frigate's pipeline and bare decoding", measure)
