"""What a request must be allowed to do, declared on every endpoint."""

from collections.abc import Callable
from copy import deepcopy
from http import HTTPStatus
from typing import Any, TypeVar

PUBLIC = "public"
_ATTRIBUTE = "coldframe_permission"
_APIDOC = "_apidoc"  # where flask-smorest collects what its document says of a view
_View = TypeVar("_View", bound=Callable[..., Any])


def requires(permission: str, *, refusals: tuple[int, ...] = (400, 403)) -> Callable[[_View], _View]:
    """Declare what a caller needs to use an endpoint; `public` needs nothing.

    `refusals`: the statuses that every endpoint of the application may answer with.

    Written directly under the route's own decorator. The document gets the permission, and the
    errors that follow from it.
    """

    def declare(view: _View) -> _View:
        apidoc = deepcopy(getattr(view, _APIDOC, {}))
        manual = apidoc.setdefault("manual_doc", {})
        manual["operationId"] = view.__name__
        manual["x-permission"] = permission
        manual["security"] = [] if permission == PUBLIC else [{"bearer": []}]
        statuses = refusals if permission == PUBLIC else (*refusals, 401)
        manual.setdefault("responses", {}).update({status: HTTPStatus(status).name for status in statuses})
        setattr(view, _APIDOC, apidoc)
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def declared_permission(view: Callable[..., Any]) -> str | None:
    """What `requires` declared on `view`; None where nothing was declared."""
    return getattr(view, _ATTRIBUTE, None)
