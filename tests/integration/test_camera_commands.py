"""The commands for cameras that people have in their notes, typed as they are, and the shapes of the answers.

Only addresses differ: the gateway listens elsewhere, and the cameras are a relay's.
"""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from deploy.local.rtsp_relay import RtspRelay, h264_encoding, pattern_source
from tests.support.gateway_under_test import GatewayUnderTest
from tests.support.servers import flush, fresh_database

USER, PASSWORD = "admin", "password123"
LOGIN = r"""
TOKEN=$(curl -s -X POST http://localhost:8000/api/v1/auth/login \
  -H "Content-Type: application/json" \
  -d '{"username":"admin@example.com","password":"admin123"}' \
  | jq -r '.data.accessToken')
"""
CREATE = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Lobby Camera",
    "rtsp_url": "rtsp://192.168.1.50:554/stream"
  }'
"""
CREATE_ACTIVE = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Front Door",
    "rtsp_url": "rtsp://192.168.1.100:8554/stream",
    "is_active": true
  }'
"""
CREATE_IN_FULL = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
  "name": "Front Door",
  "rtsp_url": "rtsp://192.168.1.100:8554/stream",
  "username": "admin",
  "password": "password123",
  "resolution": "1920x1080",
  "fps": 30,
  "codec": "h264",
  "location": "Main Entrance",
  "group_id": "group-uuid",
  "is_active": true,
  "enable_detection": true,
  "detection_sensitivity": 0.7
}'
"""
LIST = r"""
curl -s -X GET "http://localhost:8000/api/v1/cameras?page=1&page_size=10" \
  -H "Authorization: Bearer $TOKEN"
"""
LIST_FIRST_PAGE = r"""
curl -s -X GET "http://localhost:8000/api/v1/cameras?page=1" \
  -H "Authorization: Bearer $TOKEN"
"""
LIST_ACTIVE = r"""
curl -s -X GET "http://localhost:8000/api/v1/cameras?page=1&page_size=20&active_only=true" \
  -H "Authorization: Bearer $TOKEN"
"""
TEST_CONNECTION = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras/{camera_id}/test-connection \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"timeout_seconds": 10}'
"""
TEST_CONNECTION_IN_FULL = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras/{camera_id}/test-connection \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
  "timeout_seconds": 10,
  "check_credentials": true
}'
"""
SNAPSHOT = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras/{camera_id}/snapshot \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
  "timeout_seconds": 10,
  "save_thumbnail": true
}'
"""
IMPORT = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras/import \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
  "format": "csv",
  "data": "base64_encoded_csv_content",
  "group_id": "group-uuid",
  "skip_duplicates": true
}'
"""
EXPORT = r"""
curl -s -X GET \
  "http://localhost:8000/api/v1/cameras/export?format=csv&group_id=group-uuid&include_credentials=false" \
  -H "Authorization: Bearer $TOKEN"
