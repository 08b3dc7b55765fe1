"""The browser's four cookies: access, refresh, the proof against other sites' pages, and media."""

from dataclasses import dataclass
from typing import Literal

from werkzeug import Request, Response

from shared.http.access import is_loopback_host

ACCESS = "coldframe_access"
REFRESH = "coldframe_refresh"
CSRF = "coldframe_csrf"
MEDIA = "coldframe_media"
CSRF_HEADER = "X-CSRF-TOKEN"
PATHS = {ACCESS: "/", REFRESH: "/api/v1/auth", CSRF: "/", MEDIA: "/media/"}
# The longest that browsers keep a cookie: how long it is good for the gateway knows, which sees a login's
# end move on with every refresh while this cookie, of another path, stays what it is.
MEDIA_COOKIE_S = 400 * 86_400
# Sent by our own pages only; links from elsewhere open a page, which then asks for itself.
_SAME_SITE: Literal["Strict"] = "Strict"


@dataclass(frozen=True, slots=True)
class CookieValues:
    """What the cookies of a login hold. `media`: None where it stays as it is."""

    access: str
    access_s: float
    refresh: str
    refresh_s: float
    csrf: str
    media: str | None


def set_cookies(response: Response, request: Request, values: CookieValues) -> None:
    """Sign the browser in that sent `request`."""
    _set(response, request, ACCESS, values.access, values.access_s)
    _set(response, request, REFRESH, values.refresh, values.refresh_s)
    _set(response, request, CSRF, values.csrf, values.refresh_s, readable=True)
    if values.media is not None:
        _set(response, request, MEDIA, values.media, MEDIA_COOKIE_S)


def clear_cookies(response: Response) -> None:
    """Make the browser forget all of them."""
    for name, path in PATHS.items():
        response.delete_cookie(name, path=path, samesite=_SAME_SITE)


def has_cookies(request: Request) -> bool:
    """Whether a browser that was signed in sends `request`."""
    return ACCESS in request.cookies or REFRESH in request.cookies


def _set(
    response: Response, request: Request, name: str, value: str, max_age_s: float, *, readable: bool = False
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(max_age_s),
        path=PATHS[name],
        httponly=not readable,
        samesite=_SAME_SITE,
        # Without TLS only this machine itself may be signed in to.
        secure=request.is_secure or not is_loopback_host(request.host),
    )
