"""Where the graph is. Plain."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """How the graph is reached. `timeout_s`: how long an answer is waited for."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"
    timeout_s: float = 10.0
