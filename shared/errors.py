"""The one error type: what went wrong, in a code and a sentence, and what to do about it."""

from collections.abc import Mapping


class ColdframeError(Exception):
    """An error that a person can act on.

    `code` is stable and for programs, `message` says what went wrong, `remedy` what to do.
    `details`: more for programs (which field, which row). The HTTP status follows from the code, in one
    table (`shared/http/errors.py`).
    """

    code = "internal"

    def __init__(
        self,
        message: str,
        *,
        remedy: str,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details: Mapping[str, object] = details or {}
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class BadRequestError(ColdframeError):
    """The caller sent something that cannot be understood or is out of range."""

    code = "bad_request"


class UnauthorisedError(ColdframeError):
    """The caller did not say who it is, or not with a valid secret."""

    code = "unauthorised"


class ForbiddenError(ColdframeError):
    """The caller is known, or need not be, and may not do this."""

    code = "forbidden"


class NotFoundError(ColdframeError):
    """What was asked for is not there."""

    code = "not_found"


class ConflictError(ColdframeError):
    """The request is understood but does not fit the present state."""

    code = "conflict"


class UnavailableError(ColdframeError):
    """It will be there again, but not now."""

    code = "unavailable"


class TooManyRequestsError(ColdframeError):
    """More was asked than is answered in a while."""

    code = "too_many_requests"


class UpstreamError(ColdframeError):
    """Another program that the answer depends on (a host) answers with nonsense."""

    code = "bad_upstream"


class SettingsError(ColdframeError):
    """A settings file or variable is wrong; the message names the file, the key and an example."""

    code = "bad_settings"


class StorageError(ColdframeError):
    """A disk refuses: full, read-only, gone, no permission."""

    code = "storage"
