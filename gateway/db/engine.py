"""Connections to PostgreSQL."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import SettingsError

STATEMENT_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 5
# What a server's kernel may take to say that it has got something.
SILENT_AFTER_S = 10


def database_url(text: str) -> str:
    """`text` with the driver that is installed: `postgres://` and `postgresql://` are taken as they come.

    Raises SettingsError where it is no address of a PostgreSQL database.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise _refusal() from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise _refusal()
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _refusal() -> SettingsError:
    return SettingsError(
        "DATABASE_URL: is no address of a PostgreSQL database.",
        remedy="Write it as postgresql://user:password@host:5432/coldframe.",
    )


def create_database(
    url: str,
    *,
    pool_size: int,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    silent_after_s: int = SILENT_AFTER_S,
) -> Engine:
    """A pool of at most `pool_size` connections, none of which is opened yet.

    To be called after the fork: connections do not survive one. Times come back in UTC. A connection that
    the server has closed meanwhile is replaced unnoticed; one whose server cannot be reached any more
    fails after `silent_after_s`. Once it is disposed of, a connection that is still in use is closed when it
    comes back.
    """
    engine = create_engine(
        database_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            # A network that is cut says nothing: without these, the kernel tries for a quarter of an hour.
            "tcp_user_timeout": silent_after_s * 1000,
            "keepalives_idle": max(1, silent_after_s // 2),
            "keepalives_interval": 2,
            "application_name": "coldframe",
            "options": f"-c timezone=UTC -c statement_timeout={statement_timeout_ms}",
        },
    )
    _close_what_comes_back_late(engine)
    return engine


def _close_what_comes_back_late(engine: Engine) -> None:
    """A pool forgets the connections that are in use when it is disposed of; nobody else would close them."""
    disposed: list[Engine] = []
    event.listen(engine, "engine_disposed", disposed.append)

    def close(_connection: object, entry: ConnectionPoolEntry) -> None:
        if disposed:
            entry.invalidate()

    event.listen(engine.pool, "checkin", close)
