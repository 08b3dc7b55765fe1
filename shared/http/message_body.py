"""What machines send: a JSON message in a body that may be gzip, checked strictly and of limited size."""

import zlib
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from shared.errors import BadRequestError

_Message = TypeVar("_Message", bound=BaseModel)
_GZIP = 16 + zlib.MAX_WBITS
_SHOWN_LENGTH = 100
# Text that PostgreSQL cannot hold, in the only form that it has in JSON.
_ESCAPED_NUL = b"\\u0000"


def bearer_token() -> str | None:
    """The secret of this request's Authorization header; None where it has none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def read_message(kind: type[_Message], *, largest_bytes: int) -> _Message:
    """The message in this request's body, `largest_bytes` at most once it is unpacked.

    Raises BadRequestError: `too_large`, `unsupported_media_type`, or with the field that is wrong.
    """
    body = _unpacked(request.get_data(cache=False), request.headers.get("Content-Encoding"), largest_bytes)
    if not request.is_json:
        raise BadRequestError(
            "The body is not JSON.",
            code="unsupported_media_type",
            remedy="Send it with the header Content-Type: application/json.",
        )
    try:
        message = kind.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise _bad_field(".".join(str(part) for part in found["loc"]), found["msg"]) from None
    if _ESCAPED_NUL in body and _holds_nul(message.model_dump()):
        raise _bad_field("", "A text holds the character U+0000")
    return message


def _unpacked(body: bytes, encoding: str | None, largest_bytes: int) -> bytes:
    """No more is unpacked than is taken, whatever a small body claims to hold."""
    if encoding in (None, "", "identity"):
        if len(body) > largest_bytes:
            raise _too_large(largest_bytes)
        return body
    if encoding != "gzip":
        raise BadRequestError(
            f"The encoding {(encoding or '')[:_SHOWN_LENGTH]} is not taken here.",
            code="unsupported_media_type",
            remedy="Send it plain or with Content-Encoding: gzip.",
        )
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, largest_bytes + 1)
    except zlib.error:
        raise BadRequestError("The body is not gzip.", remedy="Send it whole, or plain.") from None
    if len(plain) > largest_bytes:
        raise _too_large(largest_bytes)
    if not unpacker.eof or unpacker.unused_data:
        raise BadRequestError("The body is not one gzip stream.", remedy="Send it whole, or plain.")
    return plain


def _too_large(largest_bytes: int) -> BadRequestError:
    return BadRequestError(
        f"The message is larger than {largest_bytes >> 20} MiB.",
        code="too_large",
        remedy="Send less at a time.",
    )


def _bad_field(field: str, what: str) -> BadRequestError:
    shown = field[:_SHOWN_LENGTH]
    sentence = f"{what[:200].rstrip('.')}."
    return BadRequestError(
        f"{shown}: {sentence}" if shown else sentence,
        remedy="/docs shows the form of the message.",
        details={"field": shown} if shown else None,
    )


def _holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(_holds_nul(part) for part in value)
