"""What the catalogue learns of hosts' reports: their devices, and a camera for each.

A device of a host's own settings gets a camera row by itself. One that the gateway assigned has its row
already; where that was deleted while the host still records, the device stays without one.

Plain SQL with arrays: a fleet that reports for the first time is a thousand of these at once, and building
statements of their sizes costs more than running them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from gateway.catalogue.device import MOST_DEVICES_OF_A_HOST
from gateway.catalogue.free_name import free_name
from shared.contracts.heartbeat import Detection
from shared.errors import BadRequestError

_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class ReportedDevice:
    """What a host says of a device's identity. `source` has no password. `assigned`: the gateway's
    assignment has it recorded, not the host's own settings. `detection`: how it is analysed; `own_detection`:
    how those settings would have it, of a device of theirs; None: not told."""

    name: str
    label: str
    source: str
    assigned: bool = False
    detection: Detection | None = None
    own_detection: Detection | None = None


# Nobody else changes the devices of this host until the transaction ends.
_LOCK = text("SELECT id FROM hosts WHERE id = :host_id FOR NO KEY UPDATE")
# The row of a host's own device says what the host says; a name that somebody gave it here stays.
_FOLLOWED = text(
    """
    UPDATE cameras SET rtsp_url = told.source,
        name = CASE WHEN cameras.name = coalesce(nullif(devices.label, ''), hosts.name || '/' || devices.name)
            THEN coalesce(nullif(told.label, ''), hosts.name || '/' || devices.name) ELSE cameras.name END
    FROM unnest(CAST(:name AS text[]), CAST(:label AS text[]), CAST(:source AS text[]))
        AS told (name, label, source), devices, hosts
    WHERE hosts.id = :host_id AND devices.host_id = hosts.id AND devices.name = told.name
        AND cameras.id = devices.camera_id AND cameras.managed_by = 'host'
        AND cameras.host_id = devices.host_id AND cameras.device_name = devices.name
        AND (devices.label, devices.source) <> (told.label, told.source)
    """
)
_REPORTED = text(
    """
    INSERT INTO devices (host_id, name, label, source, detection_enabled, detection_sensitivity,
        own_detection_enabled, own_detection_sensitivity)
    SELECT :host_id, told.* FROM unnest(
        CAST(:name AS text[]), CAST(:label AS text[]), CAST(:source AS text[]), CAST(:enabled AS boolean[]),
        CAST(:sensitivity AS float8[]), CAST(:own_enabled AS boolean[]), CAST(:own_sensitivity AS float8[])
    ) AS told (name, label, source, enabled, sensitivity, own_enabled, own_sensitivity)
    ORDER BY told.name
    ON CONFLICT (host_id, name) DO UPDATE
    SET label = excluded.label, source = excluded.source, removed_at = NULL,
        detection_enabled = excluded.detection_enabled,
        detection_sensitivity = excluded.detection_sensitivity,
        own_detection_enabled = excluded.own_detection_enabled,
        own_detection_sensitivity = excluded.own_detection_sensitivity
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
    WHERE devices.host_id = :host_id AND devices.name = ANY (CAST(:name AS text[]))
        AND devices.camera_id IS NULL AND cameras.id IS NULL
    """
)
# Cameras that are to be recorded under a name that the host's own settings give another device.
_CLASHING = text(
    """
    SELECT cameras.id, cameras.device_name FROM cameras
    JOIN devices ON devices.host_id = cameras.host_id AND devices.name = cameras.device_name
    WHERE cameras.host_id = :host_id AND cameras.managed_by = 'gateway'
        AND cameras.device_name = ANY (CAST(:name AS text[])) AND devices.camera_id IS NULL
    ORDER BY cameras.device_name
    """
)
_NAMES = text(
    """
    SELECT name FROM devices WHERE host_id = :host_id
    UNION
    SELECT device_name FROM cameras WHERE host_id = :host_id AND device_name IS NOT NULL
    """
)
_RENAME = text("UPDATE cameras SET device_name = :name WHERE id = :id")
# What has that external_id already is somebody else's: of a__b and c, or of a and b__c, or given by hand. So
# is what had it, and has events by it still, but for this device's own camera that was deleted meanwhile.
_OWN_CAMERAS = text(
    """
    INSERT INTO cameras (managed_by, id, name, rtsp_url, host_id, device_name, enable_detection,
        detection_sensitivity, external_id)
    SELECT 'host', told.id, coalesce(nullif(devices.label, ''), hosts.name || '/' || devices.name),
        devices.source, devices.host_id, devices.name, NULL, NULL,
        CASE WHEN EXISTS (SELECT FROM cameras WHERE external_id = hosts.name || '__' || devices.name)
            OR EXISTS (
                SELECT FROM former_cameras AS former
                WHERE former.external_id = hosts.name || '__' || devices.name
                    AND (former.host_id, former.device_name) IS DISTINCT FROM (devices.host_id, devices.name)
            )
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

    A device of the host's own gets a camera row of its own, named `{host}__{device}`; an assigned one is the
    camera that is assigned to that host and device. Those that are not reported any more are marked as
    removed. Inside the caller's transaction; other reports of the same host, and assignments to it, wait
    until it ends. Raises BadRequestError (too_many_devices).
    """
    connection.execute(_LOCK, {"host_id": host_id})
    names = [device.name for device in reported]
    _check_count(connection, host_id, _missing(connection, host_id, names))
    told = {
        "name": names,
        "label": [device.label for device in reported],
        "source": [device.source for device in reported],
    }
    connection.execute(_FOLLOWED, {"host_id": host_id, **told})
    connection.execute(_REPORTED, {"host_id": host_id, **told, **_detections(reported)})
    connection.execute(_REMOVED, {"host_id": host_id, "name": told["name"], "now": now})
    own = [device.name for device in reported if not device.assigned]
    _make_way(connection, host_id, own)
    _give_cameras(connection, host_id, own, new_id)


def _detections(reported: Sequence[ReportedDevice]) -> dict[str, list[bool | float | None]]:
    found: dict[str, list[bool | float | None]] = {}
    for prefix, told in (
        ("", [device.detection for device in reported]),
        ("own_", [device.own_detection for device in reported]),
    ):
        found[f"{prefix}enabled"] = [None if each is None else each.enabled for each in told]
        found[f"{prefix}sensitivity"] = [None if each is None else each.sensitivity for each in told]
    return found


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
    _give_cameras(connection, host_id, missing, new_id)


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


def _make_way(connection: Connection, host_id: str, own: Collection[str]) -> None:
    """Call cameras that are assigned to this host otherwise where its settings have a device of that name,
    which it records instead: nothing was recorded of them under that name yet."""
    clashing = connection.execute(_CLASHING, {"host_id": host_id, "name": own}).all()
    if not clashing:
        return
    taken = set(connection.execute(_NAMES, {"host_id": host_id}).scalars())
    for row in clashing:
        name = free_name(row.device_name, taken, _LONGEST_NAME)
        taken.add(name)
        connection.execute(_RENAME, {"id": row.id, "name": name})


def _give_cameras(
    connection: Connection, host_id: str, own: Collection[str], new_id: Callable[[], str]
) -> None:
    """Devices are cameras: the ones assigned to them, else, of the host's `own`, a row for each."""
    names = list(connection.execute(_WITHOUT_CAMERA, {"host_id": host_id, "name": list(own)}).scalars())
    if names:
        made = {"id": [new_id() for _name in names], "name": names}
        connection.execute(_OWN_CAMERAS, {"host_id": host_id, **made})
    connection.execute(_GIVE_CAMERAS, {"host_id": host_id})
