"""What the gateway assigned last, as it told it: cameras that are recorded on while it is away, and what it
says over the host's own settings.

Written by the process that reports, read by all: the journal is for the agent's user alone, since
addresses of cameras hold passwords.
"""

from dataclasses import dataclass, field

from host_agent.journal.database import JournalDatabase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS assignment (
  id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, told_to TEXT NOT NULL,
  digest TEXT NOT NULL, cameras TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS assignment_overrides (
  id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL, overrides TEXT NOT NULL);
"""
# An older agent keeps assignments without their overrides, under the names that stand for both.
_KEPT = """
SELECT assignment.*, coalesce(assignment_overrides.overrides, '[]') AS overrides,
  coalesce(assignment_overrides.digest, '') AS overrides_digest
FROM assignment LEFT JOIN assignment_overrides ON assignment_overrides.id = assignment.id
"""
NO_REVISION = 0
NOTHING = "[]"
# What no gateway calls an assignment: it tells its own then, also where that is empty.
OF_ANOTHER_GATEWAY = "of another gateway"


@dataclass(frozen=True, slots=True)
class KeptAssignment:
    """`cameras`: JSON, a list of `AssignedCamera`; `overrides`: one of `DetectionOverride`. `revision` grows
    with each change, from 1 on. `told_to`: this host's id at the gateway that told it."""

    revision: int
    cameras: str = field(repr=False)
    overrides: str = NOTHING
    told_to: str = ""


class AssignmentRecords:
    """Two tables of the journal with one row each. Raises sqlite3.Error."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database
        database.create(_SCHEMA)

    def keep(self, cameras: str, overrides: str = NOTHING, *, digest: str, told_to: str) -> bool:
        """Keep an assignment, durably; return whether it says something else than before.

        `digest`: what the gateway calls it. `told_to`: this host's id at that gateway.
        """
        with self._database.writing(durable=True) as db:
            row = db.execute(_KEPT).fetchone()
            revision, is_new = NO_REVISION, True
            if row is not None:
                revision = int(row["revision"])
                is_new = (row["cameras"], row["overrides"]) != (cameras, overrides)
            db.execute(
                "INSERT OR REPLACE INTO assignment (id, revision, told_to, digest, cameras)"
                " VALUES (1, ?, ?, ?, ?)",
                (revision + is_new, told_to, digest, cameras),
            )
            db.execute(
                "INSERT OR REPLACE INTO assignment_overrides (id, digest, overrides) VALUES (1, ?, ?)",
                (digest, overrides),
            )
        return is_new

    def digest(self, told_to: str) -> str:
        """What the gateway that knows this host as `told_to` calls the assignment that is kept; empty
        where nothing is. Another gateway's stays in force until this one tells its own; what is kept in part
        is told again."""
        row = self._database.connection().execute(_KEPT).fetchone()
        if row is None:
            return ""
        if row["told_to"] != told_to:
            return "" if row["cameras"] == row["overrides"] == NOTHING else OF_ANOTHER_GATEWAY
        return str(row["digest"]) if row["digest"] == row["overrides_digest"] else OF_ANOTHER_GATEWAY

    def revision(self) -> int:
        """That of what is kept, NO_REVISION where there is none: cheap enough to ask every second."""
        row = self._database.connection().execute("SELECT revision FROM assignment").fetchone()
        return NO_REVISION if row is None else int(row["revision"])

    def kept(self) -> KeptAssignment | None:
        """The last assignment, None where there was none."""
        row = self._database.connection().execute(_KEPT).fetchone()
        if row is None:
            return None
        return KeptAssignment(
            int(row["revision"]), str(row["cameras"]), str(row["overrides"]), str(row["told_to"])
        )
