"""Which schemas a process starts with."""

import pytest

from gateway.db.schema_state import SchemaNewerError, SchemaOutdatedError, judge, known_revisions
from shared.errors import ColdframeError

KNOWN = frozenset({"001", "002", "003"})


def refusal(found: str | None) -> ColdframeError | None:
    try:
        judge(found, newest="003", known=KNOWN)
    except (SchemaOutdatedError, SchemaNewerError) as error:
        return error
    return None


def test_the_newest_schema_is_taken() -> None:
    assert refusal("003") is None


@pytest.mark.parametrize(
    ("found", "code", "said", "remedy"),
    [
        (None, "schema_outdated", "no schema yet", "python -m gateway db upgrade"),
        ("001", "schema_outdated", "the schema 001", "python -m gateway db upgrade"),
        ("004", "schema_newer", "the schema 004", "python -m gateway db downgrade 003"),
    ],
)
def test_another_schema_is_refused_with_the_command_to_run(
    found: str | None, code: str, said: str, remedy: str
) -> None:
    error = refusal(found)
    assert error is not None
    assert error.code == code
    assert said in error.message
    assert remedy in error.remedy


def test_the_history_is_one_line_from_phase_1_on() -> None:
    newest, known = known_revisions()
    assert {"839d4ee251e4", "002_phase_2_video_mgmt", "003_legacy_columns_in_step", newest} <= known
