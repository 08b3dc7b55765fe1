"""A camera stand-in: a real RTSP relay, and ffmpeg publishing real pictures to it in real time.

with RtspRelay(log_folder, names=["cam1"]) as relay:
    publisher = relay.publish("cam1", clip_source(Path("bikes.mp4")))
    ... read relay.url("cam1") ...
    publisher.pause()    # a camera that hangs: sent late, all at once, on resume()
    publisher.stop()     # a camera that is switched off
"""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from deploy.local.child_process import start_bound, stop
from deploy.local.system_packages import RELAY_PACKAGES
from shared.errors import UnavailableError

SERVER = Path(__file__).with_name("rtsp_relay_server.py")
# Debian's own Python: another one has no `gi`.
SYSTEM_PYTHON = Path("/usr/bin/python3")
START_TIMEOUT_S = 30.0
EVENT_TIMEOUT_S = 15.0
_POLL_S = 0.02


def clip_source(clip: Path, *, loop: bool = True) -> list[str]:
    """ffmpeg's input options for a file that goes round at the speed of life."""
    return ["-re", *(["-stream_loop", "-1"] if loop else []), "-i", str(clip)]


def pattern_source(graph: str = "testsrc2=size=640x360:rate=25", *, rate: float = 1.0) -> list[str]:
    """ffmpeg's input options for a filter graph; at `rate` 1.02 the publisher's clock is 2 % fast."""
    return ["-readrate", f"{rate:g}", "-f", "lavfi", "-i", graph]


def h264_encoding(*, gop_frames: int = 25, bitrate_kbps: int = 1000) -> list[str]:
    """ffmpeg's output options for what an ordinary camera sends: no B-frames, steady key frames."""
    return [
        *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"),
        *("-g", str(gop_frames), "-keyint_min", str(gop_frames), "-sc_threshold", "0"),
        *("-b:v", f"{bitrate_kbps}k", "-an"),
    ]


COPY = ["-c:v", "copy", "-an"]


class Publisher:
    """An ffmpeg that sends one stream to the relay. `process.pid` is its process."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    def pause(self) -> None:
        """Stop it in its tracks: nothing is sent, the connection stays open."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on: it sends what it owes as fast as it can."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """End it and return its exit status."""
        return stop(self.process)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


@dataclass(frozen=True, slots=True)
class RelayEvent:
    """`event` is ready, failed, publish, unpublish, play or unplay; `at_s` is Unix time."""

    event: str
    name: str
    at_s: float


