"""The audit log in PostgreSQL. There is no way to change or delete what stands in it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Row, String, and_, cast, func, insert, or_, select, true, tuple_
from sqlalchemy.exc import SQLAlchemyError

from gateway.audit.audit_filter import AuditFilter
from gateway.audit.entry import AuditEntry, NewEntry
from gateway.audit.tables import audit_log
from shared.errors import UnavailableError
from shared.paging import Page, PageQuery

_NEWEST_FIRST = (audit_log.c.at.desc(), audit_log.c.id.desc())
_SEARCHED = (
    audit_log.c.username,
    audit_log.c.subject,
    audit_log.c.subject_id,
    audit_log.c.action,
    audit_log.c.address,
    audit_log.c.request_id,
    cast(audit_log.c.details, String),
)


class AuditStore:
    """Rows of the log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_there(self) -> bool:
        """Whether the schema has a log to write to; a database that does not answer may have one."""
        try:
            with self._engine.begin() as connection:
                return connection.execute(select(func.to_regclass("audit_log"))).scalar() is not None
        except SQLAlchemyError:
            return True

    def add(self, entry: NewEntry) -> None:
        """Write a row. Raises UnavailableError where the database refuses."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(audit_log).values(_values(entry)))
        except SQLAlchemyError as error:
            raise UnavailableError(
                f"The audit log cannot be written: {error}", remedy="The row stands in this program's log."
            ) from error

    def page(self, wanted: AuditFilter, asked: PageQuery) -> Page[AuditEntry]:
        """A page of what `wanted` names, the newest first."""
        condition = _condition(wanted)
        query = select(audit_log).where(condition).order_by(*_NEWEST_FIRST)
        counting = select(func.count()).select_from(audit_log).where(condition)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            found = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([_entry(row) for row in found], total, asked)

    def older(self, wanted: AuditFilter, than: AuditEntry | None, at_most: int) -> list[AuditEntry]:
        """The newest of what `wanted` names; with `than`, of what is older than that entry."""
        query = select(audit_log).where(_condition(wanted)).order_by(*_NEWEST_FIRST).limit(at_most)
        if than is not None:
            query = query.where(tuple_(audit_log.c.at, audit_log.c.id) < (than.at, than.id))
        with self._engine.begin() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _condition(wanted: AuditFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.user is not None:
        conditions.append(_is_of(wanted.user))
    if wanted.action is not None:
        whole = "." in wanted.action
        column = audit_log.c.action if whole else func.split_part(audit_log.c.action, ".", 2)
        conditions.append(column == wanted.action)
    if wanted.subject_kind is not None:
        conditions.append(audit_log.c.subject_kind == wanted.subject_kind)
    if wanted.subject_id is not None:
        conditions.append(audit_log.c.subject_id == wanted.subject_id)
    if wanted.start is not None:
        conditions.append(audit_log.c.at >= wanted.start)
    if wanted.end is not None:
        conditions.append(audit_log.c.at < wanted.end)
    if wanted.search is not None:
        conditions.append(or_(*(column.icontains(wanted.search, autoescape=True) for column in _SEARCHED)))
    return and_(*conditions)


def _is_of(user: str) -> ColumnElement[bool]:
    named = func.lower(audit_log.c.username) == user.lower()
    try:
        return or_(audit_log.c.user_id == UUID(user), named)
    except ValueError:
        return named


def _values(entry: NewEntry) -> Mapping[str, object]:
    return {
        "at": entry.at,
        "user_id": None if entry.user_id is None else UUID(entry.user_id),
        "username": entry.username,
        "address": entry.address,
        "request_id": entry.request_id,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "subject": entry.subject,
        "details": dict(entry.details),
    }


def _entry(row: Row[*tuple[Any, ...]]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        user_id=None if row.user_id is None else str(row.user_id),
        username=row.username,
        address=row.address,
        request_id=row.request_id,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject=row.subject,
        details=row.details,
    )
