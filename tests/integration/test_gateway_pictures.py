"""Pictures and facts of one device through the gateway: from agents, and from hosts that misbehave."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.postgres import PrivatePostgres
from host_agent.frames.heatmap_writer import HeatmapWriter
from tests.support.http_agent import NOW, HttpAgent, jpeg
from tests.support.media_stand import MediaStand, fill_catalogue, media_stand, served_agent
from tests.support.raw_host import Answer, RawHost, answering, target_of
from tests.support.servers import fresh_database
from tests.support.set_clock import SetClock

BEGIN = NOW - timedelta(seconds=30)
DEVICE = "/api/v1/devices/lab-1/street"
HOUR = f"{NOW:%Y-%m-%dT%H}"
JPEG = jpeg(64, 36)
THUMBNAIL = f"/host/stream/street/thumbnails/{HOUR}/capture_000000001_thumbnail.jpg"
MINUTE = {
    "start": "2026-11-21T14:00:00.000Z",
    "frames": 60,
    "analysed": True,
    "motion_mean": 0.012,
    "motion_peak": 0.31,
    "black_s": 0.0,
    "frozen_s": 0.0,
    "missing_s": 0.0,
    "thumbnail": 1234,
    "revision": 1,
}
HEATMAP: dict[str, Any] = {
    "device": "street",
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T15:00:00.000Z",
    "minutes": [MINUTE],
    "mosaics": [{"hour": HOUR, "url": f"/host/stream/street/heatmap/{HOUR}/mosaic.jpg", "sealed": True}],
    "columns": 10,
    "rows": 6,
    "tile_width": 160,
    "tile_height": 90,
}
SPAN = {"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T15:00:00Z"}


@dataclass(frozen=True, slots=True)
class Stand:
    agent: HttpAgent
    rooms: MediaStand


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    with fresh_database(postgres, migrated_template) as url:
        fill_catalogue(url)
        yield url


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Stand]:
    """Host lab-1 with half a minute of `street`, which the guard may see, and of `office`."""
    with served_agent(tmp_path_factory.mktemp("lab-1"), "lab-1") as (agent, known):
        for device in ("street", "office"):
            agent.record(30, begin=BEGIN, device=device)
            agent.archive(device=device)
            agent.report(device)
        # A minute is counted some seconds after its end.
        HeatmapWriter(agent.store("street"), SetClock(NOW + timedelta(seconds=10))).step()
        with media_stand(database, known) as rooms:
            yield Stand(agent, rooms)


def test_the_newest_picture_comes_with_its_time_and_age(stand: Stand) -> None:
    answer = stand.rooms.guard.get(f"{DEVICE}/screenshot")
    assert answer.status_code == 200
    assert answer.data == JPEG
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Frame-Time"] == "2026-11-21T14:29:59.000Z"
    assert answer.headers["X-Frame-Age"] == "1.000"
    assert "Last-Modified" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_picture_that_is_too_old_is_refused_in_the_hosts_words(stand: Stand) -> None:
    answer = stand.rooms.viewer.get(f"{DEVICE}/screenshot", max_age="0.5")
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "picture_too_old"
    assert stand.rooms.viewer.get(f"{DEVICE}/screenshot", max_age="-1").status_code == 422


def test_a_frame_of_a_time_is_the_one_nearest_to_it(stand: Stand) -> None:
    answer = stand.rooms.guard.get(f"{DEVICE}/frame", at="2026-11-21T15:29:40.200+01:00")
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Time"] == "2026-11-21T14:29:40.000Z"
    assert answer.headers["X-Frame-Source"] == "capture"
    nothing = stand.rooms.guard.get(f"{DEVICE}/frame", at="2026-11-20T14:00:00Z")
    assert nothing.status_code == 404
    assert stand.rooms.guard.get(f"{DEVICE}/frame", at="2026-11-20T14:00:00").status_code == 422


def test_thumbnails_of_an_hour_have_addresses_that_open(stand: Stand) -> None:
    found = stand.rooms.guard.data(f"{DEVICE}/thumbnails/{HOUR}")
    assert (found["hour"], found["date"], found["count"]) == (14, "2026-11-21", 30)
    assert len(found["thumbnails"]) == 30
    for address in (found["thumbnails"][0], found["thumbnails"][-1]):
        assert address.startswith(f"/media/lab-1/street/thumbnails/{HOUR}/")
        assert stand.rooms.guard.get(address).status_code == 200
    thinned = stand.rooms.guard.data(f"{DEVICE}/thumbnails/14", every="10")
    assert thinned["count"] == 3
    assert stand.rooms.guard.data(f"{DEVICE}/thumbnails/3")["thumbnails"] == []
    assert stand.rooms.guard.get(f"{DEVICE}/thumbnails/24").status_code == 422
    assert stand.rooms.guard.get(f"{DEVICE}/thumbnails/14", every="0").status_code == 422


def test_metadata_of_an_hour_is_the_hosts(stand: Stand) -> None:
    found = stand.rooms.guard.data(f"{DEVICE}/metadata/{HOUR}")
    assert [capture["number"] for capture in found] == list(range(1, 31))
    assert found[0]["captured_at"] == "2026-11-21T14:29:30.000Z"
    assert found[0]["motion"] == 0.031
    assert stand.rooms.guard.data(f"{DEVICE}/metadata/3") == []


def test_what_was_seen_already_is_not_sent_again(stand: Stand) -> None:
    path = f"{DEVICE}/metadata/{HOUR}"
    first = stand.rooms.viewer.get(path)
    again = stand.rooms.viewer.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "what", ["screenshot", f"frame?at={BEGIN:%Y-%m-%dT%H:%M:%SZ}", f"thumbnails/{HOUR}", "metadata/14"]
)
def test_pictures_of_a_device_outside_the_callers_groups_are_not_there(stand: Stand, what: str) -> None:
    hidden = stand.rooms.guard.send("GET", f"/api/v1/devices/lab-1/office/{what}")
    missing = stand.rooms.guard.send("GET", f"/api/v1/devices/lab-1/nowhere/{what}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.get_json()["error"]["code"] == missing.get_json()["error"]["code"] == "unknown_device"
    assert stand.rooms.viewer.send("GET", f"/api/v1/devices/lab-1/office/{what}").status_code == 200


# -- hosts that misbehave ----------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["screenshot", "frame?at=2026-11-21T14:00:00Z"])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<svg onload=alert(1)>", "image/jpeg"),
        (b"GIF89a", "image/jpeg"),
        (b"", "image/jpeg"),
        (b"\xff\xd8", "image/jpeg"),
    ],
)
def test_what_is_no_jpeg_is_not_passed_on_as_one(
    database: str, what: str, body: bytes, content_type: str
) -> None:
    with (
        RawHost(answering(body, content_type=content_type)) as host,
        media_stand(database, host.known()) as s,
    ):
        answer = s.viewer.send("GET", f"{DEVICE}/{what}")
    assert answer.status_code == 502
    assert answer.get_json()["error"]["code"] == "bad_upstream"


def test_a_picture_is_sent_as_a_jpeg_whatever_the_host_calls_it(database: str) -> None:
    headers = f"Set-Cookie: a=b\r\nX-Frame-Age: {'9' * 500}\r\n"
    odd = answering(JPEG, content_type="text/html", headers=headers)
    with RawHost(odd) as host, media_stand(database, host.known()) as s:
        answer = s.viewer.get(f"{DEVICE}/screenshot")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "Set-Cookie" not in answer.headers
    assert "X-Frame-Age" not in answer.headers


def told(body: object) -> Answer:
    return answering(json.dumps(body).encode())


THUMBNAILS = {"hour": 14, "date": "2026-11-21", "count": 1, "thumbnails": [THUMBNAIL]}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {**THUMBNAILS, "hour": 24},
        {**THUMBNAILS, "date": "today"},
        {**THUMBNAILS, "count": 2},
        {**THUMBNAILS, "thumbnails": "all"},
        {**THUMBNAILS, "thumbnails": [1]},
        {**THUMBNAILS, "thumbnails": [THUMBNAIL.replace("street", "office")]},
        {**THUMBNAILS, "thumbnails": ["https://elsewhere.example/a.jpg"]},
        {**THUMBNAILS, "thumbnails": ["//elsewhere.example/a.jpg"]},
        {**THUMBNAILS, "thumbnails": ["/host/stream/street/../office/a.jpg"]},
        {**THUMBNAILS, "thumbnails": ["/host/stream/street/a.jpg?x=1"]},
        {**THUMBNAILS, "thumbnails": [THUMBNAIL + '"><script>']},
    ],
)
def test_thumbnails_that_are_none_of_the_devices_are_nonsense(database: str, body: object) -> None:
    with RawHost(told(body)) as host, media_stand(database, host.known()) as s:
        answer = s.viewer.get(f"{DEVICE}/thumbnails/14")
    assert answer.status_code == 502
    assert answer.get_json()["error"]["code"] == "bad_upstream"


@pytest.mark.parametrize("body", [{}, [1], [{"number": "x"}], [{"number": 1, "captured_at": "<b>"}], None])
def test_facts_in_another_form_are_nonsense(database: str, body: object) -> None:
    with RawHost(told(body)) as host, media_stand(database, host.known()) as s:
        assert s.viewer.get(f"{DEVICE}/metadata/14").status_code == 502
        assert s.viewer.get(f"{DEVICE}/heatmap", **SPAN).status_code == 502


def test_a_devices_heatmap_has_the_gateways_addresses(database: str) -> None:
    with RawHost(told(HEATMAP)) as host, media_stand(database, host.known()) as s:
        found = s.guard.data(f"{DEVICE}/heatmap", **SPAN)
        hidden = s.guard.get("/api/v1/devices/lab-1/office/heatmap", **SPAN)
        assert len(host.heads) == 1
        target = target_of(host.heads[0])
    assert target.startswith("/api/host/heatmap/street?from=2026-11-21T14%3A00%3A00.000Z&to=")
    assert found == {
        **HEATMAP,
        "host": "lab-1",
        "mosaics": [{**HEATMAP["mosaics"][0], "url": f"/media/lab-1/street/heatmap/{HOUR}/mosaic.jpg"}],
    }
    assert hidden.status_code == 404


def test_an_agents_heatmap_is_in_the_form_that_is_known_here(stand: Stand) -> None:
    found = stand.rooms.guard.data(f"{DEVICE}/heatmap", **SPAN)
    assert (found["host"], found["device"], found["columns"]) == ("lab-1", "street", 10)
    [minute] = [minute for minute in found["minutes"] if minute["frames"]]
    assert (minute["start"], minute["frames"], minute["analysed"]) == ("2026-11-21T14:29:00.000Z", 30, True)
    [mosaic] = found["mosaics"]
    assert mosaic["url"] == f"/media/lab-1/street/heatmap/{HOUR}/mosaic.jpg"
    assert stand.rooms.guard.get(mosaic["url"]).headers["Content-Type"] == "image/jpeg"
