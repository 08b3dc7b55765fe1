"""What is said when the graph does not do what it is asked, from the driver's own errors."""

import ssl

from neo4j.exceptions import ClientError, ConnectionAcquisitionTimeoutError, DriverError, Neo4jError

from shared.errors import UnavailableError

CODE = "graph_unreachable"

_CLIENT = "Neo.ClientError."
_LOGIN = "Neo.ClientError.Security."
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
    "Neo.TransientError.Transaction.LockClientStopped",
    "Neo.TransientError.Transaction.LockAcquisitionTimeout",
)
_LONGEST = 300
_LOOK = "Is Neo4j running, and NEO4J_URI right?"
_SILENT = ("it does not answer in time.", _LOOK)


def graph_unreachable(error: DriverError | Neo4jError, where: str) -> UnavailableError | None:
    """What to tell of `error` of the graph at `where`; None where it is a fault of ours."""
    if isinstance(error, Neo4jError):
        return _refusal(error, where)
    why, remedy = _disconnection(error)
    return _unavailable(f"The graph at {where} cannot be reached: {why}", remedy)


def no_address(where: str) -> UnavailableError:
    return _unavailable(f"{where} is no address of a graph.", "Write NEO4J_URI as bolt://localhost:7687.")


def indexes_not_ready(where: str) -> UnavailableError:
    return _unavailable(
        f"The graph at {where} is still building its indexes.",
        "Wait; in Neo4j, SHOW INDEXES says how far it is.",
    )


def _refusal(error: Neo4jError, where: str) -> UnavailableError | None:
    code, said = error.code or "", _in_one_line(error.message or str(error))
    if code.startswith(_LOGIN):
        return _unavailable(
            f"The graph at {where} refuses the login: {said}",
            "Are NEO4J_USER and NEO4J_PASSWORD right, and may that user read and write?",
        )
    if code in _READ_ONLY:
        return _unavailable(
            f"The graph at {where} takes no writes: {said}",
            "Make its database writable, or name a server that is (NEO4J_URI).",
        )
    if code in _NO_SUCH_DATABASE:
        return _unavailable(
            f"The graph at {where} has no such database: {said}", "Set graph.database to one that it has."
        )
    if code in _TOO_SLOW:
        return _unavailable(
            f"The graph at {where} did not answer in time.",
            "Ask for less, look at its load, or set a larger graph.timeout_s.",
        )
    if isinstance(error, ClientError) and code.startswith(_CLIENT):
        return None
    return _unavailable(f"The graph at {where} cannot do this now: {said}", "See Neo4j's log.")


def _disconnection(error: DriverError) -> tuple[str, str]:
    """Why there is no connection, and what to do: the driver uses many lines, the system two words."""
    if isinstance(error, ConnectionAcquisitionTimeoutError):
        return _SILENT
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return (
                "no encrypted connection.",
                "Is it one that speaks TLS? If not, NEO4J_URI begins with bolt://.",
            )
        if isinstance(cause, TimeoutError):
            return _SILENT
        if isinstance(cause, OSError) and cause.strerror:
            return f"{cause.strerror}.", _LOOK
    return f"{_in_one_line(str(error)).rstrip('.')}.", _LOOK


def _causes(error: BaseException) -> list[BaseException]:
    """`error`, and what it came of, the innermost first."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.insert(0, cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _unavailable(message: str, remedy: str) -> UnavailableError:
    return UnavailableError(message, code=CODE, remedy=remedy)


def _in_one_line(said: str) -> str:
    return " ".join(said.split())[:_LONGEST]
