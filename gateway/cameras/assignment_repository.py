"""Who records what, as PostgreSQL has it: names of devices at a host, and what a host is told."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, text

from gateway.cameras.assignment import AssignedRow, HostRows, NamesAtHost, OverrideRow

# Reports of these hosts wait until the transaction ends: what they report and what is assigned to them
# is decided one after the other. By id, as everybody takes them, so that nobody waits in a circle.
_LOCK = text("SELECT id FROM hosts WHERE id IN :ids ORDER BY id FOR NO KEY UPDATE").bindparams(
    bindparam("ids", expanding=True)
)
_NAMES = text(
    """
    SELECT name, camera_id FROM devices WHERE host_id = :host_id
    UNION ALL
    SELECT device_name, id FROM cameras WHERE host_id = :host_id AND device_name IS NOT NULL
    """
)
_FORMER = text(
    """
    SELECT name FROM devices WHERE host_id = :host_id AND camera_id = :camera_id
    ORDER BY removed_at DESC NULLS FIRST, updated_at DESC, id DESC LIMIT 1
    """
)
_IN_USE = text(
    """
    SELECT count(*) FROM (
        SELECT name FROM devices WHERE host_id = :host_id AND removed_at IS NULL
        UNION
        SELECT device_name FROM cameras
        WHERE host_id = :host_id AND managed_by = 'gateway' AND device_name IS NOT NULL
    ) AS used
    """
)
_TAKE_ORPHAN = text(
    """
    UPDATE devices SET camera_id = :camera_id
    WHERE host_id = :host_id AND name = :name AND camera_id IS NULL
    """
)
_ASSIGNED = text(
    """
    SELECT managed_by, device_name, name, rtsp_url, username, password_encrypted, preview_url,
        enable_detection, detection_sensitivity
    FROM cameras
    WHERE host_id = :host_id AND device_name IS NOT NULL AND CASE managed_by
        WHEN 'gateway' THEN is_active IS NOT FALSE
        ELSE (enable_detection IS NOT NULL OR detection_sensitivity IS NOT NULL) AND EXISTS (
            SELECT FROM devices
            WHERE devices.host_id = cameras.host_id AND devices.name = cameras.device_name
                AND removed_at IS NULL
        ) END
    ORDER BY device_name
    """
)


def lock_hosts(connection: Connection, host_ids: Iterable[str]) -> set[str]:
    """Keep these hosts' reports out until the transaction ends; return those that there are."""
    ids = sorted(set(host_ids))
    if not ids:
        return set()
    return {str(host_id) for host_id in connection.execute(_LOCK, {"ids": ids}).scalars()}


def names_at_host(connection: Connection, host_id: str, camera_id: str) -> NamesAtHost:
    """What is known of the devices of a host that is locked."""
    owners: dict[str, str | None] = {}
    for name, owner in connection.execute(_NAMES, {"host_id": host_id}):
        owners[name] = owner if owner is not None else owners.get(name)
    return NamesAtHost(
        owners,
        connection.execute(_FORMER, {"host_id": host_id, "camera_id": camera_id}).scalar(),
        connection.execute(_IN_USE, {"host_id": host_id}).scalar_one(),
    )


def take_orphan(connection: Connection, host_id: str, name: str, camera_id: str) -> None:
    """Make a device that is there, and no camera's, this camera's."""
    connection.execute(_TAKE_ORPHAN, {"host_id": host_id, "name": name, "camera_id": camera_id})


class AssignmentRepository:
    """What hosts are told with every heartbeat."""

    def __init__(self, engine: Engine) -> None:
        # One statement: no transaction around it.
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    def assigned(self, host_id: str) -> HostRows:
        """The active cameras that the gateway assigns to a host, and what is set here over the settings of
        the host's own devices, be they active or not; by name of device, by an index."""
        with self._at_once.connect() as connection:
            rows = connection.execute(_ASSIGNED, {"host_id": host_id}).all()
        return HostRows(
            [_assigned_row(row) for row in rows if row.managed_by == "gateway"],
            [
                OverrideRow(row.device_name, row.enable_detection, row.detection_sensitivity)
                for row in rows
                if row.managed_by == "host"
            ],
        )


def _assigned_row(row: Row[*tuple[Any, ...]]) -> AssignedRow:
    return AssignedRow(
        device_name=row.device_name,
        name=row.name,
        address=row.rtsp_url,
        username=row.username,
        password_encrypted=row.password_encrypted,
        preview_address=row.preview_url,
        enable_detection=row.enable_detection is not False,
        detection_sensitivity=0.7 if row.detection_sensitivity is None else row.detection_sensitivity,
    )
