"""The official driver of the graph: loading it takes 0.2 s, so it is loaded when the graph is first asked."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import structlog
from neo4j import GraphDatabase, ManagedTransaction, Session, unit_of_work
from neo4j.exceptions import ClientError, ConfigurationError, DriverError, Neo4jError

from gateway.captions.graph import event_cypher
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.graph_address import GraphAddress
from gateway.captions.graph.graph_failures import graph_unreachable, indexes_not_ready, no_address

T = TypeVar("T")
# One that writes asks many times, and may wait for another one of its camera.
_ANSWERS_A_WRITE = 6
# Whether it is there is said sooner than an answer must be.
_REACHED_WITHIN_S = 4.0
_NOT_ONLINE = "Neo.ClientError.Procedure.ProcedureCallFailed"


class GraphDriver:
    """Sessions and transactions. Everything raises UnavailableError `graph_unreachable` where the graph
    cannot be used, and what the driver raises where that is a fault of ours."""

    def __init__(self, address: GraphAddress) -> None:
        self._address = address
        _log_driver()
        reached_within_s = min(address.timeout_s, _REACHED_WITHIN_S)
        try:
            self._driver = GraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                connection_timeout=reached_within_s,
                connection_acquisition_timeout=reached_within_s,
                # Asks a connection before every use: a server that hangs is noticed within the time.
                liveness_check_timeout=0,
                user_agent="coldframe",
                notifications_min_severity="OFF",
            )
        except (ConfigurationError, ValueError):
            raise no_address(address.uri) from None

    def check(self) -> None:
        """Ask for nothing."""
        with self._session() as session:
            session.run(event_cypher.CHECK).consume()

    def read(self, statement: str, parameters: Mapping[str, object]) -> list[Row]:
        """Rows of one statement that reads. It is asked once: whoever waits can ask again."""

        @unit_of_work(timeout=self._address.timeout_s)
        def done(transaction: ManagedTransaction) -> list[Row]:
            return [record.data() for record in transaction.run(statement, dict(parameters))]

        with self._session() as session:
            return session.execute_read(done)

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """What `work` returns, in one transaction; it is run again where the graph asks for that."""
        timed = unit_of_work(timeout=_ANSWERS_A_WRITE * self._address.timeout_s)(work)
        with self._session(retry_s=self._address.timeout_s) as session:
            return session.execute_write(timed)

    def change_schema(self, statement: str) -> None:
        """In a transaction that the graph makes for it."""
        with self._session() as session:
            session.run(statement).consume()

    def await_indexes(self) -> None:
        """Return when all are built. Raises UnavailableError `graph_unreachable` where that takes long."""
        with self._session() as session:
            try:
                session.run(event_cypher.AWAIT_SCHEMA, seconds=int(self._address.timeout_s) + 1).consume()
            except ClientError as error:
                if error.code != _NOT_ONLINE:
                    raise
                raise indexes_not_ready(self._address.uri) from error

    def close(self) -> None:
        self._driver.close()

    @contextmanager
    def _session(self, *, retry_s: float = 0.0) -> Iterator[Session]:
        """`retry_s`: how long a transaction is tried again that the graph broke off."""
        try:
            with self._driver.session(
                database=self._address.database, max_transaction_retry_time=retry_s
            ) as session:
                yield session
        except (DriverError, Neo4jError) as error:
            told = graph_unreachable(error, self._address.uri)
            if told is None:
                raise
            raise told from error


class _Structured(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning("graph_driver", said=" ".join(self.format(record).split()))


def _log_driver() -> None:
    """What the driver says goes where everything is said; that it tries again is worth knowing."""
    logger = logging.getLogger("neo4j")
    logger.handlers = [_Structured()]
    logger.propagate = False
    logger.setLevel(logging.WARNING)
