"""The official driver of the graph, opened for good or not at all: loading it takes 0.2 s of every process.

`EventGraph` loads this when the graph is first asked.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from neo4j import GraphDatabase, ManagedTransaction, Session, unit_of_work
from neo4j.exceptions import DriverError, Neo4jError

from gateway.captions import event_cypher
from gateway.captions.event_record import Row
from gateway.captions.graph_address import GraphAddress
from gateway.captions.graph_failures import graph_unreachable

T = TypeVar("T")
# A read that finds nobody is told soon; whoever asked can ask again.
_READ_RETRY_S = 1.0


class GraphDriver:
    """Sessions and transactions. Everything raises UnavailableError `graph_unreachable` where the graph
    cannot be used, and what the driver raises where that is a fault of ours."""

    def __init__(self, address: GraphAddress) -> None:
        self._address = address
        self._driver = GraphDatabase.driver(
            address.uri,
            auth=(address.user, address.password),
            connection_timeout=address.timeout_s,
            connection_acquisition_timeout=address.timeout_s,
            # Asks a connection before every use: a server that hangs is noticed within the time.
            liveness_check_timeout=0,
            user_agent="coldframe",
            notifications_min_severity="OFF",
        )

    def check(self) -> None:
        """Ask for nothing, once."""
        with self._session(0) as session:
            session.run(event_cypher.CHECK).consume()

    def read(self, statement: str, parameters: Mapping[str, object]) -> list[Row]:
        """Rows of one statement that reads."""

        @unit_of_work(timeout=self._address.timeout_s)
        def done(transaction: ManagedTransaction) -> list[Row]:
            return [record.data() for record in transaction.run(statement, dict(parameters))]

        with self._session(_READ_RETRY_S) as session:
            return session.execute_read(done)

    def write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """What `work` returns, in one transaction; it is run again where the graph asks for that."""
        with self._session(self._address.timeout_s) as session:
            return session.execute_write(unit_of_work(timeout=self._address.timeout_s)(work))

    def change_schema(self, statement: str, **parameters: object) -> None:
        """In a transaction that the graph makes for it."""
        with self._session(0) as session:
            session.run(statement, parameters).consume()

    def close(self) -> None:
        self._driver.close()

    @contextmanager
    def _session(self, retry_s: float) -> Iterator[Session]:
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
