"""The one error type: what went wrong, in a code and a sentence, and what to do about it."""


class ColdframeError(Exception):
    """An error that a person can act on.

    `code` is stable and for programs, `message` says what went wrong, `remedy` what to do.
    The HTTP status follows from the code, in one table (`shared/http/errors.py`).
    """

    code = "internal"

    def __init__(self, message: str, *, remedy: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
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


class NotFoundError(ColdframeError):
    """What was asked for is not there."""

    code = "not_found"


class ConflictError(ColdframeError):
    """The request is understood but does not fit the present state."""

    code = "conflict"


class UnavailableError(ColdframeError):
    """It will be there again, but not now."""

    code = "unavailable"


class SettingsError(ColdframeError):
    """A settings file or variable is wrong; the message names the file, the key and an example."""

    code = "bad_settings"


class StorageError(ColdframeError):
    """A disk refuses: full, read-only, gone, no permission."""

    code = "storage"
