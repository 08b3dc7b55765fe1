"""A recording under test: cameras, relays and agents side by side, what is done to them, what comes back.

run = FootageRun(folder, CAMERAS, hour_changes_at_s=130)
with run:
    run.carry_out([(30.0, run.relay("shaky").pause), …], until_s=250)
    evidence = run.read_back()
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from deploy.local.rtsp_relay import RtspRelay
from shared.spans import Span, from_utc_ms, iso_ms
from tests.support.agent_under_test import AgentUnderTest, Settings
from tests.support.burnt_clock import Stamp
from tests.support.burst_source import BurstSource
from tests.support.footage_check import Footage, SegmentDecoder, listed_footage
from tests.support.footage_decoder import Decoded, decode
from tests.support.playlist_check import Listed, read_playlist
from tests.support.playlist_watch import PlaylistWatch
from tests.support.publisher import STANDARD_OUTPUT, Publisher, PublisherOptions, Sent

# The newest segments are still being dated when everything is read: held back 1.5 s at most.
SETTLED_S = 6.0
NO_RELAY = ""
_BACKLOG_WITHIN_S = 20.0
_LIVE_WITHIN_S = 60.0
_LIVE_PERIOD_S = 0.5
_HOUR_PERIOD_S = 3.0


@dataclass(frozen=True)
class Camera:
    """A device under test.

    `agent` and `relay` name who records and who relays it (`NO_RELAY`: it serves itself over HTTP and
    begins with `burst_s` of backlog). `stream`: the camera whose stream it records, where not its own.
    """

    name: str
    agent: str = "usual"
    relay: str = "steady"
    stream: str = ""
    media_rate: float = 1.0
    gop_s: tuple[float, ...] = (1.0,)
    burst_s: float = 5.0
    settings: Settings = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.stream or self.name


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap as the time line tells it."""

    span: Span
    code: str
    sentence: str


@dataclass
class Evidence:
    """What a camera sent, and what the agent says and has of it.

    `connected_ms`: when it was connected to, by the burnt clock, where it serves itself. `judged`: the
    range that was asked for. `listed`: pictures by the way to them (`range`, `hour 0`, …). `played`: what
    ffmpeg makes of the range's playlist as a player. `on_disk`: by times.csv alone.
    """

    sent: list[Sent]
    connected_ms: list[int]
    judged: Span
    recorded: list[Span]
    gaps: list[Gap]
    range_text: str
    hour_texts: list[str]
    live_loads: list[str]
    hour_loads: list[list[str]]
    load_faults: list[str]
    played: Decoded
    listed: dict[str, Footage]
    on_disk: Footage = field(default_factory=lambda: Footage([], ["not read"]))
    jpegs: dict[str, Footage] = field(default_factory=dict)

    @property
    def sent_stamps(self) -> list[Stamp]:
        return [sent.stamp for sent in self.sent]

    @property
    def stamps(self) -> list[Stamp]:
        """The pictures of the range."""
        return self.listed["range"].stamps

    @property
    def judged_stamps(self) -> list[Stamp]:
        """The pictures of the range without what its first and last segment hold beyond it."""
        return [stamp for stamp in self.stamps if from_utc_ms(stamp.wall_ms) in self.judged]

    def inner_gaps(self) -> list[Gap]:
        """Gaps after the first footage and before the last."""
        first, last = self.recorded[0], self.recorded[-1]
        return [gap for gap in self.gaps if first.start < gap.span.start and gap.span.end <= last.start]


