"""What the catalogue learns of hosts' reports: their devices, and a camera for each.

Plain SQL with arrays: a fleet that reports for the first time is a thousand of these at once, and building
statements of their sizes costs more than running them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from shared.errors import BadRequestError

# Of one host, those that it had before as well. A host that invents names must not fill every list, and the
# heatmap of everybody, until none can be answered.
MOST_DEVICES_OF_A_HOST = 2_048


@dataclass(frozen=True, slots=True)
class ReportedDevice:
    """What a host says of a device's identity. `source` has no password."""

    name: str
    label: str
    source: str


# Nobody else changes the devices of this host until the transaction ends.
_LOCK = text("SELECT id FROM hosts WHERE id = :host_id FOR NO KEY UPDATE")
_REPORTED = text(
    """
    INSERT INTO devices (host_id, name, label, source)
    SELECT :host_id, told.name, told.label, told.source
    FROM unnest(CAST(:name AS text[]), CAST(:label AS text[]), CAST(:source AS text[]))
        AS told (name, label, source)
    ORDER BY told.name
    ON CONFLICT (host_id, name) DO UPDATE
    SET label = excluded.label, source = excluded.source, removed_at = NULL
    """
)
_REMOVED = text(
    """
    UPDATE devices SET removed_at = :now
    WHERE host_id = :host_id AND removed_at IS NULL AND name <> ALL (CAST(:name AS text[]))
    """
)
_MISSING = text(
    """
    SELECT told.name FROM unnest(CAST(:name AS text[])) AS told (name)
    WHERE NOT EXISTS (SELECT FROM devices WHERE host_id = :host_id AND devices.name = told.name)
    """
)
_COUNT = text("SELECT count(*) FROM devices WHERE host_id = :host_id")
_FORMER = text(
    """
    INSERT INTO devices (host_id, name, removed_at)
    SELECT :host_id, told.name, :now FROM unnest(CAST(:name AS text[])) AS told (name) ORDER BY told.name
    ON CONFLICT (host_id, name) DO NOTHING
    """
)
_WITHOUT_CAMERA = text(
    """
    SELECT devices.name FROM devices
    LEFT JOIN cameras ON cameras.host_id = devices.host_id AND cameras.device_name = devices.name
    WHERE devices.host_id = :host_id AND devices.camera_id IS NULL AND cameras.id IS NULL
    """
)
# What has that external_id already is somebody else's: of a__b and c, or of a and b__c, or given by hand.
_OWN_CAMERAS = text(
    """
    INSERT INTO cameras (managed_by, id, name, rtsp_url, host_id, device_name, external_id)
    SELECT 'host', told.id, coalesce(nullif(devices.label, ''), hosts.name || '/' || devices.name),
        devices.source, devices.host_id, devices.name,
        CASE WHEN EXISTS (SELECT FROM cameras WHERE external_id = hosts.name || '__' || devices.name)
            THEN told.id ELSE hosts.name || '__' || devices.name END
    FROM unnest(CAST(:id AS text[]), CAST(:name AS text[])) AS told (id, name)
    JOIN hosts ON hosts.id = :host_id
    JOIN devices ON devices.host_id = hosts.id AND devices.name = told.name
    """
)
_GIVE_CAMERAS = text(
    """
    UPDATE devices SET camera_id = cameras.id
    FROM cameras
    WHERE devices.host_id = :host_id AND devices.camera_id IS NULL
        AND cameras.host_id = devices.host_id AND cameras.device_name = devices.name
    """
)


def take_over_report(
    connection: Connection,
    host_id: str,
    reported: Sequence[ReportedDevice],
    now: datetime,
    new_id: Callable[[], str],
) -> None:
    """Make the catalogue know the devices of a host as it reports them, each named once.

    New devices get a camera row of their own, named `{host}__{device}`, unless a camera is assigned to that
    host and device. Those that are not reported any more are marked as removed. Inside the caller's
    transaction; other reports of the same host wait until it ends. Raises BadRequestError (too_many_devices).
    """
    connection.execute(_LOCK, {"host_id": host_id})
    names = [device.name for device in reported]
    _check_count(connection, host_id, _missing(connection, host_id, names))
    told = {
        "name": names,
        "label": [device.label for device in reported],
        "source": [device.source for device in reported],
    }
    connection.execute(_REPORTED, {"host_id": host_id, **told})
    connection.execute(_REMOVED, {"host_id": host_id, "name": told["name"], "now": now})
    _give_cameras(connection, host_id, new_id)


def ensure_devices(
    connection: Connection, host_id: str, names: Collection[str], now: datetime, new_id: Callable[[], str]
) -> None:
    """Make the catalogue know these devices of a host. Those that are new are none that it has now: they are
    there for what they recorded. Inside the caller's transaction. Raises BadRequestError
    (too_many_devices)."""
    if not _missing(connection, host_id, names):
        return
    connection.execute(_LOCK, {"host_id": host_id})
    missing = _missing(connection, host_id, names)
    _check_count(connection, host_id, missing)
    connection.execute(_FORMER, {"host_id": host_id, "name": missing, "now": now})
    _give_cameras(connection, host_id, new_id)


def _missing(connection: Connection, host_id: str, names: Collection[str]) -> list[str]:
    """Those of `names` that the catalogue does not know."""
    return list(connection.execute(_MISSING, {"host_id": host_id, "name": sorted(names)}).scalars())


def _check_count(connection: Connection, host_id: str, missing: Collection[str]) -> None:
    """Refuse a host that has named too many devices in its life."""
    if not missing:
        return
    known: int = connection.execute(_COUNT, {"host_id": host_id}).scalar_one()
    if known + len(missing) > MOST_DEVICES_OF_A_HOST:
        raise BadRequestError(
            f"devices: with {len(missing)} new ones this host has named more than {MOST_DEVICES_OF_A_HOST}.",
            code="too_many_devices",
            remedy="Keep the names of devices; a machine with a new set of them is another host.",
        )


def _give_cameras(connection: Connection, host_id: str, new_id: Callable[[], str]) -> None:
    """Every device of the host is a camera: the one assigned to it, else a row of its own."""
    names = list(connection.execute(_WITHOUT_CAMERA, {"host_id": host_id}).scalars())
    if names:
        made = {"id": [new_id() for _name in names], "name": names}
        connection.execute(_OWN_CAMERAS, {"host_id": host_id, **made})
    connection.execute(_GIVE_CAMERAS, {"host_id": host_id})
