"""The one table from error codes to HTTP statuses, and the one form in which errors leave."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

import structlog
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from shared.errors import ColdframeError

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
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "bad_upstream": HTTPStatus.BAD_GATEWAY,
    "camera_timeout": HTTPStatus.GATEWAY_TIMEOUT,
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
    "storage_full": HTTPStatus.INSUFFICIENT_STORAGE,
    "captions_full": HTTPStatus.INSUFFICIENT_STORAGE,
}

# What Flask and Werkzeug refuse before any route runs, in our words: status → code, sentence, remedy.
_REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "The request cannot be understood.", "/docs shows what each address expects."),
    401: (
        "unauthorised",
        "This address needs a login.",
        "Send the header Authorization: Bearer with a token.",
    ),
    404: ("not_found", "There is nothing at this address.", "/docs lists the addresses that exist."),
    405: (
        "method_not_allowed",
        "This address does not take that method.",
        "The Allow header lists those it takes.",
    ),
    413: ("too_large", "The request's body is too large.", "Send less at a time."),
    415: (
        "unsupported_media_type",
        "The body is of a type that is not taken here.",
        "Send application/json.",
    ),
    416: ("range_not_satisfiable", "The file has no such bytes.", "Content-Range says how many it has."),
    422: ("bad_request", "A parameter is wrong.", "/docs shows what each address expects."),
    429: ("too_many_requests", "Too many requests at once.", "Try again after the seconds of Retry-After."),
    507: (
        "storage_full",
        "There is no room left where objects are kept.",
        "Delete what is not needed, or make the storage larger.",
    ),
    503: ("unavailable", "This cannot be answered now.", "Send the request again in a while."),
}


class ErrorForm:
    """How an application writes its errors: the body, and where its statuses differ from the table."""

    statuses: ClassVar[Mapping[str, HTTPStatus]] = {}

    def body(
        self, code: str, message: str, remedy: str, details: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """The body of an error."""
        raise NotImplementedError

    def status_of(self, error: ColdframeError) -> HTTPStatus:
        """The status of an error: its code's, else its class's."""
        codes = (error.code, *(getattr(kind, "code", "") for kind in type(error).__mro__))
        for code in codes:
            found = self.statuses.get(code) or STATUS_OF_CODE.get(code)
            if found is not None:
                return found
        return HTTPStatus.INTERNAL_SERVER_ERROR

    def refusal(self, status: int) -> dict[str, Any]:
        """The body for a status that the server itself, not a service, answers with."""
        known = _REFUSALS.get(status)
        if known is not None:
            return self.body(*known)
        phrase = HTTPStatus(status).phrase
        code = phrase.lower().replace(" ", "_").replace("-", "_")
        return self.body(code, f"{phrase}.", "/docs shows what each address expects.")


class FlatForm(ErrorForm):
    """A host's: `{"error": sentence, "code": …, "remedy": …}`."""

    def body(
        self, code: str, message: str, remedy: str, details: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        return {"error": message, "code": code, "remedy": remedy}


class EnvelopeForm(ErrorForm):
    """The gateway's: `{"success": false, "error": {code, message, remedy, details}}`."""

    statuses: ClassVar[Mapping[str, HTTPStatus]] = {"bad_request": HTTPStatus.UNPROCESSABLE_ENTITY}

    def body(
        self, code: str, message: str, remedy: str, details: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        return {
            "success": False,
            "error": {"code": code, "message": message, "remedy": remedy, "details": dict(details or {})},
        }


# What an exception of a library means, as an error of ours.
Translation = Callable[[Any], ColdframeError]


def install_error_handlers(
    app: Flask, form: ErrorForm, translations: Mapping[type[Exception], Translation]
) -> None:
    """Every error of `app` leaves in one form; what nobody foresaw is logged with its trace.

    `translations`: what exceptions that are not ours mean, by type.
    """

    def answer_error(error: ColdframeError) -> ResponseReturnValue:
        response = jsonify(form.body(error.code, error.message, error.remedy, error.details))
        response.status_code = form.status_of(error)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        if response.status_code in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            response.headers["Retry-After"] = str(error.details.get("retry_after_s", 5))
        return response

    def answer_refusal(error: HTTPException) -> ResponseReturnValue:
        response = error.get_response()
        # Of what Werkzeug would send only its own headers (Allow, Content-Range) and the status stay.
        answer = jsonify(form.refusal(response.status_code))
        answer.status_code = response.status_code
        for name in ("Allow", "Content-Range", "Retry-After"):
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer

    def answer_defect(error: Exception) -> ResponseReturnValue:
        structlog.get_logger().exception("defect", exc_info=error)
        answer = jsonify(
            form.body(
                "internal",
                "Something went wrong here.",
                "The log has the trace under this request's X-Request-ID.",
            )
        )
        answer.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
        return answer

    def translated(translate: Translation) -> Callable[[Exception], ResponseReturnValue]:
        return lambda error: answer_error(translate(error))

    app.register_error_handler(ColdframeError, answer_error)
    app.register_error_handler(HTTPException, answer_refusal)
    for kind, translate in translations.items():
        app.register_error_handler(kind, translated(translate))
    app.register_error_handler(Exception, answer_defect)
