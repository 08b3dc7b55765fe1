"""The whole of Coldframe for browser tests: gateway with its pages, two hosts, a past and a present.

    lab-1/sample    a day that is generated (activity, a black spell, a freeze, three gaps), then recorded
    lab-1/clock     a camera with a clock and numbers burnt in (see burnt_clock)
    lab-2/backseat  a looped clip of real footage
    lab-2/pattern   a test pattern

Users: the demo's admin, an operator, a viewer, and a viewer who is limited to the group "Lobby", of which
lab-2/pattern is the only device.
"""

import base64
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.local.demo_plan import SAMPLE, SAMPLE_LABEL
from deploy.local.demo_sample import SampleMaking
from deploy.local.gateway_api import GatewayApi
from deploy.local.rtsp_relay import RtspRelay
from shared.clock import SystemClock
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest, Settings
from tests.support.any_disk import FLOOR_PERCENT
from tests.support.clips import CLIPS_FOLDER
from tests.support.gateway_under_test import ADMIN, ADMIN_PASSWORD, GatewayUnderTest, enrolled_agent
from tests.support.publisher import Publisher, PublisherOptions

PROJECT = Path(__file__).resolve().parents[2]
BUILT_UI = PROJECT / "frontend" / "dist"
# Kept from run to run; test processes side by side have one each, since each makes it where it is not there.
SCENES = PROJECT / ".coldframe" / "test-scenes" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
PAST_HOURS = 24
CLOCK_FPS = 12.5
SAMPLE_WITHIN_S = 180.0
HOSTS = ("lab-1", "lab-2")
DEVICES = ("lab-1/clock", f"lab-1/{SAMPLE}", "lab-2/backseat", "lab-2/pattern")
NOT_KNOWN = 255  # a cell of the fleet's heatmap of which nothing was reported
BACKSEAT: Settings = {
    "name": "backseat",
    "label": "Back seat",
    "source": f"file:{CLIPS_FOLDER / 'carphone_pristine.mp4'}",
    "encode": "x264",
}
PATTERN: Settings = {
    "name": "pattern",
    "label": "Test pattern",
    "source": "pattern:testsrc2",
    "size": "320x180",
    "fps": 10,
}


@dataclass(frozen=True, slots=True)
class Login:
    """A user who can sign in."""

    username: str
    password: str


LOGINS: Mapping[str, Login] = {
    "admin": Login(ADMIN, ADMIN_PASSWORD),
    "operator": Login("olga", "she may do nearly everything"),
    "viewer": Login("victor", "he may look at everything"),
    "limited": Login("tenant", "who looks at one lobby"),
}


