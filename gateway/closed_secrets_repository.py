"""Every column of the database that holds encrypted secrets."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, text


@dataclass(frozen=True, slots=True)
class ClosedColumn:
    """`name`: SQL for what a row is called by people. `meaning`: of its secret, before that name."""

    table: str
    column: str
    key: str
    name: str
    meaning: str


CLOSED_COLUMNS = (
    ClosedColumn(
        "host_enrolments",
        "calling_secret_encrypted",
        "host_id",
        "(SELECT hosts.name FROM hosts WHERE hosts.id = host_enrolments.host_id)",
        "the secret of host",
    ),
    ClosedColumn("cameras", "password_encrypted", "id", "external_id", "the password of camera"),
)


class ClosedSecretsRepository:
    """Reads and replaces them as they are stored."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def closed(self, column: ClosedColumn) -> list[tuple[str, str]]:
        """What each row is called, and its secret as it is stored; by name."""
        query = text(
            f"SELECT {column.name}, {column.column} FROM {column.table}"
            f" WHERE {column.column} IS NOT NULL ORDER BY 1"
        )
        with self._engine.begin() as connection:
            return [(str(name), closed) for name, closed in connection.execute(query)]

    def renew(self, column: ClosedColumn, renewed: Callable[[str], str]) -> tuple[int, int]:
        """Replace each secret of a column by what `renewed` makes of it, all or none.

        Returns how many there are, and how many are others now. Rows wait for others' changes, and theirs
        for this. Raises what `renewed` raises.
        """
        locked = text(
            f"SELECT CAST({column.key} AS text) AS key, {column.column} AS closed FROM {column.table}"
            f" WHERE {column.column} IS NOT NULL ORDER BY {column.key} FOR NO KEY UPDATE"
        )
        write = text(
            f"UPDATE {column.table} SET {column.column} = told.closed"
            " FROM unnest(CAST(:keys AS text[]), CAST(:closed AS text[])) AS told (key, closed)"
            f" WHERE CAST({column.table}.{column.key} AS text) = told.key"
        )
        with self._engine.begin() as connection:
            before = {row.key: row.closed for row in connection.execute(locked)}
            after = {key: renewed(closed) for key, closed in before.items()}
            others = {key: closed for key, closed in after.items() if closed != before[key]}
            if others:
                connection.execute(write, {"keys": list(others), "closed": list(others.values())})
            return len(before), len(others)
