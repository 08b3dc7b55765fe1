"""The catalogue in PostgreSQL: hosts, devices, cameras' groups."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from gateway.catalogue.device import Device, Scope
from gateway.catalogue.removed_hosts_repository import is_there
from gateway.catalogue.reported_repository import ReportedDevice, ensure_devices, take_over_report
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts
from shared.errors import ConflictError, NotFoundError
from shared.paging import Page, PageQuery


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """The condition on `cameras` that keeps a list within what somebody may see."""
    if scope is None:
        return true()
    return cameras.c.group_id.in_(sorted(scope)) if scope else false()


def unknown_device(host: str, name: str) -> NotFoundError:
    """The same for a device that is not there and for one that the caller may not see."""
    return NotFoundError(
        f"There is no device {host}/{name}.",
        remedy="GET /api/v1/devices lists the devices.",
        code="unknown_device",
    )


def unknown_host(host: str) -> NotFoundError:
    """The same for a host that is not there and for one of which the caller may see no device."""
    return NotFoundError(
        f"There is no host {host}.", remedy="GET /api/v1/hosts lists the hosts.", code="unknown_host"
    )


def unknown_group() -> NotFoundError:
    """The same for a group that is not there and for one that the caller may not see."""
    return NotFoundError(
        "There is no such group.",
        remedy="GET /api/v1/cameras/groups lists the groups.",
        code="unknown_group",
    )


class Catalogue:
    """Who is who in the fleet."""

    def __init__(self, engine: Engine, new_id: Callable[[], str]) -> None:
        self._engine = engine
        self._new_id = new_id

    # -- devices -----------------------------------------------------------------------------

    def device(self, host: str, name: str, scope: Scope) -> Device:
        """The device `{host}/{name}`. Raises NotFoundError, also where `scope` does not hold it and where
        its host was removed."""
        query = _devices().where(hosts.c.name == host, devices.c.name == name, in_scope(scope), is_there())
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        if found is None:
            raise unknown_device(host, name)
        return _device(found)

    def devices_named(self, names: Collection[tuple[str, str]], scope: Scope) -> list[Device]:
        """Those of `names` (host, device) that are there and in `scope`, by name."""
        if not names:
            return []
        query = _devices().where(
            tuple_(hosts.c.name, devices.c.name).in_(sorted(set(names))), in_scope(scope)
        )
        with self._engine.begin() as connection:
            return [_device(row) for row in connection.execute(query)]

    def devices(
        self, scope: Scope, *, host: str | None = None, group: str | None = None, removed: bool = True
    ) -> list[Device]:
        """All devices in `scope` by name, those of removed hosts too; of one host, or of one group (by id)
        only where given."""
        with self._engine.begin() as connection:
            return [
                _device(row)
                for row in connection.execute(_devices().where(*_filter(scope, host, group, removed)))
            ]

    def devices_of_hosts(self, names: Collection[str], scope: Scope) -> list[Device]:
        """The devices of these hosts in `scope`, by name."""
        if not names:
            return []
        query = _devices().where(hosts.c.name.in_(sorted(names)), in_scope(scope))
        with self._engine.begin() as connection:
            return [_device(row) for row in connection.execute(query)]

    def page_of_devices(
        self,
        scope: Scope,
        asked: PageQuery,
        *,
        host: str | None = None,
        group: str | None = None,
        search: str | None = None,
        among: Select[tuple[int]] | None = None,
    ) -> Page[Device]:
        """A page of the devices in `scope`, by name, without those of removed hosts; `search` in names,
        labels and groups; `among`: only those whose id that query gives."""
        conditions = [*_filter(scope, host, group, True), is_there()]
        if search:
            conditions.append(_matches(search))
        if among is not None:
            conditions.append(devices.c.id.in_(among))
        condition = and_(*conditions)
        query = _devices().where(condition).offset(asked.offset).limit(asked.page_size)
        counting = select(func.count()).select_from(_joined()).where(condition)
        with self._engine.begin() as connection:
            total = connection.execute(counting).scalar_one()
            return Page([_device(row) for row in connection.execute(query)], total, asked)

    def put_in_group(self, device: Device, group_id: str | None) -> None:
        """Make `device`'s camera one of a group, or of none.

        Raises NotFoundError for an unknown group, ConflictError where the camera was deleted.
        """
        with self._engine.begin() as connection:
            if group_id is not None:
                known = select(camera_groups.c.id).where(camera_groups.c.id == group_id)
                if connection.execute(known.with_for_update(read=True, key_share=True)).first() is None:
                    raise unknown_group()
            changed = connection.execute(
                update(cameras).where(cameras.c.id == device.camera_id).values(group_id=group_id)
            )
        if not changed.rowcount:
            raise ConflictError(
                f"The camera of {device.full_name} was deleted; what it recorded belongs to no group.",
                remedy="Add a camera for this device first.",
            )

    # -- hosts -------------------------------------------------------------------------------

    def host_id(self, name: str, scope: Scope) -> str:
        """The id of a host. Raises NotFoundError, also where none of its devices is in `scope`."""
        return self.host(scope, name=name)[0]

    def host(self, scope: Scope, *, name: str | None = None, host_id: str | None = None) -> tuple[str, str]:
        """The id and the name of the host that is called so, or has this id, or both where both are given.

        Raises NotFoundError, also where none of its devices is in `scope` and where it was removed.
        """
        query = select(hosts.c.id, hosts.c.name).where(is_there())
        if name is not None:
            query = query.where(hosts.c.name == name)
        if host_id is not None:
            query = query.where(cast(hosts.c.id, String) == host_id.lower())
        if scope is not None:
            query = query.where(
                select(devices.c.id)
                .join(cameras, cameras.c.id == devices.c.camera_id)
                .where(devices.c.host_id == hosts.c.id, in_scope(scope))
                .exists()
            )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        if found is None or (name is None and host_id is None):
            raise unknown_host(name or host_id or "")
        return str(found.id), found.name

    def ensure_host(self, connection: Connection, name: str) -> str:
        """The id of the host of this name, made where it is new. Inside the caller's transaction."""
        connection.execute(
            insert(hosts).values(id=self._new_id(), name=name).on_conflict_do_nothing(index_elements=["name"])
        )
        return str(connection.execute(select(hosts.c.id).where(hosts.c.name == name)).scalar_one())

    def take_over_report(
        self, connection: Connection, host_id: str, reported: Sequence[ReportedDevice], now: datetime
    ) -> None:
        """Make the catalogue know the devices of a host: `reported_repository.take_over_report`."""
        take_over_report(connection, host_id, reported, now, self._new_id)

    def ensure_devices(
        self, connection: Connection, host_id: str, names: Collection[str], now: datetime
    ) -> None:
        """Make the catalogue know former devices of a host: `reported_repository.ensure_devices`."""
        ensure_devices(connection, host_id, names, now, self._new_id)


