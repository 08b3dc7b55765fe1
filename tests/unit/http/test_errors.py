"""Error codes and their statuses."""

import pytest

from shared.errors import (
    BadRequestError,
    ColdframeError,
    ConflictError,
    NotFoundError,
    SettingsError,
    StorageError,
    UnauthorisedError,
    UnavailableError,
)
from shared.http.errors import refusal_body, status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequestError, 400),
        (UnauthorisedError, 401),
        (NotFoundError, 404),
        (ConflictError, 409),
        (ColdframeError, 500),
        (SettingsError, 500),
        (UnavailableError, 503),
        (StorageError, 503),
    ],
)
def test_every_error_has_its_status_and_a_code_of_its_own_does_not_change_it(
    error: type[ColdframeError], status: int
) -> None:
    assert status_of(error("It went wrong.", remedy="Try again.")) == status
    assert status_of(error("It went wrong.", remedy="Try again.", code="a_code_of_its_own")) == status


def test_a_code_in_the_table_decides() -> None:
    assert status_of(NotFoundError("No.", remedy="", code="no_footage")) == 409


@pytest.mark.parametrize("status", [400, 404, 405, 408, 413, 415, 416, 418, 429, 500, 501])
def test_every_status_has_a_body_with_all_three_parts(status: int) -> None:
    body = refusal_body(status)
    assert body.keys() == {"error", "code", "remedy"}
    assert all(body.values())
