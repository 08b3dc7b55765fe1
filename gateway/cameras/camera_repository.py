"""Cameras in PostgreSQL: one, a page of them, and how many there are of each kind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Row,
    Select,
    UnaryExpression,
    and_,
    false,
    func,
    or_,
    select,
)

from gateway.cameras.camera import Camera, CameraFilter, SortKey, unknown_camera
from gateway.cameras.summary import CameraCount
from gateway.cameras.tables import camera_health
from gateway.catalogue.device import Scope
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts
from gateway.hosts.tables import host_enrolments, host_reports
from shared.contracts.heartbeat import Detection
from shared.paging import Page, PageQuery

_JOINED: FromClause = (
    cameras.outerjoin(camera_groups, camera_groups.c.id == cameras.c.group_id)
    .outerjoin(hosts, hosts.c.id == cameras.c.host_id)
    .outerjoin(host_enrolments, host_enrolments.c.host_id == cameras.c.host_id)
    .outerjoin(host_reports, host_reports.c.host_id == cameras.c.host_id)
)
_WITH_DEVICE: FromClause = _JOINED.outerjoin(
    devices, and_(devices.c.host_id == cameras.c.host_id, devices.c.name == cameras.c.device_name)
)
# Of the newest check: one step into the index of each camera that is shown.
_LAST_LATENCY = (
    select(camera_health.c.latency_ms)
    .where(camera_health.c.camera_id == cameras.c.id)
    .order_by(camera_health.c.created_at.desc())
    .limit(1)
    .scalar_subquery()
)
_DEVICE = hosts.c.name + "/" + cameras.c.device_name
# Of rtsp://10.0.0.5:554/stream?token=x only this: nobody finds out a secret by searching for it.
_PLACE_OF_ADDRESS = func.substring(cameras.c.rtsp_url, "://([^/?#]*)")
# As people look for them: what the database's own order does with capitals depends on where it was made.
_SORTED_BY: dict[SortKey, ColumnElement[Any]] = {
    "name": func.lower(cameras.c.name),
    "external_id": func.lower(cameras.c.external_id),
    "status": cameras.c.status,
    "location": func.lower(cameras.c.location),
    "group": func.lower(camera_groups.c.name),
    "host": _DEVICE,
    "last_connected": cameras.c.last_connected,
    "createdAt": cameras.c.created_at,
    "updatedAt": cameras.c.updated_at,
}


class CameraRepository:
    """Reads. Everybody sees what is in their scope."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def camera(self, which: str, scope: Scope) -> Camera:
        """The camera with this id or external_id. Raises NotFoundError, also where it is not in `scope`."""
        with self._engine.begin() as connection:
            return camera_in(connection, which, scope)

    def page(self, scope: Scope, wanted: CameraFilter, asked: PageQuery) -> Page[Camera]:
        """A page of the cameras in `scope`."""
        conditions = [in_scope(scope), *_conditions(wanted)]
        query = _cameras().where(*conditions).order_by(*_order(wanted))
        counting = select(func.count()).select_from(_JOINED).where(*conditions)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            found = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([_camera(row) for row in found], total, asked)

    def cameras(self, scope: Scope, wanted: CameraFilter) -> Sequence[Camera]:
        """All cameras in `scope` that are wanted: for reports and exports."""
        query = _cameras().where(in_scope(scope), *_conditions(wanted)).order_by(*_order(wanted))
        with self._engine.begin() as connection:
            return [_camera(row) for row in connection.execute(query)]

    def counts(self, scope: Scope) -> list[CameraCount]:
        """How many cameras in `scope` there are of each group, host, status and activity; one query."""
        kind = (
            cameras.c.group_id,
            camera_groups.c.name.label("group"),
            cameras.c.host_id,
            hosts.c.name.label("host"),
            cameras.c.status,
            cameras.c.is_active,
        )
        query = (
            select(*kind, func.count().label("total"))
            .select_from(_JOINED)
            .where(in_scope(scope))
            .group_by(*kind)
        )
        with self._engine.begin() as connection:
            return [
                CameraCount(
                    group_id=row.group_id,
                    group=row.group,
                    host_id=None if row.host_id is None else str(row.host_id),
                    host=row.host,
                    status=row.status,
                    is_active=row.is_active,
                    total=row.total,
                )
                for row in connection.execute(query)
            ]


