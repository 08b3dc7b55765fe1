"""The PostgreSQL and the Redis of the demo: those that the environment names, else private ones."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis

DATABASE = "coldframe"
GIVEN = ("DATABASE_URL", "REDIS_URL")


class DemoServers:
    """`given`: variables of GIVEN and what they say. The private ones keep their data below `folder`."""

    def __init__(self, folder: Path, given: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._given = given
        self._say = say
        self._postgres = None if "DATABASE_URL" in given else PrivatePostgres(folder / "postgres")
        self._redis = None if "REDIS_URL" in given else PrivateRedis(folder / "redis")

    def start(self) -> tuple[str, str]:
        """Return the URLs of the database and of Redis. Raises UnavailableError, ConflictError."""
        for variable in self._given:
            self._say(f"the server that {variable} names is used")
        database_url = self._given.get("DATABASE_URL", "")
        if self._postgres is not None:
            database_url = self._postgres.start().create_database(DATABASE)
        redis_url = self._given.get("REDIS_URL", "")
        if self._redis is not None:
            redis_url = self._redis.start().url()
        return database_url, redis_url

    def ended(self) -> list[str]:
        """The private servers that have ended by themselves."""
        servers = {"PostgreSQL": self._postgres, "Redis": self._redis}
        return [name for name, server in servers.items() if server is not None and not server.is_running]

    def stop(self) -> None:
        if self._redis is not None:
            self._redis.stop()
        if self._postgres is not None:
            self._postgres.stop()
