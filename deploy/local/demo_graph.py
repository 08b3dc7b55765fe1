"""The demo's graph, where this machine can have one: the demo goes on without."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.neo4j import PrivateNeo4j
from deploy.local.neo4j_program import USER
from deploy.local.server_addresses import GraphAccess
from deploy.local.system_packages import (
    NEO4J_VARIABLE,
    Need,
    has_program,
    missing_packages,
    neo4j_needs,
)
from shared.errors import UnavailableError


def why_no_graph(needs: tuple[Need, ...], has: Callable[[str], bool], *, is_fetched: bool) -> str:
    """What keeps this machine from having a graph, and what to do; empty where nothing does."""
    missing = missing_packages(needs, has_program=has, installed=())
    if missing:
        return (
            f"captions are off, for want of Neo4j: sudo apt-get install {' '.join(missing)}, then make demo"
        )
    return "" if is_fetched else "captions are off, for want of Neo4j: make set-up-demo fetches it"


class DemoGraph:
    """`server`: the private one that runs, if any. `given`: as the environment says."""

    def __init__(
        self, jars: Path, folder: Path, given: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.server: PrivateNeo4j | None = None
        self._jars = jars
        self._folder = folder
        self._given = given
        self._say = say

    def begin(self) -> GraphAccess | None:
        """Start the graph, without waiting for it; None where there is none, which is said."""
        if NEO4J_VARIABLE in self._given:
            given = self._given
            return GraphAccess(
                given[NEO4J_VARIABLE], given.get("NEO4J_USER", USER), given.get("NEO4J_PASSWORD", "")
            )
        is_fetched = self._jars.exists()
        if why := why_no_graph(neo4j_needs(is_fetched), has_program, is_fetched=is_fetched):
            self._say(why)
            return None
        server = PrivateNeo4j(self._jars, self._folder)
        try:
            server.begin()
        except UnavailableError as error:
            self._say(f"captions are off: {error}")
            return None
        self.server = server
        return GraphAccess(server.uri, server.user, server.password)

    def wait(self) -> None:
        """Return when it answers, or never will, which is said: the gateway goes on without."""
        if self.server is None:
            return
        try:
            self.server.wait_until_up()
        except UnavailableError as error:
            self._say(f"captions wait for their graph: {error}")
            self.server = None

    def notice_end(self) -> None:
        """Say, once, that it has ended by itself: what needs no graph goes on."""
        if self.server is None or self.server.is_running:
            return
        self._say(
            "Neo4j ended: captions wait in Redis and all else goes on;"
            f" see {self.server.log}, and start the demo again to have it back"
        )
        self.server = None

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop()
