"""Exports of one device through the gateway, made by an agent of real footage."""

import io
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.postgres import PrivatePostgres
from gateway.audit.audit_filter import AuditFilter
from gateway.audit.repository import AuditStore
from tests.support.footage import Footage, Recipe
from tests.support.gateway_rooms import RoomsClient
from tests.support.http_agent import NOW, HttpAgent
from tests.support.media_stand import MediaStand, fill_catalogue, media_stand, served_agent
from tests.support.raw_host import RawHost, answering
from tests.support.servers import fresh_database

BEGIN = NOW - timedelta(seconds=60)
STREET = "/api/v1/devices/lab-1/street/clips"
OFFICE = "/api/v1/devices/lab-1/office/clips"
ORDER = {"from": "2026-11-21T14:29:00Z", "to": "2026-11-21T14:29:04Z"}
DEADLINE_S = 30.0
CLIP: dict[str, Any] = {
    "id": "0123456789abcdef",
    "device": "street",
    "from": "2026-11-21T14:29:00.000Z",
    "to": "2026-11-21T14:29:04.000Z",
    "format": "mp4",
    "state": "done",
    "progress": 1.0,
    "message": "Done.",
    "created_at": "2026-11-21T14:30:00.000Z",
    "expires_at": "2026-11-22T14:30:00.000Z",
    "footage_ms": 4000,
    "file_name": "street_2026-11-21T14-29-00Z.mp4",
    "size_bytes": 1000,
    "file": "/api/host/clips/0123456789abcdef/file",
    "parts": [],
}


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
    """Host lab-1 with five seconds of `street`, which the group holds, and of `office`, from 14:29:00 on."""
    with served_agent(tmp_path_factory.mktemp("lab-1"), "lab-1") as (agent, known):
        for device in ("street", "office"):
            Footage(agent.store(device)).record(BEGIN, Recipe(numbered=True))
            agent.report(device)
        with media_stand(database, known) as rooms:
            yield Stand(agent, rooms)
        for thread in agent.threads:
            thread.join(DEADLINE_S)


def post(client: RoomsClient, path: str, body: object) -> Any:
    return client.send("POST", path, json=body)


def made(client: RoomsClient, path: str) -> dict[str, Any]:
    """A clip that is done."""
    ordered = post(client, path, ORDER)
    assert ordered.status_code == 202, ordered.text
    clip: dict[str, Any] = ordered.get_json()["data"]
    deadline = time.monotonic() + DEADLINE_S
    while clip["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, clip
        time.sleep(0.02)
        clip = client.data(f"{path}/{clip['id']}")
    assert clip["state"] == "done", clip
    return clip


def test_a_clip_is_ordered_made_fetched_in_parts_and_removed(stand: Stand, tmp_path: Path) -> None:
    operator = stand.rooms.operator_of_group
    clip = made(operator, STREET)
    assert (clip["host"], clip["device"], clip["progress"]) == ("lab-1", "street", 1.0)
    assert clip["file_name"] == "lab-1_street_2026-11-21T14-29-00Z.mp4"
    assert clip["file"] == f"{STREET}/{clip['id']}/file"
    fetched = operator.get(clip["file"])
    assert (fetched.status_code, fetched.content_type) == (200, "video/mp4")
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="{clip["file_name"]}"'
    assert len(fetched.data) == clip["size_bytes"]
    (tmp_path / "clip.mp4").write_bytes(fetched.data)
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_format", tmp_path / "clip.mp4"],
        capture_output=True,
        check=True,
    )
    assert float(json.load(io.BytesIO(probed.stdout))["format"]["duration"]) == pytest.approx(4.0, abs=0.1)
    part = operator.send("GET", clip["file"], headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.data) == (206, fetched.data[10:100])
    head = operator.send("HEAD", clip["file"])
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(clip["size_bytes"]))
    removed = operator.send("DELETE", f"{STREET}/{clip['id']}")
    assert (removed.status_code, removed.get_json()["data"]["id"]) == (200, clip["id"])
    assert operator.get(f"{STREET}/{clip['id']}").status_code == 404
    assert operator.get(clip["file"]).status_code == 404
    assert operator.send("DELETE", f"{STREET}/{clip['id']}").status_code == 404
    assert stand.rooms.slots.in_use == 0


