"""What the gateway answers, out of its envelope: data, a refusal, or nothing that can be used."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.contracts.contract import Contract
from shared.errors import ColdframeError

_LONGEST_SENTENCE = 300
_LONGEST_CODE = 50
_Answer = TypeVar("_Answer", bound=BaseModel)


class GatewayUnreachableError(ColdframeError):
    """Nothing usable was answered: no connection, no answer in time, or the gateway is not well itself."""

    code = "gateway_unreachable"


class GatewayUnwellError(GatewayUnreachableError):
    """It answered, and cannot take it now. `gateway_code`: why, in its own code."""

    def __init__(self, message: str, *, remedy: str, gateway_code: str) -> None:
        super().__init__(message, remedy=remedy)
        self.gateway_code = gateway_code


class GatewayNonsenseError(ColdframeError):
    """What answered is no gateway, or not one that this agent understands."""

    code = "gateway_nonsense"


class GatewayRefusedError(ColdframeError):
    """The gateway understood and will not. `status`: the HTTP status; `code`: the gateway's own."""

    code = "gateway_refused"

    def __init__(self, status: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy, code=code)
        self.status = status


class _Failure(Contract):
    code: str = ""
    message: str = ""
    remedy: str = ""


class _Envelope(Contract):
    success: bool
    data: Any = None
    error: _Failure | None = None


def read_answer(kind: type[_Answer], status: int, body: bytes) -> _Answer:
    """Return the data of an answer as `kind`.

    Raises GatewayRefusedError for a refusal (4xx), GatewayUnwellError for a gateway that is not
    well (429, 5xx), GatewayNonsenseError for anything that is no answer of a gateway.
    """
    try:
        envelope = _Envelope.model_validate_json(body)
    except ValidationError:
        raise _nonsense(status, "it is no answer of a gateway") from None
    failure = envelope.error
    if not envelope.success and failure is not None and status >= 400:
        code = _short(failure.code, _LONGEST_CODE) or GatewayRefusedError.code
        message = _short(failure.message, _LONGEST_SENTENCE) or f"The gateway answers with {status}."
        remedy = _short(failure.remedy, _LONGEST_SENTENCE)
        if status == 429 or status >= 500:
            raise GatewayUnwellError(
                f"The gateway cannot take it now: {message}", remedy=remedy, gateway_code=code
            )
        raise GatewayRefusedError(status, code, message, remedy)
    if not envelope.success or not 200 <= status < 300:
        raise _nonsense(status, "it contradicts itself")
    try:
        return kind.model_validate(envelope.data)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its data"
        raise _nonsense(status, f"{_short(where, _LONGEST_CODE)} is not as agreed") from None


def _nonsense(status: int, why: str) -> GatewayNonsenseError:
    return GatewayNonsenseError(
        f"What the gateway answers (status {status}) cannot be used: {why}.",
        remedy="Check that [gateway] url is a gateway's, of a version that fits this agent's.",
    )


def _short(text: str, length: int) -> str:
    """The text of another machine, fit for a line of a log."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:length].strip()
