"""A camera that is being recorded, seen through the gateway as a browser sees it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from deploy.local.gateway_api import GatewayApi
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from gateway.accounts import cookies
from tests.support.gateway_under_test import ADMIN, ADMIN_PASSWORD, GatewayUnderTest, enrolled_agent
from tests.support.servers import fresh_database

ACCESS_TOKEN_S = 4
DEVICE = "/api/v1/devices/lab-1/pattern"
MEDIA = "/media/lab-1/pattern"
WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Live:
    gateway: GatewayUnderTest
    api: GatewayApi

    def get(self, path: str, **query: str) -> httpx.Response:
        """As the demo's admin, by a token that is new enough."""
        answer = self.api.http.get(path, params=query)
        if answer.status_code == 401:
            self.api.log_in()
            answer = self.api.http.get(path, params=query)
        return answer

    def data(self, path: str, **query: str) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture(scope="module")
def live(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
) -> Iterator[Live]:
    """Host lab-1 with a test pattern that has been recorded for some seconds; logins are short."""
    folder = tmp_path_factory.mktemp("live")
    device = {"name": "pattern", "source": "pattern:testsrc2", "size": "320x180", "fps": 10}
    with fresh_database(postgres, migrated_template) as url:
        gateway = GatewayUnderTest(
            folder / "gateway", url, redis_server.url(), security={"access_token_s": ACCESS_TOKEN_S}
        )
        with gateway, enrolled_agent(gateway, folder / "lab-1", "lab-1", [device]):
            seen = Live(gateway, gateway.api())
            gateway.wait_host("lab-1")
            gateway.wait_for(
                "some seconds of footage",
                lambda: seen.get(f"{MEDIA}/segments/output.m3u8").text.count("#EXTINF") >= 4,
                within_s=WITHIN_S,
            )
            yield seen


def last_address(playlist: httpx.Response) -> str:
    """Of the newest segment."""
    lines = [line for line in playlist.text.splitlines() if line and not line.startswith("#")]
    return urljoin(playlist.url.path, lines[-1])


def test_live_and_recorded_playlists_lead_to_segments(live: Live) -> None:
    now = datetime.now(UTC)
    span = {"from": (now - timedelta(seconds=60)).isoformat(), "to": now.isoformat()}
    for path, query in (
        (f"{MEDIA}/segments/output.m3u8", {}),
        (f"{MEDIA}/segments/{now:%Y-%m-%dT%H}/archive.m3u8", {}),
        (f"{MEDIA}/playlist.m3u8", span),
    ):
        playlist = live.get(path, **query)
        assert playlist.status_code == 200, playlist.text
        segment = live.get(last_address(playlist))
        assert (segment.status_code, segment.headers["Content-Type"]) == (200, "video/mp2t")
        assert segment.content.startswith(b"\x47")


def test_pictures_facts_and_a_clip_of_what_is_being_recorded(live: Live) -> None:
    live.gateway.wait_for(
        "a picture", lambda: live.get(f"{DEVICE}/screenshot").status_code == 200, within_s=WITHIN_S
    )
    picture = live.get(f"{DEVICE}/screenshot")
    assert picture.headers["Content-Type"] == "image/jpeg"
    at = datetime.now(UTC) - timedelta(seconds=3)
    assert live.get(f"{DEVICE}/frame", at=at.isoformat()).status_code == 200
    hour = f"{datetime.fromisoformat(picture.headers['X-Frame-Time']):%Y-%m-%dT%H}"
    thumbnails = live.data(f"{DEVICE}/thumbnails/{hour}")["thumbnails"]
    assert live.get(thumbnails[0]).content.startswith(b"\xff\xd8")
    live.gateway.wait_for("facts", lambda: live.data(f"{DEVICE}/metadata/{hour}") != [], within_s=WITHIN_S)
    span = {"from": (at - timedelta(seconds=60)).isoformat(), "to": at.isoformat()}
    assert live.data(f"{DEVICE}/heatmap", **span)["columns"] == 10
    live.api.log_in()
    ordered = live.api.http.post(f"{DEVICE}/clips", json=span)
    assert ordered.status_code == 202, ordered.text
    address = f"{DEVICE}/clips/{ordered.json()['data']['id']}"
    live.gateway.wait_for("the clip", lambda: live.data(address)["state"] == "done", within_s=WITHIN_S)
    clip = live.data(address)
    assert clip["file_name"].startswith("lab-1_pattern_")
    assert len(live.get(clip["file"]).content) == clip["size_bytes"]


def test_playback_outlives_the_access_token_and_its_cookie_opens_nothing_else(live: Live) -> None:
    with httpx.Client(base_url=live.gateway.url, timeout=10) as browser:
        login = {"username": ADMIN, "password": ADMIN_PASSWORD, "cookies": True}
        assert browser.post("/api/v1/auth/login", json=login).status_code == 200
        began_s = time.monotonic()

        def has_expired() -> bool:
            playlist = browser.get(f"{MEDIA}/segments/output.m3u8")
            assert playlist.status_code == 200
            assert browser.get(last_address(playlist)).status_code == 200
            return browser.get("/api/v1/devices").status_code == 401

        live.gateway.wait_for("the end of the access token", has_expired, within_s=ACCESS_TOKEN_S + 15)
        assert time.monotonic() - began_s > ACCESS_TOKEN_S / 2
        media_alone = {"Cookie": f"{cookies.MEDIA}={browser.cookies[cookies.MEDIA]}"}
    opened = httpx.get(f"{live.gateway.url}{MEDIA}/segments/output.m3u8", headers=media_alone)
    assert opened.status_code == 200
    for path in (f"{DEVICE}/screenshot", "/api/v1/devices", "/api/v1/auth/me"):
        assert httpx.get(f"{live.gateway.url}{path}", headers=media_alone).status_code == 401, path
