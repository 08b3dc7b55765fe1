"""Who records what, as PostgreSQL has it: names of devices at a host, and what a host is told."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, bindparam, text

from gateway.cameras.assignment import AssignedRow, NamesAtHost

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
    SELECT device_name, name, rtsp_url, username, password_encrypted, preview_url,
        coalesce(enable_detection, true), coalesce(detection_sensitivity, 0.7)
    FROM cameras
    WHERE host_id = :host_id AND managed_by = 'gateway' AND is_active IS NOT FALSE
        AND device_name IS NOT NULL
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

    def assigned(self, host_id: str) -> list[AssignedRow]:
        """The active cameras that the gateway assigns to a host, by name of device; by an index."""
        with self._at_once.connect() as connection:
            return [AssignedRow(*row) for row in connection.execute(_ASSIGNED, {"host_id": host_id})]
