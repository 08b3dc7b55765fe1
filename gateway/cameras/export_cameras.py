"""Exports cameras as files that can be imported again."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.cameras.camera import CameraFilter
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.credentials import Credentials
from gateway.cameras.export_columns import columns, row_of
from gateway.cameras.export_file import csv_pieces, export_name, json_pieces
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.errors import SettingsError, UnavailableError


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of `count` cameras; its `pieces` come once."""

    name: str
    content_type: str
    count: int
    pieces: Iterator[bytes]


class CameraExports:
    """Makes files of what is in the catalogue."""

    def __init__(self, repository: CameraRepository, credentials: Credentials, clock: Clock) -> None:
        self._repository = repository
        self._credentials = credentials
        self._clock = clock

    def file(
        self, scope: Scope, file_format: str, *, group_id: str | None, include_credentials: bool
    ) -> ExportedFile:
        """The cameras in `scope`, of one group where it is given; by name.

        Passwords are opened only with `include_credentials`, which is for whoever may write cameras.
        Raises UnavailableError where one cannot be opened.
        """
        found = self._repository.cameras(scope, CameraFilter(group_id=group_id))
        rows = [
            row_of(
                camera,
                self._password(camera.name, camera.password_encrypted) if include_credentials else None,
                with_credentials=include_credentials,
            )
            for camera in found
        ]
        name = export_name(self._clock.now(), file_format)
        if file_format == "json":
            return ExportedFile(name, "application/json", len(rows), json_pieces(rows))
        names = columns(with_credentials=include_credentials)
        return ExportedFile(name, "text/csv; charset=utf-8", len(rows), csv_pieces(names, rows))

    def _password(self, camera: str, password_encrypted: str | None) -> str | None:
        try:
            return self._credentials.open(password_encrypted)
        except SettingsError as error:
            raise UnavailableError(
                f"The password of {camera} cannot be opened: {error.message}", remedy=error.remedy
            ) from None
