"""What a migration waits for, and how long."""

from dataclasses import dataclass

# Held by the one upgrade that runs: "coldfram" as eight bytes.
ADVISORY_LOCK = 0x636F6C646672616D


@dataclass(frozen=True, slots=True)
class Patience:
    """`lock_ms`: for tables that others use; who waits makes everybody behind it wait too, so not for long.

    `statement_ms`: for one statement, such as the data migration of millions of rows. `turn_ms`: for another
    upgrade to end.
    """

    lock_ms: int = 5_000
    statement_ms: int = 15 * 60_000
    turn_ms: int = 15 * 60_000
