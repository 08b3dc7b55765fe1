"""Cameras of the fleet: made, changed, assigned to hosts, deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.cameras.assignment import Placement, footage_sentence, note_of
from gateway.cameras.camera import Camera, CameraFilter
from gateway.cameras.camera_changes import (
    changed_columns,
    check_deletion,
    check_external_id,
    without_shown,
)
from gateway.cameras.camera_changes_repository import (
    CameraChangesRepository,
    SnapshotsLeftError,
    unknown_group_field,
    unknown_host_field,
)
from gateway.cameras.camera_fields import DEFAULTS, FieldsError, checked_values, slug_of
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.credentials import Credentials
from gateway.cameras.summary import Summary, summary_of
from gateway.catalogue.device import Scope, is_in_scope
from gateway.catalogue.repository import Catalogue
from gateway.hosts.host_states import HostLimits
from shared.clock import Clock
from shared.errors import BadRequestError, ConflictError, NotFoundError
from shared.paging import Page, PageQuery

# (id of a camera) → removes what is kept of it elsewhere, or raises
Remove = Callable[[str], None]
# Snapshots may be taken while they are removed.
_REMOVALS = 3
_PLACE = ("host", "host_id", "device_name")


@dataclass(frozen=True, slots=True)
class ChangedCamera:
    """A camera as it was and as it is now."""

    before: Camera
    camera: Camera


@dataclass(frozen=True, slots=True)
class DeletedCamera:
    """A camera that is gone. `footage`: what becomes of what was recorded, a sentence."""

    camera: Camera
    footage: str


class Cameras:
    """The catalogue of cameras. What is given is looked at by `camera_fields.checked_values`."""

    def __init__(
        self,
        repository: CameraRepository,
        changes: CameraChangesRepository,
        catalogue: Catalogue,
        credentials: Credentials,
        clock: Clock,
        limits: HostLimits,
        new_id: Callable[[], str],
        *,
        delete_snapshots: Remove | None = None,
        move_captions: Remove | None = None,
        move_late_captions: Callable[[str], None] | None = None,
    ) -> None:
        """`delete_snapshots`: removes a camera's snapshots, objects and rows. `move_captions`: brings its
        captions to where they outlive it. `move_late_captions` (external_id of one that is deleted): the same
        for what came meanwhile, and raises nothing."""
        self._repository = repository
        self._changes = changes
        self._catalogue = catalogue
        self._credentials = credentials
        self._clock = clock
        self._limits = limits
        self._new_id = new_id
        self._delete_snapshots = delete_snapshots
        self._move_captions = move_captions
        self._move_late_captions = move_late_captions

    def page(self, scope: Scope, wanted: CameraFilter, asked: PageQuery) -> Page[Camera]:
        """A page of the cameras in `scope`."""
        found = self._repository.page(scope, wanted, asked)
        return Page([self._noted(camera) for camera in found.items], found.total, asked)

    def camera(self, which: str, scope: Scope) -> Camera:
        """One camera by id or external_id. Raises NotFoundError."""
        return self._noted(self._repository.camera(which, scope))

    def summary(self, scope: Scope) -> Summary:
        """How many cameras in `scope` there are."""
        return summary_of(self._repository.counts(scope))

    def add(self, given: Mapping[str, Any], scope: Scope) -> Camera:
        """Make a camera. Who is limited to some groups makes it in one of them.

        Raises BadRequestError for what is wrong in `given`, an unknown group or host among it, ConflictError
        for an external_id or a device that is another's and for a host that has no room.
        """
        values = _checked(given)
        _check_group(values.get("group_id"), scope)
        made = self._changes.add(
            self._new_id(),
            self._columns({**DEFAULTS, **values}),
            external_id=values.get("external_id"),
            slug=slug_of(values["name"]),
            placement=self._placement(values, scope, None),
            scope=scope,
        )
        return self._noted(made)

    def change(self, which: str, given: Mapping[str, Any], scope: Scope) -> ChangedCamera:
        """Change what `given` has of a camera. `host` or `host_id` None: no host records it any more.

        Raises NotFoundError, BadRequestError, ConflictError, the latter also for what the settings of its
        host say.
        """
        found = self._repository.camera(which, scope)
        values = _checked(without_shown(found, given))
        if "group_id" in values:
            _check_group(values["group_id"], scope)
        check_external_id(found, values)
        wanted = self._columns(values)

        def decide(before: Camera, place: Mapping[str, Any]) -> dict[str, Any]:
            return changed_columns(before, {**wanted, **place})

        before, after = self._changes.change(
            found.id,
            scope,
            decide,
            group_id=values.get("group_id"),
            placement=self._placement(values, scope, found),
        )
        return ChangedCamera(before, self._noted(after))

    def delete(self, which: str, scope: Scope) -> DeletedCamera:
        """Delete a camera with its snapshots; its host stops recording it and keeps the footage.

        Raises NotFoundError, ConflictError where its host's settings would bring it back, and what stops
        the removal of what is kept of it elsewhere.
        """
        found = self._repository.camera(which, scope)

        def check(camera: Camera, is_reported: bool) -> None:
            check_deletion(camera, is_reported=is_reported)

        check(found, self._changes.is_reported(found))
        if self._move_captions is not None:
            self._move_captions(found.id)
        for _removal in range(_REMOVALS):
            if self._delete_snapshots is not None:
                self._delete_snapshots(found.id)
            try:
                gone = self._changes.delete(
                    found.id, scope, check, with_snapshots=self._delete_snapshots is None
                )
            except SnapshotsLeftError:
                continue
            if self._move_late_captions is not None:
                self._move_late_captions(gone.camera.external_id)
            return DeletedCamera(gone.camera, footage_sentence(gone.hosts))
        raise ConflictError(
            f"Somebody takes snapshots of {found.name} just now.",
            remedy="Delete the camera again in a while.",
        )

    def _noted(self, camera: Camera) -> Camera:
        return replace(camera, note=note_of(camera, camera.host_state(self._clock.now(), self._limits)))

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that `values` fill, but for where the camera is recorded and its external_id."""
        columns = {key: value for key, value in values.items() if key not in (*_PLACE, "external_id")}
        if "password" in columns:
            columns["password_encrypted"] = self._credentials.close(columns.pop("password"))
        return columns

    def _placement(self, values: Mapping[str, Any], scope: Scope, camera: Camera | None) -> Placement | None:
        """Where `values` want a camera recorded; None: they do not say. `camera`: as it is, where it is."""
        wish = values.get("device_name")
        said = [values[key] for key in ("host", "host_id") if key in values]
        names_a_host = any(host is not None for host in said)
        if names_a_host and None in said:
            raise _one_host_or_none()
        if names_a_host:
            host_id, host = self._host(values.get("host_id"), values.get("host"), scope)
            return Placement(host_id, host, wish, takes_orphans=scope is None)
        if wish is None:
            return Placement(None) if said else None
        if said or camera is None or camera.host_id is None:
            raise _device_without_host()
        return Placement(camera.host_id, camera.host, wish, takes_orphans=scope is None)

    def _host(self, host_id: str | None, name: str | None, scope: Scope) -> tuple[str, str]:
        try:
            return self._catalogue.host(scope, host_id=host_id, name=name)
        except NotFoundError:
            raise unknown_host_field("host" if name is not None else "host_id") from None


def _one_host_or_none() -> BadRequestError:
    return BadRequestError(
        "host: one of host and host_id names a host, the other says that there is none.",
        remedy="Send one of the two, or both with the same host, or both as null.",
        details={"fields": {"host": "says something else than host_id"}},
    )


def _device_without_host() -> BadRequestError:
    return BadRequestError(
        "device_name: names a device of a host, and there is no host.",
        remedy="Give host as well, or leave device_name out.",
        details={"fields": {"device_name": "needs a host"}},
    )


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """`checked_values`. Raises BadRequestError."""
    try:
        return checked_values(given)
    except FieldsError as error:
        raise BadRequestError(
            str(error), remedy="/docs shows the form of each field.", details={"fields": error.errors}
        ) from None


def _check_group(group_id: str | None, scope: Scope) -> None:
    if is_in_scope(group_id, scope):
        return
    if group_id is None:
        raise BadRequestError(
            "group_id: you are limited to some camera groups, so a camera must be in one of them.",
            remedy="GET /api/v1/cameras/groups lists them.",
            details={"fields": {"group_id": "must be a group that you are limited to"}},
        )
    raise unknown_group_field()