def test_who_had_a_clip_made_fetched_it_and_removed_it_is_kept(stand: Stand) -> None:
    operator = stand.rooms.operator_of_group
    clip = made(operator, STREET)
    operator.get(clip["file"])
    for first in (0, 10, 20):
        operator.send("GET", clip["file"], headers={"Range": f"bytes={first}-99"})
    operator.send("HEAD", clip["file"])
    assert operator.send("GET", clip["file"], headers={"If-None-Match": "*"}).status_code == 304
    operator.send("DELETE", f"{STREET}/{clip['id']}")
    assert operator.get(clip["file"]).status_code == 404
    kept = AuditStore(stand.rooms.engine).older(AuditFilter(subject_id=clip["id"]), None, 10)
    assert {(entry.username, entry.subject) for entry in kept} == {("operator-of-group", "lab-1/street")}
    assert [entry.action for entry in reversed(kept)] == ["clip.create", "clip.download", "clip.delete"]
    assert kept[1].details == {"file": clip["file_name"]}
    span = {"from": "2026-11-21T14:29:00+00:00", "to": "2026-11-21T14:29:04+00:00"}
    assert kept[2].details == {"span": span, "format": "mp4", "exact": False}


def test_a_clip_of_another_device_of_the_host_is_as_good_as_not_there(stand: Stand) -> None:
    clip = made(stand.rooms.admin, OFFICE)
    operator = stand.rooms.operator_of_group
    missing = operator.get(f"{STREET}/0123456789abcdef").get_json()["error"]
    through_street = operator.get(f"{STREET}/{clip['id']}")
    assert through_street.status_code == 404
    told = through_street.get_json()["error"]
    assert {**told, "message": ""} == {**missing, "message": ""}
    assert operator.get(f"{STREET}/{clip['id']}/file").status_code == 404
    assert operator.send("DELETE", f"{STREET}/{clip['id']}").status_code == 404
    assert operator.get(f"{OFFICE}/{clip['id']}").status_code == 404
    assert post(operator, OFFICE, ORDER).status_code == 404
    assert stand.rooms.admin.data(f"{OFFICE}/{clip['id']}")["state"] == "done"


def test_viewers_export_nothing(stand: Stand) -> None:
    for answer in (
        post(stand.rooms.viewer, STREET, ORDER),
        stand.rooms.viewer.get(f"{STREET}/0123456789abcdef"),
        stand.rooms.viewer.get(f"{STREET}/0123456789abcdef/file"),
        stand.rooms.viewer.send("DELETE", f"{STREET}/0123456789abcdef"),
    ):
        assert answer.status_code == 403


def test_a_range_without_footage_is_refused_with_the_gaps_reason(stand: Stand) -> None:
    old = {"from": "2026-11-20T10:00:00Z", "to": "2026-11-20T11:00:00Z"}
    answer = post(stand.rooms.admin, STREET, old)
    assert answer.status_code == 409
    assert answer.get_json()["error"]["code"] == "no_footage"


@pytest.mark.parametrize(
    "order",
    [
        {},
        {**ORDER, "to": "2026-11-21T14:28:00Z"},
        {**ORDER, "from": "2026-11-21T14:29:00"},
        {**ORDER, "format": "avi"},
        {**ORDER, "exact": "yes"},
        {**ORDER, "device": "office"},
    ],
)
def test_bad_orders_are_refused_before_the_host_is_asked(stand: Stand, order: dict[str, Any]) -> None:
    assert post(stand.rooms.admin, STREET, order).status_code == 422


@pytest.mark.parametrize(
    "clip_id", ["..", "%2e%2e", "0123456789abcdef%2f..", "a b", "x" * 65, "0123456789abcdef%3fx"]
)
def test_no_id_leads_anywhere_else_on_the_host(stand: Stand, clip_id: str) -> None:
    assert stand.rooms.admin.get(f"{STREET}/{clip_id}").status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        [],
        {**CLIP, "state": "eaten"},
        {**CLIP, "progress": 2},
        {**CLIP, "file_name": 'a.mp4"\r\nSet-Cookie: a=b'},
        {**CLIP, "file_name": "../../etc/passwd.mp4"},
        {**CLIP, "expires_at": "soon"},
    ],
)
def test_a_clip_in_another_form_is_nonsense(database: str, told: object) -> None:
    body = json.dumps(told).encode()
    with RawHost(answering(body)) as host, media_stand(database, host.known()) as rooms:
        for answer in (
            rooms.admin.get(f"{STREET}/0123456789abcdef"),
            rooms.admin.get(f"{STREET}/0123456789abcdef/file"),
            post(rooms.admin, STREET, ORDER),
        ):
            assert answer.status_code == 502
            assert answer.get_json()["error"]["code"] == "bad_upstream"


def test_the_file_of_a_clip_that_is_not_done_is_a_conflict(database: str) -> None:
    told = {**CLIP, "state": "running", "progress": 0.5, "file_name": None, "size_bytes": None, "file": None}
    with (
        RawHost(answering(json.dumps(told).encode())) as host,
        media_stand(database, host.known()) as rooms,
    ):
        answer = rooms.admin.get(f"{STREET}/0123456789abcdef/file")
        assert rooms.admin.data(f"{STREET}/0123456789abcdef")["file"] is None
    assert answer.status_code == 409
    assert answer.get_json()["error"]["code"] == "clip_not_done"
