"""A gateway that takes captions: with its pages, a worker and a schedule, on real Redis and Neo4j."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.local.neo4j import PrivateNeo4j
from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.parts import Parts
from gateway.captions.caption import Caption
from gateway.settings import load_settings
from shared.clock import SystemClock
from shared.spans import utc_ms
from tests.support.gateway_under_test import SCHEDULER, WEB, WORKER, GatewayUnderTest
from tests.support.neo4j import graph_section

# The example of the documentation: six captions that are two events.
SIX_CAPTIONS = (
    (0, "surveillance camera view of man in fields"),
    (30, "man in fields surveillance view"),
    (60, "surveillance view of man in field"),
    (90, "man working in agricultural field"),
    (120, "man in fields"),
    (180, "person walking away from field"),
)


class CaptionsStand:
    """`web`, a worker and a scheduler; `sections`: more of `gateway.toml`."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        redis_url: str,
        graph: PrivateNeo4j,
        **sections: Mapping[str, object],
    ) -> None:
        self.gateway = GatewayUnderTest(
            folder / "gateway", database_url, redis_url, graph=graph_section(graph), **sections
        )

    def __enter__(self) -> Self:
        try:
            self.gateway.start(WEB, WORKER, SCHEDULER)
            self.http = self.gateway.login()
            self._parts = Parts(load_settings(self.gateway.processes.config, {}))
            self.wait_until_well()
        except BaseException:
            self.gateway.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.gateway.stop()

    # -- doing -------------------------------------------------------------------------------

    def restart_web(self, **sections: Mapping[str, object]) -> None:
        """On changed settings; workers and schedule keep theirs."""
        self.gateway.kill(WEB)
        self.gateway.restart(WEB, **sections)

    def add_camera(self, name: str, external_id: str, **more: object) -> None:
        address = f"rtsp://127.0.0.1:9/{external_id}"
        body = {"name": name, "external_id": external_id, "rtsp_url": address, **more}
        made = self.http.post("/api/v1/cameras", json=body)
        assert made.status_code == 201, made.text

    def post(self, camera_id: str, said: Sequence[tuple[float, str]], begin_ms: int) -> None:
        """Captions as captioners send them: seconds after `begin_ms`, and what they say."""
        captions = [
            {"camera_id": camera_id, "captured_at": begin_ms + round(since_s * 1000), "text": text}
            for since_s, text in said
        ]
        taken = self.http.post("/api/v1/captions", json=captions)
        assert taken.status_code == 201, taken.text

    def put_as_of(
        self, camera_id: str, said: Sequence[tuple[float, str]], begin_ms: int, ago_s: float
    ) -> None:
        """As `post`, as if they had arrived `ago_s` before now."""
        captions = [Caption(camera_id, begin_ms + round(since_s * 1000), text) for since_s, text in said]
        build_caption_cache(self._parts).put(captions, self.now_ms() - round(ago_s * 1000))

    # -- seeing ------------------------------------------------------------------------------

    def now_ms(self) -> int:
        return utc_ms(SystemClock().now())

    def data(self, path: str, **query: str) -> Any:
        answer = self.http.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def wait_until_well(self) -> None:
        """Worker, scheduler and graph are seen, and what is due is merged in time."""
        self.wait_for("all is well", lambda: self.data("/migration/status")["problem"] is None, 60.0)

    def wait_for(self, what: str, holds: Callable[[], bool], within_s: float = 20.0) -> float:
        return self.gateway.wait_for(what, holds, within_s=within_s)