def _joined() -> Any:
    return (
        devices.join(hosts, hosts.c.id == devices.c.host_id)
        .outerjoin(cameras, cameras.c.id == devices.c.camera_id)
        .outerjoin(camera_groups, camera_groups.c.id == cameras.c.group_id)
    )


def _devices() -> Select[*tuple[Any, ...]]:
    return (
        select(
            devices.c.id,
            devices.c.host_id,
            hosts.c.name.label("host"),
            devices.c.name,
            devices.c.label,
            devices.c.source,
            devices.c.camera_id,
            cameras.c.external_id,
            cameras.c.group_id,
            camera_groups.c.name.label("group"),
            devices.c.removed_at,
        )
        .select_from(_joined())
        .order_by(hosts.c.name, devices.c.name)
    )


def _filter(scope: Scope, host: str | None, group: str | None, removed: bool) -> list[ColumnElement[bool]]:
    conditions = [in_scope(scope)]
    if host is not None:
        conditions.append(hosts.c.name == host)
    if group is not None:
        conditions.append(cameras.c.group_id == group)
    if not removed:
        conditions.append(devices.c.removed_at.is_(None))
    return conditions


def _matches(search: str) -> ColumnElement[bool]:
    return or_(
        *(
            column.icontains(search, autoescape=True)
            for column in (hosts.c.name, devices.c.name, devices.c.label, camera_groups.c.name)
        )
    )


def _device(row: Row[*tuple[Any, ...]]) -> Device:
    return Device(
        id=row.id,
        host_id=str(row.host_id),
        host=row.host,
        name=row.name,
        label=row.label,
        source=row.source,
        camera_id=row.camera_id,
        group_id=row.group_id,
        group=row.group,
        removed=row.removed_at is not None,
        external_id=row.external_id,
    )
