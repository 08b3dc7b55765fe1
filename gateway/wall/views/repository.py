"""Saved views of the wall in PostgreSQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.accounts.tables import users
from gateway.catalogue.free_name import free_name
from gateway.wall.tables import wall_views
from gateway.wall.views.layout import Layout
from shared.errors import ConflictError
from shared.paging import Page, PageQuery

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class StoredView:
    """A view as it was saved. `owner`: a user's name."""

    id: str
    user_id: str
    owner: str
    name: str
    shared: bool
    layout: Layout
    created_at: datetime
    updated_at: datetime


class ViewRepository:
    """Everybody's views; a user's names are unique. Ids are given as UUIDs."""

    def __init__(self, engine: Engine, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    def page(self, user_id: str, asked: PageQuery) -> Page[StoredView]:
        """A page of the user's own and the shared views, by name."""
        condition = or_(wall_views.c.user_id == user_id, wall_views.c.shared)
        query = _views().where(condition).order_by(wall_views.c.name, wall_views.c.id)
        counting = select(func.count()).select_from(wall_views).where(condition)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            found = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([_view(row) for row in found], total, asked)

    def view(self, view_id: str) -> StoredView | None:
        """The view with this id; None where there is none."""
        with self._engine.begin() as connection:
            return _one(connection, view_id)

    def add(self, user_id: str, name: str, shared: bool, layout: Layout) -> StoredView | None:
        """Save a new view. Raises ConflictError where the user has one of that name; None: there is no such
        user any more."""
        view_id = self._new_id()
        values = {"name": name, "shared": shared, "layout": _packed(layout)}
        owned = select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True)
        try:
            with self._engine.begin() as connection:
                if connection.execute(owned).first() is None:
                    return None
                connection.execute(insert(wall_views).values(id=view_id, user_id=user_id, **values))
                return _one(connection, view_id)
        except IntegrityError:
            raise _name_is_taken(name) from None

    def change(self, view_id: str, changes: Mapping[str, Any]) -> StoredView | None:
        """Change `name`, `shared`, `layout`, what is given of them.

        Raises ConflictError; None: it is gone.
        """
        values = {
            key: _packed(value) if isinstance(value, Layout) else value for key, value in changes.items()
        }
        try:
            with self._engine.begin() as connection:
                if values:
                    connection.execute(update(wall_views).where(wall_views.c.id == view_id).values(**values))
                return _one(connection, view_id)
        except IntegrityError:
            raise _name_is_taken(str(changes.get("name"))) from None

    def delete(self, view_id: str) -> bool:
        """Remove a view; False: it was gone already."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(wall_views).where(wall_views.c.id == view_id))
            return gone.rowcount == 1


def hand_over_shared(connection: Connection, leaving: str, heir: str) -> list[str]:
    """Make the views that a user shares another's, before that user goes; return what they are called now.

    A name that the heir has for another view is followed by the former owner's. Ids of users. Nothing where
    there is no such heir any more. Inside the caller's transaction.
    """
    known = select(users.c.id).where(users.c.id == heir).with_for_update(key_share=True)
    if connection.execute(known).first() is None:
        return []
    owner = connection.execute(select(users.c.username).where(users.c.id == leaving)).scalar_one()
    own = select(wall_views.c.name).where(wall_views.c.user_id == heir)
    taken = set(connection.execute(own).scalars())
    theirs = select(wall_views.c.id, wall_views.c.name).where(
        wall_views.c.user_id == leaving, wall_views.c.shared
    )
    named: list[str] = []
    for row in connection.execute(theirs.order_by(wall_views.c.name).with_for_update()).all():
        wish = row.name if row.name not in taken else f"{row.name[: _LONGEST_NAME // 2]} ({owner})"
        name = free_name(wish, taken, _LONGEST_NAME)
        taken.add(name)
        named.append(name)
        moved = update(wall_views).where(wall_views.c.id == row.id)
        connection.execute(moved.values(user_id=heir, name=name))
    return named


def _name_is_taken(name: str) -> ConflictError:
    return ConflictError(
        f"There is a view {name} of this user already.", remedy="Choose another name.", code="name_taken"
    )


def _views() -> Select[*tuple[Any, ...]]:
    return select(wall_views, users.c.username.label("owner")).join(users, users.c.id == wall_views.c.user_id)


def _one(connection: Connection, view_id: str) -> StoredView | None:
    found = connection.execute(_views().where(wall_views.c.id == view_id)).first()
    return None if found is None else _view(found)


def _packed(layout: Layout) -> dict[str, Any]:
    return {"columns": layout.columns, "tiles": list(layout.tiles)}


def _view(row: Row[*tuple[Any, ...]]) -> StoredView:
    return StoredView(
        id=str(row.id),
        user_id=str(row.user_id),
        owner=row.owner,
        name=row.name,
        shared=row.shared,
        layout=Layout(row.layout["columns"], row.layout["tiles"]),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
