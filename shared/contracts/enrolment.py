"""Enrolment: a single-use token is traded for a credential.

The agent makes the credential and the calling secret itself, keeps them, and sends them with the token.
So an answer that is lost on its way costs nothing: the same request is sent again and is answered again.
"""

from typing import Annotated

from pydantic import Field

from shared.contracts.contract import Contract

SECRET_LENGTH = 43  # of 32 random bytes, in URL-safe base64 without padding
Secret = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
HOST_NAME_PATTERN = "^[a-z0-9][a-z0-9_-]{0,62}$"  # of devices too
HostName = Annotated[str, Field(pattern=HOST_NAME_PATTERN)]
PublicUrl = Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+/?$", max_length=255)]


class EnrolmentRequest(Contract):
    """`POST /api/v1/hosts/enrol`.

    `credential_sha256`: hexadecimal; the credential itself is sent with heartbeats only. `calling_secret`:
    what the gateway sends as a bearer token when it calls this host at `public_url`.
    """

    token: Annotated[str, Field(min_length=1, max_length=200)]
    name: HostName
    public_url: PublicUrl
    version: Annotated[str, Field(max_length=50)]
    credential_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    calling_secret: Secret


class EnrolmentAnswer(Contract):
    """`heartbeat_url`: where reports go from now on. `interval_s`: how often."""

    host_id: str
    heartbeat_url: str
    interval_s: float
