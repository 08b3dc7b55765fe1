"""The one table from error codes to HTTP statuses, and the one form in which errors leave."""

import sqlite3
from http import HTTPStatus

import structlog
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from shared.errors import ColdframeError, StorageError

# A code that is not in the table has the status of its class's own code: `NotFoundError` with a code
# of its own is still a 404.
STATUS_OF_CODE: dict[str, HTTPStatus] = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "unauthorised": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "wrong_host": HTTPStatus.FORBIDDEN,
    "cross_site": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "unknown_device": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "conflict": HTTPStatus.CONFLICT,
    "no_footage": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "range_not_satisfiable": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "bad_settings": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "picture_too_old": HTTPStatus.SERVICE_UNAVAILABLE,
    "torn_file": HTTPStatus.SERVICE_UNAVAILABLE,
    "storage": HTTPStatus.SERVICE_UNAVAILABLE,
}

# What Flask and Werkzeug refuse before any route runs, in our words: status → code, sentence, remedy.
_REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "The request cannot be understood.", "/docs shows what each address expects."),
    404: ("not_found", "There is nothing at this address.", "/docs lists the addresses that exist."),
    405: (
        "method_not_allowed",
        "This address does not take that method.",
        "The Allow header lists those it takes.",
    ),
    413: ("too_large", "The request's body is too large.", "Send less than 64 KiB."),
    415: (
        "unsupported_media_type",
        "The body is of a type that is not taken here.",
        "Send application/json.",
    ),
    416: ("range_not_satisfiable", "The file has no such bytes.", "Content-Range says how many it has."),
}


def status_of(error: ColdframeError) -> HTTPStatus:
    """The status of an error: its code's, else its class's."""
    found = STATUS_OF_CODE.get(error.code) or STATUS_OF_CODE.get(type(error).code)
    return found or HTTPStatus.INTERNAL_SERVER_ERROR


def envelope(code: str, message: str, remedy: str) -> dict[str, str]:
    """The body of every error."""
    return {"error": message, "code": code, "remedy": remedy}


def refusal_body(status: int) -> dict[str, str]:
    """The body for a status that the server itself, not a service, answers with."""
    known = _REFUSALS.get(status)
    if known is not None:
        return envelope(*known)
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return envelope(code, f"{phrase}.", "/docs shows what each address expects.")


def install_error_handlers(app: Flask) -> None:
    """Every error of `app` leaves in the one form; what nobody foresaw is logged with its trace."""
    app.register_error_handler(ColdframeError, _answer_error)
    app.register_error_handler(HTTPException, _answer_refusal)
    app.register_error_handler(OSError, _answer_refusing_disk)
    app.register_error_handler(sqlite3.Error, _answer_refusing_journal)
    app.register_error_handler(Exception, _answer_defect)


def _answer_error(error: ColdframeError) -> ResponseReturnValue:
    response = jsonify(envelope(error.code, error.message, error.remedy))
    response.status_code = status_of(error)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _answer_refusal(error: HTTPException) -> ResponseReturnValue:
    response = error.get_response()
    # Of what Werkzeug would send only its own headers (Allow, Content-Range) and the status stay.
    answer = jsonify(refusal_body(response.status_code))
    answer.status_code = response.status_code
    for name in ("Allow", "Content-Range", "Retry-After"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _answer_refusing_disk(error: OSError) -> ResponseReturnValue:
    structlog.get_logger().error("disk_refuses", error=str(error))
    return _answer_error(
        StorageError(
            f"The disk refuses: {error.strerror or type(error).__name__}.",
            remedy="Check the disk with: python -m host_agent doctor",
        )
    )


def _answer_refusing_journal(error: sqlite3.Error) -> ResponseReturnValue:
    structlog.get_logger().error("journal_refuses", error=str(error))
    return _answer_error(
        StorageError(
            f"The journal cannot be used: {error}.",
            remedy="Check the disk of state_dir; the request may be sent again.",
        )
    )


def _answer_defect(error: Exception) -> ResponseReturnValue:
    structlog.get_logger().exception("defect", exc_info=error)
    answer = jsonify(
        envelope(
            "internal",
            "Something went wrong here.",
            "The log has the trace under this request's X-Request-ID.",
        )
    )
    answer.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    return answer
