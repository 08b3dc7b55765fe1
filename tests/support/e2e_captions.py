"""A gateway with its pages whose cameras are captioned: real frames, Redis, Neo4j, a worker and the schedule.

    {host}/clock    a camera with a clock burnt in; the built-in captioner says once a second what is measured
    {host}/pattern  a test pattern, the only device of the group "Lobby"; only tests say what it shows

The graph is that of all tests of the process:
the host has a name of its own, so that its cameras are nobody else's.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.local.neo4j import PrivateNeo4j
from deploy.local.rtsp_relay import RtspRelay
from tests.support.e2e_stack import CLOCK_FPS, LOGINS, PATTERN
from tests.support.gateway_under_test import SCHEDULER, WORKER, GatewayUnderTest, enrolled_agent
from tests.support.neo4j import graph_section
from tests.support.publisher import Publisher, PublisherOptions

CLOCK_LABEL = "Clock (RTSP camera)"
PATTERN_LABEL = str(PATTERN["label"])
_LEAST_CAPTIONS = 5


def frame_of(captured_ms: int) -> str:
    """Where a program of one's own says that it has a frame. Nobody is there."""
    return f"https://frames.example.com/{captured_ms}.jpg"


class CaptionedStack:
    """Starts everything in `__enter__`, and returns when there are captions of frames. `host`: its name."""

    def __init__(
        self, folder: Path, database_url: str, redis_url: str, graph: PrivateNeo4j, ui_dir: Path, host: str
    ) -> None:
        self.host = host
        self.gateway = GatewayUnderTest(
            folder / "gateway",
            database_url,
            redis_url,
            web={"ui_dir": str(ui_dir)},
            security={"access_token_s": 7200},
            graph=graph_section(graph),
        )
        self._folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._stack = stack
            stack.callback(shutil.rmtree, self._folder / self.host / "footage", ignore_errors=True)
            clock = self._start_clock()
            stack.push(self.gateway)
            self.gateway.start("web", "ingest", WORKER, SCHEDULER)
            self.http = self.gateway.login()
            captions = {"enabled": True, "every_s": 1}
            agent = enrolled_agent(
                self.gateway,
                self._folder / self.host,
                self.host,
                [clock, {**PATTERN, "captions": {"enabled": False}}],
                sections={"captions": captions},
            )
            stack.enter_context(agent)
            self._make_users()
            self.gateway.wait_for("the clock has captions", self._has_captions, within_s=60)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # -- use ---------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.gateway.url

    def data(self, path: str, **query: str) -> Any:
        """What the gateway answers an admin."""
        answer = self.http.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def camera_of(self, device: str) -> str:
        """The camera's name in captions."""
        return str(self.data(f"/devices/{self.host}/{device}")["external_id"])

    def say(self, device: str, captions: Sequence[tuple[int, str]]) -> None:
        """Captions of a program of one's own, which has its frames elsewhere: UTC ms and text."""
        camera = self.camera_of(device)
        body = [
            {"camera_id": camera, "captured_at": ms, "text": text, "frame": frame_of(ms)}
            for ms, text in captions
        ]
        taken = self.http.post("/api/v1/captions", json=body)
        assert taken.status_code == 201, taken.text

    def merge(self, device: str) -> None:
        """Have all that is cached merged, and wait until that is done."""
        camera = self.camera_of(device)
        begun = self.http.post(f"/api/v1/migration/camera/{camera}/migrate", params={"force": "true"})
        assert begun.status_code == 202, begun.text
        for job in begun.json()["data"]["job_ids"]:
            self.gateway.wait_for(
                "the captions are merged",
                lambda job=job: self.data(f"/jobs/{job}")["state"] == "finished",  # type: ignore[misc]
            )

    # -- starting ----------------------------------------------------------------------------

    def _start_clock(self) -> Mapping[str, object]:
        folder = self._folder / "cameras"
        folder.mkdir(parents=True)
        relay = self._stack.enter_context(RtspRelay(folder, names=["clock"]))
        options = PublisherOptions(
            url=relay.url("pub/clock"), sent_log=str(folder / "clock.csv"), fps=CLOCK_FPS
        )
        publisher = Publisher(options)
        self._stack.callback(lambda: publisher.stop() if publisher.is_started else None)
        publisher.start()
        publisher.wait_until_sending()
        return {"name": "clock", "label": CLOCK_LABEL, "source": relay.url("clock")}

    def _make_users(self) -> None:
        self.gateway.wait_for("both devices are there", lambda: len(self.data("/devices")) == 2)
        made = self.http.post("/api/v1/cameras/groups", json={"name": "Lobby", "location": "Ground floor"})
        assert made.status_code == 201, made.text
        group = made.json()["data"]["id"]
        put = self.http.put(f"/api/v1/devices/{self.host}/pattern", json={"group_id": group})
        assert put.status_code == 200, put.text
        for role in ("viewer", "limited"):
            login = LOGINS[role]
            body = {
                "username": login.username,
                "email": f"{login.username}@example.com",
                "password": login.password,
                "role": "viewer",
                "limited_to_groups": role == "limited",
                "camera_group_ids": [group] if role == "limited" else [],
            }
            assert self.http.post("/api/v1/users", json=body).status_code == 201

    def _has_captions(self) -> bool:
        return len(self.data("/captions")["captions"]) >= _LEAST_CAPTIONS
