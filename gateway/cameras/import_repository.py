"""Imported cameras in PostgreSQL: a few statements for all rows together.

Locks are taken in the order in which everybody takes them: groups, hosts, cameras, devices.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, String, cast, select, text
from sqlalchemy.exc import IntegrityError

from gateway.cameras.assignment_repository import lock_hosts, names_at_host
from gateway.cameras.camera import Camera, CameraFilter
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.import_judgement import Place
from gateway.cameras.import_plan import Change, Creation, ImportPlan, Known
from gateway.catalogue.device import Scope
from gateway.catalogue.removed_hosts_repository import is_there
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts
from shared.errors import UnavailableError

# Somebody else took a name in between: so often it is tried again.
_ATTEMPTS = 5
_NOBODY = ""
_LOCK_GROUPS = text("SELECT id FROM camera_groups WHERE id = ANY (:ids) ORDER BY id FOR KEY SHARE")
_TAKEN = text(
    """
    SELECT external_id FROM cameras WHERE external_id = ANY (:wanted)
    UNION ALL
    SELECT id FROM cameras WHERE id = ANY (:wanted)
    """
)
_ALL_EXTERNAL_IDS = text("SELECT external_id FROM cameras")
_FORMER_IDS = text("SELECT external_id FROM former_cameras")
_MAKE_GROUPS = text(
    """
    INSERT INTO camera_groups (id, name)
    SELECT * FROM unnest(CAST(:id AS text[]), CAST(:name AS text[]))
    """
)
_MAKE = text(
    """
    INSERT INTO cameras (
        id, external_id, name, rtsp_url, username, password_encrypted, preview_url, resolution, fps, codec,
        location, group_id, is_active, enable_detection, detection_sensitivity, host_id, device_name
    )
    SELECT * FROM unnest(
        CAST(:id AS text[]), CAST(:external_id AS text[]), CAST(:name AS text[]), CAST(:rtsp_url AS text[]),
        CAST(:username AS text[]), CAST(:password_encrypted AS text[]), CAST(:preview_url AS text[]),
        CAST(:resolution AS text[]), CAST(:fps AS integer[]), CAST(:codec AS text[]),
        CAST(:location AS text[]), CAST(:group_id AS text[]), CAST(:is_active AS boolean[]),
        CAST(:enable_detection AS boolean[]), CAST(:detection_sensitivity AS float8[]),
        CAST(:host_id AS uuid[]), CAST(:device_name AS text[])
    )
    """
)
_MADE_COLUMNS = (
    *("name", "rtsp_url", "username", "password_encrypted", "preview_url", "resolution", "fps", "codec"),
    *("location", "is_active", "enable_detection", "detection_sensitivity"),
)
# Devices without a camera, whose names were given to cameras that are made now.
_TAKE_ORPHANS = text(
    """
    UPDATE devices SET camera_id = told.id
    FROM unnest(CAST(:id AS text[]), CAST(:host_id AS uuid[]), CAST(:device_name AS text[]))
        AS told (id, host_id, name)
    WHERE devices.host_id = told.host_id AND devices.name = told.name AND devices.camera_id IS NULL
    """
)
_CHANGE = text(
    """
    UPDATE cameras SET name = told.name, resolution = told.resolution, fps = told.fps, codec = told.codec,
        location = told.location, group_id = told.group_id, is_active = told.is_active,
        enable_detection = told.enable_detection, detection_sensitivity = told.detection_sensitivity
    FROM unnest(
        CAST(:id AS text[]), CAST(:name AS text[]), CAST(:resolution AS text[]), CAST(:fps AS integer[]),
        CAST(:codec AS text[]), CAST(:location AS text[]), CAST(:group_id AS text[]),
        CAST(:is_active AS boolean[]), CAST(:enable_detection AS boolean[]),
        CAST(:detection_sensitivity AS float8[])
    ) AS told (
        id, name, resolution, fps, codec, location, group_id, is_active, enable_detection,
        detection_sensitivity
    )
    WHERE cameras.id = told.id
    """
)
_CHANGED_COLUMNS = (
    *("name", "resolution", "fps", "codec", "location", "group_id", "is_active", "enable_detection"),
    "detection_sensitivity",
)
_PUT_TO_REST = text(
    """
    UPDATE cameras SET status = 'idle', problem_code = NULL, problem = NULL, failures_in_row = 0
    WHERE id = ANY (:ids)
    """
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a file names. `needs_ids`: some of its cameras need an external_id."""

    external_ids: Collection[str]
    addresses: Collection[str]
    groups: Collection[str]
    group_ids: Collection[str]
    hosts: Collection[str]
    needs_ids: bool


