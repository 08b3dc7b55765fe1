"""Users in PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Engine,
    Row,
    String,
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

from gateway.accounts.tables import sessions, users
from gateway.accounts.user import ADMIN, NewUser, User, UserChanges, UserFilter
from gateway.catalogue.tables import camera_groups, user_camera_groups
from shared.errors import BadRequestError, ConflictError, NotFoundError
from shared.paging import Page, PageQuery

# Changes of users wait for each other: who is the last admin, and whose name is taken, must stay true
# until the change is made. Any number that no other advisory lock has.
_USERS_LOCK = 0x636F6C64_0001
_GROUPS = func.array(
    select(user_camera_groups.c.group_id)
    .where(user_camera_groups.c.user_id == users.c.id)
    .order_by(user_camera_groups.c.group_id)
    .scalar_subquery(),
    type_=ARRAY(String),
).label("camera_group_ids")
USER_COLUMNS = (
    users.c.id,
    users.c.email,
    users.c.username,
    users.c.role,
    users.c.is_active,
    users.c.limited_to_groups,
    _GROUPS,
    users.c.created_at,
    users.c.updated_at,
    users.c.last_login_at,
)


# (a transaction, the id of a user who is about to go, that of the heir) → the names of what the heir has of
# theirs then.
HandOver = Callable[[Connection, str, str], Sequence[str]]


def hand_over_nothing(_connection: Connection, _leaving: str, _heir: str) -> Sequence[str]:
    """For who removes nobody."""
    return ()


class UserStore:
    """Users. `hand_over`: gives on what others use, when its owner goes."""

    def __init__(self, engine: Engine, hand_over: HandOver = hand_over_nothing) -> None:
        self._engine = engine
        self._hand_over = hand_over

    def page(self, wanted: UserFilter, asked: PageQuery) -> Page[User]:
        """A page of the users that `wanted` names."""
        column = users.c[wanted.sort]
        order = column.desc().nulls_last() if wanted.descending else column.asc().nulls_first()
        condition = and_(true(), *_filter(wanted))
        query = select(*USER_COLUMNS).where(condition).order_by(order, users.c.id)
        counting = select(func.count()).select_from(users).where(condition)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            rows = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([user_of(row) for row in rows], total, asked)

    def user(self, user_id: str) -> User:
        """Raises NotFoundError."""
        with self._engine.begin() as connection:
            return _existing(connection, user_id)

    def named(self, email: str) -> User | None:
        """The user with this e-mail address, in any case."""
        query = select(*USER_COLUMNS).where(func.lower(users.c.email) == email.lower()).order_by(users.c.id)
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        return None if found is None else user_of(found)

    def active_admin(self) -> User | None:
        """The first of the active admins; None where there is none."""
        query = (
            select(*USER_COLUMNS).where(_is_active_admin()).order_by(users.c.created_at, users.c.id).limit(1)
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        return None if found is None else user_of(found)

    def create(self, user_id: str, new: NewUser, hashed_password: str) -> User:
        """Raises ConflictError for a name that is taken, BadRequestError for an unknown group."""
        with _one_change(self._engine) as connection:
            _refuse_taken(connection, new.email, new.username, None)
            _written(
                connection,
                insert(users).values(
                    id=UUID(user_id),
                    email=new.email,
                    username=new.username,
                    hashed_password=hashed_password,
                    role=new.role,
                    is_active=new.is_active,
                    limited_to_groups=new.limited_to_groups,
                ),
            )
            _put_in_groups(connection, user_id, new.camera_group_ids)
            return _existing(connection, user_id)

    def change(
        self,
        user_id: str,
        changes: UserChanges,
        hashed_password: str | None,
        check: Callable[[User, int], None],
        now: datetime,
    ) -> tuple[User, User]:
        """Carry out `changes` where `check` (of the user and the number of other active admins) lets it.

        Returns the user before and after.

        Raises NotFoundError, ConflictError, BadRequestError and what `check` raises.
        """
        with _one_change(self._engine) as connection:
            user = _existing(connection, user_id)
            check(user, _count_other_admins(connection, user))
            _refuse_taken(connection, changes.email, changes.username, user)
            columns: dict[str, object | None] = {
                "email": changes.email,
                "username": changes.username,
                "hashed_password": hashed_password,
                "role": changes.role,
                "is_active": changes.is_active,
                "limited_to_groups": changes.limited_to_groups,
            }
            values = {name: value for name, value in columns.items() if value is not None}
            own = users.c.id == UUID(user.id)
            if values or changes.camera_group_ids is not None:
                _written(connection, update(users).where(own).values({**values, "updated_at": now}))
            if changes.camera_group_ids is not None:
                _put_in_groups(connection, user.id, changes.camera_group_ids)
            if changes.end_sessions:
                live = and_(sessions.c.user_id == UUID(user.id), sessions.c.revoked_at.is_(None))
                connection.execute(update(sessions).where(live).values(revoked_at=now))
            return user, _existing(connection, user.id)

    def remove(
        self, user_id: str, check: Callable[[User, int], None], heir_id: str | None
    ) -> tuple[User, Sequence[str]]:
        """Remove a user, their logins and saved views, where `check` lets it.

        Returns who it was, and the names of what the heir has of theirs now: what they shared.
        """
        with _one_change(self._engine) as connection:
            user = _existing(connection, user_id)
            check(user, _count_other_admins(connection, user))
            given = () if heir_id in (None, user.id) else self._hand_over(connection, user.id, heir_id or "")
            connection.execute(delete(users).where(users.c.id == UUID(user.id)))
            return user, given


@contextmanager
def _one_change(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other change of users runs beside."""
    with engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_USERS_LOCK)))
        yield connection