class RtspRelay:
    """The relay's process and the publishers that were started through it.

    `port` 0 takes a free one. `auth` is `basic` or `digest`; with no `user` nobody has to log in.
    The relay ends with the **thread** that called `start`.
    """

    def __init__(
        self,
        log_folder: Path,
        *,
        names: Sequence[str] = ("cam1",),
        user: str = "cam",
        password: str = "s3cret",
        auth: str = "basic",
        port: int = 0,
    ) -> None:
        self.names = tuple(names)
        self.user = user
        self.password = password
        self.auth = auth
        self.port = port
        self.publishers: list[Publisher] = []
        self._log_folder = log_folder
        self._process: subprocess.Popen[bytes] | None = None
        self._events: list[RelayEvent] = []
        self._reader: threading.Thread | None = None

    # -- life --------------------------------------------------------------------------------

    def start(self) -> Self:
        """Start the server and wait until it listens. Raises UnavailableError where it cannot."""
        if self._process is not None:
            return self
        process = start_bound(
            [
                *(SYSTEM_PYTHON, SERVER, "--port", str(self.port), "--names", ",".join(self.names)),
                *("--user", self.user, "--password", self.password, "--auth", self.auth),
            ],
            log=self._log_folder / "relay.log",
            pipe_stdout=True,
        )
        self._process = process
        self._events = []
        self._reader = threading.Thread(target=self._read_events, args=(process,), daemon=True)
        self._reader.start()
        try:
            self._wait_for_port(process)
        except UnavailableError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the publishers and the server. A stopped relay can be started again, on the same port."""
        for publisher in self.publishers:
            publisher.stop()
        self.publishers = []
        self.stop_server()

    def stop_server(self) -> None:
        """End only the server, as if the camera lost its power; its publishers end by themselves."""
        if self._process is not None:
            stop(self._process)
            self._process = None
        if self._reader is not None:
            self._reader.join(EVENT_TIMEOUT_S)
            self._reader = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- streams -----------------------------------------------------------------------------

    def url(self, name: str, *, password: str | None = None) -> str:
        """Where a reader finds the stream `name`; `password` in place of the right one."""
        return f"rtsp://{self._login(password)}127.0.0.1:{self.port}/{name}"

    def publish(
        self, name: str, source: Sequence[str], encoding: Sequence[str] = (), *, wait: bool = True
    ) -> Publisher:
        """Send `source` (input options of ffmpeg) as `name`, encoded by `encoding` (its output options).

        Without `encoding` the pictures are copied: they must be H.264. Waits until the relay has the
        stream. Raises UnavailableError where it does not come, with ffmpeg's last lines.
        """
        log = self._log_folder / f"publisher-{name}.log"
        seen = self.count("publish", name)
        process = start_bound(
            [
                *("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning"),
                *(*source, *(encoding or COPY), "-f", "rtsp", "-rtsp_transport", "tcp"),
                f"rtsp://{self._login(None)}127.0.0.1:{self.port}/pub/{name}",
            ],
            log=log,
        )
        publisher = Publisher(name, process, log)
        self.publishers.append(publisher)
        if wait:
            self.wait_for("publish", name, times=seen + 1, publisher=publisher)
        return publisher

    def pause(self) -> None:
        """Stop the server in its tracks: readers see a stream that stands still, connections stay."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the server go on; what publishers sent meanwhile comes in a burst."""
        self._running().send_signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        return self._running().pid

    # -- events ------------------------------------------------------------------------------

    @property
    def events(self) -> list[RelayEvent]:
        """What has happened so far, oldest first."""
        return list(self._events)

    def count(self, event: str, name: str) -> int:
        """How often `event` has happened to the stream `name`."""
        return sum(1 for seen in self.events if seen.event == event and seen.name == name)

    def wait_for(
        self,
        event: str,
        name: str,
        *,
        times: int = 1,
        within_s: float = EVENT_TIMEOUT_S,
        publisher: Publisher | None = None,
    ) -> None:
        """Wait until `event` has happened `times` times to `name`.

        Raises UnavailableError when it does not within `within_s`, or when `publisher` ends before.
        """
        deadline = time.monotonic() + within_s
        while self.count(event, name) < times:
            ended = publisher is not None and not publisher.is_running
            if ended or time.monotonic() > deadline:
                why = _last_lines(publisher.log) if publisher is not None else ""
                raise UnavailableError(
                    f"The relay saw no {event!r} of {name!r}{': ' + why if why else '.'}",
                    remedy="Look at the publisher's log.",
                )
            time.sleep(_POLL_S)

    # -- inside ------------------------------------------------------------------------------

    def _login(self, password: str | None) -> str:
        if not self.user:
            return ""
        secret = self.password if password is None else password
        return f"{quote(self.user, safe='')}:{quote(secret, safe='')}@"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise UnavailableError("The relay is not running.", remedy="Start it.")
        return self._process

    def _read_events(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                try:
                    said = json.loads(line)
                except ValueError:
                    continue  # a library's own words: they are in the log
                if said["event"] == "ready":
                    self.port = int(said["port"])
                self._events.append(RelayEvent(said["event"], said.get("name", ""), said["at_s"]))

    def _wait_for_port(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.count("ready", ""):
            if self.count("failed", ""):
                raise UnavailableError(
                    f"The RTSP relay cannot listen on port {self.port}.", remedy="Take another port."
                )
            if process.poll() is not None or time.monotonic() > deadline:
                raise UnavailableError(
                    f"The RTSP relay did not start: {_last_lines(self._log_folder / 'relay.log')}",
                    remedy=f"Install it: apt-get install --no-install-recommends {' '.join(RELAY_PACKAGES)}.",
                )
            time.sleep(_POLL_S)


def _last_lines(log: Path, count: int = 3) -> str:
    return " · ".join(log.read_text(errors="replace").splitlines()[-count:])
