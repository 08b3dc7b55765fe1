"""Saved views of the wall: whose they are, who may change them, and what each viewer sees of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.accounts.permissions import Caller
from gateway.catalogue.device import Scope
from gateway.catalogue.full_names import parse_full_name
from gateway.catalogue.repository import Catalogue, unknown_device
from gateway.wall.views.layout import Layout, as_seen
from gateway.wall.views.repository import StoredView, ViewRepository
from shared.errors import ForbiddenError, NotFoundError
from shared.paging import Page, PageQuery

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class WallView:
    """A view as somebody sees it: tiles of devices that they may not see are empty."""

    id: str
    name: str
    shared: bool
    owner: str
    is_own: bool
    may_change: bool
    layout: Layout
    created_at: datetime
    updated_at: datetime


class WallViews:
    """A view is its owner's; a shared one is seen by everybody, and changed by its owner and by admins."""

    def __init__(self, repository: ViewRepository, catalogue: Catalogue) -> None:
        self._repository = repository
        self._catalogue = catalogue

    def page(self, user: Caller, asked: PageQuery) -> Page[WallView]:
        """A page of what the user sees, by name."""
        found = self._repository.page(user.user_id, asked)
        return Page(self._seen(found.items, user), found.total, asked)

    def add(self, user: Caller, name: str, shared: bool, layout: Layout) -> WallView:
        """Save a view.

        Raises ConflictError for a name that the user has used, NotFoundError for a device that is not there
        or that they may not see.
        """
        self._check_devices(layout, user.scope)
        stored = self._repository.add(user.user_id, name, shared, layout)
        if stored is None:
            raise NotFoundError("Your account is gone.", remedy="Ask an admin.")
        return self._seen([stored], user)[0]

    def change(self, user: Caller, view_id: str, changes: Mapping[str, Any]) -> WallView:
        """Change what is given of `name`, `shared`, `layout`. Raises as `add`; ForbiddenError."""
        stored = self._changeable(user, view_id)
        if "layout" in changes:
            self._check_devices(changes["layout"], user.scope)
        changed = self._repository.change(stored.id, changes)
        if changed is None:
            raise _unknown_view()
        return self._seen([changed], user)[0]

    def delete(self, user: Caller, view_id: str) -> str:
        """Remove a view; return its name. Raises NotFoundError, ForbiddenError."""
        view = self._changeable(user, view_id)
        if not self._repository.delete(view.id):
            raise _unknown_view()
        return view.name

    def _changeable(self, user: Caller, view_id: str) -> StoredView:
        """The view that the user is about to change. One that they do not see is not there for them."""
        try:
            stored = self._repository.view(str(uuid.UUID(view_id)))
        except ValueError:
            stored = None
        if stored is None or not (stored.shared or stored.user_id == user.user_id):
            raise _unknown_view()
        if not _may_change(stored, user):
            raise ForbiddenError(
                f"The view {stored.name} belongs to {stored.owner}.",
                remedy="Save a view of your own, or ask its owner or an admin.",
            )
        return stored

    def _check_devices(self, layout: Layout, scope: Scope) -> None:
        there = self._visible([layout], scope)
        for name in layout.devices:
            if name not in there:
                raise unknown_device(*parse_full_name(name))

    def _seen(self, stored: Sequence[StoredView], user: Caller) -> list[WallView]:
        visible = self._visible([view.layout for view in stored], user.scope)
        return [
            WallView(
                id=view.id,
                name=view.name,
                shared=view.shared,
                owner=view.owner,
                is_own=view.user_id == user.user_id,
                may_change=_may_change(view, user),
                layout=as_seen(view.layout, visible),
                created_at=view.created_at,
                updated_at=view.updated_at,
            )
            for view in stored
        ]

    def _visible(self, layouts: Sequence[Layout], scope: Scope) -> set[str]:
        """Those of the devices in `layouts` that are there and in `scope`; one query."""
        names = {name for layout in layouts for name in layout.devices}
        found = self._catalogue.devices_named([parse_full_name(name) for name in names], scope)
        return {device.full_name for device in found}


def _may_change(view: StoredView, user: Caller) -> bool:
    return view.user_id == user.user_id or user.role == ADMIN


def _unknown_view() -> NotFoundError:
    return NotFoundError("There is no such view.", remedy="GET /api/v1/wall/views lists the views.")
