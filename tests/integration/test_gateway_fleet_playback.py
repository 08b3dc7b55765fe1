"""Playback of a real agent through a real gateway: by more than it has room for, and for longer than a token.

Both have the threads that they have by default.
"""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import m3u8
import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.settings import WebSettings
from host_agent.ring.layout import DeviceFolders, Hour, Kind
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.fleet_minutes import hours_before
from tests.support.gateway_under_test import (
    ADMIN,
    ADMIN_PASSWORD,
    INGEST,
    WEB,
    GatewayUnderTest,
    enrolled_agent,
)
from tests.support.servers import fresh_database

ACCESS_TOKEN_S = 2.0
# As twenty minutes are to the quarter of an hour that a token is good for.
PLAYED_S = ACCESS_TOKEN_S * 20 / 15
STREAMS = 50
BIG_BYTES = 20_000_000
NUMBER = 900_000_001
# Waiting for a place that is free would take longer.
ANSWER_WITHIN_S = 3.0
END_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """A gateway and an agent with a file that takes long to send."""

    gateway: GatewayUnderTest
    agent: AgentUnderTest
    big_file: str


@pytest.fixture(scope="module")
def fleet(
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        gateway = GatewayUnderTest(
            folder / "gateway",
            stack.enter_context(fresh_database(postgres, migrated_template)),
            redis_server.url(),
            security={"access_token_s": ACCESS_TOKEN_S},
            fleet={"late_after_s": 2.0, "offline_after_s": 4.0},
        )
        stack.enter_context(gateway)
        device = {"name": "capture1", "source": "pattern:testsrc2", "size": "160x90", "fps": 5}
        agent = stack.enter_context(enrolled_agent(gateway, folder / "lab-1", "lab-1", [device]))
        stack.callback(_end, agent)
        gateway.wait_host("lab-1")
        gateway.wait_for("it is live", lambda: [row["word"] for row in gateway.api().devices()] == ["live"])
        yield Fleet(gateway, agent, _write_big_file(agent))


def _end(agent: AgentUnderTest) -> None:
    """At once: how an agent ends in order is tested elsewhere."""
    if agent.processes():
        agent.kill_all()


def _write_big_file(agent: AgentUnderTest) -> str:
    """A picture that no socket buffer holds; its address."""
    [hour] = hours_before(Hour.of(datetime.now(UTC)), 2, 1)
    store = RingStore(DeviceFolders(agent.root, "capture1"), SystemClock())
    path = store.open_hour(Kind.THUMBNAILS, hour) / f"capture_{NUMBER:09d}_thumbnail.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8")
        file.truncate(BIG_BYTES)
        file.seek(0, os.SEEK_END)
        file.write(b"\xff\xd9")
    return f"/media/lab-1/capture1/thumbnails/{hour}/{path.name}"


# -- many at once --------------------------------------------------------------------------------


class SlowPlayer:
    """Asks for a file and reads no more than the begin of the answer."""

    def __init__(self, fleet: Fleet, token: str) -> None:
        address = httpx.URL(fleet.gateway.url)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
        self.socket.settimeout(30)
        self.socket.connect((address.host, address.port))
        lines = (
            f"GET {fleet.big_file} HTTP/1.1",
            f"Host: {address.netloc.decode()}",
            f"Authorization: {token}",
        )
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())

    def head(self) -> str:
        found = b""
        while b"\r\n\r\n" not in found:
            more = self.socket.recv(1)
            assert more, "the connection was closed"
            found += more
        return found.decode()


@contextmanager
def slow_players(fleet: Fleet, count: int) -> Iterator[list[SlowPlayer]]:
    token = str(fleet.gateway.login().headers["Authorization"])
    players: list[SlowPlayer] = []
    try:
        for _ in range(count):
            players.append(SlowPlayer(fleet, token))
        yield players
    finally:
        for player in players:
            player.socket.close()


