"""Who may do what: permissions, roles, and the one question `may(user, permission, device)`.

Every endpoint declares one permission with `requires`; `check_every_request` (accounts/access.py) asks it
of the role before the view runs. What a user limited to groups may see is asked per device: lists take the
caller's `scope` into their query, single devices are looked up with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import g

from gateway.catalogue.device import Scope, is_in_scope
from shared.http.permissions import PUBLIC
from shared.http.permissions import requires as _requires

__all__ = [
    "ALL_PERMISSIONS",
    "HOST",
    "PUBLIC",
    "ROLES",
    "SIGNED_IN",
    "Caller",
    "Grouped",
    "allows",
    "caller",
    "may",
    "permissions_of",
    "requires",
]

# Everybody who is signed in, whatever their role: their own account.
SIGNED_IN = "signed-in"
# A host with its credential, not a user: checked by the hosts room itself.
HOST = "host"

ALL_PERMISSIONS = frozenset(
    {
        "cameras:read",
        "cameras:write",
        "archive:read",
        "archive:export",
        "videos:read",
        "videos:write",
        "captions:read",
        "captions:write",
        "hosts:read",
        "hosts:control",
        "hosts:enrol",
        "jobs:read",
        "jobs:write",
        "users:admin",
        "audit:read",
    }
)
ROLES: dict[str, frozenset[str]] = {
    "admin": ALL_PERMISSIONS,
    "operator": ALL_PERMISSIONS - {"users:admin", "hosts:enrol", "audit:read"},
    "viewer": frozenset(name for name in ALL_PERMISSIONS if name.endswith(":read")) - {"audit:read"},
}

_View = TypeVar("_View", bound=Callable[..., Any])


class Grouped(Protocol):
    """Anything that belongs to a camera group, or to none."""

    @property
    def group_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request. `scope`: the camera groups they are limited to; None: not limited."""

    user_id: str
    username: str
    email: str
    role: str
    scope: Scope
    session_id: str


def allows(role: str, permission: str) -> bool:
    """Whether users of `role` may do this at all."""
    return permission in (PUBLIC, SIGNED_IN) or permission in ROLES.get(role, frozenset())


def permissions_of(role: str) -> list[str]:
    """What users of `role` may do, by name."""
    return sorted(ROLES.get(role, frozenset()))


def may(user: Caller, permission: str, device: Grouped | None = None) -> bool:
    """Whether `user` may do this (with this device, where one is named)."""
    return allows(user.role, permission) and (device is None or is_in_scope(device.group_id, user.scope))


def requires(permission: str) -> Callable[[_View], _View]:
    """Declare what a caller needs to use an endpoint. Written directly under the route's decorator."""
    return _requires(permission, refusals=(400, 403, 422, 429, 503))


def caller() -> Caller:
    """Who sends this request. Only where the endpoint is not public."""
    found = g.caller
    assert isinstance(found, Caller)
    return found