def _existing(connection: Connection, user_id: str) -> User:
    try:
        found = connection.execute(select(*USER_COLUMNS).where(users.c.id == UUID(user_id))).first()
    except ValueError:
        found = None  # no id at all
    if found is None:
        raise NotFoundError(
            "There is no such user.", code="unknown_user", remedy="GET /api/v1/users lists the users."
        )
    return user_of(found)


def _count_other_admins(connection: Connection, user: User) -> int:
    query = select(func.count()).select_from(users).where(_is_active_admin(), users.c.id != UUID(user.id))
    return connection.execute(query).scalar_one()


def _is_active_admin() -> ColumnElement[bool]:
    return and_(users.c.role == ADMIN, users.c.is_active)


def _refuse_taken(connection: Connection, email: str | None, username: str | None, user: User | None) -> None:
    for name, value, column in (
        ("email", email, users.c.email),
        ("username", username, users.c.username),
    ):
        if value is None:
            continue
        query = select(users.c.id).where(func.lower(column) == value.lower())
        if user is not None:
            query = query.where(users.c.id != UUID(user.id))
        if connection.execute(query).first() is not None:
            raise _taken(name)


def _written(connection: Connection, statement: Any) -> None:
    """Carry out a statement on users; other programs, which know of no lock, may write them too."""
    try:
        connection.execute(statement)
    except IntegrityError:
        raise _taken("email or username") from None


def _taken(name: str) -> ConflictError:
    return ConflictError(
        f"Another user has this {name}.",
        code="taken",
        remedy="Choose another one.",
        details={"fields": {name: "is taken"}},
    )


def _put_in_groups(connection: Connection, user_id: str, group_ids: tuple[str, ...]) -> None:
    """Limit a user to these groups and no others. Raises BadRequestError for one that is not there."""
    # Locked, so that none of them goes before the user's rows are written.
    query = (
        select(camera_groups.c.id)
        .where(camera_groups.c.id.in_(group_ids))
        .with_for_update(read=True, key_share=True)
    )
    known = set(connection.execute(query).scalars()) if group_ids else set()
    unknown = [group_id for group_id in group_ids if group_id not in known]
    if unknown:
        raise BadRequestError(
            f"camera_group_ids: there is no group {', '.join(unknown)}.",
            remedy="GET /api/v1/cameras/groups lists the groups.",
            details={"fields": {"camera_group_ids": "names unknown groups"}, "unknown": unknown},
        )
    own = user_camera_groups.c.user_id == UUID(user_id)
    connection.execute(delete(user_camera_groups).where(own))
    if known:
        connection.execute(
            insert(user_camera_groups),
            [{"user_id": UUID(user_id), "group_id": group_id} for group_id in sorted(known)],
        )


def _filter(wanted: UserFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.search:
        conditions.append(
            or_(
                users.c.email.icontains(wanted.search, autoescape=True),
                users.c.username.icontains(wanted.search, autoescape=True),
            )
        )
    if wanted.role is not None:
        conditions.append(users.c.role == wanted.role)
    if wanted.is_active is not None:
        conditions.append(users.c.is_active.is_(wanted.is_active))
    return conditions


def user_of(row: Row[*tuple[Any, ...]]) -> User:
    """The user that a row with USER_COLUMNS is."""
    return User(
        id=str(row.id),
        email=row.email,
        username=row.username,
        role=row.role,
        is_active=row.is_active,
        limited_to_groups=row.limited_to_groups,
        camera_group_ids=tuple(row.camera_group_ids),
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_login_at=row.last_login_at,
    )
