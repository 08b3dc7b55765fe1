"""What hosts reported last, as PostgreSQL has it, and which hosts and devices fit a question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    Text,
    and_,
    cast,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from gateway.catalogue.device import Scope
from gateway.catalogue.removed_hosts_repository import is_there
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import cameras, devices, hosts
from gateway.hosts.host_states import HostLimits, HostState, heard_when
from gateway.hosts.state_words import SILENT_STATES, Word, reports_with
from gateway.hosts.tables import host_enrolments, host_reports
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A host with its enrolment and its last report (JSON), each None where there is none."""

    host_id: str
    host: str
    public_url: str | None
    enrolled_at: datetime | None
    revoked_at: datetime | None
    received_at: datetime | None
    version: str | None
    clock_offset_s: float | None
    minutes_waiting: int | None
    report: str | None


_WITH_REPORTS = hosts.outerjoin(host_enrolments, host_enrolments.c.host_id == hosts.c.id).outerjoin(
    host_reports, host_reports.c.host_id == hosts.c.id
)


class FleetRepository:
    """Reads reports."""

    def __init__(self, engine: Engine, limits: HostLimits) -> None:
        self._engine = engine
        self._limits = limits

    def rows(self, names: Collection[str] | None) -> list[FleetRow]:
        """The hosts of these names, all where None, by name; one query. A removed one is none."""
        query = (
            select(
                hosts.c.id,
                hosts.c.name,
                host_enrolments.c.public_url,
                host_enrolments.c.enrolled_at,
                host_enrolments.c.revoked_at,
                host_reports.c.received_at,
                host_reports.c.version,
                host_reports.c.clock_offset_s,
                host_reports.c.minutes_waiting,
                cast(host_reports.c.report, Text).label("report"),
            )
            .select_from(_WITH_REPORTS)
            .where(is_there())
            .order_by(hosts.c.name)
        )
        if names is not None:
            query = query.where(hosts.c.name.in_(sorted(names)))
        with self._engine.begin() as connection:
            return [FleetRow(str(row.id), *row[1:]) for row in connection.execute(query)]

    def page_of_names(
        self, scope: Scope, asked: PageQuery, now: datetime, *, state: HostState | None, search: str | None
    ) -> Page[str]:
        """A page of the hosts of which somebody with this `scope` may see a device (all where not limited),
        in `state`, with `search` in their names."""
        conditions: list[ColumnElement[bool]] = [is_there()]
        if scope is not None:
            seen = (
                select(devices.c.id)
                .join(cameras, cameras.c.id == devices.c.camera_id)
                .where(devices.c.host_id == hosts.c.id, in_scope(scope))
            )
            conditions.append(seen.exists())
        if state is not None:
            conditions.append(self._is_in(state, now))
        if search:
            conditions.append(hosts.c.name.icontains(search, autoescape=True))
        query = select(hosts.c.name).select_from(_WITH_REPORTS).where(*conditions)
        counting = query.with_only_columns(func.count(), maintain_column_froms=True)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            found = connection.execute(
                query.order_by(hosts.c.name).offset(asked.offset).limit(asked.page_size)
            )
            return Page(list(found.scalars()), total, asked)

    def devices_with(self, word: Word, now: datetime) -> Select[tuple[int]]:
        """The query of the ids of all devices that are shown with `word` now."""
        is_silent = or_(*(self._is_in(state, now) for state in SILENT_STATES))
        if word is Word.HOST_SILENT:
            condition: ColumnElement[bool] = is_silent
        else:
            told = func.jsonb_extract_path(host_reports.c.report, "devices", devices.c.name, type_=JSONB)
            condition = and_(
                ~is_silent,
                or_(
                    false(),
                    *(
                        and_(
                            told["state"].astext.is_not_distinct_from(state),
                            told["picture"].astext.is_not_distinct_from(picture),
                        )
                        for state, picture in reports_with(word)
                    ),
                ),
            )
        return (
            select(devices.c.id)
            .select_from(devices.join(_WITH_REPORTS, hosts.c.id == devices.c.host_id))
            .where(condition)
        )

    def _is_in(self, state: HostState, now: datetime) -> ColumnElement[bool]:
        """Whether a host of `_WITH_REPORTS` is in `state`; true or false, never NULL."""
        is_revoked = host_enrolments.c.revoked_at.is_not(None)
        if state is HostState.REVOKED:
            return is_revoked
        heard = heard_when(state, now, self._limits)
        received_at = host_reports.c.received_at
        in_time = func.coalesce(and_(received_at >= heard.since, received_at < heard.before), false())
        return and_(~is_revoked, ~in_time if heard.or_else else in_time)
