"""Who sends a request, and whether they may: looked at before anything else looks at it."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from werkzeug import Response

from gateway.accounts import cookies
from gateway.accounts.login import media_token_sha256
from gateway.accounts.permissions import HOST, PUBLIC, Caller, may
from gateway.accounts.sessions.media import MediaSessions
from gateway.accounts.sessions.repository import SessionStore, SignedIn
from gateway.accounts.tokens import Tokens, check_csrf
from shared.clock import Clock
from shared.errors import ForbiddenError, UnauthorisedError
from shared.http.access import is_loopback_host, is_other_site
from shared.http.deed import tell_doer
from shared.http.foreign_page import is_foreign_page, is_sent_by_own_page
from shared.http.permissions import declared_permission

MEDIA_PATH = cookies.PATHS[cookies.MEDIA]
_READING = frozenset({"GET", "HEAD"})


class SignedInUsers:
    """Finds who sends the request that is being answered.

    Asks the database once, so that what was taken away is gone with the next request.
    """

    def __init__(self, store: SessionStore, media: MediaSessions, tokens: Tokens, clock: Clock) -> None:
        self._store = store
        self._media = media
        self._tokens = tokens
        self._clock = clock

    def install(self, app: Flask) -> None:
        """Set up what `app` reads tokens with."""
        self._tokens.install(app)

    def caller(self, *, of_foreign_page: bool = False) -> Caller:
        """Who sends the present request. Raises UnauthorisedError, ForbiddenError (a missing proof).

        `of_foreign_page`: of one that cannot send our proof (`shared/http/foreign_page.py`).

        A bearer token counts before cookies: whoever sends one means it. The media cookie opens media to
        read and nothing else.
        """
        bearer = bearer_token()
        if bearer is not None:
            return self._by_access_token(bearer, is_cookie=False)
        if request.path.startswith(MEDIA_PATH) and request.method in _READING:
            media = request.cookies.get(cookies.MEDIA)
            found = None if media is None else self._media.signed_in(media_token_sha256(media))
            if found is not None:
                return _caller(found)
        cookie = request.cookies.get(cookies.ACCESS)
        if cookie is None:
            raise _refusal("This address needs a login.")
        if of_foreign_page:
            if request.method not in _READING:
                _refuse_other_pages()
            return self._by_access_token(cookie, is_cookie=False)
        return self._by_access_token(cookie, is_cookie=True)

    def _by_access_token(self, token: str, *, is_cookie: bool) -> Caller:
        claims = self._tokens.read(token, "access")
        if is_cookie and request.method not in _READING:
            check_csrf(claims, request.headers.get(cookies.CSRF_HEADER))
        found = self._store.signed_in(claims.user_id, claims.session_id, self._clock.now())
        if found is None:
            raise _refusal("This login has ended.")
        return _caller(found)


def bearer_token() -> str | None:
    """What the Authorization header carries; None where it carries no bearer token."""
    scheme, _, offered = request.headers.get("Authorization", "").partition(" ")
    return offered.strip() if scheme.lower() == "bearer" else None


def check_every_request(app: Flask, users: SignedInUsers, *, demo: bool) -> None:
    """Check each request of `app`: who sends it and whether they may do that; sets `g.caller`.

    `demo`: a gateway whose login everybody knows, which answers to its own machine's pages only.
    """
    users.install(app)

    def check() -> Response | None:
        if demo:
            _refuse_pages_of_other_sites()
        view: Callable[..., object] | None = current_app.view_functions.get(request.endpoint or "")
        # An address that does not exist is not public either: it does not tell what exists.
        permission = declared_permission(view) if view is not None else None
        if permission in (PUBLIC, HOST):
            return None
        of_foreign_page = is_foreign_page(view)
        try:
            g.caller = users.caller(of_foreign_page=of_foreign_page)
        except UnauthorisedError:
            if of_foreign_page and request.method in _READING:
                return redirect(f"/sign-in?{urlencode({'next': request.path})}")
            raise
        tell_doer(g.caller.user_id, g.caller.username)
        if permission is not None and not may(g.caller, permission):
            raise ForbiddenError(
                f"Your role, {g.caller.role}, does not have the permission {permission}.",
                remedy="Ask an admin for another role.",
                details={"permission": permission},
            )
        return None

    app.before_request(check)


def _caller(found: SignedIn) -> Caller:
    user = found.user
    return Caller(
        user_id=user.id,
        username=user.username,
        email=user.email,
        role=user.role,
        scope=user.scope,
        session_id=found.session_id,
    )


def _refusal(message: str) -> UnauthorisedError:
    return UnauthorisedError(
        message,
        remedy="Sign in at /api/v1/auth/login and send Authorization: Bearer with the access token.",
    )


def _refuse_other_pages() -> None:
    headers = request.headers
    if not is_sent_by_own_page(headers.get("Sec-Fetch-Site"), headers.get("Origin"), request.host):
        raise ForbiddenError(
            "Only a page of this gateway may change anything here.",
            code="cross_site",
            remedy="Open /rq itself; programs use /api/v1/jobs.",
        )


def _refuse_pages_of_other_sites() -> None:
    """A name that was made to resolve to 127.0.0.1 (DNS rebinding) would sign in with the demo's login."""
    host = request.headers.get("Host", "")
    if not is_loopback_host(host):
        raise ForbiddenError(
            "A demo answers only to its own machine, by 127.0.0.1 or localhost.",
            code="wrong_host",
            remedy="Ask for http://127.0.0.1, or run a gateway with users of your own.",
        )
    if request.method not in _READING and is_other_site(request.headers.get("Origin"), host):
        raise ForbiddenError(
            "A page of another site may not change anything here.",
            code="cross_site",
            remedy="Send the request from a program, or open the gateway's own page.",
        )
