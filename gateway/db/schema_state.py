"""Whether a database has the schema that this version of the code was written for."""

from collections.abc import Collection

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from gateway.db import migrations
from shared.errors import UnavailableError


class SchemaOutdatedError(UnavailableError):
    """The database has an older schema, or none."""

    code = "schema_outdated"


class SchemaNewerError(UnavailableError):
    """The database has a schema that this version of the code does not know."""

    code = "schema_newer"


def require_current(engine: Engine) -> None:
    """Return where the schema is the newest this code knows.

    Raises SchemaOutdatedError, SchemaNewerError, and SQLAlchemy's OperationalError where there is no server.
    """
    newest, known = known_revisions()
    judge(revision_of(engine), newest=newest, known=known)


def judge(found: str | None, *, newest: str, known: Collection[str]) -> None:
    """`found`: the database's revision, None where it has no schema; the rest: what the code knows."""
    if found == newest:
        return
    if found is None or found in known:
        state = "has no schema yet" if found is None else f"has the schema {found}"
        raise SchemaOutdatedError(
            f"The database {state}; this version of Coldframe needs {newest}.",
            remedy="Make a backup and run: python -m gateway db upgrade",
        )
    raise SchemaNewerError(
        f"The database has the schema {found}, which this version of Coldframe ({newest}) does not know.",
        remedy="Install the version that made it, or go back with that version: "
        f"python -m gateway db downgrade {newest}",
    )


def revision_of(engine: Engine) -> str | None:
    """Return the revision that the database says it has; None where it has no schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> tuple[str, frozenset[str]]:
    """Return the newest revision in the code, and all of them."""
    scripts = ScriptDirectory(migrations.__path__[0])
    newest = scripts.get_current_head()
    if newest is None:
        raise RuntimeError("the schema history is empty")
    return newest, frozenset(script.revision for script in scripts.walk_revisions())
