"""Groups of cameras in PostgreSQL: they say which cameras a limited user may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from gateway.catalogue.device import Scope, is_in_scope
from gateway.catalogue.repository import unknown_group
from gateway.catalogue.tables import camera_groups, cameras
from shared.errors import ConflictError, ForbiddenError
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class CameraGroup:
    """A group. `cameras`: how many are in it."""

    id: str
    name: str
    location: str | None
    cameras: int
    created_at: datetime
    updated_at: datetime


class CameraGroups:
    """Who is limited to some groups sees these and changes none."""

    def __init__(self, engine: Engine, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    def page(self, scope: Scope, asked: PageQuery, *, search: str | None = None) -> Page[CameraGroup]:
        """A page of the groups in `scope`, by name; with `search` in their names or locations."""
        condition: ColumnElement[bool] = true() if scope is None else camera_groups.c.id.in_(sorted(scope))
        if search:
            columns = (camera_groups.c.name, camera_groups.c.location)
            found_in = or_(*(column.icontains(search, autoescape=True) for column in columns))
            condition = and_(condition, found_in)
        query = _groups().where(condition).order_by(camera_groups.c.name, camera_groups.c.id)
        counting = select(func.count()).select_from(camera_groups).where(condition)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            found = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([_group(row) for row in found], total, asked)

    def add(self, name: str, location: str | None, scope: Scope) -> CameraGroup:
        """Make a group. Raises ConflictError where the name is taken, ForbiddenError for limited users."""
        _check_unlimited(scope)
        group_id = self._new_id()
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(camera_groups).values(id=group_id, name=name, location=location))
                return self._one(connection, group_id)
        except IntegrityError:
            raise _name_is_taken(name) from None

    def change(
        self, group_id: str, changes: Mapping[str, Any], scope: Scope
    ) -> tuple[CameraGroup, CameraGroup]:
        """Change `name` or `location`, what is given of them; return the group as it was and as it is.

        Raises NotFoundError, ConflictError where the name is taken, ForbiddenError for limited users.
        """
        self._check_may_change(group_id, scope)
        try:
            with self._engine.begin() as connection:
                own = camera_groups.c.id == group_id
                connection.execute(select(camera_groups.c.id).where(own).with_for_update(key_share=True))
                before = self._one(connection, group_id)
                if changes:
                    connection.execute(update(camera_groups).where(own).values(**changes))
                return before, self._one(connection, group_id)
        except IntegrityError:
            raise _name_is_taken(str(changes.get("name"))) from None

    def delete(self, group_id: str, scope: Scope) -> CameraGroup:
        """Delete a group and return it; its cameras are in none then, and nobody is limited to it any more.

        Raises NotFoundError, ForbiddenError for limited users.
        """
        self._check_may_change(group_id, scope)
        own = camera_groups.c.id == group_id
        with self._engine.begin() as connection:
            connection.execute(select(camera_groups.c.id).where(own).with_for_update())
            gone = self._one(connection, group_id)
            connection.execute(delete(camera_groups).where(own))
            return gone

    @staticmethod
    def _check_may_change(group_id: str, scope: Scope) -> None:
        if not is_in_scope(group_id, scope):
            raise unknown_group()
        _check_unlimited(scope)

    @staticmethod
    def _one(connection: Connection, group_id: str) -> CameraGroup:
        found = connection.execute(_groups().where(camera_groups.c.id == group_id)).first()
        if found is None:
            raise unknown_group()
        return _group(found)


def _check_unlimited(scope: Scope) -> None:
    if scope is not None:
        raise ForbiddenError(
            "You are limited to some camera groups, and groups decide who sees what.",
            remedy="Ask somebody who is not limited.",
        )


def _name_is_taken(name: str) -> ConflictError:
    return ConflictError(
        f"There is a group {name} already.", remedy="Choose another name.", code="name_taken"
    )


def _groups() -> Select[*tuple[Any, ...]]:
    members = (
        select(func.count())
        .select_from(cameras)
        .where(cameras.c.group_id == camera_groups.c.id)
        .scalar_subquery()
    )
    return select(camera_groups, members.label("cameras"))


def _group(row: Row[*tuple[Any, ...]]) -> CameraGroup:
    return CameraGroup(row.id, row.name, row.location, row.cameras, row.created_at, row.updated_at)
