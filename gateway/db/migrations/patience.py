"""How long a migration waits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """`lock_ms`: for tables that others use; who waits makes everybody behind it wait too, so not for long.

    `statement_ms`: for one statement, such as the data migration of millions of rows. `turn_ms`: for another
    upgrade to end.
    """

    lock_ms: int = 5_000
    statement_ms: int = 15 * 60_000
    turn_ms: int = 15 * 60_000
