"""Counts of a graph that may hang."""

import threading
from collections.abc import Collection, Mapping

import pytest

from gateway.captions.graph.prompt_graph import GraphNumbers, PromptGraph
from shared.errors import UnavailableError


class Hanging:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = 0

    def event_count(self) -> int:
        self.asked += 1
        self.go.wait(20)
        return 7

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int]:
        return dict.fromkeys(camera_ids, self.event_count())

    def ended_count(self, camera_id: str, before_ms: int) -> int:
        return self.event_count()


class Away:
    def event_count(self) -> int:
        raise UnavailableError("Nobody is there.", remedy="Start it.", code="graph_unreachable")

    def event_counts(self, camera_ids: Collection[str]) -> Mapping[str, int]:
        raise UnavailableError("Nobody is there.", remedy="Start it.", code="graph_unreachable")

    def ended_count(self, camera_id: str, before_ms: int) -> int:
        return self.event_count()


def test_a_graph_that_hangs_holds_nobody_up_and_is_not_asked_by_ever_more_threads() -> None:
    graph = Hanging()
    prompt = PromptGraph(graph, wait_s=0.02)
    try:
        for _ in range(5):
            assert prompt.numbers().events is None
        assert "does not answer in time" in (prompt.numbers().problem or "")
        assert prompt.event_counts(["cam"]) is None and prompt.ended_count("cam", 0) is None
        assert graph.asked <= 2
    finally:
        graph.go.set()
    patient = PromptGraph(graph, wait_s=20)
    assert patient.numbers() == GraphNumbers(7) and patient.event_counts(["cam"]) == {"cam": 7}
    assert patient.ended_count("cam", 0) == 7


def test_a_graph_that_is_away_says_why() -> None:
    prompt = PromptGraph(Away(), wait_s=20)
    assert prompt.numbers() == GraphNumbers(None, "Nobody is there. Start it.")
    assert prompt.event_counts(["cam"]) is None and prompt.ended_count("cam", 0) is None


def test_a_fault_of_ours_is_not_taken_for_a_graph_that_is_away() -> None:
    class Wrong(Away):
        def event_count(self) -> int:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        PromptGraph(Wrong(), wait_s=20).numbers()
