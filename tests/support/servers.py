"""The tests' own PostgreSQL and Redis: fast, on free ports, with nothing left of them."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis


@contextmanager
def fleeting_postgres(folder: Path) -> Iterator[PrivatePostgres]:
    """A server whose data goes with it: pytest keeps the folders of three runs, at 40 MB each."""
    try:
        with PrivatePostgres(folder, durable=False) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def fleeting_redis(folder: Path) -> Iterator[PrivateRedis]:
    """A server that writes nothing."""
    with PrivateRedis(folder, durable=False) as server:
        yield server


@contextmanager
def fresh_database(server: PrivatePostgres, template: str | None = None) -> Iterator[str]:
    """The URL of a database that nobody has used: empty, or a copy of `template`; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = server.create_database(name, template=template)
    try:
        yield url
    finally:
        server.drop_database(name)


def migrated_template(server: PrivatePostgres, upgrade: Callable[[str], None]) -> str:
    """Make the database that the others are copied from, upgraded by `upgrade(url)`; return its name."""
    name = "template_migrated"
    upgrade(server.create_database(name))
    return name


def flush(url: str) -> None:
    """Empty every database of the Redis server at `url`."""
    with redis.Redis.from_url(url) as client:
        client.flushall()
