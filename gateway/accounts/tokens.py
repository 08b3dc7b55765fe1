"""Access and refresh tokens: JWTs signed with keys that are derived from the gateway's secret keys.

An access token says which login of which user it belongs to; whether that login still holds is asked of
the database with every request. A refresh token is good for one use (accounts/session.py).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from gateway.secret_box import derived_key
from shared.clock import Clock
from shared.errors import ForbiddenError, UnauthorisedError

ALGORITHM = "HS256"
ISSUER = "coldframe"
Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says. `csrf`: what a script must send along where the token is a cookie."""

    user_id: str
    session_id: str
    jti: str
    csrf: str
    expires_at: datetime


class Tokens:
    """Makes and reads tokens, in an application's context. `secrets`: the one in use first."""

    def __init__(self, secrets: Sequence[str], access_token_s: float, clock: Clock) -> None:
        keys = [derived_key(secret, "login tokens").hex() for secret in secrets]
        self._keys = {_key_id(key): key for key in keys}
        self._key = keys[0]
        self.access_token_s = access_token_s
        self._clock = clock

    def install(self, app: Flask) -> None:
        """Set up flask-jwt-extended for `app`."""
        app.config.update(
            JWT_ALGORITHM=ALGORITHM,
            JWT_DECODE_ALGORITHMS=[ALGORITHM],
            JWT_SECRET_KEY=self._key,
            JWT_ENCODE_ISSUER=ISSUER,
            JWT_DECODE_ISSUER=ISSUER,
            JWT_ENCODE_NBF=False,
            # When a token ends is decided below, by our clock. When it began does not matter, or everybody
            # would be signed out by a clock that is set back.
            JWT_DECODE_LEEWAY=timedelta(days=3650),
        )
        manager = JWTManager(app)
        # An unknown name of a key fails at the signature, as a forged one does.
        manager.decode_key_loader(lambda header, _claims: self._keys.get(str(header.get("kid")), self._key))

    def access(self, user_id: str, session_id: str, csrf: str) -> str:
        """A new access token."""
        expires_at = self._clock.now() + timedelta(seconds=self.access_token_s)
        claims = self._claims(session_id, csrf, expires_at)
        return str(create_access_token(user_id, additional_claims=claims, additional_headers=self._headers()))

    def refresh(self, user_id: str, session_id: str, csrf: str, jti: str, expires_at: datetime) -> str:
        """The refresh token `jti`."""
        claims = {**self._claims(session_id, csrf, expires_at), "jti": jti}
        return str(
            create_refresh_token(user_id, additional_claims=claims, additional_headers=self._headers())
        )

    def read(self, token: str, kind: Kind) -> Claims:
        """What `token` says. Raises UnauthorisedError, `token_expired` where only that is wrong."""
        try:
            found = decode_token(token, allow_expired=True)
            claims = Claims(
                user_id=str(found["sub"]),
                session_id=str(found["sid"]),
                jti=str(found["jti"]),
                csrf=str(found["csrf"]),
                expires_at=datetime.fromtimestamp(float(found["exp"]), UTC),
            )
            is_of_kind = found["type"] == kind
        # Beside what the libraries raise: a claim that is missing, JSON nested without end.
        except (PyJWTError, JWTExtendedException, KeyError, RecursionError):
            raise _refusal() from None
        if not is_of_kind:
            raise _refusal()
        if claims.expires_at <= self._clock.now():
            raise UnauthorisedError(
                "This token has expired.", code="token_expired", remedy="Refresh the login, or sign in again."
            )
        return claims

    def _claims(self, session_id: str, csrf: str, expires_at: datetime) -> dict[str, Any]:
        return {
            "sid": session_id,
            "csrf": csrf,
            "iat": int(self._clock.now().timestamp()),
            "exp": expires_at.timestamp(),
        }

    def _headers(self) -> dict[str, str]:
        return {"kid": _key_id(self._key)}


def check_csrf(claims: Claims, offered: str | None) -> None:
    """Refuse a request that a page of another site may have sent with our cookies. Raises ForbiddenError."""
    # As bytes: compare_digest refuses text that is not ASCII, and a header may be anything.
    expected, sent = claims.csrf.encode(), (offered or "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(expected, sent):
        raise ForbiddenError(
            "The request does not prove that it comes from the gateway's own page.",
            code="csrf",
            remedy="Send the cookie coldframe_csrf in the header X-CSRF-TOKEN, or a bearer token.",
        )


def _key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _refusal() -> UnauthorisedError:
    return UnauthorisedError("This token is not valid.", remedy="Sign in again.")
