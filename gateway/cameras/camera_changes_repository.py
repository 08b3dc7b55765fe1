"""Changes of cameras in PostgreSQL.

Locks are taken in the order in which reports of hosts and changes of groups take them: group, hosts, camera,
devices.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from gateway.cameras.assignment import Placement, device_name_for
from gateway.cameras.assignment_repository import lock_hosts, names_at_host, take_orphan
from gateway.cameras.camera import Camera
from gateway.cameras.camera_fields import RESERVED_IDS
from gateway.cameras.camera_repository import camera_in
from gateway.cameras.tables import camera_snapshots
from gateway.catalogue.device import Scope
from gateway.catalogue.free_name import free_name
from gateway.catalogue.removed_hosts_repository import is_there
from gateway.catalogue.tables import camera_groups, cameras, devices, former_cameras, hosts
from shared.errors import BadRequestError, ConflictError, UnavailableError

# Somebody else took the name, or moved the camera, in between: so often it is tried again.
_ATTEMPTS = 5
_LONGEST_EXTERNAL_ID = 130

# (a camera, the columns that its place fills) → those that change
Decide = Callable[[Camera, Mapping[str, Any]], Mapping[str, Any]]


class _MovedError(Exception):
    """The camera went to another host before locks were held."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A camera that is gone, and the hosts that may have footage of it, by name."""

    camera: Camera
    hosts: Collection[str]


class SnapshotsLeftError(Exception):
    """There are snapshots of the camera, whose files must go first."""


