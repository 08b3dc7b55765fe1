"""Runs revisions against a database, or writes them as a script (`--sql`).

Loaded by Alembic, both for its own command and for `gateway.db.commands`, which gives the address in
`config.attributes`. Only Alembic's own command takes it from the environment here.
"""

import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from gateway.db.all_tables import METADATA
from gateway.db.engine import create_database
from gateway.db.migrations.patience import ADVISORY_LOCK, Patience
from gateway.db.migrations.refusal import MigrationError, migration_error, unreachable
from shared.errors import SettingsError


def patience() -> Patience:
    """What the caller gave, or the usual."""
    given = context.config.attributes.get("patience")
    return given if isinstance(given, Patience) else Patience()


def take_turn(waits: Patience) -> tuple[str, ...]:
    """Statements that wait until no other upgrade runs."""
    return (
        f"SET statement_timeout = {max(waits.statement_ms, waits.turn_ms)}",
        f"SET lock_timeout = {waits.turn_ms}",
        f"SELECT pg_advisory_lock({ADVISORY_LOCK})",
        f"SET statement_timeout = {waits.statement_ms}",
        f"SET lock_timeout = {waits.lock_ms}",
    )


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic is to compare it with the tables in the code: not the partitions, which time makes."""
    partitioned = [
        table.name
        for table in METADATA.tables.values()
        if table.dialect_options["postgresql"]["partition_by"]
    ]
    is_partition = name not in METADATA.tables and any(f"{name}".startswith(f"{of}_") for of in partitioned)
    return kind != "table" or not is_partition


def address() -> str:
    """Where the database is. Raises MigrationError where nobody says."""
    given = context.config.attributes.get("url") or os.environ.get("DATABASE_URL", "")
    if not given:
        raise MigrationError(
            "DATABASE_URL is not set.",
            remedy="Set it to postgresql://user:password@host:5432/coldframe.",
            code="bad_settings",
        )
    return str(given)


def write_script() -> None:
    """The revisions as SQL, for `psql -v ON_ERROR_STOP=1`."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=METADATA,
        literal_binds=True,
        # Otherwise each % is doubled, for a driver that is not there.
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
    )
    for statement in take_turn(patience()):
        context.execute(statement)
    with context.begin_transaction():
        context.run_migrations()
    context.execute(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})")


def apply(connection: Connection) -> None:
    """Run the revisions, each in its own transaction, while no other upgrade runs.

    The lock belongs to the session and ends with it, so that a killed upgrade leaves none.
    """
    for statement in take_turn(patience()):
        connection.execute(text(statement))
    # Alembic begins transactions of its own only on a connection that is in none.
    connection.commit()
    context.configure(
        connection=connection, target_metadata=METADATA, include_name=is_ours, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


def connect_to(engine: Engine) -> Connection:
    """A connection. Raises MigrationError where there is none to be had."""
    try:
        return engine.connect()
    except OperationalError as error:
        raise unreachable(error) from None


def run() -> None:
    """Raises MigrationError for everything that a person can mend; defects keep their traceback."""
    if context.is_offline_mode():
        write_script()
        return
    try:
        engine = create_database(address(), pool_size=1)
    except SettingsError as error:
        raise MigrationError(error.message, remedy=error.remedy, code=error.code) from None
    try:
        with connect_to(engine) as connection:
            apply(connection)
    except DBAPIError as error:
        known = migration_error(error)
        if known is None:
            raise
        raise known from None
    finally:
        engine.dispose()


if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)
run()
