"""Which cameras there are, as captions and events speak of them: by their external id."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, exists, or_, select, true

from gateway.catalogue.device import Scope
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts
from shared.errors import NotFoundError

# A camera that was deleted or renamed is known as it was for so long, to those who may see all.
FRESH_FOR_S = 2.0


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """`camera_id`: the external id. `id`: of its row. `host`, `device`: where its footage is: the device
    that it is now or, where it is none, the last that it was; None: no host has reported it."""

    camera_id: str
    id: str
    name: str
    group_id: str | None
    group: str | None
    host: str | None
    device: str | None
    is_active: bool

    @property
    def full_name(self) -> str | None:
        """`lab-1/door`."""
        return None if self.host is None else f"{self.host}/{self.device}"


def unknown_camera(camera_id: str) -> NotFoundError:
    """The same for a camera that is not there and for one that the caller may not see."""
    return NotFoundError(
        f"There is no camera {camera_id[:130]}.",
        remedy="GET /api/v1/cameras lists the cameras; captions name them by their external_id.",
        code="unknown_camera",
    )


# Of all devices that a camera was: the one that it is, else one that is still there, else the newest.
_DEVICE = (
    select(hosts.c.name.label("host"), devices.c.name.label("device"))
    .select_from(devices.join(hosts, hosts.c.id == devices.c.host_id))
    .where(devices.c.camera_id == cameras.c.id)
    .order_by(
        and_(devices.c.host_id == cameras.c.host_id, devices.c.name == cameras.c.device_name)
        .desc()
        .nulls_last(),
        devices.c.removed_at.desc().nulls_first(),
        devices.c.id.desc(),
    )
    .limit(1)
    .lateral("filled")
)


class KnownCameras:
    """Looks cameras up; what somebody may see is asked of the database each time, for those who may see
    all it is remembered for a moment. `monotonic`: seconds."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float]) -> None:
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, KnownCamera]] = {}

    def camera(self, camera_id: str, scope: Scope) -> KnownCamera:
        """One camera. Raises NotFoundError (unknown_camera), also where it is not in `scope`."""
        found = self.named([camera_id], scope).get(camera_id)
        if found is None:
            raise unknown_camera(camera_id)
        return found

    def named(self, camera_ids: Iterable[str], scope: Scope) -> Mapping[str, KnownCamera]:
        """Those of `camera_ids` that are there and in `scope`, by external id."""
        asked = set(camera_ids)
        if scope is not None:
            return self._read(cameras.c.external_id.in_(sorted(asked)), in_scope(scope)) if asked else {}
        fresh_since = self._monotonic() - FRESH_FOR_S
        found = {}
        for camera_id in asked:
            remembered = self._remembered.get(camera_id)
            if remembered is not None and remembered[0] > fresh_since:
                found[camera_id] = remembered[1]
        missing = asked - found.keys()
        if missing:
            now_s = self._monotonic()
            read = self._read(cameras.c.external_id.in_(sorted(missing)))
            for camera_id in missing:
                self._remembered.pop(camera_id, None)
            self._remembered |= {camera_id: (now_s, camera) for camera_id, camera in read.items()}
            found |= read
        return found

    def among(
        self, scope: Scope, *, group_id: str | None = None, host: str | None = None
    ) -> Mapping[str, KnownCamera]:
        """All cameras in `scope`, by external id; of one group, or of a host (also those that it recorded
        before) where given."""
        conditions = [in_scope(scope)]
        if group_id is not None:
            conditions.append(cameras.c.group_id == group_id)
        if host is not None:
            conditions.append(_of_host(hosts.c.name == host))
        return self._read(*conditions)

    def of_devices(self, host_id: str, names: Iterable[str]) -> Mapping[str, KnownCamera]:
        """The cameras that devices of a host are (or were, where it records them no more), by the
        device's name."""
        asked = sorted(set(names))
        if not asked:
            return {}
        filled = (
            select(devices.c.name.label("asked_device"), devices.c.camera_id.label("asked_camera"))
            .where(devices.c.host_id == host_id, devices.c.name.in_(asked))
            .subquery()
        )
        # What is assigned and not yet reported has no device of its own so far.
        condition = or_(
            filled.c.asked_camera == cameras.c.id,
            and_(cameras.c.host_id == host_id, cameras.c.device_name.in_(asked)),
        )
        query = (
            _cameras()
            .add_columns(
                filled.c.asked_device,
                filled.c.asked_camera,
                cameras.c.device_name,
                (cameras.c.host_id == host_id).label("is_assigned"),
            )
            .outerjoin(filled, filled.c.asked_camera == cameras.c.id)
            .where(condition)
        )
        by_device: dict[str, KnownCamera] = {}
        with self._at_once.connect() as connection:
            rows = list(connection.execute(query))
        for row in rows:
            if row.is_assigned and row.device_name in asked:
                by_device[row.device_name] = _camera(row)
        for row in rows:
            if row.asked_device is not None:
                by_device[row.asked_device] = _camera(row)
        return by_device

    def _read(self, *conditions: ColumnElement[bool]) -> dict[str, KnownCamera]:
        with self._at_once.connect() as connection:
            rows = connection.execute(_cameras().where(*conditions))
            return {row.external_id: _camera(row) for row in rows}


def _of_host(is_it: ColumnElement[bool]) -> ColumnElement[bool]:
    now = exists().where(hosts.c.id == cameras.c.host_id, is_it)
    once = exists().where(devices.c.camera_id == cameras.c.id, hosts.c.id == devices.c.host_id, is_it)
    return or_(now, once)


def _cameras() -> Select[*tuple[Any, ...]]:
    return select(
        cameras.c.external_id,
        cameras.c.id,
        cameras.c.name,
        cameras.c.group_id,
        camera_groups.c.name.label("group"),
        _DEVICE.c.host,
        _DEVICE.c.device,
        cameras.c.is_active,
    ).select_from(
        cameras.outerjoin(camera_groups, camera_groups.c.id == cameras.c.group_id).outerjoin(_DEVICE, true())
    )


def _camera(row: Row[*tuple[Any, ...]]) -> KnownCamera:
    return KnownCamera(
        camera_id=row.external_id,
        id=row.id,
        name=row.name,
        group_id=row.group_id,
        group=row.group,
        host=row.host,
        device=row.device,
        is_active=row.is_active is not False,
    )
