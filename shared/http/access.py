"""Who may ask: bearer tokens, and on a machine without one only programs of this machine."""

import hmac
import ipaddress
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from shared.errors import ForbiddenError, UnauthorisedError
from shared.http.permissions import PUBLIC, declared_permission

Tokens = Callable[[], Sequence[str]]
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_is_known(header: str | None, tokens: Sequence[str]) -> bool:
    """Whether an Authorization header carries one of `tokens`. Takes the same time for every wrong one."""
    scheme, _, offered = (header or "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    # Compared as bytes: compare_digest refuses text that is not ASCII, and a header may be anything.
    offered_bytes = offered.strip().encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(offered_bytes, token.encode()) for token in tokens]
    return any(matches)


def is_loopback_host(host: str) -> bool:
    """Whether a Host header names this machine itself: a loopback address or `localhost`, any port.

    A page of another site whose name was made to resolve to 127.0.0.1 (DNS rebinding) sends its own name.
    """
    name = _host_name(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def is_other_site(origin: str | None, host: str) -> bool:
    """Whether an Origin header names another site than `host`. Programs that are no browsers send none."""
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True


def is_authenticated() -> bool:
    """Whether this request may see everything: it carried a token, or none is needed."""
    return bool(g.get("authenticated", False))


def check_every_request(app: Flask, tokens: Tokens) -> None:
    """Check each request of `app` before anything else looks at it.

    `tokens` gives the secrets that are accepted now; while it gives none, only this machine may ask.
    """

    def check() -> None:
        accepted = tokens()
        if accepted:
            g.authenticated = token_is_known(request.headers.get("Authorization"), accepted)
        else:
            _refuse_other_machines()
            g.authenticated = True
        view = current_app.view_functions.get(request.endpoint or "")
        # An address that does not exist is not public either: it does not tell what exists.
        permission = declared_permission(view) if view is not None else None
        if permission != PUBLIC and not g.authenticated:
            raise UnauthorisedError(
                "This address needs a valid token.",
                remedy="Send the header Authorization: Bearer … with agent.token of host.toml.",
            )

    app.before_request(check)


def _refuse_other_machines() -> None:
    host = request.headers.get("Host", "")
    if not is_loopback_host(host):
        raise ForbiddenError(
            "Without a token this agent answers only to its own machine, by 127.0.0.1 or localhost.",
            code="wrong_host",
            remedy="Ask for http://127.0.0.1, or set agent.token in host.toml and send it.",
        )
    if request.method not in _SAFE_METHODS and is_other_site(request.headers.get("Origin"), host):
        raise ForbiddenError(
            "A page of another site may not change anything here.",
            code="cross_site",
            remedy="Send the request from a program, or set agent.token in host.toml and send it.",
        )