"""
GROUPS = r"""
curl -s -X POST http://localhost:8000/api/v1/cameras/groups \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"name": "Entrances", "location": "Ground floor"}'
"""
GROUP = r"""
curl -s -X PUT http://localhost:8000/api/v1/cameras/groups/group-uuid \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"location": "All floors"}'
"""
LIST_GROUPS = r"""
curl -s -X GET http://localhost:8000/api/v1/cameras/groups -H "Authorization: Bearer $TOKEN"
"""
DELETE_GROUP = r"""
curl -s -X DELETE http://localhost:8000/api/v1/cameras/groups/group-uuid -H "Authorization: Bearer $TOKEN"
"""
ONE = r"""
curl -s -X GET http://localhost:8000/api/v1/cameras/{camera_id} -H "Authorization: Bearer $TOKEN"
"""
CHANGE = r"""
curl -s -X PUT http://localhost:8000/api/v1/cameras/{camera_id} \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"location": "Back entrance"}'
"""
STATE = r"""
curl -s -X PATCH http://localhost:8000/api/v1/cameras/{camera_id}/state \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"is_active": false, "enable_detection": false}'
"""
SUMMARY = r"""
curl -s -X GET http://localhost:8000/api/v1/cameras/summary -H "Authorization: Bearer $TOKEN"
"""
DELETE = r"""
curl -s -X DELETE http://localhost:8000/api/v1/cameras/{camera_id} -H "Authorization: Bearer $TOKEN"
"""
LISTED_KEYS = {
    *("id", "name", "rtsp_url", "status", "is_active", "enable_detection", "createdAt", "updatedAt"),
}
UTC_TEXT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


class Terminal:
    """A shell in which somebody has logged in. `replaced`: what stands in the notes → what is there."""

    def __init__(self, gateway: GatewayUnderTest) -> None:
        self.replaced = {"http://localhost:8000": gateway.url}

    def type(self, command: str) -> str:
        """What `command` prints."""
        script = LOGIN + command
        for noted, here in self.replaced.items():
            script = script.replace(noted, here)
        typed = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert typed.returncode == 0, typed.stderr
        return typed.stdout

    def answer(self, command: str) -> Any:
        """The `data` of what it answers. Raises AssertionError where it is no success."""
        answered = json.loads(self.type(command))
        assert answered["success"] is True, answered
        return answered["data"]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspRelay]:
    with RtspRelay(
        tmp_path_factory.mktemp("relay"), names=["stream"], user=USER, password=PASSWORD
    ) as running:
        running.publish("stream", pattern_source("testsrc2=size=1920x1080:rate=30"), h264_encoding())
        yield running


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory,
    postgres: PrivatePostgres,
    migrated_template: str,
    redis_server: PrivateRedis,
) -> Iterator[GatewayUnderTest]:
    flush(redis_server.url())
    folder = tmp_path_factory.mktemp("gateway")
    with (
        fresh_database(postgres, migrated_template) as url,
        GatewayUnderTest(folder, url, redis_server.url()) as running,
    ):
        yield running


@pytest.fixture
def terminal(relay: RtspRelay, gateway: GatewayUnderTest) -> Iterator[Terminal]:
    """A terminal at a gateway without cameras."""
    terminal = Terminal(gateway)
    there = f"rtsp://127.0.0.1:{relay.port}/stream"
    terminal.replaced["rtsp://192.168.1.100:8554/stream"] = there
    terminal.replaced["rtsp://192.168.1.50:554/stream"] = there
    yield terminal
    http = gateway.login()
    for kind in ("cameras", "cameras/groups"):
        for each in http.get(f"/api/v1/{kind}").json()["data"]:
            assert http.delete(f"/api/v1/{kind}/{each['id']}").status_code == 200


def test_cameras_are_created_and_listed(terminal: Terminal) -> None:
    first = terminal.answer(CREATE)
    terminal.answer(CREATE_ACTIVE)
    assert first["name"] == "Lobby Camera"
    assert (first["status"], first["is_active"], first["enable_detection"]) == ("idle", True, True)

    listed = json.loads(terminal.type(LIST))
    assert set(listed) == {"success", "data", "meta"}
    assert listed["success"] is True
    assert listed["meta"] == {"page": 1, "pageSize": 10, "total": 2, "totalPages": 1}
    for camera in listed["data"]:
        assert set(camera) >= LISTED_KEYS
        assert UTC_TEXT.match(camera["createdAt"])
        assert UTC_TEXT.match(camera["updatedAt"])
    assert json.loads(terminal.type(LIST_FIRST_PAGE))["meta"]["pageSize"] == 20
    assert json.loads(terminal.type(LIST_ACTIVE))["meta"] == {
        "page": 1,
        "pageSize": 20,
        "total": 2,
        "totalPages": 1,
    }


def test_a_camera_is_tried_and_its_picture_taken(terminal: Terminal) -> None:
    group = terminal.answer(GROUPS)
    terminal.replaced["group-uuid"] = group["id"]
    camera = terminal.answer(CREATE_IN_FULL)
    assert camera["group_id"] == group["id"]
    assert (camera["resolution"], camera["fps"], camera["codec"]) == ("1920x1080", 30, "h264")
    assert (camera["location"], camera["detection_sensitivity"]) == ("Main Entrance", 0.7)
    assert PASSWORD not in json.dumps(camera)
    terminal.replaced["{camera_id}"] = camera["id"]

    for command in (TEST_CONNECTION, TEST_CONNECTION_IN_FULL):
        tried = terminal.answer(command)
        assert tried["success"] is True, tried
        assert tried["camera_id"] == camera["id"]
        assert tried["message"] == "Successfully connected to Front Door"
        assert (tried["resolution"], tried["fps"]) == ("1920x1080", 30)
        assert 0 < tried["latency_ms"] < 10_000

    taken = terminal.answer(SNAPSHOT)
    assert taken["camera_id"] == camera["id"]
    assert taken["file_size"] > 1000
    terminal.replaced["{address}"] = taken["url"]
    picture = terminal.type("curl -s -r 0-2 'http://localhost:8000{address}' | od -An -tx1")
    assert picture.split() == ["ff", "d8", "ff"]


def test_cameras_are_imported_and_exported(terminal: Terminal) -> None:
    group = terminal.answer(GROUPS)
    terminal.replaced["group-uuid"] = group["id"]
    rows = "name,rtsp_url\nHall,rtsp://192.168.1.7:554/hall\nYard,rtsp://192.168.1.8:554/yard\n"
    terminal.replaced["base64_encoded_csv_content"] = base64.b64encode(rows.encode()).decode()

    assert terminal.answer(IMPORT)["created"] == 2
    again = terminal.answer(IMPORT)
    assert (again["created"], again["skipped"]) == (0, 2)

    header, *lines = terminal.type(EXPORT).splitlines()
    assert {"name", "rtsp_url"} <= set(header.split(","))
    assert "password" not in header
    assert len(lines) == 2
    assert [name for name in ("Hall", "Yard") if any(name in line for line in lines)] == ["Hall", "Yard"]


def test_groups_states_and_the_rest(terminal: Terminal) -> None:
    group = terminal.answer(GROUPS)
    assert (group["name"], group["location"]) == ("Entrances", "Ground floor")
    terminal.replaced["group-uuid"] = group["id"]
    assert terminal.answer(GROUP)["location"] == "All floors"
    camera = terminal.answer(CREATE_IN_FULL)
    terminal.replaced["{camera_id}"] = camera["id"]

    assert terminal.answer(CHANGE)["location"] == "Back entrance"
    state = terminal.answer(STATE)
    assert (state["is_active"], state["enable_detection"]) == (False, False)
    assert json.loads(terminal.type(LIST_ACTIVE))["data"] == []
    assert terminal.answer(SUMMARY)["total"] == 1
    assert [each["name"] for each in terminal.answer(LIST_GROUPS)] == ["Entrances"]

    terminal.type(DELETE_GROUP)
    assert terminal.answer(ONE)["group_id"] is None
    terminal.answer(DELETE)
    assert json.loads(terminal.type(ONE))["error"]["code"]
    assert json.loads(terminal.type(LIST))["meta"]["total"] == 0


@pytest.mark.parametrize("page", ["docs", "redoc", "openapi.json"])
def test_the_documents_need_nobody_else(terminal: Terminal, page: str) -> None:
    shown = terminal.type(f"curl -sS --fail http://localhost:8000/{page}")
    loaded = re.findall(r"""(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)""", shown)
    assert loaded == []
    assert shown
