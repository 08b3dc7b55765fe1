"""Pages that were made by others and are shown behind our login."""

from collections.abc import Callable
from typing import Any

_ATTRIBUTE = "coldframe_foreign_page"


def foreign_page(view: Callable[..., Any]) -> None:
    """Mark a view: who is not signed in is led to where one signs in, and its scripts, which cannot send
    the proof that ours send with a change, prove by the browser's word that they are of this site."""
    setattr(view, _ATTRIBUTE, True)


def is_foreign_page(view: Callable[..., Any] | None) -> bool:
    """Whether the view was marked."""
    return bool(getattr(view, _ATTRIBUTE, False))


def is_sent_by_own_page(fetch_site: str | None, origin: str | None, host: str) -> bool:
    """Whether a browser says that a page of `host` sends this: by Sec-Fetch-Site, else by Origin.

    No page can write either header itself. Who sends neither is no browser of today, and proves nothing.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return origin is not None and origin.lower() in (f"https://{host.lower()}", f"http://{host.lower()}")
