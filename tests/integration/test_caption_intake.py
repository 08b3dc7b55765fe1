"""Captions over HTTP, in the gateway's own applications: taken as a whole or not at all, and shown."""

import gzip
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from gateway.accounts.user import NewUser
from gateway.accounts.users import Users
from gateway.audit.recent_deeds import KEPT_S
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.intake.caption_request import LARGEST_BODY_BYTES
from shared.contracts.captions import LARGEST_CAPTIONS_BYTES, CaptionReport, CaptionReports, CaptionsTaken
from shared.spans import utc_ms
from tests.support.gateway_app import NO_REDIS, gateway_parts, make_ingest, make_web

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

PASSWORD = "a sentence nobody guesses"
CREDENTIAL = secrets.token_urlsafe(32)
NOW = datetime.now(UTC).replace(microsecond=250_000)
NOW_MS = utc_ms(NOW)
# Nothing listens there: taking captions in does not need the graph to be up.
GRAPH = {"uri": "bolt://127.0.0.1:1"}


class Stand:
    """Both applications on one database and one Redis, with a host and three cameras."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.engine: Engine = parts.engine
        self.web: Flask = make_web(parts)
        self.ingest: Flask = make_ingest(parts)
        self.redis: Any = parts.captions_redis
        self.tokens: dict[str, str] = {}

    @contextmanager
    def otherwise(self, **sections: Mapping[str, object]) -> Iterator["Stand"]:
        """The same on other settings; logins are good there too."""
        settings = self.parts.settings
        other = Stand(
            gateway_parts(
                settings.database.url.get_secret_value(),
                settings.redis.url.get_secret_value(),
                security={"secret_key": settings.security.secret_key.get_secret_value()},
                **sections,
            )
        )
        other.tokens = self.tokens
        try:
            yield other
        finally:
            other.engine.dispose()

    def run(self, statement: str, **values: object) -> Any:
        with self.engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return found.fetchall() if found.returns_rows else []

    def fill(self) -> None:
        """Make what there is, and sign everybody in."""
        host = new_id()
        self.run("INSERT INTO hosts (id, name) VALUES (:id, 'lab-1')", id=host)
        self.run(
            "INSERT INTO host_enrolments (host_id, public_url, networks, credential_sha256,"
            " calling_secret_encrypted, enrolled_at)"
            " VALUES (:id, 'http://127.0.0.1:1', '{}', :digest, '', now())",
            id=host,
            digest=sha256(CREDENTIAL.encode()).hexdigest(),
        )
        self.run("INSERT INTO camera_groups (id, name) VALUES ('g-a', 'Tenant A'), ('g-b', 'Tenant B')")
        for external_id, device, group, active in (
            ("cam_001", "door", "g-a", True),
            ("cam_002", "yard", "g-b", True),
            ("cam_off", None, None, False),
        ):
            self.run(
                "INSERT INTO cameras"
                " (id, name, rtsp_url, external_id, host_id, device_name, group_id, is_active)"
                " VALUES (:id, :id, 'rtsp://x', :id, :host, :device, :group, :active)",
                id=external_id,
                host=host if device else None,
                device=device,
                group=group,
                active=active,
            )
        users: Users = self.web.extensions["coldframe"][Users]
        for name, role in (("operator", "operator"), ("viewer", "viewer"), ("limited", "operator")):
            limited = name == "limited"
            users.create(
                NewUser(
                    email=f"{name}@example.com",
                    username=name,
                    password=PASSWORD,
                    role=role,
                    limited_to_groups=limited,
                    camera_group_ids=("g-a",) if limited else (),
                )
            )
            self.tokens[name] = self._log_in(name)

    def _log_in(self, name: str) -> str:
        answer = self.web.test_client().post(
            "/api/v1/auth/login", json={"username": name, "password": PASSWORD}
        )
        return str(answer.get_json()["data"]["accessToken"])

    def send(self, told: Any, *, user: str = "operator", **options: Any) -> TestResponse:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        options.setdefault("content_type", "application/json")
        return self.web.test_client().post("/api/v1/captions", data=body, headers=headers, **options)

    def get(self, *, user: str = "viewer", **query: str | int) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        return self.web.test_client().get("/api/v1/captions", query_string=query, headers=headers)

    def texts(self, *, user: str = "viewer", **query: str | int) -> list[str]:
        answer = self.get(user=user, **query)
        assert answer.status_code == 200, answer.text
        return [caption["text"] for caption in answer.get_json()["data"]["captions"]]

    def report(self, told: Any, *, credential: str | None = CREDENTIAL, packed: bool = False) -> TestResponse:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        headers = {"Content-Type": "application/json"}
        if credential is not None:
            headers["Authorization"] = f"Bearer {credential}"
        if packed:
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body)
        return self.ingest.test_client().post("/api/v1/hosts/captions", data=body, headers=headers)


@pytest.fixture(scope="module")
def gateway(
    postgres: "PrivatePostgres", migrated_template: str, redis_server: "PrivateRedis"
) -> Iterator[Stand]:
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        parts = gateway_parts(url, redis_server.url(), graph=GRAPH)
        made = Stand(parts)
        made.fill()
        yield made
        parts.engine.dispose()


@pytest.fixture
def stand(gateway: Stand) -> Stand:
    gateway.redis.flushall()
    return gateway


def caption(
    text: str = "a door", *, ms: int = NOW_MS, camera: str = "cam_001", **more: Any
) -> dict[str, Any]:
    return {"camera_id": camera, "captured_at": ms, "text": text, **more}


def error_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def fields_of(answer: TestResponse) -> dict[str, str]:
    assert error_of(answer) == (422, "bad_request"), answer.text
    found: dict[str, str] = answer.get_json()["error"]["details"].get("fields", {})
    return found


# -- in ------------------------------------------------------------------------------------------


def test_captions_are_taken_and_shown(stand: Stand) -> None:
    answer = stand.send(
        {
            "captions": [
                caption(model="blip", frame="f-1", embedding=[0.5, 1]),
                caption("two", camera="cam_002"),
            ]
        }
    )
    assert answer.status_code == 201, answer.text
    iso = NOW.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert answer.get_json()["data"] == {
        "stored": 2,
        "repeated": 0,
        "captions": [
            {"id": f"{camera}:{NOW_MS}", "camera_id": camera, "captured_at": iso, "repeated": False}
            for camera in ("cam_001", "cam_002")
        ],
    }
    (shown,) = stand.get(camera="cam_001").get_json()["data"]["captions"]
    received_at = datetime.fromisoformat(shown.pop("received_at"))
    assert datetime.fromisoformat(shown.pop("expires_at")) - received_at == timedelta(hours=2)
    assert shown == {
        "id": f"cam_001:{NOW_MS}",
        "camera_id": "cam_001",
        "camera": "cam_001",
        "captured_at": iso,
        "text": "a door",
        "model": "blip",
        "frame": "f-1",
        "has_embedding": True,
    }


def test_the_same_again_does_no_harm(stand: Stand) -> None:
    told = [caption(), caption(), caption("another"), caption(" a door\n")]
    first, again = stand.send(told).get_json()["data"], stand.send(told).get_json()["data"]
    assert (first["stored"], first["repeated"]) == (2, 2)
    assert (again["stored"], again["repeated"]) == (0, 4)
    assert [one["id"] for one in first["captions"]] == [one["id"] for one in again["captions"]]
    assert sorted(stand.texts()) == ["a door", "another"]


def test_a_wrong_one_refuses_all(stand: Stand) -> None:
    answer = stand.send([caption("one", ms=NOW_MS + 1), caption(), caption(""), caption("x" * 10_000_000)])
    assert set(fields_of(answer)) == {"captions.2.text", "captions.3.text"}
    assert stand.texts() == []
    assert stand.redis.hget("captions:counted", "refused") == b"4"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[" + b",".join([json.dumps(caption()).encode()] * 1001) + b"]", "captions"),
        (json.dumps(caption("\ud800")).encode(), "text"),
        (json.dumps(caption("a\0b")).encode(), "text"),
        (json.dumps(caption(embedding=[float("nan")])).encode(), "embedding"),
        (json.dumps(caption(ms=NOW_MS + 600_000)).encode(), "captured_at"),
        (json.dumps(caption(camera="cam_404")).encode(), "camera_id"),
        (json.dumps([caption(), caption(camera="cam_404")]).encode(), "captions.1.camera_id"),
        (
            json.dumps([caption(embedding=[1.0]), caption("b", embedding=[1.0, 2.0])]).encode(),
            "captions.1.embedding",
        ),
    ],
    ids=[
        "too many",
        "no Unicode",
        "a NUL",
        "no number",
        "the future",
        "no such camera",
        "one of them no such camera",
        "two lengths",
    ],
)
def test_what_is_wrong_is_named(stand: Stand, body: bytes, field: str) -> None:
    assert list(fields_of(stand.send(body))) == [field]
    assert stand.texts() == []


def test_an_embedding_of_another_length_is_told_the_right_one_until_all_is_merged(stand: Stand) -> None:
    assert stand.send(caption(embedding=[1.0, 2.0, 3.0])).status_code == 201
    answer = stand.send([caption("b", embedding=[1.0, 2.0])])
    assert "3 numbers" in fields_of(answer)["captions.0.embedding"]
    assert "/migration/camera/cam_001/migrate" in answer.get_json()["error"]["remedy"]


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"content_type": "text/plain"}, (415, "unsupported_media_type")),
        ({"query_string": {"more": "1"}}, (422, "bad_request")),
    ],
)
def test_a_body_is_json_and_there_is_nothing_beside_it(
    stand: Stand, options: dict[str, Any], refusal: tuple[int, str]
) -> None:
    assert error_of(stand.send(caption(), **options)) == refusal


def test_a_body_may_be_large_but_not_endless(stand: Stand) -> None:
    blank = b" " * (LARGEST_BODY_BYTES - 1000)
    assert stand.send(blank + json.dumps(caption()).encode()).status_code == 201
    assert error_of(stand.send(blank + b" " * 1000 + json.dumps(caption()).encode())) == (413, "too_large")


def test_captions_are_taken_of_a_camera_that_is_switched_off(stand: Stand) -> None:
    assert stand.send(caption("late", camera="cam_off")).status_code == 201


def test_who_is_limited_to_groups_sends_and_sees_captions_of_these(stand: Stand) -> None:
    foreign = stand.send(caption(camera="cam_002"), user="limited")
    missing = stand.send(caption(camera="cam_404"), user="limited")
    assert foreign.status_code == 422
    assert foreign.text.replace("cam_002", "X") == missing.text.replace("cam_404", "X")
    assert stand.send([caption(), caption(camera="cam_002")], user="limited").status_code == 422
    assert stand.send(caption("mine"), user="limited").status_code == 201
    assert stand.send([caption("theirs", camera="cam_002")]).status_code == 201
    assert stand.texts(user="limited") == ["mine"]
    assert len(stand.texts()) == 2
    refusals = [stand.get(user="limited", camera=camera) for camera in ("cam_002", "cam_404")]
    assert [error_of(answer) for answer in refusals] == [(404, "unknown_camera")] * 2
    assert stand.send(caption(), user="viewer").status_code == 403


def test_what_a_program_sends_all_day_is_one_row_of_the_audit_log_in_a_while(stand: Stand) -> None:
    assert KEPT_S >= 60
    for index in range(5):
        assert stand.send(caption(str(index), camera="cam_off")).status_code == 201
    rows = stand.run("SELECT subject_id FROM audit_log WHERE action = 'caption.create'")
    assert [row for row in rows if row[0] == "cam_off"] == [("cam_off",)]


def test_a_full_redis_is_a_507_and_one_that_is_away_a_503(stand: Stand) -> None:
    assert stand.send(caption("before")).status_code == 201
    stand.redis.config_set("maxmemory", 100_000)
    try:
        answer = stand.send([caption("full"), caption("full", camera="cam_002")])
        assert error_of(answer) == (507, "captions_full")
        assert "maxmemory" in answer.get_json()["error"]["remedy"]
        assert stand.texts() == ["before"]
        reported = stand.report({"captions": [report_of("full")]})
        assert error_of(reported) == (507, "captions_full")
    finally:
        stand.redis.config_set("maxmemory", 0)
    with stand.otherwise(graph=GRAPH, captions={"redis_url": NO_REDIS}) as away:
        assert error_of(away.send(caption())) == (503, "captions_unavailable")
        assert error_of(away.get()) == (503, "captions_unavailable")


def test_without_a_graph_captions_are_off(stand: Stand) -> None:
    with stand.otherwise() as off:
        for answer in (off.send(caption()), off.send(b"nonsense"), off.get(), off.get(camera="cam_404")):
            assert error_of(answer) == (503, "captions_off")
            assert "NEO4J_URI" in answer.get_json()["error"]["remedy"]
        assert error_of(off.report({"captions": []})) == (503, "captions_off")
        assert error_of(off.report({"captions": []}, credential="nobody's")) == (401, "unknown_credential")


# -- out -----------------------------------------------------------------------------------------


def test_captions_are_asked_for_by_time_and_words(stand: Stand) -> None:
    stand.send([caption(f"text {index}", ms=NOW_MS - index * 1000) for index in range(10)])
    assert stand.texts(limit=3) == ["text 0", "text 1", "text 2"]
    since = (NOW - timedelta(seconds=4)).isoformat()
    assert stand.texts(**{"from": since}) == [f"text {index}" for index in range(5)]
    assert stand.texts(to=since) == [f"text {index}" for index in range(5, 10)]
    assert stand.texts(q="7 TEXT") == ["text 7"]
    assert stand.texts(q="9", camera="cam_002") == []


def test_captions_are_asked_for_by_group_however_many_other_cameras_have(stand: Stand) -> None:
    stand.send([caption(f"other {index}", camera="cam_002", ms=NOW_MS - index) for index in range(20)])
    stand.send(caption("mine", ms=NOW_MS - 60_000))
    assert stand.texts(group_id="g-a", limit=5) == ["mine"]
    assert stand.texts(group_id="g-a", camera="cam_002") == []
    assert stand.texts(group_id="nobody's") == []
    assert stand.texts(user="limited", group_id="g-b") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T14:00:00Z"}, "to"),
        ({"camera": "a b"}, "camera"),
        ({"group_id": ""}, "group_id"),
        ({"q": ""}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_is_refused(stand: Stand, query: dict[str, str], field: str) -> None:
    assert field in fields_of(stand.get(**query))


# -- hosts ---------------------------------------------------------------------------------------


def report_of(text: str = "a door", **more: Any) -> dict[str, Any]:
    return {"device": "door", "captured_utc_ms": NOW_MS, "text": text, **more}


@pytest.mark.parametrize("packed", [False, True])
def test_a_host_sends_captions_of_its_devices(stand: Stand, packed: bool) -> None:
    reports = CaptionReports(
        captions=[
            CaptionReport(device="door", captured_utc_ms=NOW_MS, text="a door"),
            CaptionReport(device="yard", captured_utc_ms=NOW_MS - 1, text="a yard"),
        ]
    )
    answer = stand.report(reports.model_dump(), packed=packed)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["data"] == {
        "stored": 2,
        "repeated": 0,
        "refused": [],
        "embeddings_dropped": [],
    }
    assert stand.report(reports.model_dump()).get_json()["data"]["repeated"] == 2
    found = stand.get().get_json()["data"]["captions"]
    assert [(one["camera_id"], one["text"]) for one in found] == [
        ("cam_001", "a door"),
        ("cam_002", "a yard"),
    ]


def test_of_a_host_each_caption_is_judged_alone(stand: Stand) -> None:
    told = [
        report_of("one"),
        report_of("two", device="attic"),
        report_of(" "),
        report_of("four", captured_utc_ms=NOW_MS + 600_000),
        report_of("five", more="of a newer version"),
    ]
    data = stand.report({"captions": told}).get_json()["data"]
    assert data["stored"] == 2
    assert [(one["index"], one["code"]) for one in data["refused"]] == [
        (1, "unknown_device"),
        (2, "empty_text"),
        (3, "in_the_future"),
    ]
    assert all(one["sentence"] for one in data["refused"])
    assert sorted(stand.texts()) == ["five", "one"]
    assert stand.redis.hget("captions:counted", "refused") == b"3"


def test_words_of_a_host_are_kept_though_its_model_has_changed(stand: Stand) -> None:
    stand.report({"captions": [report_of("one", embedding=[1.0, 2.0])]})
    with capture_logs() as logs:
        told = [report_of("two", embedding=[1.0]), report_of("three", embedding=[2.0, 1.0])]
        taken = CaptionsTaken.model_validate(stand.report({"captions": told}).get_json()["data"])
    assert taken.stored == 2
    [dropped] = taken.embeddings_dropped
    assert (dropped.device, dropped.count) == ("door", 1) and "2 numbers" in dropped.sentence
    [said] = [line for line in logs if line["event"] == "caption_embedding_dropped"]
    assert (said["camera_id"], said["expected"], said["count"]) == ("cam_001", 2, 1)
    # What was there already has lost nothing by being sent again.
    again = CaptionsTaken.model_validate(stand.report({"captions": told}).get_json()["data"])
    assert (again.repeated, again.embeddings_dropped) == (2, [])
    assert stand.redis.hget("captions:counted", "embeddings_dropped") == b"1"
    found = stand.get().get_json()["data"]["captions"]
    assert {one["text"]: one["has_embedding"] for one in found} == {"one": True, "two": False, "three": True}


@pytest.mark.parametrize("credential", [None, "", "nobody's"])
def test_only_a_hosts_credential_is_heard(stand: Stand, credential: str | None) -> None:
    answer = stand.report({"captions": [report_of()]}, credential=credential)
    assert error_of(answer) == (401, "unknown_credential")
    assert stand.texts() == []


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", (422, "bad_request")),
        (b"[]", (422, "bad_request")),
        (b'{"captions": 7}', (422, "bad_request")),
        (json.dumps({"captions": [report_of(captured_utc_ms="x")]}).encode(), (422, "bad_request")),
        (json.dumps({"captions": [report_of("\ud800")]}).encode(), (422, "bad_request")),
        (json.dumps({"captions": [report_of(embedding=[float("nan")])]}).encode(), (422, "bad_request")),
        (json.dumps({"captions": [report_of()] * 1001}).encode(), (422, "bad_request")),
        (b" " * (LARGEST_CAPTIONS_BYTES + 1), (413, "too_large")),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_report_is_refused(stand: Stand, body: bytes, refusal: tuple[int, str]) -> None:
    assert error_of(stand.report(body)) == refusal
    if len(body) > LARGEST_CAPTIONS_BYTES:
        assert error_of(stand.report(body, packed=True)) == refusal


def test_a_device_whose_camera_was_deleted_has_captions_of_nobody(stand: Stand) -> None:
    stand.run(
        "INSERT INTO cameras (id, name, rtsp_url, external_id, host_id, device_name)"
        " SELECT 'gone', 'gone', 'rtsp://x', 'gone', id, 'cellar' FROM hosts"
    )
    told = {"captions": [report_of(device="cellar")]}
    assert stand.report(told).get_json()["data"]["stored"] == 1
    stand.run("DELETE FROM cameras WHERE id = 'gone'")
    (refused,) = stand.report(told).get_json()["data"]["refused"]
    assert refused["code"] == "unknown_device"
    assert stand.texts() == [], "nobody may see what is of no camera"
