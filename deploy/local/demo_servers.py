"""The servers that the demo's gateway stands on: those that the environment names, else private ones."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.demo_graph import DemoGraph
from deploy.local.postgres import PrivatePostgres
from deploy.local.redis import PrivateRedis
from deploy.local.server_addresses import ServerAddresses

DATABASE = "coldframe"
SERVERS = ("DATABASE_URL", "REDIS_URL", "CAPTIONS_REDIS_URL", "NEO4J_URI")
GIVEN = (*SERVERS, "NEO4J_USER", "NEO4J_PASSWORD")


class DemoServers:
    """`given`: variables of GIVEN and what they say. The private ones keep their data below `folder`.

    `jars`: where the set-up puts Neo4j's parts.
    """

    def __init__(
        self, folder: Path, jars: Path, given: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self._given = given
        self._say = say
        self._postgres = None if "DATABASE_URL" in given else PrivatePostgres(folder / "postgres")
        self._redis = None if "REDIS_URL" in given else PrivateRedis(folder / "redis")
        self._graph = DemoGraph(jars, folder / "neo4j", given, say)

    def start(self) -> ServerAddresses:
        """Start what is not given; the graph may answer later. Raises UnavailableError, ConflictError."""
        for variable in SERVERS:
            if variable in self._given:
                self._say(f"the server that {variable} names is used")
        graph = self._graph.begin()
        database_url = self._given.get("DATABASE_URL", "")
        if self._postgres is not None:
            database_url = self._postgres.start().create_database(DATABASE)
        redis_url = self._given.get("REDIS_URL", "")
        if self._redis is not None:
            redis_url = self._redis.start().url()
        return ServerAddresses(database_url, redis_url, self._given.get("CAPTIONS_REDIS_URL", ""), graph)

    def wait_for_graph(self) -> None:
        """Return when the graph answers, or never will, which is said."""
        self._graph.wait()

    def ended(self) -> list[str]:
        """The private servers that have ended by themselves and that nothing goes on without."""
        self._graph.notice_end()
        servers = {"PostgreSQL": self._postgres, "Redis": self._redis}
        return [name for name, server in servers.items() if server is not None and not server.is_running]

    def stop(self) -> None:
        self._graph.stop()
        if self._redis is not None:
            self._redis.stop()
        if self._postgres is not None:
            self._postgres.stop()
