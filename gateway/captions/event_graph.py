"""The graph of events: Neo4j, through one driver that is opened when it is first needed."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, cast

from neo4j import Driver, GraphDatabase, ManagedTransaction, Session, unit_of_work
from neo4j.exceptions import DriverError, Neo4jError

from gateway.captions import event_cypher
from gateway.captions.camera_transaction import CameraTransaction
from gateway.captions.event_record import Row
from gateway.captions.graph_failures import graph_unreachable

T = TypeVar("T")
PREPARE_WITHIN_S = 60
# A read that finds nobody is told soon; whoever asked can ask again.
_READ_RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """How the graph is reached. `timeout_s`: how long an answer is waited for."""

    uri: str
    user: str
    password: str
    database: str = "neo4j"
    timeout_s: float = 10.0


class EventGraph:
    """Everything raises UnavailableError `graph_unreachable` where the graph cannot be used.

    To be made after the fork: the driver has threads and connections. May be used from several threads.
    """

    def __init__(self, address: GraphAddress) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._driver: Driver | None = None
        self._is_prepared = False
        self._lengths: set[int] = set()

    # -- is it there -------------------------------------------------------------------------

    def check(self) -> None:
        """Ask it for nothing."""
        self.read(event_cypher.CHECK)

    def prepare(self) -> None:
        """Constraints and indexes; done once in a process, and again does nothing."""
        if self._is_prepared:
            return
        with self._session() as session:
            for statement in event_cypher.SCHEMA:
                _run(session, statement)
            _run(session, event_cypher.AWAIT_SCHEMA, seconds=PREPARE_WITHIN_S)
        self._is_prepared = True

    def close(self) -> None:
        """Give back connections; used again, it opens new ones."""
        with self._lock:
            driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()

    # -- one camera, written -----------------------------------------------------------------

    def in_transaction(self, camera_id: str, work: Callable[[CameraTransaction], T]) -> T:
        """What `work` returns, done in one transaction which is alone with the camera.

        All of it is done or nothing. The driver runs it again where the graph asks for that (a deadlock, a
        connection lost): `work` must do the same each time. What it raises undoes everything.
        """
        self.prepare()

        @unit_of_work(timeout=self._address.timeout_s)
        def done(transaction: ManagedTransaction) -> tuple[T, frozenset[int]]:
            camera = CameraTransaction(transaction, camera_id)
            camera.lock()
            return work(camera), camera.embedding_lengths

        with self._session() as session:
            result, lengths = session.execute_write(done)
        self._provide_vector_indexes(lengths)
        return result

    # -- read and pruned ---------------------------------------------------------------------

    def read(self, statement: str, **parameters: object) -> list[Row]:
        """Rows of a statement of `event_cypher` that only reads."""

        @unit_of_work(timeout=self._address.timeout_s)
        def done(transaction: ManagedTransaction) -> list[Row]:
            return [record.data() for record in transaction.run(statement, parameters)]

        with self._session(retry_s=_READ_RETRY_S) as session:
            return session.execute_read(done)

    def event_count(self) -> int:
        """Of all cameras."""
        [row] = self.read(event_cypher.EVENT_COUNT)
        return cast(int, row["events"])

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int]:
        """Of each camera that the graph knows."""
        rows = self.read(event_cypher.EVENT_COUNTS, camera_ids=sorted(camera_ids))
        return {str(row["camera_id"]): cast(int, row["events"]) for row in rows}

    def cameras(self) -> list[str]:
        """All cameras that have, or had, events."""
        return [str(row["camera_id"]) for row in self.read(event_cypher.CAMERAS)]

    def prune(self, camera_id: str, older_than_ms: int, limit: int) -> int:
        """Delete the camera's oldest events, of those that ended before `older_than_ms` (UTC); how many.

        At most `limit`, in one transaction. What is deleted was before everything that stays.
        """
        return self.in_transaction(camera_id, lambda camera: camera.delete_oldest(older_than_ms, limit))

    # -- inside ------------------------------------------------------------------------------

    @contextmanager
    def _session(self, retry_s: float | None = None) -> Iterator[Session]:
        """Around what is asked. `retry_s`: so long it is tried again; else as long as an answer may take."""
        retry_s = self._address.timeout_s if retry_s is None else retry_s
        try:
            with self._opened().session(
                database=self._address.database, max_transaction_retry_time=retry_s
            ) as session:
                yield session
        except (DriverError, Neo4jError) as error:
            told = graph_unreachable(error, self._address.uri)
            if told is None:
                raise
            raise told from error

    def _opened(self) -> Driver:
        with self._lock:
            if self._driver is None:
                timeout_s = self._address.timeout_s
                self._driver = GraphDatabase.driver(
                    self._address.uri,
                    auth=(self._address.user, self._address.password),
                    connection_timeout=timeout_s,
                    connection_acquisition_timeout=timeout_s,
                    # Asks a connection before every use: a server that hangs is noticed within the time.
                    liveness_check_timeout=0,
                    user_agent="coldframe",
                    notifications_min_severity="OFF",
                )
            return self._driver

    def _provide_vector_indexes(self, lengths: frozenset[int]) -> None:
        """After the transaction that wrote such embeddings: the graph makes indexes in one of their own."""
        for length in sorted(lengths - self._lengths):
            with self._session() as session:
                _run(session, event_cypher.vector_index(length))
            self._lengths.add(length)


def _run(session: Session, statement: str, **parameters: object) -> None:
    session.run(statement, parameters).consume()
