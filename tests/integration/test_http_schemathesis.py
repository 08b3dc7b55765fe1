"""The real application against its own document: whatever is asked, the answer is a documented one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

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

from tests.support.http_agent import NOW, TOKEN, HttpAgent, make_agent

CHECKS: Sequence[Any] = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
# A 503 that says what is missing (no live playlist, a disk that refuses) is documented and no defect.
UNAVAILABLE = 503
# Its client on WSGI does not unpack what is compressed.
AUTHORISED = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> HttpAgent:
    """One device with 40 s of footage, hot and archived, and a token."""
    made = make_agent(tmp_path_factory.mktemp("agent"), token=TOKEN)
    made.record(40, begin=NOW - timedelta(seconds=40))
    made.archive(segments=10, frames=20)
    made.store().folders.live_playlist.write_text("#EXTM3U\n")
    made.report()
    return made


@pytest.mark.parametrize(
    ("mode", "operations_at_least"), [(GenerationMode.POSITIVE, 25), (GenerationMode.NEGATIVE, 12)]
)
def test_every_answer_is_a_documented_one(
    agent: HttpAgent, mode: GenerationMode, operations_at_least: int
) -> None:
    """Negative: where a document leaves nothing to do wrong (no parameter, no body), nothing is asked."""
    document = schemathesis.openapi.from_wsgi("/openapi.json", agent.app, headers=AUTHORISED)
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
        reached = {label for label, statuses in asked.items() if statuses & {200, 202, 206, 308}}
        assert len(reached) >= operations_at_least - 8, sorted(asked.keys() - reached)


def ask_often(cases: st.SearchStrategy[Any], statuses: set[int]) -> None:
    """Ask what a strategy makes up and check every answer; note the statuses that came."""

    @given(case=cases, device_is_known=st.booleans())
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, device_is_known: bool) -> None:
        # Names that are made up are never those of a device that there is.
        if device_is_known and "device" in (case.path_parameters or {}):
            case.path_parameters["device"] = "capture1"
        answer = case.call(headers=AUTHORISED)
        checks = CHECKS if answer.status_code == UNAVAILABLE else (not_a_server_error, *CHECKS)
        case.validate_response(answer, checks=list(checks))
        statuses.add(answer.status_code)
        if answer.status_code >= 400:
            assert {"error", "code", "remedy"} <= answer.json().keys()

    ask()
