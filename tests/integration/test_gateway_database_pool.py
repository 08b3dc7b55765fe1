"""What becomes of connections to PostgreSQL when a process has done its work."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from gateway.db.engine import create_database


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_database(database_url, pool_size=2)
    yield made
    made.dispose()


def driver_of(connection: Connection) -> psycopg.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def test_a_connection_that_is_in_use_when_the_pool_ends_is_closed_when_it_comes_back(engine: Engine) -> None:
    with engine.connect() as late:
        driver = driver_of(late)
        engine.dispose()
        assert late.execute(text("SELECT 7")).scalar_one() == 7
    assert driver.closed


def test_a_connection_that_is_idle_when_the_pool_ends_is_closed_at_once(engine: Engine) -> None:
    with engine.connect() as early:
        driver = driver_of(early)
    assert not driver.closed
    engine.dispose()
    assert driver.closed


def test_a_connection_that_comes_back_before_is_used_again(engine: Engine) -> None:
    drivers = set()
    for _ in range(3):
        with engine.connect() as connection:
            drivers.add(driver_of(connection))
    assert len(drivers) == 1
