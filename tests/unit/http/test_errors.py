"""Error codes and their statuses."""

import pytest

from shared.errors import (
    BadRequestError,
    ColdframeError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    SettingsError,
    StorageError,
    TooManyRequestsError,
    UnauthorisedError,
    UnavailableError,
    UpstreamError,
)
from shared.http.errors import EnvelopeForm, FlatForm


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequestError, 400),
        (UnauthorisedError, 401),
        (ForbiddenError, 403),
        (NotFoundError, 404),
        (ConflictError, 409),
        (TooManyRequestsError, 429),
        (ColdframeError, 500),
        (SettingsError, 500),
        (UpstreamError, 502),
        (UnavailableError, 503),
        (StorageError, 503),
    ],
)
def test_every_error_has_its_status_and_a_code_of_its_own_does_not_change_it(
    error: type[ColdframeError], status: int
) -> None:
    assert FlatForm().status_of(error("It went wrong.", remedy="Try again.")) == status
    assert (
        FlatForm().status_of(error("It went wrong.", remedy="Try again.", code="a_code_of_its_own")) == status
    )


def test_a_code_in_the_table_decides() -> None:
    assert FlatForm().status_of(NotFoundError("No.", remedy="", code="no_footage")) == 409


@pytest.mark.parametrize("status", [400, 404, 405, 408, 413, 415, 416, 418, 429, 500, 501])
def test_every_status_has_a_body_with_all_three_parts(status: int) -> None:
    body = FlatForm().refusal(status)
    assert body.keys() == {"error", "code", "remedy"}
    assert all(body.values())


@pytest.mark.parametrize("status", [400, 404, 503])
def test_the_gateways_errors_stand_in_its_envelope(status: int) -> None:
    body = EnvelopeForm().refusal(status)
    assert body.keys() == {"success", "error"}
    assert body["success"] is False
    assert body["error"].keys() == {"code", "message", "remedy", "details"}


@pytest.mark.parametrize(
    ("error", "status"),
    [(UnauthorisedError, 401), (TooManyRequestsError, 429), (UnavailableError, 503), (BadRequestError, 422)],
)
def test_the_document_shows_the_codes_that_services_answer_with(
    error: type[ColdframeError], status: int
) -> None:
    assert EnvelopeForm().refusal(status)["error"]["code"] == error.code


def test_the_gateway_answers_bad_parameters_with_422() -> None:
    error = BadRequestError("page: is no number.", remedy="", details={"fields": {"page": "is no number."}})
    assert EnvelopeForm().status_of(error) == 422
    body = EnvelopeForm().body(error.code, error.message, error.remedy, error.details)
    assert body["error"]["details"] == {"fields": {"page": "is no number."}}