def camera_in(connection: Connection, which: str, scope: Scope) -> Camera:
    """`CameraRepository.camera` inside the caller's transaction."""
    # An id counts before an external_id, which anybody may have chosen to look like one.
    named = or_(cameras.c.id == which, cameras.c.external_id == which)
    query = _cameras().where(named, in_scope(scope)).order_by(cameras.c.id != which).limit(1)
    found = connection.execute(query).first()
    if found is None:
        raise unknown_camera(which)
    return _camera(found)


def _cameras() -> Select[*tuple[Any, ...]]:
    return select(
        cameras,
        camera_groups.c.name.label("group"),
        hosts.c.name.label("host"),
        host_reports.c.received_at.label("heard_at"),
        host_enrolments.c.revoked_at.label("host_revoked_at"),
        _LAST_LATENCY.label("latency_ms"),
        devices.c.detection_enabled,
        devices.c.detection_sensitivity.label("sensitivity_in_force"),
        devices.c.own_detection_enabled,
        devices.c.own_detection_sensitivity,
        and_(devices.c.id.is_not(None), devices.c.removed_at.is_(None)).label("is_reported"),
    ).select_from(_WITH_DEVICE)


def _conditions(wanted: CameraFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.active_only:
        found.append(cameras.c.is_active.is_not(False))
    if wanted.status is not None:
        # A row of before there was one says nothing, and means idle.
        says_nothing = cameras.c.status.is_(None) if wanted.status == "idle" else false()
        found.append(or_(cameras.c.status == wanted.status, says_nothing))
    for column, value in (
        (cameras.c.group_id, wanted.group_id),
        (cameras.c.host_id, wanted.host_id),
        (hosts.c.name, wanted.host),
        (cameras.c.managed_by, wanted.managed_by),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.search:
        found.append(_matches(wanted.search))
    return found


def _matches(search: str) -> ColumnElement[bool]:
    columns = (
        cameras.c.name,
        cameras.c.external_id,
        cameras.c.location,
        _PLACE_OF_ADDRESS,
        camera_groups.c.name,
        _DEVICE,
    )
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


def _order(wanted: CameraFilter) -> list[ColumnElement[Any] | UnaryExpression[Any]]:
    """What nothing is known of comes last, either way; the same each time."""
    column = _SORTED_BY[wanted.sort]
    first = (column.desc() if wanted.descending else column.asc()).nulls_last()
    return [first, _SORTED_BY["name"], cameras.c.id]


def _camera(row: Row[*tuple[Any, ...]]) -> Camera:
    is_analysed, sensitivity = row.enable_detection, row.detection_sensitivity
    if row.managed_by != "host":
        # A row of before there were any says nothing, and means the defaults.
        is_analysed, sensitivity = is_analysed is not False, 0.7 if sensitivity is None else sensitivity
    return Camera(
        id=row.id,
        external_id=row.external_id,
        name=row.name,
        address=row.rtsp_url,
        username=row.username,
        password_encrypted=row.password_encrypted,
        preview_address=row.preview_url,
        resolution=row.resolution,
        fps=row.fps,
        codec=row.codec,
        location=row.location,
        status=row.status or "idle",
        is_active=row.is_active is not False,
        enable_detection=is_analysed,
        detection_sensitivity=sensitivity,
        group_id=row.group_id,
        group=row.group,
        host_id=None if row.host_id is None else str(row.host_id),
        host=row.host,
        device_name=row.device_name,
        managed_by=row.managed_by,
        last_connected=row.last_connected,
        checked_at=row.checked_at,
        problem_code=row.problem_code,
        problem=row.problem,
        failures_in_row=row.failures_in_row,
        created_at=row.created_at,
        updated_at=row.updated_at,
        heard_at=row.heard_at,
        host_revoked=row.host_revoked_at is not None,
        latency_ms=row.latency_ms,
        own_detection=_detection(row.own_detection_enabled, row.own_detection_sensitivity),
        detection_in_force=_detection(row.detection_enabled, row.sensitivity_in_force),
        is_reported=row.is_reported,
    )


def _detection(enabled: bool | None, sensitivity: float | None) -> Detection | None:
    if enabled is None or sensitivity is None:
        return None
    return Detection(enabled=enabled, sensitivity=sensitivity)
