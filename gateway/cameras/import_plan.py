"""What becomes of the rows of a file, seen together and beside what the catalogue has. Plain."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.cameras.assignment import NamesAtHost, Placement, device_name_for
from gateway.cameras.camera import Camera
from gateway.cameras.camera_changes import changed_columns
from gateway.cameras.camera_fields import DEFAULTS, RESERVED_IDS, slug_of
from gateway.cameras.import_judgement import HostsRow, Judgement, NewRow, Place, Wish
from gateway.cameras.import_row import RowError, SkippedRow
from gateway.catalogue.device import Scope
from shared.errors import ConflictError

_LONGEST_EXTERNAL_ID = 130


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue has of what a file names, while nobody else changes it.

    `external_ids`: all that are taken, among those that the file has or could get. `addresses`: of the file's
    those that are a camera's that the caller may see. `groups`, `hosts`: ids by name, of those that they may
    see. `names`: of devices, by the host's id. `former_ids`: external ids of cameras that are gone, which no
    row gets by itself, and none of somebody with a scope.
    """

    external_ids: Collection[str]
    addresses: Collection[str]
    groups: Mapping[str, str]
    hosts: Mapping[str, str]
    names: Mapping[str, NamesAtHost]
    former_ids: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is imported. `group_id`: of rows that name no group. `scope`: the caller's."""

    skip_duplicates: bool
    group_id: str | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class Creation:
    """A camera to be made. `values`: columns, but for the password, which is in plain text."""

    row: int
    id: str
    external_id: str
    values: Mapping[str, Any] = field(repr=False)
    group_id: str | None
    host_id: str | None
    device_name: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A camera to be changed, and the columns that are others then. `group`: the name of its group then."""

    row: int
    camera: Camera
    columns: Mapping[str, Any]
    group: str | None = None

    @property
    def after(self) -> Camera:
        """The camera as it is then."""
        return replace(self.camera, **self.columns, group=self.group)


@dataclass(slots=True)
class ImportPlan:
    """What is to be done. `new_groups`: ids by name, of groups that there are not yet."""

    creations: list[Creation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    new_groups: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _NewDevice:
    """Of a camera that is not there yet, what its name at a host depends on."""

    id: str
    external_id: str
    host_id: str | None = None


class _RowRefusedError(Exception):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


class _RowSkippedError(Exception):
    """With the reason."""


def plan_import(judgement: Judgement, known: Known, terms: Terms, new_id: Callable[[], str]) -> ImportPlan:
    """Decide what becomes of each row; rows count in the order of the file."""
    plan = ImportPlan(skipped=list(judgement.skipped), errors=list(judgement.errors))
    planning = _Planning(plan, known, terms, new_id)
    planning.reserve(row for row in judgement.rows if isinstance(row, NewRow))
    for row in judgement.rows:
        try:
            planning.take(row)
        except _RowSkippedError as skipped:
            plan.skipped.append(SkippedRow(row.number, str(skipped)))
        except _RowRefusedError as refused:
            plan.errors.append(RowError(row.number, refused.column, refused.message))
    plan.errors.sort(key=lambda error: error.row)
    plan.skipped.sort(key=lambda skipped: skipped.row)
    used = {creation.group_id for creation in plan.creations}
    used |= {change.columns.get("group_id") for change in plan.changes}
    plan.new_groups = {name: id_ for name, id_ in plan.new_groups.items() if id_ in used}
    return plan


class _Planning:
    """What the rows so far have taken."""

    def __init__(self, plan: ImportPlan, known: Known, terms: Terms, new_id: Callable[[], str]) -> None:
        self._plan = plan
        self._known = known
        self._terms = terms
        self._new_id = new_id
        self._ids = set(known.external_ids)
        self._rows_of_ids: dict[str, int] = {}
        self._rows_of_addresses: dict[str, int] = {}
        self._rows_of_places: dict[Place, int] = {}
        self._next_numbers: dict[str, int] = {}
        # What rows name themselves is given to no other row.
        self._named_ids: set[str] = set()
        self._named_devices: dict[str, dict[str, str | None]] = {}
        self._names = {
            host_id: NamesAtHost(dict(names.owners), names.former, names.in_use)
            for host_id, names in known.names.items()
        }

    def reserve(self, rows: Iterable[NewRow]) -> None:
        """Keep what rows call their cameras, and their devices, from those that say nothing."""
        for row in rows:
            if row.external_id is not None:
                self._named_ids.add(row.external_id)
            if row.host is not None and row.device_name is not None:
                self._named_devices.setdefault(row.host, {})[row.device_name] = None

    def take(self, row: NewRow | HostsRow) -> None:
        if isinstance(row, HostsRow):
            self._change(row)
        else:
            self._create(row)

    # -- hosts' own devices ------------------------------------------------------------------

    def _change(self, row: HostsRow) -> None:
        if row.place in self._rows_of_places:
            raise _RowRefusedError(
                "device_name", f"is the device of row {self._rows_of_places[row.place]} already."
            )
        self._rows_of_places[row.place] = row.number
        device = "/".join(row.place)
        if row.camera is None:
            raise _RowSkippedError(f"{device} is a host's own device, and its host does not report it here.")
        if self._terms.skip_duplicates:
            raise _RowSkippedError(f"{device} is there already.")
        wanted = dict(row.values)
        group_id = self._group(row.wish)
        if group_id is not None:
            wanted["group_id"] = group_id
        columns = changed_columns(row.camera, wanted)
        if not columns:
            raise _RowSkippedError(f"{device} is as the file says already.")
        self._plan.changes.append(
            Change(row.number, row.camera, columns, self._group_name(row.camera, columns))
        )

    def _group_name(self, camera: Camera, columns: Mapping[str, Any]) -> str | None:
        group_id = columns.get("group_id", camera.group_id)
        if group_id == camera.group_id:
            return camera.group
        named = {**self._known.groups, **self._plan.new_groups}
        return next((name for name, known in named.items() if known == group_id), None)

    # -- new cameras -------------------------------------------------------------------------

    def _create(self, row: NewRow) -> None:
        self._check_external_id(row)
        self._check_address(row)
        group_id = self._group(row.wish)
        if group_id is None and self._terms.scope is not None:
            raise _RowRefusedError("group", "is missing: you are limited to some camera groups.")
        external_id = row.external_id or self._free_external_id(row.values["name"])
        camera_id = self._new_id()
        host_id, device_name = self._place(row, camera_id, external_id)
        self._ids.add(external_id)
        self._rows_of_ids[external_id] = row.number
        self._rows_of_addresses.setdefault(row.values["rtsp_url"], row.number)
        self._plan.creations.append(
            Creation(
                row.number,
                camera_id,
                external_id,
                {**DEFAULTS, **row.values},
                group_id,
                host_id,
                device_name,
            )
        )

    def _check_external_id(self, row: NewRow) -> None:
        if self._terms.scope is not None and row.external_id in self._known.former_ids:
            raise _RowRefusedError("external_id", f"{row.external_id} was another camera's.")
        if row.external_id is None or row.external_id not in self._ids:
            return
        other = self._rows_of_ids.get(row.external_id)
        if self._terms.skip_duplicates:
            raise _RowSkippedError(
                f"There is a camera with the external_id {row.external_id} already."
                if other is None
                else f"It has the external_id of row {other}."
            )
        raise _RowRefusedError(
            "external_id",
            f"{row.external_id} is another camera's already."
            if other is None
            else f"{row.external_id} is that of row {other} already.",
        )

    def _check_address(self, row: NewRow) -> None:
        """Two cameras may have one address, but not where doubles are to be left out."""
        if not self._terms.skip_duplicates:
            return
        address = row.values["rtsp_url"]
        if address in self._known.addresses:
            raise _RowSkippedError("There is a camera with this rtsp_url already.")
        if address in self._rows_of_addresses:
            raise _RowSkippedError(f"It has the rtsp_url of row {self._rows_of_addresses[address]}.")

    def _group(self, wish: Wish) -> str | None:
        """The id of the row's group, perhaps one that is still to be made."""
        if wish.group is not None:
            found = self._known.groups.get(wish.group) or self._plan.new_groups.get(wish.group)
            if found is not None:
                return found
            if self._terms.scope is not None:
                raise _RowRefusedError("group", f"{wish.group} is none of your camera groups.")
            self._plan.new_groups[wish.group] = self._new_id()
            return self._plan.new_groups[wish.group]
        if wish.group_id is not None:
            if wish.group_id not in self._known.groups.values():
                raise _RowRefusedError("group_id", "is no camera group's.")
            return wish.group_id
        return self._terms.group_id

    def _free_external_id(self, name: str) -> str:
        """A readable one, as a camera that is made alone gets it; names that many have do not take long."""
        slug = slug_of(name)
        if self._is_free(slug):
            return slug
        number = self._next_numbers.get(slug, 2)
        while not self._is_free(found := _numbered(slug, number)):
            number += 1
        self._next_numbers[slug] = number + 1
        return found

    def _is_free(self, external_id: str) -> bool:
        taken = (self._ids, self._named_ids, RESERVED_IDS, self._known.former_ids)
        return not any(external_id in ids for ids in taken)

    def _place(self, row: NewRow, camera_id: str, external_id: str) -> tuple[str | None, str | None]:
        if row.host is None:
            return None, None
        host_id = self._known.hosts.get(row.host)
        if host_id is None:
            raise _RowRefusedError("host", f"There is no host {row.host}.")
        names = self._names[host_id]
        placement = Placement(host_id, row.host, row.device_name, takes_orphans=self._terms.scope is None)
        try:
            known = names
            if row.device_name is None:
                known = replace(names, owners={**self._named_devices.get(row.host, {}), **names.owners})
            name = device_name_for(_NewDevice(camera_id, external_id), placement, known)
        except ConflictError as error:
            raise _RowRefusedError(str(error.details.get("field", "host")), error.message) from None
        self._names[host_id] = NamesAtHost({**names.owners, name: camera_id}, names.former, names.in_use + 1)
        return host_id, name


def _numbered(slug: str, number: int) -> str:
    ending = f"-{number}"
    return f"{slug[: _LONGEST_EXTERNAL_ID - len(ending)]}{ending}"
