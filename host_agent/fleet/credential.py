"""The agent's credential and how it stands in `gateway-credential.json`. Encoder and parser."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pending:
    """Secrets made for an enrolment that was not answered yet; the same are sent until it is.

    `token_sha256`: of the enrolment token that they are sent with, hexadecimal.
    """

    gateway_url: str
    token_sha256: str
    credential: str = field(repr=False)
    calling_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A credential that the gateway took. `calling_secret`: what the gateway sends when it calls this
    host. `gateway_url`: as it stood in the settings then."""

    gateway_url: str
    token_sha256: str
    credential: str = field(repr=False)
    calling_secret: str = field(repr=False)
    host_id: str
    heartbeat_url: str
    interval_s: float


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the file holds. An enrolment anew stands beside the old credential until it is answered."""

    enrolled: Enrolled | None = None
    pending: Pending | None = None


def encode_credentials(credentials: Credentials) -> str:
    """The text of the file."""
    return json.dumps(asdict(credentials), indent=1) + "\n"


def parse_credentials(text: str) -> Credentials | None:
    """What the file says; None where it is torn or something else."""
    try:
        fields = json.loads(text)
        enrolled, pending = fields["enrolled"], fields["pending"]
        return Credentials(
            None if enrolled is None else _enrolled(enrolled), None if pending is None else _pending(pending)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _pending(fields: dict[str, Any]) -> Pending:
    return Pending(
        gateway_url=_text(fields["gateway_url"]),
        token_sha256=_text(fields["token_sha256"]),
        credential=_text(fields["credential"]),
        calling_secret=_text(fields["calling_secret"]),
    )


def _enrolled(fields: dict[str, Any]) -> Enrolled:
    held = _pending(fields)
    interval_s = float(fields["interval_s"])
    if not math.isfinite(interval_s) or interval_s <= 0:
        raise ValueError("interval_s must be a time")
    return Enrolled(
        held.gateway_url,
        held.token_sha256,
        held.credential,
        held.calling_secret,
        host_id=_text(fields["host_id"]),
        heartbeat_url=_text(fields["heartbeat_url"]),
        interval_s=interval_s,
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text")
    return value
