"""The schema of a database moved on, moved back and asked for: `python -m gateway db …`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

from gateway.db import migrations
from gateway.db.engine import create_database
from gateway.db.migrations.patience import Patience
from gateway.db.migrations.refusal import MigrationError, unreachable
from gateway.db.schema_state import revision_of

_USUAL = Patience()


def upgrade(
    url: str,
    revision: str = "head",
    *,
    sql: bool = False,
    output: TextIO | None = None,
    patience: Patience = _USUAL,
) -> None:
    """Bring the database at `url` to `revision`, each step in its own transaction, one upgrade at a time.

    `sql` changes nothing and writes the statements to `output` (standard output) instead, from an empty
    database on; `FROM:TO` as `revision` begins elsewhere. Raises MigrationError; the steps before the one
    that failed stay done.
    """
    with _in_our_words():
        command.upgrade(_config(url, output, patience), revision, sql=sql)


def downgrade(
    url: str,
    revision: str,
    *,
    sql: bool = False,
    output: TextIO | None = None,
    patience: Patience = _USUAL,
) -> None:
    """Take the database at `url` back to `revision`; what only later ones know is deleted.

    With `sql`, `revision` is written `FROM:TO`. Raises MigrationError.
    """
    with _in_our_words():
        command.downgrade(_config(url, output, patience), revision, sql=sql)


def current(url: str) -> str | None:
    """Return the revision of the database at `url`; None where it has no schema. Raises MigrationError."""
    engine = create_database(url, pool_size=1)
    try:
        return revision_of(engine)
    except OperationalError as error:
        raise unreachable(error) from None
    finally:
        engine.dispose()


def _config(url: str, output: TextIO | None, patience: Patience) -> Config:
    out = sys.stdout if output is None else output
    config = Config(output_buffer=out, stdout=out, attributes={"url": url, "patience": patience})
    # `%` begins an interpolation there, and a folder may have one in its name.
    config.set_main_option("script_location", migrations.__path__[0].replace("%", "%%"))
    return config


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What Alembic itself refuses, such as a revision that does not exist, in the form of our errors."""
    try:
        yield
    except MigrationError:
        raise
    except CommandError as error:
        raise MigrationError(
            f"{error}.",
            remedy="`alembic history` lists the revisions. A newer version of Coldframe may have made the "
            "schema: python -m gateway doctor says so.",
            code="bad_revision",
        ) from None
