"""Clips and pictures of any time over HTTP, of real footage."""

import io
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from tests.support.footage import Footage, Recipe
from tests.support.http_agent import NOW, HttpAgent, make_agent

BEGIN = NOW - timedelta(seconds=60)
ORDER = {"device": "capture1", "from": "2026-11-21T14:29:00Z", "to": "2026-11-21T14:29:04Z"}
DEADLINE_S = 30.0


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[HttpAgent]:
    """Five seconds of footage from 14:29:00 on."""
    made = make_agent(tmp_path)
    Footage(made.store()).record(BEGIN, Recipe(numbered=True))
    made.report()
    yield made
    for thread in made.threads:
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


def made_clip(agent: HttpAgent) -> str:
    """The address of a clip that is done."""
    ordered = agent.client.post("/api/host/clips", json=ORDER)
    assert ordered.status_code == 202
    address = ordered.headers["Location"]
    deadline = time.monotonic() + DEADLINE_S
    while (told := agent.client.get(address).get_json())["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, told
        time.sleep(0.02)
    assert told["state"] == "done", told
    assert told["id"] == ordered.get_json()["id"]
    return str(address)


def test_a_clip_is_ordered_made_fetched_and_removed(agent: HttpAgent, tmp_path: Path) -> None:
    address = made_clip(agent)
    told = agent.client.get(address).get_json()
    assert (told["progress"], told["device"], told["from"]) == (1.0, "capture1", "2026-11-21T14:29:00.000Z")
    assert agent.client.get("/api/host/clips").get_json()["clips"] == [told]
    fetched = agent.client.get(told["file"])
    assert (fetched.status_code, fetched.content_type) == (200, "video/mp4")
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="{told["file_name"]}"'
    assert len(fetched.data) == told["size_bytes"]
    (tmp_path / "clip.mp4").write_bytes(fetched.data)
    duration = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-of",
            "csv=p=0",
            "-show_entries",
            "format=duration",
            tmp_path / "clip.mp4",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert float(duration) == pytest.approx(4.0, abs=0.1)
    part = agent.client.get(told["file"], headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.data) == (206, fetched.data[10:100])
    assert agent.client.delete(address).status_code == 200
    for gone in (address, told["file"]):
        assert agent.client.get(gone).status_code == 404
    assert agent.client.delete(address).status_code == 404


def test_a_range_without_footage_makes_no_clip_and_says_why(agent: HttpAgent) -> None:
    answer = agent.client.post(
        "/api/host/clips", json={**ORDER, "from": "2026-11-20T10:00:00Z", "to": "2026-11-20T11:00:00Z"}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_footage")
    assert agent.client.get("/api/host/clips").get_json() == {"clips": []}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"device": "nope"}, 404),
        ({"device": "../etc"}, 404),
        ({"device": ""}, 404),
        ({"device": 7}, 400),
        ({"device": None}, 400),
        ({"format": "avi"}, 400),
        ({"format": "mp4; rm"}, 400),
        ({"exact": True}, 400),
        ({"exact": "yes"}, 400),
        ({"from": "2026-11-21T14:29:00"}, 400),
        ({"from": ORDER["to"], "to": ORDER["from"]}, 400),
        ({"from": 0}, 400),
        ({"to": "2026-11-30T14:29:00Z"}, 400),
        ({"to": "9999-12-31T23:59:59Z"}, 400),
        ({"unknown": 1}, 400),
    ],
)
def test_a_wrong_order_is_refused(agent: HttpAgent, change: dict[str, object], status: int) -> None:
    answer = agent.client.post("/api/host/clips", json={**ORDER, **change})
    assert (answer.status_code, answer.get_json().keys()) == (status, {"error", "code", "remedy"})


@pytest.mark.parametrize("clip", ["nope", "0" * 16, "..", "%2e%2e%2f", "a" * 500, "%00", "０" * 16])
def test_an_unknown_clip_is_a_404(agent: HttpAgent, clip: str) -> None:
    for address in (f"/api/host/clips/{clip}", f"/api/host/clips/{clip}/file"):
        assert agent.client.get(address).status_code == 404
    assert agent.client.delete(f"/api/host/clips/{clip}").status_code == 404


def picture(answer: TestResponse) -> Image.Image:
    return Image.open(io.BytesIO(answer.data))


def test_the_picture_of_a_time_is_taken_from_its_segment(agent: HttpAgent) -> None:
    answer = agent.client.get("/api/host/frame/capture1", query_string={"at": "2026-11-21T14:29:02.400Z"})
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["X-Frame-Source"] == "segment"
    assert answer.headers["X-Frame-Time"] == "2026-11-21T14:29:02.400Z"
    assert picture(answer).size == (320, 180)


def test_a_time_without_a_picture_near_it_is_a_404_that_says_why(agent: HttpAgent) -> None:
    answer = agent.client.get("/api/host/frame/capture1", query_string={"at": "2026-11-21T14:00:00Z"})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_picture")


@pytest.mark.parametrize(
    "query", [{}, {"at": "now"}, {"at": "2026-11-21T14:29:02"}, {"at": "9999-12-31T23:59:59Z"}, {"x": "1"}]
)
def test_a_picture_of_no_time_is_refused(agent: HttpAgent, query: dict[str, str]) -> None:
    assert agent.client.get("/api/host/frame/capture1", query_string=query).status_code == 400
