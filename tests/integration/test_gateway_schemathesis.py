"""The running gateway against its own document: whatever is asked, the answer is a documented one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.gateway_under_test import GatewayUnderTest, enrolled_agent
from tests.support.neo4j import graph_section

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis

CHECKS: Sequence[Any] = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
# A 502 or 503 that says what is missing (a host that does not answer, no picture yet) is no defect here.
ELSEWHERE = (502, 503)
SUCCESSES = {200, 201, 202, 206, 304, 308}
# What is made up never names what these need: ids that there are, a host's own credential.
NEED_MORE = {
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/hosts/enrol",
    "POST /api/v1/hosts/heartbeat",
    "POST /api/v1/hosts/captions",
    # Nobody guesses a camera within a list, and an event that there is.
    "POST /api/v1/captions",
    "GET /api/v1/events/{event_id}",
    "GET /api/v1/events/{event_id}/neighbours",
    "GET /api/v1/users/{user_id}",
    "PUT /api/v1/users/{user_id}",
    "DELETE /api/v1/users/{user_id}",
    "DELETE /api/v1/hosts/enrolment-tokens/{token_id}",
    "PUT /api/v1/cameras/groups/{group_id}",
    # The only camera is its host's, which reports it still.
    "DELETE /api/v1/cameras/{camera_id}",
    "DELETE /api/v1/cameras/groups/{group_id}",
    "DELETE /api/v1/cameras/{camera_id}/snapshots/{snapshot_id}",
    "PUT /api/v1/wall/views/{view_id}",
    "DELETE /api/v1/wall/views/{view_id}",
    "GET /api/v1/devices/{host}/{device}/clips/{clip_id}",
    "DELETE /api/v1/devices/{host}/{device}/clips/{clip_id}",
    "GET /api/v1/devices/{host}/{device}/clips/{clip_id}/file",
    # Once the only host is revoked there is nothing left to ask the others about.
    "DELETE /api/v1/hosts/{host}/credential",
    # Only a revoked one is removed.
    "DELETE /api/v1/hosts/{host}",
    # Nobody guesses the present password.
    "POST /api/v1/auth/password",
    # What is made up is no file of cameras.
    "POST /api/v1/cameras/import",
    # Nobody guesses a signature.
    "GET /storage/{key}",
    "PUT /storage/{key}",
    "POST /api/v1/cameras/groups",
    "POST /api/v1/jobs/schedule/{name}/run",
    "POST /api/v1/users",
    "POST /api/v1/wall/views",
}
NOT_OF_THE_ONLY_HOST = "DELETE /api/v1/hosts/{host}/credential"
BY_FULL_NAME = "GET /api/v1/timeline"
# Asked without the login that the others need.
ENDS_THE_LOGIN = "POST /api/v1/auth/logout"


@dataclass(frozen=True)
class Stand:
    """A gateway with one host and one device that records; not called as the document's examples are."""

    url: str
    token: str
    truths: dict[str, object]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def stand(
    postgres: "PrivatePostgres",
    migrated_template: str,
    redis_server: "PrivateRedis",
    neo4j: "PrivateNeo4j",
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stand]:
    from tests.support.servers import fresh_database

    folder: Path = tmp_path_factory.mktemp("schemathesis")
    with (
        fresh_database(postgres, migrated_template) as url,
        GatewayUnderTest(
            folder / "gateway",
            url,
            redis_server.url(),
            security={"access_token_s": 3600},
            graph=graph_section(neo4j),
        ) as gateway,
    ):
        device = {"name": "screen", "source": "pattern:testsrc2", "size": "320x180", "fps": 5}
        with enrolled_agent(gateway, folder / "agent", "site-7", [device]) as agent:
            gateway.wait_host("site-7")
            agent.wait_healthy()
            login = gateway.login()
            gateway.wait_for(
                "a picture of the device",
                lambda: login.get("/api/v1/devices/site-7/screen/screenshot").status_code == 200,
            )
            token = login.headers["Authorization"].removeprefix("Bearer ")
            job = login.post("/api/v1/jobs/schedule/database.vacuum/run").json()["data"]
            yield Stand(gateway.url, token, what_there_is() | {"job_id": job["id"]})


def what_there_is() -> dict[str, object]:
    """By the name of the parameter."""
    now = datetime.now(UTC)
    return {
        "host": "site-7",
        "device": "screen",
        "devices": "site-7/screen",
        "camera_id": "site-7__screen",
        "hour": now.strftime("%Y-%m-%dT%H"),
        "from": (now - timedelta(minutes=5)).isoformat(),
        "to": now.isoformat(),
        "at": now.isoformat(),
        "after": "",
        "max_age": "60",
        "format": "mp4",
        "path": "playlist.m3u8",
        "page": "1",
    }


@pytest.mark.parametrize(
    ("mode", "operations_at_least"), [(GenerationMode.POSITIVE, 40), (GenerationMode.NEGATIVE, 20)]
)
def test_every_answer_is_a_documented_one(
    stand: Stand, mode: GenerationMode, operations_at_least: int
) -> None:
    """Negative: where a document leaves nothing to do wrong (no parameter, no body), nothing is asked."""
    document = schemathesis.openapi.from_dict(httpx.get(f"{stand.url}/openapi.json").json())
    asked: dict[str, set[int]] = {}
    for result in document.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        statuses: set[int] = set()
        try:
            ask_often(stand, operation.label, operation.as_strategy(generation_mode=mode), statuses)
        except Unsatisfiable:
            continue
        asked[operation.label] = statuses
    assert len(asked) >= operations_at_least
    if mode is GenerationMode.POSITIVE:
        missed = {label for label, statuses in asked.items() if not statuses & SUCCESSES}
        assert missed <= NEED_MORE, sorted(missed - NEED_MORE)


def ask_often(stand: Stand, label: str, cases: st.SearchStrategy[Any], statuses: set[int]) -> None:
    """Ask what a strategy makes up and check every answer; note the statuses that came."""
    truths_here = {
        name: value
        for name, value in stand.truths.items()
        if not (label == NOT_OF_THE_ONLY_HOST and name == "host")
    }
    if label == BY_FULL_NAME:
        truths_here["device"] = truths_here["devices"]

    @given(case=cases, truths=st.sets(st.sampled_from(sorted(truths_here))) | st.just(set(truths_here)))
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, truths: set[str]) -> None:
        # What is made up is never what there is: some of it is put right, so that routes do their work.
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                part.update({name: truths_here[name] for name in truths & part.keys()})
        headers = {} if label == ENDS_THE_LOGIN else stand.headers
        answer = case.call(base_url=stand.url, headers=headers, timeout=30)
        checks = CHECKS if answer.status_code in ELSEWHERE else (not_a_server_error, *CHECKS)
        case.validate_response(answer, checks=list(checks))
        statuses.add(answer.status_code)
        if answer.status_code >= 400 and case.method != "HEAD":
            told = answer.json()
            assert told["success"] is False
            assert {"code", "message", "remedy", "details"} <= (told.get("error") or {}).keys()

    ask()
