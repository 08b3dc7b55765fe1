"""A database whose schema tests look at and fill: short words for what they ask of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.sql import SQL

from gateway.db.engine import create_database
from gateway.db.schema_listing import list_schema, write_listing

PHASE_1 = "839d4ee251e4"
PHASE_2 = "002_phase_2_video_mgmt"
IN_STEP = "003_legacy_columns_in_step"


def listing(url: str) -> str:
    """The schema at `url`, one line a thing."""
    engine = create_database(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return write_listing(list_schema(connection))
    finally:
        engine.dispose()


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[DictRow]]:
    """A connection on which every statement is its own transaction; rows are dicts."""
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def rows(url: str, query: str) -> list[DictRow]:
    with connected(url) as connection:
        return connection.execute(SQL(query)).fetchall()


def run(url: str, *statements: str) -> None:
    with connected(url) as connection:
        for statement in statements:
            connection.execute(SQL(statement))


def value(url: str, query: str) -> object:
    """The one value of the one row of `query`."""
    ((found,),) = (row.values() for row in rows(url, query))
    return found
