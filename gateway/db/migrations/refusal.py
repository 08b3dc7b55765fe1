"""Why a migration stopped, in words; and the SQL with which a revision itself stops.

Revisions check the data in SQL, not in Python, so that a script made with `--sql` checks it too.
"""

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from shared.errors import ColdframeError

# An SQLSTATE of our own: the SQL standard leaves classes that begin with a letter from I on to others.
REFUSED_SQLSTATE = "ZC001"
_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"


class MigrationError(ColdframeError, CommandError):
    """The schema was left as it was; codes `schema_refused`, `schema_busy`, `schema_timeout`, `unavailable`.

    Also Alembic's own error, so that its command prints the sentence and no traceback.
    """

    code = "schema_refused"


def unreachable(error: DBAPIError) -> MigrationError:
    """What to say where no connection could be opened."""
    return MigrationError(
        f"PostgreSQL cannot be reached: {' '.join(str(error.orig).split()).rstrip('.?')}.",
        remedy="Check DATABASE_URL and that the server runs.",
        code="unavailable",
    )


def migration_error(error: DBAPIError) -> MigrationError | None:
    """Return what to say about `error`, or None where it is a defect that deserves its traceback."""
    state = getattr(error.orig, "sqlstate", None)
    diagnosis = getattr(error.orig, "diag", None)
    if state == REFUSED_SQLSTATE and diagnosis is not None:
        return MigrationError(diagnosis.message_primary or "", remedy=diagnosis.message_hint or "")
    if state == _LOCK_NOT_AVAILABLE:
        return MigrationError(
            "Another session holds a lock that the migration needs. Nothing was changed by this revision.",
            remedy="Wait for it, or stop what writes to the database, then upgrade again "
            "(SELECT pid, state, query FROM pg_stat_activity shows who it is).",
            code="schema_busy",
        )
    if state == _QUERY_CANCELED:
        return MigrationError(
            "A statement of the migration ran into its timeout. Nothing was changed by this revision.",
            remedy="Stop what else loads the database and upgrade again; a very large database is migrated "
            "with the script that --sql writes, after its statement_timeout was made longer.",
            code="schema_timeout",
        )
    return None
