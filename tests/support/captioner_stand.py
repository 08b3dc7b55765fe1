"""The captions service on rings that are filled by hand, with a gateway that keeps what it is sent."""

import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from PIL import Image

from host_agent.captioner.outbox import Outbox, OutboxLimits, Waiting
from host_agent.captioner.sender import CaptionSender, Target
from host_agent.captioner.service import CaptionService
from host_agent.fleet.gateway_answer import GatewayUnreachableError
from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Kind, RingFile
from host_agent.ring.store import RingStore
from host_agent.settings import HostSettings
from host_agent.told_captions import (
    HOST,
    STATE_PART,
    ToldCaptions,
    ToldSending,
    parse_captions,
    parse_sending,
)
from shared.clock import SystemClock
from shared.contracts.captions import CaptionReport, CaptionReports, CaptionsTaken
from shared.spans import utc_ms

SIZE = (320, 180)
Dot = tuple[int, int, int, int]


class KeepingGateway:
    """Keeps each caption once. `fails`: what happens to the next deliveries instead, one each; `refuses`: the
    code that a caption is refused with, empty where it is kept."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int, str], CaptionReport] = {}
        self.deliveries: list[list[CaptionReport]] = []
        self.fails: list[Exception] = []
        self.is_away = False
        self.refuses: Callable[[CaptionReport], str] = lambda _report: ""

    def captions(self, url: str, credential: str, reports: CaptionReports) -> CaptionsTaken:
        if self.fails:
            raise self.fails.pop(0)
        if self.is_away:
            raise GatewayUnreachableError("Nobody answers.", remedy="Wait.")
        self.deliveries.append(list(reports.captions))
        refused: list[dict[str, object]] = []
        stored = repeated = 0
        for index, report in enumerate(reports.captions):
            key = (report.device, report.captured_utc_ms, report.text)
            if code := self.refuses(report):
                refused.append({"index": index, "code": code, "sentence": f"{code} it is."})
            elif key in self.kept:
                repeated += 1
            else:
                stored += 1
                self.kept[key] = report
        return CaptionsTaken.model_validate({"stored": stored, "repeated": repeated, "refused": refused})

    def texts(self, device: str) -> list[str]:
        """In the order of their frames."""
        found = [report for report in self.kept.values() if report.device == device]
        return [report.text for report in sorted(found, key=lambda report: report.captured_utc_ms)]


class CaptionerStand:
    """One host with `devices` below `folder`, each captioned as `captions` says. `own`: what a device's own
    settings say instead, by its name. Intervals may be shorter than settings allow."""

    def __init__(
        self,
        folder: Path,
        devices: Sequence[str] = ("cam",),
        *,
        own: Mapping[str, Mapping[str, Any]] | None = None,
        **captions: Any,
    ) -> None:
        self.folder = folder
        self.devices = list(devices)
        self.clock = SystemClock()
        self.journal = Journal(folder / "state" / "journal.db", self.clock)
        self.stores = {
            name: RingStore(DeviceFolders(folder / "footage", name), self.clock) for name in devices
        }
        for store in self.stores.values():
            store.prepare()
        self.numbers = dict.fromkeys(devices, 0)
        self.gateway = KeepingGateway()
        self.settings = self.settings_with(own or {}, **captions)
        self.outbox = Outbox(folder / "state")
        self.service: CaptionService | None = None

    def settings_with(self, own: Mapping[str, Mapping[str, Any]], **captions: Any) -> HostSettings:
        every_s = captions.pop("every_s", 0.1)
        settings = HostSettings.model_validate(
            {
                "agent": {"root": self.folder / "footage", "state_dir": self.folder / "state"},
                "gateway": {"url": "http://gateway"},
                "captions": {"enabled": True, **captions},
                "device": [
                    {"name": name, "source": "pattern:testsrc2", "captions": own.get(name)}
                    for name in self.devices
                ],
            }
        )
        shorter = settings.captions.model_copy(update={"every_s": every_s})
        return settings.model_copy(update={"captions": shorter})

    @contextmanager
    def running(self, limits: OutboxLimits | None = None) -> Iterator[None]:
        """The service in a thread; an error that ended it is raised at the end. The next one is a restart."""
        log = structlog.get_logger()
        outbox = Outbox(self.folder / "state", limits)
        sender = CaptionSender(
            outbox,
            self.gateway,
            lambda: Target("http://gateway/captions", "credential"),
            lambda: 0.0,
            self.clock,
            log,
            every_s=0.05,
        )
        service = CaptionService(
            self.settings, self.stores, self.journal, outbox, sender, self.clock, log, tell_every_s=0.05
        )
        self.service = service
        stop = threading.Event()
        died: list[BaseException] = []

        def body() -> None:
            try:
                service.run(stop)
            except BaseException as error:  # noqa: BLE001 (raised below)
                died.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(10)
            if died:
                raise died[0]
            assert not thread.is_alive(), "the service did not stop"

    def reload(self, settings: HostSettings) -> None:
        """Have other settings taken over."""
        assert self.service is not None
        self.settings = settings
        self.service.reload(settings)

    # -- pictures ----------------------------------------------------------------------------

    def picture(
        self,
        device: str = "cam",
        *,
        grey: int = 90,
        dot: Dot | None = None,
        age_s: float = 0.0,
        frozen: bool = False,
        jpeg: bytes | None = None,
    ) -> int:
        """Publish a capture of one grey, white at `dot` (left, top, right, bottom), taken `age_s` ago; return
        its time."""
        taken_ms = utc_ms(self.clock.now()) - int(age_s * 1000)
        store = self.stores[device]
        self.numbers[device] += 1
        number = self.numbers[device]
        judged = Judgement(float(grey), False, frozen, 30.0 if frozen else 0.0, 0.0, 1.0)
        facts = CaptureFacts(number, taken_ms, *SIZE, 1000, None, judged)
        staged = store.folders.frame_staging / str(number)
        staged.write_bytes(encode_metadata(facts).encode())
        store.publish(staged, RingFile(Kind.METADATA, number), taken_ms)
        staged.write_bytes(painted(grey, dot) if jpeg is None else jpeg)
        store.publish(staged, RingFile(Kind.CAPTURES, number), taken_ms)
        return taken_ms

    @contextmanager
    def filming(self, *devices: str, every_s: float = 0.03) -> Iterator[None]:
        """A new picture of each device every so often, until the end of the block."""
        stop = threading.Event()

        def film() -> None:
            while not stop.wait(every_s):
                for device in devices or self.devices:
                    self.picture(device)

        thread = threading.Thread(target=film)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    # -- looking -----------------------------------------------------------------------------

    def told(self, device: str = "cam") -> ToldCaptions:
        return parse_captions(self.journal.states(device).get(STATE_PART))

    def sending(self) -> ToldSending:
        return parse_sending(self.journal.states(HOST).get(STATE_PART))

    def waiting(self) -> list[Waiting]:
        return self.outbox.oldest(10_000, 1 << 30)[0]

    def wait_for(self, what: str, holds: Callable[[], object], *, within_s: float = 10.0) -> None:
        """Raises AssertionError where it does not hold in time."""
        until = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < until, (
                f"not within {within_s:g} s: {what}; {self.told()}, {self.sending()}"
            )
            time.sleep(0.01)


def painted(grey: int, dot: Dot | None = None) -> bytes:
    """A JPEG of one grey, white at `dot`."""
    image = Image.new("L", SIZE, grey)
    if dot is not None:
        image.paste(255, dot)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()