class CameraChangesRepository:
    """Writes. What is refused is decided by callables, once all that they look at stands still."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        camera_id: str,
        values: Mapping[str, Any],
        *,
        external_id: str | None,
        slug: str,
        placement: Placement | None,
        scope: Scope,
    ) -> Camera:
        """Make a camera. Without `external_id` it gets `slug`, or the next free name like it, that of a
        camera which is gone never; with the `external_id` of one that is gone, nobody with a `scope`.

        Raises ConflictError, BadRequestError for an unknown group.
        """
        for _attempt in range(_ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    _lock_group(connection, values.get("group_id"))
                    _lock_host(connection, placement)
                    if external_id is not None and _is_taken(connection, external_id, scope):
                        raise external_id_is_taken(external_id)
                    own = external_id or _free_external_id(connection, slug)
                    connection.execute(insert(cameras).values(**values, id=camera_id, external_id=own))
                    made = camera_in(connection, camera_id, None)
                    _write(connection, made, _place_columns(connection, made, placement))
                    return camera_in(connection, camera_id, None)
            # Somebody took the name in between.
            except IntegrityError:
                continue
        raise _too_busy()

    def change(
        self,
        camera_id: str,
        scope: Scope,
        decide: Decide,
        *,
        group_id: str | None,
        placement: Placement | None,
    ) -> tuple[Camera, Camera]:
        """Change what `decide` says of a camera; return it as it was and as it is.

        `group_id`: of the group that it may go to. Raises NotFoundError, BadRequestError for an unknown
        group, ConflictError, and what `decide` raises.
        """
        with self._engine.begin() as connection:
            _lock_group(connection, group_id)
            _lock_host(connection, placement)
            before = _locked(connection, camera_id, scope)
            _write(connection, before, decide(before, _place_columns(connection, before, placement)))
            return before, camera_in(connection, camera_id, None)

    def delete(
        self, camera_id: str, scope: Scope, check: Callable[[Camera, bool], None], *, with_snapshots: bool
    ) -> Deleted:
        """Remove a camera where `check` (of it, and whether its host reports it now) lets it.

        `with_snapshots`: the rows of its snapshots go, too; else SnapshotsLeftError where there are any.
        Raises NotFoundError and what `check` raises.
        """
        for _attempt in range(_ATTEMPTS):
            try:
                return self._delete(camera_id, scope, check, with_snapshots)
            except _MovedError:
                continue
        raise _too_busy()

    def _delete(
        self, camera_id: str, scope: Scope, check: Callable[[Camera, bool], None], with_snapshots: bool
    ) -> Deleted:
        with self._engine.begin() as connection:
            at_hosts = _hosts_of(connection, camera_in(connection, camera_id, scope))
            lock_hosts(connection, at_hosts)
            camera = _locked(connection, camera_id, scope, for_good=True)
            if not _hosts_of(connection, camera).keys() <= at_hosts.keys():
                raise _MovedError
            check(camera, _is_reported(connection, camera))
            left = select(camera_snapshots.c.id).where(camera_snapshots.c.camera_id == camera.id).limit(1)
            if not with_snapshots and connection.execute(left).first() is not None:
                raise SnapshotsLeftError
            connection.execute(delete(cameras).where(cameras.c.id == camera.id))
            _remember(connection, camera)
            return Deleted(camera, sorted(at_hosts.values()))

    def is_reported(self, camera: Camera) -> bool:
        """Whether its host has the device now, as far as it said."""
        with self._engine.begin() as connection:
            return _is_reported(connection, camera)


def external_id_is_taken(external_id: str) -> ConflictError:
    """There is another camera that is called so."""
    return ConflictError(
        f"There is a camera with the external_id {external_id} already.",
        code="external_id_taken",
        remedy="Choose another, or leave it out.",
        details={"field": "external_id"},
    )


def _place_columns(
    connection: Connection, camera: Camera, placement: Placement | None
) -> dict[str, str | None]:
    """The columns that say where the camera is recorded; of a host that is locked."""
    if placement is None or placement.is_fulfilled_by(camera):
        return {}
    if placement.host_id is None:
        return {"host_id": None, "device_name": None}
    names = names_at_host(connection, placement.host_id, camera.id)
    return {"host_id": placement.host_id, "device_name": device_name_for(camera, placement, names)}


def _write(connection: Connection, camera: Camera, values: Mapping[str, Any]) -> None:
    if not values:
        return
    connection.execute(update(cameras).where(cameras.c.id == camera.id).values(**values))
    host_id, name = (values.get(key, getattr(camera, key)) for key in ("host_id", "device_name"))
    if host_id is not None and {"host_id", "device_name"} & values.keys():
        take_orphan(connection, host_id, name, camera.id)


def _lock_group(connection: Connection, group_id: str | None) -> None:
    if group_id is None:
        return
    known = select(camera_groups.c.id).where(camera_groups.c.id == group_id)
    if connection.execute(known.with_for_update(read=True, key_share=True)).first() is None:
        raise unknown_group_field()


def unknown_group_field() -> BadRequestError:
    """The same for a group that is not there and for one that the caller may not see."""
    return BadRequestError(
        "group_id: is no camera group's.",
        remedy="GET /api/v1/cameras/groups lists the groups.",
        code="unknown_group",
        details={"fields": {"group_id": "is no camera group's"}},
    )


def _lock_host(connection: Connection, placement: Placement | None) -> None:
    wanted = None if placement is None else placement.host_id
    if wanted is None:
        return
    lock_hosts(connection, [wanted])
    # Asked now that it cannot be removed any more: it may have been since it was looked up.
    there = select(hosts.c.id).where(hosts.c.id == wanted, is_there())
    if connection.execute(there).first() is None:
        raise unknown_host_field("host_id")


def unknown_host_field(field: str) -> BadRequestError:
    """The same for a host that is not there and for one that the caller may not see."""
    return BadRequestError(
        f"{field}: is no host's.",
        remedy="GET /api/v1/hosts lists the hosts; a new one must enrol first.",
        code="unknown_host",
        details={"fields": {field: "is no host's"}},
    )


def _locked(connection: Connection, camera_id: str, scope: Scope, *, for_good: bool = False) -> Camera:
    """The camera as it is now that nobody else changes it. `for_good`: nobody refers to it anew either."""
    row = select(cameras.c.id).where(cameras.c.id == camera_id).with_for_update(key_share=not for_good)
    connection.execute(row)
    return camera_in(connection, camera_id, scope)


def _remember(connection: Connection, gone: Camera) -> None:
    """Keep the external id of a camera that is gone from others; a host's own device may come back to it,
    unless somebody else had it, too."""
    is_own = gone.managed_by == "host"
    former = postgresql.insert(former_cameras).values(
        external_id=gone.external_id,
        host_id=gone.host_id if is_own else None,
        device_name=gone.device_name if is_own else None,
    )
    is_anothers = or_(
        *(
            getattr(former_cameras.c, name).is_distinct_from(getattr(former.excluded, name))
            for name in ("host_id", "device_name")
        )
    )
    connection.execute(
        former.on_conflict_do_update(
            index_elements=["external_id"], set_={"host_id": None, "device_name": None}, where=is_anothers
        )
    )


def _hosts_of(connection: Connection, camera: Camera) -> dict[str, str]:
    """Names, by id, of the hosts that record or recorded the camera."""
    at = select(devices.c.host_id).where(devices.c.camera_id == camera.id)
    query = select(hosts.c.id, hosts.c.name).where(or_(hosts.c.id.in_(at), hosts.c.id == camera.host_id))
    return {str(row.id): row.name for row in connection.execute(query)}


def _is_reported(connection: Connection, camera: Camera) -> bool:
    if camera.host_id is None:
        return False
    query = select(func.count()).where(
        devices.c.host_id == camera.host_id,
        devices.c.name == camera.device_name,
        devices.c.removed_at.is_(None),
    )
    return bool(connection.execute(query).scalar_one())


def _is_taken(connection: Connection, external_id: str, scope: Scope) -> bool:
    """Whether a camera can be asked for by this text already; with a `scope`, one that is gone as well."""
    query = select(cameras.c.id).where(or_(cameras.c.external_id == external_id, cameras.c.id == external_id))
    if connection.execute(query.limit(1)).first() is not None:
        return True
    former = select(former_cameras.c.external_id).where(former_cameras.c.external_id == external_id)
    return scope is not None and connection.execute(former).first() is not None


def _free_external_id(connection: Connection, slug: str) -> str:
    taken = set(RESERVED_IDS)
    for known in (cameras.c.external_id, former_cameras.c.external_id):
        alike = select(known).where(or_(known == slug, known.startswith(f"{slug}-", autoescape=True)))
        taken |= set(connection.execute(alike).scalars())
    return free_name(slug, taken, _LONGEST_EXTERNAL_ID)


def _too_busy() -> UnavailableError:
    return UnavailableError(
        "Others are changing the same cameras just now.", remedy="Send the request again in a moment."
    )
