"""The graph of events: Neo4j, opened when it is first asked."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from gateway.captions.graph import event_cypher
from gateway.captions.graph.camera_transaction import CameraTransaction
from gateway.captions.graph.event_record import Row
from gateway.captions.graph.graph_address import GraphAddress

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

    from gateway.captions.graph.graph_driver import GraphDriver

T = TypeVar("T")


class EventGraph:
    """Everything raises UnavailableError `graph_unreachable` where the graph cannot be used.

    To be used after the fork: the driver has threads and connections, which go with this object. May be used
    from several threads.
    """

    def __init__(self, address: GraphAddress) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._driver: GraphDriver | None = None
        self._is_prepared = False
        self._lengths: set[int] = set()

    # -- is it there -------------------------------------------------------------------------

    def check(self) -> None:
        """Ask it for nothing, once."""
        self._opened().check()

    def prepare(self) -> None:
        """Constraints and indexes; done once in a process, and again does nothing."""
        if self._is_prepared:
            return
        driver = self._opened()
        for statement in event_cypher.SCHEMA:
            driver.change_schema(statement)
        driver.await_indexes()
        self._is_prepared = True

    def prepare_likeness(self, length: int) -> None:
        """The index of embeddings of `length` numbers; done once in a process, and again does nothing."""
        if length not in self._lengths:
            self._provide_vector_indexes(frozenset({length}))
            self._opened().await_indexes()

    # -- one camera, written -----------------------------------------------------------------

    def in_transaction(self, camera_id: str, work: Callable[[CameraTransaction], T]) -> T:
        """What `work` returns, done in one transaction which is alone with the camera.

        All of it is done or nothing. It is run again where the graph asks for that (a deadlock, a connection
        lost): `work` must do the same each time. What it raises undoes everything.
        """
        self.prepare()

        def done(transaction: ManagedTransaction) -> tuple[T, frozenset[int]]:
            camera = CameraTransaction(transaction, camera_id)
            camera.lock()
            return work(camera), camera.embedding_lengths

        result, lengths = self._opened().write(done)
        self._provide_vector_indexes(lengths)
        return result

    def prune(self, camera_id: str, older_than_ms: int, limit: int) -> int:
        """Delete the camera's oldest events, of those that ended before `older_than_ms` (UTC); how many.

        At most `limit`, in one transaction. What is deleted was before everything that stays.
        """
        return self.in_transaction(camera_id, lambda camera: camera.delete_oldest(older_than_ms, limit))

    def forget(self, camera_id: str) -> None:
        """Forget a camera without events; one that has some stays."""
        self.in_transaction(camera_id, lambda camera: camera.forget())

    # -- read --------------------------------------------------------------------------------

    def read(self, statement: str, **parameters: object) -> list[Row]:
        """Rows of a statement of `event_cypher` that only reads."""
        return self._opened().read(statement, parameters)

    def event_count(self) -> int:
        """Of all cameras."""
        [row] = self.read(event_cypher.EVENT_COUNT)
        return cast(int, row["events"])

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int]:
        """Of each camera that the graph knows."""
        rows = self.read(event_cypher.EVENT_COUNTS, camera_ids=sorted(camera_ids))
        return {str(row["camera_id"]): cast(int, row["events"]) for row in rows}

    def ended_count(self, camera_id: str, before_ms: int) -> int:
        """Of the camera's events, those that ended before then (UTC)."""
        [row] = self.read(event_cypher.ENDED_COUNT, camera_id=camera_id, before_ms=before_ms)
        return cast(int, row["events"])

    def cameras(self) -> list[str]:
        """All cameras that have, or had, events."""
        return [str(row["camera_id"]) for row in self.read(event_cypher.CAMERAS)]

    # -- inside ------------------------------------------------------------------------------

    def _opened(self) -> GraphDriver:
        with self._lock:
            if self._driver is None:
                # Here, as most processes never ask the graph, and loading its driver takes long.
                from gateway.captions.graph.graph_driver import GraphDriver

                self._driver = GraphDriver(self._address)
                weakref.finalize(self, self._driver.close)  # also when the process ends
            return self._driver

    def _provide_vector_indexes(self, lengths: frozenset[int]) -> None:
        """After the transaction that wrote such embeddings: the graph makes indexes in one of their own."""
        for length in sorted(lengths - self._lengths):
            self._opened().change_schema(event_cypher.vector_index(length))
            self._lengths.add(length)
