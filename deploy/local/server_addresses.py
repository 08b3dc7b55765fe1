"""Where a gateway finds the servers that it stands on. Plain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GraphAccess:
    """How a gateway gets to the graph."""

    uri: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class ServerAddresses:
    """`captions_redis_url`: empty where captions are kept beside the rest; `graph`: None where there is no
    graph, and captions are off."""

    database_url: str
    redis_url: str
    captions_redis_url: str = ""
    graph: GraphAccess | None = None
