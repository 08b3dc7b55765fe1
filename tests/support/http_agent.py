"""An agent's HTTP application on a ring that was filled by hand, with a clock that stands still."""

import io
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from host_agent.app import create_app
from host_agent.frames.heatmap import HeatmapReader
from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.gateway_state import GatewayState, no_gateway
from host_agent.http_services import AppServices
from host_agent.journal.journal import Journal
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.layout import DeviceFolders, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, HostSettings
from host_agent.timeline.timeline import TimelineService
from shared.spans import utc_ms
from tests.support.any_disk import FLOOR_PERCENT
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, 30, 0, tzinfo=UTC)
TOKEN = "a-token-of-more-than-16-characters"
JUDGED = Judgement(104.2, False, False, 0.0, 0.031, 12.4)
_TARGET_DURATION_S = 6


class ReadingClient(FlaskClient):
    """Reads every answer to its end and closes it, as a client on the network does."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@dataclass(slots=True)
class HttpAgent:
    """One agent: its parts, and clients of its application."""

    root: Path
    clock: SetClock
    settings: HostSettings
    devices: dict[str, DeviceSettings]
    stores: dict[str, RingStore]
    journal: Journal
    app: Flask = field(init=False)
    services: AppServices = field(init=False)
    threads: list[threading.Thread] = field(default_factory=list)
    calling_secret: Callable[[], str] = str
    gateway: Callable[[], GatewayState] = no_gateway

    def __post_init__(self) -> None:
        timelines = TimelineService(self.stores, self.journal, self.clock)
        self.services = AppServices(
            version="0.1.0",
            settings=lambda: self.settings,
            devices=self.devices,
            stores=self.stores,
            journal=self.journal,
            clock=self.clock,
            tokens=self._tokens,
            timelines=timelines,
            playlists=RangePlaylists(self.stores, timelines, self.clock),
            heatmaps=HeatmapReader(self.stores, self.clock),
            frame_finder=FrameFinder(self.stores, timelines, lambda _device: 0.5),
            clips=ClipService(
                self.stores,
                self.journal,
                self.clock,
                timelines,
                roots=lambda: {self.root},
                floor_percent=lambda: FLOOR_PERCENT,
                new_id=lambda: uuid.uuid4().hex[:16],
                start=self._start,
                log=structlog.get_logger(),
            ),
            gateway=lambda: self.gateway(),  # noqa: PLW0108 (tests put another one in its place)
        )
        self.app = create_app(self.services)
        self.app.test_client_class = ReadingClient

    def _tokens(self) -> Sequence[str]:
        secrets = (self.settings.agent.token.get_secret_value(), self.calling_secret())
        return [secret for secret in secrets if secret]

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def store(self, device: str = "capture1") -> RingStore:
        return self.stores[device]

    def record(self, count: int, *, first: int = 1, begin: datetime, device: str = "capture1") -> None:
        """Publish `count` segments of 1 s each from `begin` on, as one run, with a thumbnail, a capture
        and its metadata for each."""
        for index in range(count):
            number, at = first + index, begin + timedelta(seconds=index)
            self.add_segment(number, at, device=device)
            self.add(Kind.CAPTURES, number, at, jpeg(64, 36), device)
            self.add(Kind.THUMBNAILS, number, at, jpeg(32, 18), device)
            facts = CaptureFacts(number, utc_ms(at), 64, 36, 700, number, JUDGED)
            self.add(Kind.METADATA, number, at, encode_metadata(facts).encode(), device)

    def add_segment(self, number: int, at: datetime, *, device: str = "capture1", run: int = 1) -> None:
        """Publish one segment of 1 s."""
        time = SegmentTime(number, utc_ms(at), 1000, number * 90_000, run)
        self.stores[device].append_time(time, target_duration_s=_TARGET_DURATION_S)
        self.add(Kind.SEGMENTS, number, at, packets(4, number), device)

    def add(self, kind: Kind, number: int, at: datetime, data: bytes, device: str = "capture1") -> Path:
        """Publish one file with any content."""
        store = self.stores[device]
        staged = store.folders.segment_staging / f"{kind.value}-{number}"
        staged.write_bytes(data)
        return store.publish(staged, RingFile(kind, number), utc_ms(at))

    def archive(self, *, segments: int = 10, frames: int = 100, device: str = "capture1") -> None:
        """One cycle of the archiver with these hot limits."""
        Archiver(HotLimits(segments, frames, max_age_s=600), self.clock).run_cycle(self.stores[device])

    def report(self, device: str = "capture1", **state: Any) -> None:
        """What the capture process says, now."""
        self.journal.note_clock()
        said = {"state": "live", "code": "live", "sentence": "Recording.", "notes": [], **state}
        self.journal.set_state(device, "capture", said)


def make_agent(
    root: Path, *, devices: Sequence[str] = ("capture1",), now: datetime = NOW, **agent: Any
) -> HttpAgent:
    """An agent with empty rings below `root`. `agent`: keys of `[agent]`."""
    settings = HostSettings.model_validate(
        {
            "agent": {"root": str(root / "footage"), "state_dir": str(root / "state"), **agent},
            "device": [
                {"name": name, "label": f"Label of {name}", "source": "rtsp://user:s3cret@camera/stream"}
                for name in devices
            ],
        }
    )
    clock = SetClock(now)
    stores = {
        device.name: RingStore(DeviceFolders(settings.agent.root, device.name), clock)
        for device in settings.device
    }
    for store in stores.values():
        store.prepare()
    return HttpAgent(
        root=settings.agent.root,
        clock=clock,
        settings=settings,
        devices={device.name: device for device in settings.device},
        stores=stores,
        journal=Journal(settings.agent.state_dir / "journal.db", clock),
    )


def packets(count: int, seed: int = 0) -> bytes:
    """Transport stream packets with nothing to see in them, each number's its own."""
    return b"".join(b"\x47" + bytes([seed % 256, index % 256]) + b"\xff" * 185 for index in range(count))


@cache
def jpeg(width: int, height: int, grey: int = 128) -> bytes:
    """A whole JPEG of one colour."""
    out = io.BytesIO()
    Image.new("L", (width, height), grey).save(out, "JPEG")
    return out.getvalue()
