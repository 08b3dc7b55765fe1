"""What each row of an imported file is: a new camera, a host's own device, left out, or wrong. Plain.

Looks at rows one by one; `import_plan` looks at them together, and at what the catalogue has.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.cameras.camera import MANAGERS, Camera
from gateway.cameras.camera_fields import EXTERNAL_ID_PATTERN, FieldsError, checked_values
from gateway.cameras.import_row import RowError, SkippedRow, SourceRow

# What can be said here of a device that a host's own settings describe.
_OF_HOSTS_DEVICES = (
    "name",
    "resolution",
    "fps",
    "codec",
    "location",
    "is_active",
    "enable_detection",
    "detection_sensitivity",
)
_APART = frozenset({"group", "group_id", "host", "device_name", "external_id"})
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which group a row names, by name or by id; None: by neither."""

    group: str | None
    group_id: str | None


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that may become a camera. `values`: as `checked_values` has them, but for what stands apart."""

    number: int
    values: Mapping[str, Any] = field(repr=False)
    external_id: str | None
    host: str | None
    device_name: str | None
    wish: Wish


@dataclass(frozen=True, slots=True)
class HostsRow:
    """A row of a device that its host's own settings describe. `camera`: as it is; None: not reported yet."""

    number: int
    place: Place
    camera: Camera | None
    values: Mapping[str, Any]
    wish: Wish


@dataclass(slots=True)
class Judgement:
    """Rows by what they are, each in the order of the file."""

    rows: list[NewRow | HostsRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def places_of(rows: Iterable[SourceRow]) -> set[Place]:
    """Hosts and devices that rows name."""
    found = ((row.cells.get("host"), row.cells.get("device_name")) for row in rows)
    return {(host, name) for host, name in found if isinstance(host, str) and isinstance(name, str)}


def external_ids_of(rows: Iterable[SourceRow]) -> set[str]:
    """What rows call their cameras; not what no camera is called, which a database may not even take."""
    found = (row.cells.get("external_id") for row in rows)
    return {told for told in found if isinstance(told, str) and re.match(EXTERNAL_ID_PATTERN, told)}


def judge(
    rows: Iterable[SourceRow],
    own_devices: Mapping[Place, Camera],
    taken_ids: Collection[str],
    *,
    skip_duplicates: bool,
) -> Judgement:
    """`own_devices`: cameras that are devices of hosts' own, by host and device. `taken_ids`: external_ids
    that there are already: with `skip_duplicates` nothing else of such a row is looked at."""
    found = Judgement()
    for row in rows:
        external_id = row.cells.get("external_id")
        host, name = row.cells.get("host"), row.cells.get("device_name")
        managed_by = row.cells.get("managed_by")
        place = (host, name) if isinstance(host, str) and isinstance(name, str) else None
        camera = None if place is None else own_devices.get(place)
        try:
            if managed_by not in (None, *MANAGERS):
                raise FieldsError({"managed_by": f"must be one of {', '.join(MANAGERS)}."})
            if managed_by == "host" or (managed_by is None and camera is not None):
                found.rows.append(_hosts_row(row, place, camera))
            elif skip_duplicates and isinstance(external_id, str) and external_id in taken_ids:
                found.skipped.append(SkippedRow(row.number, _exists(external_id)))
            else:
                found.rows.append(_new_row(row))
        except FieldsError as error:
            found.errors += [
                RowError(row.number, column, sentence) for column, sentence in error.errors.items()
            ]
    return found


def _exists(external_id: str) -> str:
    return f"There is a camera with the external_id {external_id} already."


def _hosts_row(row: SourceRow, place: Place | None, camera: Camera | None) -> HostsRow:
    if place is None:
        missing = [name for name in ("host", "device_name") if not isinstance(row.cells.get(name), str)]
        raise FieldsError(dict.fromkeys(missing, "is missing: a host's own device is found by it."))
    given = {name: row.cells[name] for name in _OF_HOSTS_DEVICES if name in row.cells}
    wish = _wish(row)
    checked_values({"host": place[0], "device_name": place[1]})
    return HostsRow(row.number, place, camera, checked_values(given), wish)


def _new_row(row: SourceRow) -> NewRow:
    given = {name: value for name, value in row.cells.items() if name not in ("group", "managed_by")}
    errors = {name: "is missing." for name in ("name", "rtsp_url") if name not in given}
    values: dict[str, Any] = {}
    try:
        values = checked_values(given)
    except FieldsError as error:
        errors |= error.errors
    if "device_name" in given and "host" not in given:
        errors["device_name"] = "names a device of a host, and there is no host."
    try:
        wish = _wish(row)
    except FieldsError as error:
        errors |= error.errors
    if errors:
        raise FieldsError(errors)
    return NewRow(
        row.number,
        {name: value for name, value in values.items() if name not in _APART},
        values.get("external_id"),
        values.get("host"),
        values.get("device_name"),
        wish,
    )


def _wish(row: SourceRow) -> Wish:
    group, group_id = row.cells.get("group"), row.cells.get("group_id")
    try:
        # A group is called what a camera may be called.
        named = None if group is None else checked_values({"name": group})["name"]
    except FieldsError as error:
        raise FieldsError({"group": error.errors["name"]}) from None
    checked = checked_values({} if group_id is None else {"group_id": group_id})
    return Wish(named, checked.get("group_id"))
