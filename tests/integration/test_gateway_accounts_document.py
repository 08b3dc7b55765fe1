"""Logins and users against their own document: whatever is asked, the answer is a documented one."""

from collections.abc import Iterator, Sequence
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
    response_schema_conformance,
    status_code_conformance,
)

from deploy.local.postgres import PrivatePostgres
from tests.support.accounts_stand import PASSWORD, AccountsStand, data_of
from tests.support.servers import fresh_database

CHECKS: Sequence[Any] = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
OURS = r"^/api/v1/(auth|users)"


@pytest.fixture(scope="module")
def stand(
    postgres: PrivatePostgres, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AccountsStand]:
    from tests.support.servers import fleeting_redis

    with (
        fresh_database(postgres, migrated_template) as url,
        fleeting_redis(tmp_path_factory.mktemp("redis")) as server,
        AccountsStand(url, server.url(), login_limit="100000 per minute") as made,
    ):
        made.add("root", "admin")
        yield made


@pytest.mark.parametrize(
    ("mode", "operations_at_least"), [(GenerationMode.POSITIVE, 9), (GenerationMode.NEGATIVE, 6)]
)
def test_every_answer_is_a_documented_one(
    stand: AccountsStand, mode: GenerationMode, operations_at_least: int
) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", stand.app).include(path_regex=OURS)
    asked: dict[str, set[int]] = {}
    for number, result in enumerate(document.get_all_operations()):
        assert isinstance(result, Ok), result
        operation = result.ok()
        user = stand.add(f"guard{mode.value}{number}")
        truths = {
            "user_id": user.id,
            "username": user.username,
            "password": PASSWORD,
            "email": f"new{mode.value}{number}@example.com",
            "camera_group_ids": [],
            "limited_to_groups": False,
            "search": "guard",
        }
        token = data_of(stand.log_in("root"))["accessToken"]
        statuses: set[int] = set()
        try:
            ask_often(operation.as_strategy(generation_mode=mode), truths, token, statuses)
        except Unsatisfiable:  # where a document leaves nothing to do wrong, nothing is asked
            continue
        asked[operation.label] = statuses
    assert len(asked) >= operations_at_least, asked
    if mode is GenerationMode.POSITIVE:
        missed = {label for label, statuses in asked.items() if not statuses & {200, 201}}
        # Which token is good is not to be guessed, nor what the present password is.
        assert missed == {"POST /api/v1/auth/refresh", "POST /api/v1/auth/password"}


def ask_often(cases: st.SearchStrategy[Any], truths: dict[str, Any], token: str, statuses: set[int]) -> None:
    """Ask what a strategy makes up, some of it put right, and check every answer; note the statuses."""

    @given(case=cases, known=st.sets(st.sampled_from(sorted(truths))) | st.just(set(truths)))
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, known: set[str]) -> None:
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict):
                part.update({name: truths[name] for name in known & part.keys()})
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=list(CHECKS))
        statuses.add(answer.status_code)
        if answer.status_code >= 400:
            assert answer.json().keys() == {"success", "error"}

    ask()