class Stack:
    """Starts everything in `__enter__`, and returns when every device is live and the past has arrived."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        redis_url: str,
        ui_dir: Path = BUILT_UI,
    ) -> None:
        self.folder = folder
        self.gateway = GatewayUnderTest(
            folder / "gateway",
            database_url,
            redis_url,
            web={"ui_dir": str(ui_dir)},
            security={"access_token_s": 7200},
        )
        self.agents: dict[str, AgentUnderTest] = {}
        self.group_id = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._stack = stack
            # Footage is large, and of no use to anybody afterwards.
            for host in HOSTS:
                stack.callback(shutil.rmtree, self.folder / host / "footage", ignore_errors=True)
            making = SampleMaking(
                self.folder / "lab-1", CLIPS_FOLDER, SCENES, hours=PAST_HOURS, floor_percent=FLOOR_PERCENT
            )
            stack.callback(making.stop)
            clock = self._start_clock()
            stack.enter_context(self.gateway)
            self._start_agent("lab-2", [BACKSEAT, PATTERN])
            self._make_users()
            # The agent reports a past that it finds when it starts at once, one that comes later in a minute.
            self._start_agent("lab-1", [clock, self._sample(making)])
            self._wait_until_all_is_there()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack, ThreadPoolExecutor() as pool:
            ends = [self.gateway.stop, *(agent.stop for agent in self.agents.values() if agent.is_running)]
            list(pool.map(lambda end: end(), ends))

    # -- use ---------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.gateway.url

    def api(self, role: str = "admin") -> GatewayApi:
        """A login of the user of that role (LOGINS), for what is done beside the browser."""
        login = LOGINS[role]
        return self.gateway.api(login.username, login.password)

    def device(self, full_name: str) -> dict[str, Any]:
        """What the gateway says of "lab-1/clock"."""
        return next(each for each in self.api().devices() if each["full_name"] == full_name)

    def wait_for(self, what: str, holds: Callable[[], bool], *, within_s: float = 30.0) -> float:
        """Wait until `holds`; return the seconds it took. Raises AssertionError with the gateway's logs."""
        return self.gateway.wait_for(what, holds, within_s=within_s)

    def wait_devices_live(self) -> None:
        """Wait until all devices are live at the gateway."""
        api = self.api()
        self.wait_for(
            "every device is live at the gateway",
            lambda: (
                {device["full_name"] for device in api.devices() if device["state"] == "live"} >= set(DEVICES)
            ),
        )

    def timeline(self, full_name: str, begin: datetime, end: datetime) -> dict[str, Any]:
        """Recorded spans and gaps of a device, as the gateway tells them."""
        asked = {"device": full_name, "from": iso_ms(begin), "to": iso_ms(end)}
        answer = self.api().http.get("/api/v1/timeline", params=asked)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()["data"]["devices"][0]
        return told

    # -- starting ----------------------------------------------------------------------------

    def _start_clock(self) -> Settings:
        folder = self.folder / "cameras"
        folder.mkdir(parents=True)
        relay = self._stack.enter_context(RtspRelay(folder, names=["clock"]))
        options = PublisherOptions(
            url=relay.url("pub/clock"), sent_log=str(folder / "clock.csv"), fps=CLOCK_FPS
        )
        publisher = Publisher(options)
        self._stack.callback(lambda: publisher.stop() if publisher.is_started else None)
        publisher.start()
        publisher.wait_until_sending()
        return {"name": "clock", "label": "Clock (RTSP camera)", "source": relay.url("clock")}

    def _start_agent(self, name: str, devices: Sequence[Settings]) -> None:
        agent = enrolled_agent(self.gateway, self.folder / name, name, devices)
        self.agents[name] = self._stack.enter_context(agent)

    def _make_users(self) -> None:
        http = self.gateway.login()
        group = http.post("/api/v1/cameras/groups", json={"name": "Lobby", "location": "Ground floor"})
        assert group.status_code == 201, group.text
        self.group_id = group.json()["data"]["id"]
        for role, limited in (("operator", False), ("viewer", False), ("limited", True)):
            login = LOGINS[role]
            made = http.post(
                "/api/v1/users",
                json={
                    "username": login.username,
                    "email": f"{login.username}@example.com",
                    "password": login.password,
                    "role": "viewer" if limited else role,
                    "limited_to_groups": limited,
                    "camera_group_ids": [self.group_id] if limited else [],
                },
            )
            assert made.status_code == 201, made.text

    def _sample(self, making: SampleMaking) -> Settings:
        until = time.monotonic() + SAMPLE_WITHIN_S
        while (day := making.look()).is_making:
            assert time.monotonic() < until, "the sample's past is not made in time"
            time.sleep(0.1)
        assert day.device is not None, day.reason
        return {"name": SAMPLE, "label": SAMPLE_LABEL, "source": day.device.source, "frames": "all"}

    def _wait_until_all_is_there(self) -> None:
        self.wait_devices_live()
        api = self.api()
        put = api.http.put("/api/v1/devices/lab-2/pattern", json={"group_id": self.group_id})
        assert put.status_code == 200, put.text
        end = SystemClock().now() - timedelta(minutes=10)
        minutes = (PAST_HOURS - 1) * 60
        self.wait_for(
            "the sample's minutes have arrived at the gateway",
            lambda: (
                reported_minutes(api, f"lab-1/{SAMPLE}", end - timedelta(minutes=minutes), end)
                > 0.9 * minutes
            ),
        )


def reported_minutes(api: GatewayApi, full_name: str, begin: datetime, end: datetime) -> int:
    """For how many minutes the gateway knows what a device saw."""
    asked = {"devices": full_name, "from": iso_ms(begin), "to": iso_ms(end)}
    answer = api.http.get("/api/v1/heatmap", params=asked)
    devices = answer.json()["data"]["devices"] if answer.status_code == 200 else []
    if not devices or "frames" not in devices[0]:
        return 0
    return sum(cell != NOT_KNOWN for cell in base64.b64decode(devices[0]["frames"]))
