"""Counts of the graph for those who do not wait: a graph that hangs holds up no page and no scrape."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from shared.errors import UnavailableError

T = TypeVar("T")
# More that hang at once are not asked at all.
_AT_ONCE = 2


class CountingGraph(Protocol):
    """Every method raises UnavailableError `graph_unreachable`, perhaps after long."""

    def event_count(self) -> int: ...

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int]: ...

    def ended_count(self, camera_id: str, before_ms: int) -> int: ...


@dataclass(frozen=True, slots=True)
class GraphNumbers:
    """`events`: of all cameras, None where it does not answer; `problem` then says why, in a sentence."""

    events: int | None
    problem: str | None = None


class PromptGraph:
    """To be used after the fork: it has threads. `wait_s`: after so long it counts as away."""

    def __init__(self, graph: CountingGraph, wait_s: float) -> None:
        self._graph = graph
        self._wait_s = wait_s
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="graph")

    def numbers(self) -> GraphNumbers:
        """How many events there are, or why that is not known."""
        try:
            return GraphNumbers(self._answer(self._graph.event_count))
        except UnavailableError as error:
            return GraphNumbers(None, str(error))
        except TimeoutError:
            return GraphNumbers(None, "The graph does not answer in time. See Neo4j's log and load.")

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int] | None:
        """Of each camera that it knows; None where it does not answer."""
        try:
            return self._answer(lambda: self._graph.event_counts(camera_ids))
        except (UnavailableError, TimeoutError):
            return None

    def ended_count(self, camera_id: str, before_ms: int) -> int | None:
        """Of the camera's events, those that ended before then (UTC ms); None where it does not answer."""
        try:
            return self._answer(lambda: self._graph.ended_count(camera_id, before_ms))
        except (UnavailableError, TimeoutError):
            return None

    def _answer(self, ask: Callable[[], T]) -> T:
        asked: Future[T] = self._threads.submit(ask)
        try:
            return asked.result(self._wait_s)
        finally:
            asked.cancel()  # where it has not even begun
