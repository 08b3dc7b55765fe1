"""What is said when the graph does not do what it is asked, from the driver's own errors."""

from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError

from shared.errors import UnavailableError

CODE = "graph_unreachable"

_READ_ONLY = (
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
    "Neo.ClientError.Cluster.NotALeader",
    "Neo.ClientError.Statement.AccessMode",
)
_NO_SUCH_DATABASE = ("Neo.ClientError.Database.DatabaseNotFound",)
_TOO_SLOW = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.ClientError.Transaction.LockClientStopped",
)


def graph_unreachable(error: DriverError | Neo4jError, where: str) -> UnavailableError | None:
    """What to tell of `error` of the graph at `where`; None where it is a fault of ours."""
    if isinstance(error, AuthError):
        return _unavailable(
            f"The graph at {where} refuses the login: {_sentence(error)}",
            "Are NEO4J_USER and NEO4J_PASSWORD right?",
        )
    if isinstance(error, Neo4jError):
        return _refusal(error, where)
    return _unavailable(
        f"The graph at {where} cannot be reached: {_sentence(error)}",
        "Is Neo4j running, and NEO4J_URI right?",
    )


def _refusal(error: Neo4jError, where: str) -> UnavailableError | None:
    code = error.code or ""
    if code in _READ_ONLY:
        return _unavailable(
            f"The graph at {where} takes no writes: {_sentence(error)}",
            "Make its database writable, or name a server that is (NEO4J_URI).",
        )
    if code in _NO_SUCH_DATABASE:
        return _unavailable(
            f"The graph at {where} has no such database: {_sentence(error)}",
            "Set graph.database to one it has.",
        )
    if code in _TOO_SLOW:
        return _unavailable(
            f"The graph at {where} did not answer in time.",
            "Ask for less, look at its load, or set a larger graph.timeout_s.",
        )
    if isinstance(error, ClientError) and not code.startswith("Neo.ClientError.Security."):
        return None
    return _unavailable(f"The graph at {where} cannot do this now: {_sentence(error)}", "See Neo4j's log.")


def _unavailable(message: str, remedy: str) -> UnavailableError:
    return UnavailableError(message, code=CODE, remedy=remedy)


def _sentence(error: Exception) -> str:
    said = error.message if isinstance(error, Neo4jError) and error.message else str(error)
    return " ".join(said.split())[:300]
