"""What holds for every test, and the servers that tests ask for.

Servers are started by the first test of a worker that needs them, one each a worker, and are always private:
what DATABASE_URL and REDIS_URL name is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:  # loading these takes longer than most unit tests
    from deploy.local.neo4j import PrivateNeo4j
    from deploy.local.postgres import PrivatePostgres
    from deploy.local.redis import PrivateRedis
    from deploy.local.s3 import PrivateS3

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    """A PostgreSQL server. Tests that stop it start one of their own instead."""
    from tests.support.servers import fleeting_postgres

    with fleeting_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def database_url(postgres: PrivatePostgres) -> Iterator[str]:
    """A fresh, empty database."""
    from tests.support.servers import fresh_database

    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_template(postgres: PrivatePostgres) -> str:
    """The name of a database with the gateway's newest schema, to be copied and not to be used."""
    from gateway.db.commands import upgrade
    from tests.support.servers import migrated_template

    return migrated_template(postgres, upgrade)


@pytest.fixture
def migrated_database_url(postgres: PrivatePostgres, migrated_template: str) -> Iterator[str]:
    """A fresh database with the gateway's newest schema and no rows."""
    from tests.support.servers import fresh_database

    with fresh_database(postgres, migrated_template) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRedis]:
    """A Redis server. Tests that stop it start one of their own instead."""
    from tests.support.servers import fleeting_redis

    with fleeting_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: PrivateRedis) -> str:
    """The worker's Redis, emptied before the test."""
    from tests.support.servers import flush

    flush(redis_server.url())
    return redis_server.url()


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateS3]:
    """An S3 server, in which each test has its own bucket. Tests that stop it start one of their own."""
    from tests.support.s3 import fleeting_s3

    with fleeting_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateNeo4j]:
    """A Neo4j server, in which each test has its own cameras. Tests that stop it start one of their own."""
    from tests.support.neo4j import fleeting_neo4j

    with fleeting_neo4j(tmp_path_factory.mktemp("neo4j")) as server:
        yield server
