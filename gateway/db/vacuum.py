"""Tidies up the tables that change all the time."""

from sqlalchemy import text

from gateway.db.engine import create_database

# Their dead rows would slow every look at a host, a camera or a login; minutes go by whole partitions, and
# their newest ones are among these by name.
BUSY_TABLES = (
    "hosts",
    "host_reports",
    "devices",
    "cameras",
    "camera_health",
    "camera_snapshots",
    "activity_minutes",
    "sessions",
)
_FOUND = text(
    "SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relkind IN ('r', 'p') "
    "AND relnamespace = current_schema()::regnamespace ORDER BY relname"
)


def vacuum(url: str, *, timeout_s: float) -> list[str]:
    """VACUUM (ANALYZE) the busy tables one after the other; return their names.

    Readers and writers go on meanwhile. Raises sqlalchemy.exc.SQLAlchemyError.
    """
    engine = create_database(url, pool_size=1, statement_timeout_ms=int(timeout_s * 1000))
    try:
        # Not within a transaction, which VACUUM refuses.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            tables = list(connection.execute(_FOUND, {"names": list(BUSY_TABLES)}).scalars())
            for table in tables:
                connection.execute(text(f'VACUUM (ANALYZE) "{table}"'))
            return tables
    finally:
        engine.dispose()
