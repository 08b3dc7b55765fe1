"""The real application against its own document: whatever is asked, the answer is a documented one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from flask import Flask
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

from tests.support.http_agent import NOW, TOKEN, HttpAgent, make_agent

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHECKS: Sequence[Any] = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
# A 503 that says what is missing (no live playlist, a disk that refuses) is documented and no defect.
UNAVAILABLE = 503
DEADLINE_S = 30.0
# What there is, by the name of the parameter.
TRUTHS = {
    "device": "capture1",
    "devices": "capture1",
    "hour": "14",
    "from": "2026-11-21T14:00:00Z",
    "to": "2026-11-21T15:00:00Z",
    "at": "2026-11-21T14:29:50Z",
    "after": "",
    "max_age": "60",
    "format": "mp4",
    "name": "segment_000000040.ts",
}
NAMES = {
    "segments": "segment_000000040.ts",
    "captures": "capture_000000040.jpg",
    "thumbnails": "capture_000000040_thumbnail.jpg",
    "metadata": "capture_000000040.json",
}
SUCCESSES = {200, 202, 206, 308}
# No clip can be made of segments without a picture, and there are no minutes without frames' process.
NEED_MORE_THAN_SEGMENTS = {
    "GET /api/host/clips/{clip}",
    "DELETE /api/host/clips/{clip}",
    "GET /api/host/clips/{clip}/file",
    "GET /host/stream/{device}/heatmap/{hour}/{name}",
}
# Its client on WSGI does not unpack what is compressed.
AUTHORISED = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}


def read_whole(app: Flask) -> "WSGIApplication":
    """Schemathesis' client does not close what it has read."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            pieces.close()  # type: ignore[attr-defined]

    return answer


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpAgent]:
    """One device with 40 s of footage, hot and archived, and a token."""
    made = make_agent(tmp_path_factory.mktemp("agent"), token=TOKEN)
    made.record(40, begin=NOW - timedelta(seconds=40))
    made.archive(segments=10, frames=20)
    made.store().folders.live_playlist.write_text("#EXTM3U\n")
    made.report()
    yield made
    for thread in made.threads:
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("mode", "operations_at_least"), [(GenerationMode.POSITIVE, 25), (GenerationMode.NEGATIVE, 12)]
)
def test_every_answer_is_a_documented_one(
    agent: HttpAgent, mode: GenerationMode, operations_at_least: int
) -> None:
    """Negative: where a document leaves nothing to do wrong (no parameter, no body), nothing is asked."""
    document = schemathesis.openapi.from_wsgi("/openapi.json", read_whole(agent.app), headers=AUTHORISED)
    asked: dict[str, set[int]] = {}
    for result in document.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        statuses: set[int] = set()
        try:
            ask_often(operation.as_strategy(generation_mode=mode), statuses)
        except Unsatisfiable:
            continue
        asked[operation.label] = statuses
    assert len(asked) >= operations_at_least
    if mode is GenerationMode.POSITIVE:
        missed = {label for label, statuses in asked.items() if not statuses & SUCCESSES}
        assert missed <= NEED_MORE_THAN_SEGMENTS, missed


def ask_often(cases: st.SearchStrategy[Any], statuses: set[int]) -> None:
    """Ask what a strategy makes up and check every answer; note the statuses that came."""

    @given(case=cases, truths=st.sets(st.sampled_from(sorted(TRUTHS))) | st.just(set(TRUTHS)))
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, truths: set[str]) -> None:
        # What is made up is never what there is: some of it is put right, so that routes do their work.
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                part.update({name: TRUTHS[name] for name in truths & part.keys()})
        if "name" in truths and "kind" in (case.path_parameters or {}):
            case.path_parameters["name"] = NAMES.get(case.path_parameters["kind"], "x")
        answer = case.call(headers=AUTHORISED)
        checks = CHECKS if answer.status_code == UNAVAILABLE else (not_a_server_error, *CHECKS)
        case.validate_response(answer, checks=list(checks))
        statuses.add(answer.status_code)
        if answer.status_code >= 400:
            assert {"error", "code", "remedy"} <= answer.json().keys()

    ask()
