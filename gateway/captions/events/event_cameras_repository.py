"""Whose events somebody may see, and what the catalogue knows of these cameras."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Engine, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gateway.captions.events.event_links import EventCamera, Recorder
from gateway.catalogue.device import Scope
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import camera_groups, cameras, devices, hosts

_WAS_THERE = (
    select(
        devices.c.camera_id,
        func.array_agg(aggregate_order_by(hosts.c.name, devices.c.id)).label("hosts"),
        func.array_agg(aggregate_order_by(devices.c.name, devices.c.id)).label("names"),
        func.array_agg(aggregate_order_by(devices.c.created_at, devices.c.id)).label("since"),
        func.array_agg(aggregate_order_by(devices.c.removed_at, devices.c.id)).label("until"),
    )
    .select_from(devices.join(hosts, hosts.c.id == devices.c.host_id))
    .where(devices.c.camera_id == cameras.c.id)
    .group_by(devices.c.camera_id)
    .lateral("was_there")
)


class EventCameras:
    """Reads; one query each."""

    def __init__(self, engine: Engine) -> None:
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    def among(self, scope: Scope, *, group_id: str | None = None, host: str | None = None) -> frozenset[str]:
        """External ids of the cameras in `scope`; of one group, or of a host that records or once recorded
        them, where given."""
        conditions = [in_scope(scope)]
        if group_id is not None:
            conditions.append(cameras.c.group_id == group_id)
        if host is not None:
            is_there = exists().where(hosts.c.id == cameras.c.host_id, hosts.c.name == host)
            was_there = exists().where(
                devices.c.camera_id == cameras.c.id, hosts.c.id == devices.c.host_id, hosts.c.name == host
            )
            conditions.append(or_(is_there, was_there))
        with self._at_once.connect() as connection:
            return frozenset(connection.execute(select(cameras.c.external_id).where(*conditions)).scalars())

    def is_in(self, camera_id: str, scope: Scope) -> bool:
        """Whether this is a camera in `scope`."""
        query = select(exists().where(cameras.c.external_id == camera_id, in_scope(scope)))
        with self._at_once.connect() as connection:
            return bool(connection.execute(query).scalar())

    def named(self, camera_ids: Collection[str]) -> Mapping[str, EventCamera]:
        """Those of `camera_ids` that are there, by external id; whoever asks has seen to what may be seen."""
        if not camera_ids:
            return {}
        query = (
            select(
                cameras.c.external_id,
                cameras.c.name,
                cameras.c.group_id,
                camera_groups.c.name.label("group"),
                cameras.c.device_name,
                hosts.c.name.label("host"),
                _WAS_THERE.c.hosts,
                _WAS_THERE.c.names,
                _WAS_THERE.c.since,
                _WAS_THERE.c.until,
            )
            .select_from(
                cameras.outerjoin(camera_groups, camera_groups.c.id == cameras.c.group_id)
                .outerjoin(hosts, hosts.c.id == cameras.c.host_id)
                .outerjoin(_WAS_THERE, _WAS_THERE.c.camera_id == cameras.c.id)
            )
            .where(cameras.c.external_id.in_(sorted(set(camera_ids))))
        )
        with self._at_once.connect() as connection:
            return {
                row.external_id: EventCamera(
                    camera_id=row.external_id,
                    name=row.name,
                    group_id=row.group_id,
                    group=row.group,
                    recorders=_recorders(row.hosts, row.names, row.since, row.until),
                    host=row.host,
                    device=row.device_name,
                )
                for row in connection.execute(query)
            }


def _recorders(
    host_names: list[str] | None,
    names: list[str] | None,
    since: list[datetime] | None,
    until: list[datetime | None] | None,
) -> tuple[Recorder, ...]:
    told = zip(host_names or (), names or (), since or (), until or (), strict=True)
    return tuple(Recorder(host, name, begun, ended) for host, name, begun, ended in told)
