"""The cameras that the gateway assigned last, as it told them: they are recorded on while it is away.

Written by the process that reports, read by all: the journal is for the agent's user alone, since
addresses of cameras hold passwords.
"""

from dataclasses import dataclass, field

from host_agent.journal.database import JournalDatabase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS assignment (
  id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, told_to TEXT NOT NULL,
  digest TEXT NOT NULL, cameras TEXT NOT NULL);
"""
NO_REVISION = 0
NOTHING = "[]"
# What no gateway calls an assignment: it tells its own then, also where that is empty.
OF_ANOTHER_GATEWAY = "of another gateway"


@dataclass(frozen=True, slots=True)
class KeptAssignment:
    """`cameras`: JSON, a list of `AssignedCamera`. `revision` grows with each change, from 1 on."""

    revision: int
    cameras: str = field(repr=False)


class AssignmentRecords:
    """A table of the journal with one row. Raises sqlite3.Error."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database
        database.create(_SCHEMA)

    def keep(self, cameras: str, *, digest: str, told_to: str) -> bool:
        """Keep an assignment, durably; return whether its cameras are others than before.

        `digest`: what the gateway calls it. `told_to`: this host's id at that gateway.
        """
        with self._database.writing(durable=True) as db:
            row = db.execute("SELECT revision, cameras FROM assignment").fetchone()
            revision, is_new = NO_REVISION, True
            if row is not None:
                revision, is_new = int(row["revision"]), row["cameras"] != cameras
            db.execute(
                "INSERT OR REPLACE INTO assignment (id, revision, told_to, digest, cameras)"
                " VALUES (1, ?, ?, ?, ?)",
                (revision + is_new, told_to, digest, cameras),
            )
        return is_new

    def digest(self, told_to: str) -> str:
        """What the gateway that knows this host as `told_to` calls the assignment that is kept; empty
        where nothing is. Another gateway's stays in force until this one tells its own."""
        row = self._database.connection().execute("SELECT * FROM assignment").fetchone()
        if row is None:
            return ""
        if row["told_to"] != told_to:
            return "" if row["cameras"] == NOTHING else OF_ANOTHER_GATEWAY
        return str(row["digest"])

    def revision(self) -> int:
        """That of what is kept, NO_REVISION where there is none: cheap enough to ask every second."""
        row = self._database.connection().execute("SELECT revision FROM assignment").fetchone()
        return NO_REVISION if row is None else int(row["revision"])

    def kept(self) -> KeptAssignment | None:
        """The last assignment, None where there was none."""
        row = self._database.connection().execute("SELECT revision, cameras FROM assignment").fetchone()
        return None if row is None else KeptAssignment(int(row["revision"]), str(row["cameras"]))
