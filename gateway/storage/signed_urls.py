"""Addresses of objects that the gateway answers itself: whoever has one may use it until its time is over.

    /storage/{key}?expires={unix seconds}&signature={HMAC-SHA256}[&filename=…][&type=…][&upload=…&part=…]

Method, key, time and everything else of the address are signed.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from gateway.secret_box import derived_key
from gateway.storage.limits import checked_expiry
from gateway.storage.storage import Method
from shared.clock import Clock
from shared.errors import ForbiddenError

PATH = "/storage/"
_PURPOSE = "storage urls"


@dataclass(frozen=True, slots=True)
class SignedAccess:
    """What one address allows. `upload_id`, `part`: a part of an upload in parts instead of the object."""

    method: Method
    key: str
    expires_s: int
    filename: str = ""
    content_type: str = ""
    upload_id: str = ""
    part: int = 0


class UrlSigner:
    """Makes and checks signatures. `secrets`: the one in use first; the others are still good."""

    def __init__(self, secrets: Sequence[str], clock: Clock) -> None:
        self._keys = [derived_key(secret, _PURPOSE) for secret in secrets]
        self._clock = clock

    def expiry(self, valid_s: int) -> int:
        """When an address that is made now is over, in Unix seconds. Raises BadRequestError."""
        return math.ceil(self._clock.now().timestamp()) + checked_expiry(valid_s)

    def url(self, access: SignedAccess) -> str:
        """The address, relative to the gateway's own."""
        query: dict[str, str | int] = {"expires": access.expires_s}
        if access.filename:
            query["filename"] = access.filename
        if access.content_type:
            query["type"] = access.content_type
        if access.upload_id:
            query |= {"upload": access.upload_id, "part": access.part}
        query["signature"] = _signature(self._keys[0], access)
        return f"{PATH}{quote(access.key, safe='/')}?{urlencode(query, quote_via=quote)}"

    def check(self, access: SignedAccess, signature: str) -> None:
        """Raises ForbiddenError: `bad_signature`, `link_expired`."""
        offered = signature.encode(errors="replace")
        right = [hmac.compare_digest(_signature(key, access).encode(), offered) for key in self._keys]
        if not any(right):
            raise ForbiddenError(
                "The signature of this address is wrong.",
                code="bad_signature",
                remedy="Take the address as it was given, with all of its parameters.",
            )
        if self._clock.now().timestamp() >= access.expires_s:
            raise ForbiddenError(
                "The time of this address is over.",
                code="link_expired",
                remedy="Ask again where you got it: each answer has a fresh one.",
            )


def _signature(key: bytes, access: SignedAccess) -> str:
    # A list of JSON says where each of them ends, whatever they hold.
    signed = json.dumps(
        [
            access.method,
            access.key,
            access.expires_s,
            access.filename,
            access.content_type,
            access.upload_id,
            access.part,
        ]
    )
    return hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