class FootageRun:
    """Starts everything in `__enter__`, and returns when every device is live; ends it in `__exit__`."""

    def __init__(
        self,
        folder: Path,
        cameras: Sequence[Camera],
        *,
        hour_changes_at_s: float,
        agents: Mapping[str, Mapping[str, Settings]],
    ) -> None:
        """`agents`: sections of `host.toml` by the agent's name."""
        self._folder = folder
        self._cameras = cameras
        self._agent_sections = agents
        # The agents' clocks, and those burnt in, change the hour this long after the start.
        self._offset_s = 3600 - (time.time() + hour_changes_at_s) % 3600
        self._stack = ExitStack()
        self._relays: dict[str, RtspRelay] = {}
        self._publishers: dict[str, Publisher] = {}
        self._bursts: dict[str, BurstSource] = {}
        self._sources: dict[str, str] = {}
        self._agents: dict[str, AgentUnderTest] = {}
        self._decoders = {camera.name: SegmentDecoder() for camera in cameras}
        self._begun_ms = 0
        self._begun_monotonic_s = 0.0
        self._judged_end = from_utc_ms(0)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._stack = stack
            self._start_cameras()
            self._start_agents()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # -- acting ------------------------------------------------------------------------------

    def relay(self, name: str) -> RtspRelay:
        return self._relays[name]

    def publisher(self, name: str) -> Publisher:
        return self._publishers[name]

    def burst(self, name: str) -> BurstSource:
        return self._bursts[name]

    def agent(self, name: str) -> AgentUnderTest:
        return self._agents[name]

    @property
    def begun(self) -> datetime:
        """When the agents were started, by their clock."""
        return from_utc_ms(self._begun_ms)

    def carry_out(self, actions: Iterable[tuple[float, Callable[[], object]]], *, until_s: float) -> None:
        """Do each action so many seconds after the devices were live; watch all playlists meanwhile."""
        self._live = self._stack.enter_context(
            PlaylistWatch([self._live_url(camera) for camera in self._cameras], _LIVE_PERIOD_S)
        )
        hour_urls = [url for camera in self._cameras for url in self._hour_urls(camera)]
        self._hours = self._stack.enter_context(PlaylistWatch(hour_urls, _HOUR_PERIOD_S))
        for at_s, act in [*actions, (until_s, lambda: None)]:
            time.sleep(max(0.0, self._begun_monotonic_s + at_s - time.monotonic()))
            act()

    # -- reading -----------------------------------------------------------------------------

    def read_back(self) -> dict[str, Evidence]:
        """Read everything over HTTP, stop the agents (nothing may outlive them), and read the disks.

        The cameras are switched off first: what comes of that lies behind the range that is judged.
        """
        self._live.stop()
        self._hours.stop()
        self._judged_end = from_utc_ms(round((time.time() + self._offset_s - SETTLED_S) * 1000))
        for burst in self._bursts.values():
            burst.stop()
        for publisher in self._publishers.values():
            _stop(publisher)
        with ThreadPoolExecutor(3) as pool:
            found = dict(
                zip(
                    (camera.name for camera in self._cameras),
                    pool.map(self._read_over_http, self._cameras),
                    strict=True,
                )
            )
        for agent in self._agents.values():
            agent.stop()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda camera: self._read_disk(camera, found[camera.name]), self._cameras))
        return found

    def _read_over_http(self, camera: Camera) -> Evidence:
        agent = self._agents[camera.agent]
        decoder = self._decoders[camera.name]
        # What a bursting source sends at first was taken before the agent began.
        start = self.begun - timedelta(seconds=camera.burst_s + 5)
        judged = Span(start, self._judged_end)
        asked = {"from": iso_ms(judged.start), "to": iso_ms(judged.end)}
        stream = f"/host/stream/{camera.name}"
        range_url = str(httpx.URL(f"{agent.url}{stream}/playlist.m3u8", params=asked))
        told = agent.json(f"/api/host/timeline/{camera.name}", **asked)
        range_text = agent.text(f"{stream}/playlist.m3u8", **asked)
        hour_urls = self._hour_urls(camera)
        hour_texts = [agent.text(httpx.URL(url).path) for url in hour_urls]
        playlists = {"range": (range_url, range_text)}
        playlists |= {
            f"hour {index}": found for index, found in enumerate(zip(hour_urls, hour_texts, strict=True))
        }
        burst = self._bursts.get(camera.source)
        return Evidence(
            sent=self._publishers[camera.source].sent(),
            connected_ms=burst.connected_ms if burst is not None else [],
            judged=judged,
            recorded=[_span(said) for said in told["recorded"]],
            gaps=[Gap(_span(said), said["code"], said["sentence"]) for said in told["gaps"]],
            range_text=range_text,
            hour_texts=hour_texts,
            live_loads=self._live.texts(self._live_url(camera)),
            hour_loads=[self._hours.texts(url) for url in hour_urls],
            load_faults=[
                *self._live.faults(self._live_url(camera)),
                *(fault for url in hour_urls for fault in self._hours.faults(url)),
            ],
            played=decode(["-i", range_url], keep_times=False),
            listed={
                way: listed_footage(read_playlist(text, url), _reader(agent), decoder)
                for way, (url, text) in playlists.items()
            },
        )

    def _read_disk(self, camera: Camera, evidence: Evidence) -> None:
        ring = self._agents[camera.agent].ring(camera.name)
        evidence.on_disk = ring.footage(self._decoders[camera.name])
        evidence.jpegs = {
            "captures": ring.jpegs("captures"),
            "thumbnails": ring.jpegs("thumbnails"),
            "metadata": ring.metadata(),
        }

    # -- starting ----------------------------------------------------------------------------

    def _start_cameras(self) -> None:
        own = [camera for camera in self._cameras if not camera.stream]
        for relay in sorted({camera.relay for camera in own} - {NO_RELAY}):
            names = [camera.name for camera in own if camera.relay == relay]
            self._relays[relay] = self._stack.enter_context(RtspRelay(self._made(relay), names=names))
        logs = self._made("cameras")
        for camera in own:
            relay_of = self._relays.get(camera.relay)
            options = PublisherOptions(
                url=relay_of.url(f"pub/{camera.name}") if relay_of is not None else STANDARD_OUTPUT,
                sent_log=str(logs / f"{camera.name}.csv"),
                media_rate=camera.media_rate,
                gop_s=camera.gop_s,
                clock_offset_s=self._offset_s,
            )
            if relay_of is None:
                burst = self._stack.enter_context(BurstSource(options, backlog_s=camera.burst_s))
                self._bursts[camera.name] = burst
                self._publishers[camera.name], self._sources[camera.name] = burst.publisher, burst.url
            else:
                publisher = self._publishers[camera.name] = Publisher(options)
                self._stack.callback(_stop, publisher)
                publisher.start()
                self._sources[camera.name] = relay_of.url(camera.name)
        for publisher in self._publishers.values():
            publisher.wait_until_sending()

    def _start_agents(self) -> None:
        until = time.monotonic() + _BACKLOG_WITHIN_S
        while not all(burst.is_filled() for burst in self._bursts.values()):
            assert time.monotonic() < until, "a burst source has not enough to begin with"
            time.sleep(0.05)
        self._begun_ms = round((time.time() + self._offset_s) * 1000)
        for name, sections in self._agent_sections.items():
            devices = [
                {"name": camera.name, "source": self._sources[camera.source], **camera.settings}
                for camera in self._cameras
                if camera.agent == name
            ]
            agent = AgentUnderTest(
                self._made(name), devices, clock_offset_s=self._offset_s, sections=sections
            )
            self._agents[name] = self._stack.enter_context(agent)
        for agent in self._agents.values():
            agent.wait_live(within_s=_LIVE_WITHIN_S)
        self._begun_monotonic_s = time.monotonic()

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder

    def _live_url(self, camera: Camera) -> str:
        return f"{self._agents[camera.agent].url}/host/stream/{camera.name}/segments/output.m3u8"

    def _hour_urls(self, camera: Camera) -> list[str]:
        """The hour in which the run began, and the next."""
        segments = f"{self._agents[camera.agent].url}/host/stream/{camera.name}/segments"
        hours = [(self.begun + timedelta(hours=later)).strftime("%Y-%m-%dT%H") for later in (0, 1)]
        return [f"{segments}/{hour}/archive.m3u8" for hour in hours]


def _reader(agent: AgentUnderTest) -> Callable[[Listed], bytes]:
    def read(segment: Listed) -> bytes:
        answer = agent.get(segment.absolute_uri)
        assert answer.status_code == 200, f"{segment.absolute_uri}: {answer.status_code} {answer.text[:200]}"
        return answer.content

    return read


def _stop(publisher: Publisher) -> None:
    if publisher.is_started:
        publisher.stop()


def _span(told: Mapping[str, str]) -> Span:
    return Span(datetime.fromisoformat(told["from"]), datetime.fromisoformat(told["to"]))