def test_fifty_streams_at_once_leave_heartbeats_readiness_and_the_host_itself_untouched(fleet: Fleet) -> None:
    most = WebSettings().media_streams
    with slow_players(fleet, STREAMS) as players:
        heads = [player.head() for player in players]
        assert Counter(head.split(" ")[1] for head in heads) == {"200": most, "503": STREAMS - most}
        refused = [head for head in heads if " 503 " in head]
        assert all("retry-after: 1\r\n" in head.lower() for head in refused)
        api, slowest_s = fleet.gateway.api(), 0.0
        until_s = time.monotonic() + 3
        while time.monotonic() < until_s:
            before = time.monotonic()
            for url in (fleet.gateway.url, fleet.gateway.ingest_url):
                assert httpx.get(f"{url}/readyz").status_code == 200
            [host] = api.hosts()
            slowest_s = max(slowest_s, time.monotonic() - before)
            silent = datetime.now(UTC) - datetime.fromisoformat(host["last_heartbeat_at"])
            assert (host["state"], silent < timedelta(seconds=2)) == ("online", True)
            before = time.monotonic()
            is_whole(fleet, api.http)
            slowest_s = max(slowest_s, time.monotonic() - before)
        print(f"with {most} streams, others waited {slowest_s * 1000:.0f} ms at most")
        assert slowest_s < ANSWER_WITHIN_S
    # Who leaves makes room.
    fleet.gateway.wait_for("room for another", lambda: _plays(fleet), within_s=10)


def is_whole(fleet: Fleet, client: httpx.Client) -> None:
    """The host still answers for its pictures and its time line. Raises AssertionError."""
    client.headers["Authorization"] = fleet.gateway.login().headers["Authorization"]
    picture = client.get("/api/v1/devices/lab-1/capture1/screenshot")
    assert picture.status_code == 200, picture.text
    now = datetime.now(UTC)
    span = {"from": iso_ms(now - timedelta(seconds=10)), "to": iso_ms(now)}
    told = client.get("/api/v1/timeline", params={"device": "lab-1/capture1", **span})
    assert told.json()["data"]["complete"], told.text


def _plays(fleet: Fleet) -> bool:
    with slow_players(fleet, 1) as [player]:
        return " 200 " in player.head()


# -- for long ------------------------------------------------------------------------------------


def test_playback_outlives_the_access_token_and_ends_with_the_login(fleet: Fleet) -> None:
    with httpx.Client(base_url=fleet.gateway.url) as browser:
        login = {"username": ADMIN, "password": ADMIN_PASSWORD, "cookies": True}
        assert browser.post("/api/v1/auth/login", json=login).status_code == 200
        begun_s = time.monotonic()
        played: dict[int, int] = {}
        while time.monotonic() - begun_s < PLAYED_S or len(played) < 8:
            play(browser, played)
            assert time.monotonic() - begun_s < 30
        assert all(after == before + 1 for before, after in pairwise(sorted(played)))
        assert browser.get("/api/v1/auth/me").status_code == 401, "the access token is still good"
        play(browser, played)
        # It opens media and nothing else.
        assert browser.get("/api/v1/devices/lab-1/capture1/screenshot").status_code == 401

        proof = {"X-CSRF-TOKEN": browser.cookies["coldframe_csrf"]}
        media = browser.cookies["coldframe_media"]
        assert browser.post("/api/v1/auth/logout", headers=proof).status_code == 200
        assert "coldframe_media" not in browser.cookies
        stolen = {"Cookie": f"coldframe_media={media}"}

        def status() -> int:
            return browser.get("/media/lab-1/capture1/segments/output.m3u8", headers=stolen).status_code

        took_s = fleet.gateway.wait_for("its cookie opens nothing", lambda: status() == 401, within_s=10)
        print(
            f"{len(played)} segments with a token of {ACCESS_TOKEN_S:g} s; none {took_s:.1f} s after logout"
        )


def play(browser: httpx.Client, played: dict[int, int]) -> None:
    """Fetch what is new of the live stream: bytes by media sequence. Raises AssertionError."""
    address = "/media/lab-1/capture1/segments/output.m3u8"
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    playlist = m3u8.loads(answer.text)
    for index, segment in enumerate(playlist.segments):
        number = playlist.media_sequence + index
        if number not in played:
            found = browser.get(httpx.URL(address).join(segment.uri))
            assert found.status_code == 200, found.text
            played[number] = len(found.content)


# -- the end -------------------------------------------------------------------------------------


def test_a_gateway_that_is_asked_to_end_does_not_wait_for_slow_players(fleet: Fleet) -> None:
    processes = fleet.gateway.processes
    with slow_players(fleet, 5) as players:
        heads = [player.head() for player in players]
        assert all(" 200 " in head for head in heads), heads
        before = time.monotonic()
        for role in (WEB, INGEST):
            os.kill(processes.pid(role), signal.SIGTERM)
        fleet.gateway.wait_for(
            "both have ended",
            lambda: not processes.is_running(WEB) and not processes.is_running(INGEST),
            within_s=END_WITHIN_S,
        )
        print(f"web and ingest ended within {time.monotonic() - before:.1f} s, five players being slow")
    fleet.gateway.stop()