class ImportRepository:
    """Takes in what was planned, all of it or nothing."""

    def __init__(self, engine: Engine, cameras_: CameraRepository) -> None:
        self._engine = engine
        self._cameras = cameras_

    def own_devices(self, scope: Scope) -> dict[Place, Camera]:
        """Cameras in `scope` that are devices of hosts' own, by host and device."""
        found = self._cameras.cameras(scope, CameraFilter(managed_by="host"))
        return {
            (camera.host, camera.device_name): camera
            for camera in found
            if camera.host is not None and camera.device_name is not None
        }

    def taken(self, external_ids: Collection[str]) -> set[str]:
        """Those by which a camera can be asked for already."""
        with self._engine.begin() as connection:
            return _taken(connection, external_ids)

    def groups(self, scope: Scope) -> dict[str, str]:
        """Ids of groups in `scope`, by name."""
        with self._engine.begin() as connection:
            return _groups(connection, scope)

    def take_in(
        self,
        named: Named,
        scope: Scope,
        decide: Callable[[Known], ImportPlan],
        encrypted: Callable[[str | None], str | None],
        *,
        writes: Callable[[ImportPlan], bool],
    ) -> ImportPlan:
        """Carry out what `decide` says, where `writes` agrees; return it. `encrypted`: closes a password."""
        for _attempt in range(_ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    plan = decide(_known(connection, named, scope))
                    if writes(plan):
                        _write(connection, plan, encrypted)
                    return plan
            # Somebody took a name in between, or made a group of that name.
            except IntegrityError:
                continue
        raise UnavailableError(
            "Others are changing the same cameras just now.", remedy="Send the file again in a moment."
        )


def _known(connection: Connection, named: Named, scope: Scope) -> Known:
    groups = _groups(connection, scope)
    wanted_groups = {groups[name] for name in named.groups if name in groups} | set(named.group_ids)
    connection.execute(_LOCK_GROUPS, {"ids": sorted(wanted_groups)})
    locked = lock_hosts(connection, _hosts(connection, named.hosts, scope).values())
    # Again, now that none of them can be removed any more: one may have been while it was waited for.
    there = _hosts(connection, named.hosts, scope)
    found_hosts = {name: host_id for name, host_id in there.items() if host_id in locked}
    taken = _taken(connection, named.external_ids)
    if named.needs_ids:
        taken |= _all_external_ids(connection)
    return Known(
        external_ids=taken,
        addresses=_addresses(connection, named.addresses, scope),
        groups=groups,
        hosts=found_hosts,
        names={host_id: names_at_host(connection, host_id, _NOBODY) for host_id in found_hosts.values()},
        former_ids=set(connection.execute(_FORMER_IDS).scalars()),
    )


def _taken(connection: Connection, external_ids: Collection[str]) -> set[str]:
    if not external_ids:
        return set()
    return set(connection.execute(_TAKEN, {"wanted": sorted(external_ids)}).scalars())


def _all_external_ids(connection: Connection) -> set[str]:
    return set(connection.execute(_ALL_EXTERNAL_IDS).scalars())


def _groups(connection: Connection, scope: Scope) -> dict[str, str]:
    query = select(camera_groups.c.name, camera_groups.c.id)
    if scope is not None:
        query = query.where(camera_groups.c.id.in_(sorted(scope)))
    return {row.name: row.id for row in connection.execute(query)}


def _hosts(connection: Connection, names: Collection[str], scope: Scope) -> dict[str, str]:
    """Ids by name; who is limited sees hosts that have a device of theirs."""
    if not names:
        return {}
    query = select(hosts.c.name, cast(hosts.c.id, String).label("id"))
    query = query.where(hosts.c.name.in_(sorted(names)), is_there())
    if scope is not None:
        theirs = select(devices.c.id).join(cameras, cameras.c.id == devices.c.camera_id)
        query = query.where(theirs.where(devices.c.host_id == hosts.c.id, in_scope(scope)).exists())
    return {row.name: row.id for row in connection.execute(query)}


def _addresses(connection: Connection, addresses: Collection[str], scope: Scope) -> set[str]:
    """Those of `addresses` that a camera in `scope` has; found by an index of their hashes."""
    if not addresses:
        return set()
    condition = text("md5(cameras.rtsp_url) IN (SELECT md5(told) FROM unnest(CAST(:told AS text[])) AS told)")
    query = select(cameras.c.rtsp_url).where(condition, in_scope(scope))
    found = connection.execute(query, {"told": sorted(addresses)}).scalars()
    return set(found) & set(addresses)


def _write(connection: Connection, plan: ImportPlan, encrypted: Callable[[str | None], str | None]) -> None:
    if plan.new_groups:
        made = {"id": list(plan.new_groups.values()), "name": list(plan.new_groups)}
        connection.execute(_MAKE_GROUPS, made)
    if plan.creations:
        _make(connection, plan.creations, encrypted)
    if plan.changes:
        _change(connection, plan.changes)


def _make(
    connection: Connection, creations: Sequence[Creation], encrypted: Callable[[str | None], str | None]
) -> None:
    rows: list[Mapping[str, Any]] = [
        {**each.values, "password_encrypted": encrypted(each.values.get("password"))} for each in creations
    ]
    told: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in _MADE_COLUMNS}
    for name in ("id", "external_id", "group_id", "host_id", "device_name"):
        told[name] = [getattr(each, name) for each in creations]
    connection.execute(_MAKE, told)
    connection.execute(_TAKE_ORPHANS, {name: told[name] for name in ("id", "host_id", "device_name")})


def _change(connection: Connection, changes: Sequence[Change]) -> None:
    told: dict[str, list[Any]] = {
        name: [each.columns.get(name, getattr(each.camera, name)) for each in changes]
        for name in _CHANGED_COLUMNS
    }
    connection.execute(_CHANGE, {"id": [each.camera.id for each in changes], **told})
    at_rest = [each.camera.id for each in changes if each.columns.get("is_active") is False]
    if at_rest:
        connection.execute(_PUT_TO_REST, {"ids": at_rest})
