"""The tests' own Neo4j: as the set-up has installed it, with nothing left of it.

One server has one database, which all tests of a pytest process share: each makes names of its own for its
cameras, and deletes nothing of the others.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.neo4j import PrivateNeo4j
from deploy.local.neo4j_program import jars_path
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.graph_address import GraphAddress

STATE_DIR = Path(__file__).resolve().parents[2] / ".coldframe"
HEAP_MB = 256
PAGE_CACHE_MB = 32


def neo4j_jars() -> Path:
    """The server's parts. The test fails where the set-up has not been run."""
    jars = jars_path(STATE_DIR)
    if not jars.exists():
        pytest.fail(f"{jars} is missing: run `make set-up-test`", pytrace=False)
    return jars


def neo4j_server(folder: Path) -> PrivateNeo4j:
    """A small server that is not started yet: to be stopped, killed and started again by one test."""
    return PrivateNeo4j(neo4j_jars(), folder, heap_mb=HEAP_MB, page_cache_mb=PAGE_CACHE_MB, short_lived=True)


@contextmanager
def fleeting_neo4j(folder: Path) -> Iterator[PrivateNeo4j]:
    """A server whose data goes with it: it is not asked to end in order, which takes seconds."""
    server = neo4j_server(folder)
    try:
        yield server.start()
    finally:
        server.kill()
        shutil.rmtree(folder)


def graph_of(server: PrivateNeo4j, timeout_s: float = 10.0) -> EventGraph:
    """A graph as a process of the gateway opens it."""
    return EventGraph(GraphAddress(server.uri, server.user, server.password, timeout_s=timeout_s))


def graph_section(server: PrivateNeo4j) -> dict[str, object]:
    """`[graph]` of a gateway's settings: `GatewayUnderTest(…, graph=graph_section(neo4j))`."""
    return {"uri": server.uri, "user": server.user, "password": server.password}


def new_camera_id() -> str:
    """A camera that no other test knows."""
    return f"cam_{secrets.token_hex(6)}"
