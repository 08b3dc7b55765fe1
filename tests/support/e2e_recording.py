"""A camera with a burnt-in clock, recorded across an hour's boundary and a gap, on a gateway of its own.

The host's clock is set back so that an hour of it ends soon after the start; its real archiver moves what it
records into the folders of the hours. All of it comes by itself while other tests run:

    start ── 25 s ── hour's boundary ── 10 s ── gap of 8 s (the device is stopped) ── recording goes on

Everything is said in the host's time, which is also burnt into the pictures; it lies in the past, so that it
is an archive for every page.
"""

import shutil
import threading
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.rtsp_relay import RtspRelay
from shared.spans import Span, from_utc_ms, iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.e2e_stack import BUILT_UI
from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent
from tests.support.publisher import Publisher, PublisherOptions, Sent

# Of all names one whose host looks for finished minutes right after they are ready.
HOST = "lab-55"
DEVICE = "clock"
FPS = 12.5
FRAME_MS = 80
HOUR_CHANGES_AFTER_S = 30.0  # of which the start takes some
GAP_AFTER_S = 10.0
GAP_S = 8.0
AFTER_GAP_S = 25.0
_MOVED_WITHIN_S = 150.0
_POLL_S = 0.2


class BurntRecording:
    """Records from `__enter__` on. `boundary`: of the hours, in the host's time, which is the machine's moved
    by `offset_s`."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, ui_dir: Path = BUILT_UI) -> None:
        self._folder = folder
        self.offset_s = 0.0
        self.boundary = from_utc_ms(0)
        self.gateway = GatewayUnderTest(
            folder / "gateway",
            database_url,
            redis_url,
            web={"ui_dir": str(ui_dir)},
            security={"access_token_s": 7200},
        )
        self._stack = ExitStack()
        self._agent: AgentUnderTest | None = None
        self._publisher: Publisher | None = None
        self._gap: Span | None = None
        self._failure: Exception | None = None
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._folder / HOST / "footage", ignore_errors=True)
            stack.enter_context(self.gateway)
            now_s = time.time()
            self.offset_s = -(now_s % 3600) - HOUR_CHANGES_AFTER_S
            self.boundary = from_utc_ms(round(now_s - now_s % 3600) * 1000)
            relay = stack.enter_context(RtspRelay(self._made("camera"), names=[DEVICE]))
            publisher = Publisher(
                PublisherOptions(
                    url=relay.url(f"pub/{DEVICE}"),
                    sent_log=str(self._folder / "camera" / "sent.csv"),
                    fps=FPS,
                    clock_offset_s=self.offset_s,
                )
            )
            stack.callback(lambda: publisher.stop() if publisher.is_started else None)
            publisher.start()
            publisher.wait_until_sending()
            device = {"name": DEVICE, "label": "Clock", "source": relay.url(DEVICE)}
            agent = enrolled_agent(
                self.gateway, self._folder / HOST, HOST, [device], clock_offset_s=self.offset_s
            )
            stack.enter_context(agent)
            self._agent, self._publisher = agent, publisher
            gap = threading.Thread(target=self._make_gap, name="gap", daemon=True)
            gap.start()
            stack.callback(gap.join)
            stack.callback(self._ended.set)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # -- what there is -----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.gateway.url

    @property
    def agent(self) -> AgentUnderTest:
        assert self._agent is not None, "not started"
        return self._agent

    @property
    def gap(self) -> Span:
        """About when the device was stopped, in the host's time; what was recorded ends a little before."""
        assert self._gap is not None, "there is no gap yet: wait_until_moved"
        return self._gap

    def now(self) -> datetime:
        """By the host's clock."""
        return from_utc_ms(round((time.time() + self.offset_s) * 1000))

    def sent(self) -> list[Sent]:
        """All pictures that the camera took, with their burnt numbers and times."""
        assert self._publisher is not None, "not started"
        return self._publisher.sent()

    def recorded(self) -> list[Span]:
        """What the time line has, as the gateway tells it."""
        span = {"from": iso_ms(self.boundary - timedelta(minutes=5)), "to": iso_ms(self.now())}
        api = self.gateway.api()
        answer = api.http.get("/api/v1/timeline", params={"device": f"{HOST}/{DEVICE}", **span})
        assert answer.status_code == 200, answer.text
        return [
            Span(datetime.fromisoformat(each["from"]), datetime.fromisoformat(each["to"]))
            for each in answer.json()["data"]["devices"][0]["recorded"]
        ]

    def wait_until_moved(self) -> None:
        """Wait until the archiver has moved what lies around boundary and gap into the hours' folders."""
        until = time.monotonic() + _MOVED_WITHIN_S
        while not self._is_moved():
            if self._failure is not None:
                raise self._failure
            assert time.monotonic() < until, f"not moved yet:\n{self.agent.last_words()}"
            time.sleep(_POLL_S)

    def moved(self, hour: datetime) -> list[Path]:
        """The segments in the folder of an hour."""
        return sorted((self.agent.root / DEVICE / "segments" / str(hour.hour)).glob("segment_*.ts"))

    def _is_moved(self) -> bool:
        if self._gap is None:
            return False
        wanted_ms = round((self._gap.end + timedelta(seconds=AFTER_GAP_S - 10)).timestamp() * 1000)
        cold = {path.name for hour in self._hours() for path in self.moved(hour)}
        rows = [row for row in self.agent.ring(DEVICE).times() if row.begin_utc_ms < wanted_ms]
        reached = self.now() >= self._gap.end + timedelta(seconds=AFTER_GAP_S)
        return reached and bool(rows) and all(row.name in cold for row in rows)

    def _hours(self) -> tuple[datetime, datetime]:
        return self.boundary - timedelta(hours=1), self.boundary

    # -- inside ------------------------------------------------------------------------------

    def _make_gap(self) -> None:
        try:
            if self._wait_until(self.boundary + timedelta(seconds=GAP_AFTER_S)):
                return
            api = self.gateway.api()
            begin = self.now()
            stopped = api.http.post(f"/api/v1/devices/{HOST}/{DEVICE}/stop")
            assert stopped.is_success, stopped.text
            if self._wait_until(begin + timedelta(seconds=GAP_S)):
                return
            started = api.http.post(f"/api/v1/devices/{HOST}/{DEVICE}/start")
            assert started.is_success, started.text
            self._gap = Span(begin, self.now())
        except Exception as error:  # noqa: BLE001 (told to whoever waits)
            self._failure = error

    def _wait_until(self, at: datetime) -> bool:
        """True where everything ends before."""
        return self._ended.wait(max(0.0, (at - self.now()).total_seconds()))

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(parents=True)
        return folder
