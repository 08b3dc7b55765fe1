"""The connection to an S3 server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:  # the types are of development alone
    from types_boto3_s3 import S3Client

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 30
ATTEMPTS = 3
CHECKED_WITHIN_S = 2
# Of what the server itself copies: gigabytes, before it says a word. Asked once: it cannot be done twice.
WORKING_TIMEOUT_S = 600
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class S3Address:
    """Which bucket of which server, and by whose keys."""

    endpoint_url: str
    region: str
    bucket: str
    access_key: str
    secret_key: str


def connect(
    address: S3Address, *, read_timeout_s: float = READ_TIMEOUT_S, attempts: int = ATTEMPTS
) -> S3Client:
    """A client for many threads; nothing is asked yet."""
    # A session of its own: the keys of the settings, whatever the machine's profile says.
    session = boto3.session.Session(
        aws_access_key_id=address.access_key or None,
        aws_secret_access_key=address.secret_key or None,
        region_name=address.region,
    )
    return session.client(
        "s3",
        endpoint_url=address.endpoint_url,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=CONNECTIONS,
            # Checksums beyond S3's own signature are what older servers do not know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
