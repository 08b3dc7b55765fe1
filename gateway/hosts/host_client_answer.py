"""What hosts answer: read within limits, and what their refusals mean here. Plain."""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import (
    BadRequestError,
    ColdframeError,
    ConflictError,
    NotFoundError,
    TooManyRequestsError,
    UnavailableError,
    UpstreamError,
)

_ERROR_OF_STATUS: Mapping[int, type[ColdframeError]] = {
    400: BadRequestError,
    404: NotFoundError,
    409: ConflictError,
    416: BadRequestError,
    422: BadRequestError,
    429: TooManyRequestsError,
    503: UnavailableError,
}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,49}")
# What these mean to a caller is for the gateway to say: a browser that is told `unauthorised` signs out.
# And a code decides the status with which it is answered: these would be another than the host's.
_OWN_CODES = frozenset(
    {
        "bad_settings",
        "bad_upstream",
        "cross_site",
        "csrf",
        "forbidden",
        "internal",
        "method_not_allowed",
        "revoked",
        "token_expired",
        "too_large",
        "unauthorised",
        "unsupported_media_type",
        "wrong_host",
    }
)
_OF_HOSTS = "host_"  # so begin the gateway's own codes of hosts that cannot be asked
# Addresses that hosts name in remedies, and where callers of the gateway find the same.
_ADDRESSES = (
    ("/api/host/devices", "/api/v1/devices"),
    ("/api/host/timeline", "/api/v1/timeline"),
    ("/api/host/frame ", "/api/v1/devices/{host}/{device}/frame "),
)
_LONGEST_TEXT = 500
_GZIP_WINDOW_BITS = 16 + zlib.MAX_WBITS
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class HeldAnswer:
    """An answer that was read to its end. `headers`: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Without parameters; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def unreachable(host: str, why: str) -> UnavailableError:
    """The host does not answer (in time): nothing is known of what it holds."""
    return UnavailableError(
        f"Host {host} cannot be reached: {why}.",
        code="host_unreachable",
        remedy="GET /api/v1/hosts has its state; try again when it is online.",
        details={"host": host},
    )


def nonsense(host: str, what: str) -> UpstreamError:
    """The host answers, and not as a host does."""
    return UpstreamError(
        f"Host {host} answers with nonsense: {what}.",
        remedy="Check that its public_url leads to its agent, and the agent's version.",
        details={"host": host},
    )


def read_limited(
    host: str, pieces: Iterable[bytes], headers: Mapping[str, str], limit: int, check: Callable[[], None]
) -> bytes:
    """The body, unpacked; not more than `limit` bytes are ever held, packed or not.

    `check` is called for each piece and may raise: a deadline. Raises UpstreamError.
    """
    declared = headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise nonsense(host, f"{declared} bytes where {limit} would be many")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise nonsense(host, "an encoding that was not asked for")
    unpack = _unpacked if encoding == "gzip" else _as_they_are
    held = bytearray()
    try:
        for data in unpack(pieces, limit, check):
            held += data
            if len(held) > limit:
                raise nonsense(host, f"more than {limit} bytes")
    except zlib.error:
        raise nonsense(host, "its gzip is broken") from None
    return bytes(held)


def _as_they_are(pieces: Iterable[bytes], _limit: int, check: Callable[[], None]) -> Iterable[bytes]:
    for piece in pieces:
        check()
        yield piece


def _unpacked(pieces: Iterable[bytes], limit: int, check: Callable[[], None]) -> Iterable[bytes]:
    unpacker = zlib.decompressobj(_GZIP_WINDOW_BITS)
    taken = 0
    for piece in pieces:
        check()
        taken += len(piece)
        # Empty blocks unpack to nothing, for ever.
        if unpacker.eof or taken > limit:
            raise zlib.error("more than one stream, or too long")
        data, rest = b"", piece
        while rest or len(data) == _PIECE_BYTES:
            data = unpacker.decompress(rest, _PIECE_BYTES)
            rest = unpacker.unconsumed_tail
            yield data
    if not unpacker.eof or unpacker.unused_data:
        raise zlib.error("cut short, or more than one stream")


def parse_json(host: str, answer: HeldAnswer) -> Any:
    """The JSON value of an answer. Raises UpstreamError."""
    if answer.content_type != "application/json":
        raise nonsense(host, "no JSON")
    try:
        return json.loads(answer.body, parse_constant=_refuse_constant)
    # Not only JSONDecodeError: wrong encodings, integers of many thousand digits, endless nesting.
    except (ValueError, RecursionError):
        raise nonsense(host, "what it calls JSON is none") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def refusal(host: str, answer: HeldAnswer) -> ColdframeError:
    """A host's error, for our callers: its own code, sentence and remedy where it may speak for itself."""
    if answer.status in (401, 403):
        return UpstreamError(
            f"Host {host} does not accept the gateway's secret.",
            code="host_refuses_gateway",
            remedy="Enrol it again with a new enrolment token.",
            details={"host": host},
        )
    kind = _ERROR_OF_STATUS.get(answer.status)
    if kind is not None and not answer.body:
        # Asked by HEAD: the sentence would be in the body.
        return kind(f"Host {host} refuses.", remedy="GET says why.", details={"host": host})
    told = _told(answer)
    if kind is None or told is None:
        return nonsense(host, f"status {answer.status}")
    code, message, remedy = told
    for own, ours in _ADDRESSES:
        remedy = remedy.replace(own, ours)
    return kind(message, code=code, remedy=remedy, details={"host": host})


def _told(answer: HeldAnswer) -> tuple[str, str, str] | None:
    """Code, sentence and remedy of a host's error; None where it is no error of a host."""
    try:
        told = json.loads(answer.body)
        code, message, remedy = told["code"], told["error"], told["remedy"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    if not (isinstance(code, str) and isinstance(message, str) and isinstance(remedy, str)):
        return None
    if not _CODE.fullmatch(code) or code in _OWN_CODES or code.startswith(_OF_HOSTS):
        return None
    return code, one_line(message), one_line(remedy)


def one_line(text: str) -> str:
    """A host's sentence, fit to be shown: not endless, and nothing in it that is no text."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST_TEXT])
