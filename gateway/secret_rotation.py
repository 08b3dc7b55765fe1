"""Closes every stored secret with the key in use, so that an older key can be taken out."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.closed_secrets_repository import CLOSED_COLUMNS, ClosedColumn, ClosedSecretsRepository
from gateway.secret_box import SecretBox
from shared.errors import SettingsError

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RotatedColumn:
    """What became of one column's secrets; `renewed` are among `total`."""

    column: ClosedColumn
    total: int
    renewed: int


class SecretRotation:
    """Doing it again changes nothing."""

    def __init__(self, repository: ClosedSecretsRepository, secrets: SecretBox) -> None:
        self._repository = repository
        self._secrets = secrets

    def rotate(self) -> list[RotatedColumn]:
        """Renew all secrets, a transaction a table. Raises SettingsError, before anything is changed, where
        some of them cannot be opened."""
        self._check()
        return [
            RotatedColumn(column, *self._repository.renew(column, self._secrets.renew))
            for column in CLOSED_COLUMNS
        ]

    def _check(self) -> None:
        unopened = [
            f"{column.meaning} {name}"
            for column in CLOSED_COLUMNS
            for name, closed in self._repository.closed(column)
            if not self._opens(closed)
        ]
        if unopened:
            raise _unopened(unopened)

    def _opens(self, closed: str) -> bool:
        try:
            self._secrets.open(closed)
        except SettingsError:
            return False
        return True


def counts(rotated: list[RotatedColumn]) -> Mapping[str, Mapping[str, int]]:
    """By table, for the audit log."""
    return {one.column.table: {"total": one.total, "renewed": one.renewed} for one in rotated}


def _unopened(names: list[str]) -> SettingsError:
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return SettingsError(
        f"Nothing was changed: no key that is given opens {shown}{more}.",
        remedy="Add the key of then behind the new one (COLDFRAME_SECRET_KEY=new,old). Where it is lost, give"
        " these cameras their passwords anew, and enrol these hosts again; then run this once more.",
    )
