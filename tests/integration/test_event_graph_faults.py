"""The graph as it is when something is wrong: each says what, and what to do, and soon."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from neo4j.exceptions import CypherSyntaxError

from deploy.local.free_port import free_port
from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.caption import JournalId
from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.camera_transaction import CameraTransaction
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.graph_address import GraphAddress
from gateway.captions.merging import Merged
from shared.errors import UnavailableError
from tests.support.neo4j import graph_of, neo4j_server, new_camera_id

SOON_S = 3.0
PATIENCE_S = 2.0


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateNeo4j]:
    """A server of this module's own, which runs before and after each test."""
    server = neo4j_server(tmp_path_factory.mktemp("own-neo4j"))
    try:
        yield server.start()
    finally:
        server.kill()


def graph_at(server: PrivateNeo4j, **other: str) -> EventGraph:
    told = {"uri": server.uri, "user": server.user, "password": server.password, **other}
    return EventGraph(GraphAddress(**told, timeout_s=PATIENCE_S))


def refusal(act: Callable[[], object], *, within_s: float = SOON_S) -> UnavailableError:
    """What is said where it cannot be done; soon."""
    before = time.monotonic()
    with pytest.raises(UnavailableError) as refused:
        act()
    assert time.monotonic() - before < within_s
    assert refused.value.code == "graph_unreachable"
    return refused.value


def write_event(camera: CameraTransaction, camera_id: str, number: int) -> None:
    event = Event(f"evt_{camera_id}_{number}", camera_id, "t", ("t",), (EventFrame(number, 0),), brief=True)
    camera.write(Merged((event,), (), None, None, read=1), "journal", JournalId(0, number))


def add_event(graph: EventGraph, camera_id: str, number: int) -> None:
    graph.in_transaction(camera_id, lambda camera: write_event(camera, camera_id, number))


@pytest.mark.parametrize("act", [EventGraph.check, EventGraph.prepare, EventGraph.event_count])
def test_where_nobody_listens_that_is_said(act: Callable[[EventGraph], object]) -> None:
    graph = EventGraph(GraphAddress(f"bolt://127.0.0.1:{free_port()}", "neo4j", "secret"))
    said = refusal(lambda: act(graph))
    assert said.message.endswith("cannot be reached: Connection refused.")
    assert "NEO4J_URI" in said.remedy
    assert "secret" not in f"{said} {graph!r}"


def test_a_name_that_nobody_has_is_said() -> None:
    said = refusal(EventGraph(GraphAddress("bolt://graph.invalid", "neo4j", "x")).check, within_s=20)
    assert "cannot be reached" in said.message


def test_what_is_no_address_is_said() -> None:
    said = refusal(EventGraph(GraphAddress("bolt://[::1:7687", "neo4j", "x")).check)
    assert said.message == "bolt://[::1:7687 is no address of a graph."


def test_a_database_that_there_is_not_is_said(neo4j: PrivateNeo4j) -> None:
    said = refusal(graph_at(neo4j, database="elsewhere").check)
    assert "has no such database" in said.message
    assert "graph.database" in said.remedy


def test_a_server_without_encryption_is_said(neo4j: PrivateNeo4j) -> None:
    said = refusal(graph_at(neo4j, uri=neo4j.uri.replace("bolt:", "bolt+ssc:")).check)
    assert said.message.endswith("cannot be reached: no encrypted connection.")


def test_an_answer_that_takes_too_long_is_not_waited_for(neo4j: PrivateNeo4j) -> None:
    graph = graph_at(neo4j)
    graph.check()
    endless = "UNWIND range(1, 1000000000) AS x RETURN count(x % 7)"
    said = refusal(lambda: graph.read(endless), within_s=10)
    assert "did not answer in time" in said.message
    assert "graph.timeout_s" in said.remedy
    graph.check()


def test_a_fault_of_ours_is_not_taken_for_one_of_the_graph(neo4j: PrivateNeo4j) -> None:
    with pytest.raises(CypherSyntaxError):
        graph_of(neo4j).read("RETRUN 1")


def test_a_server_that_hangs_is_noticed_and_works_again_when_it_goes_on(own: PrivateNeo4j) -> None:
    graph = graph_at(own)
    graph.check()
    os.kill(own.pid, signal.SIGSTOP)
    try:
        said = refusal(graph.check, within_s=3 * PATIENCE_S)
        assert said.message.endswith("it does not answer in time.")
    finally:
        os.kill(own.pid, signal.SIGCONT)
    graph.check()


def test_a_transaction_is_done_again_where_the_server_is_killed_in_its_middle(own: PrivateNeo4j) -> None:
    graph, camera_id = graph_of(own, timeout_s=60), new_camera_id()
    for number in range(5):
        add_event(graph, camera_id, number)
    times: list[int] = []

    def interrupted(camera: CameraTransaction) -> int:
        times.append(len(times))
        record = camera.record()
        if len(times) == 1:
            own.kill()
            assert "Connection refused" in refusal(graph_of(own).event_count).message
            own.start()
        assert record.position is not None
        write_event(camera, camera_id, 5)
        return record.position.number

    assert graph.in_transaction(camera_id, interrupted) == 4
    assert len(times) == 2
    # All that was written before outlived it, and the same object goes on, over new connections.
    assert graph.event_counts([camera_id]) == {camera_id: 6}


def test_a_login_that_is_refused_is_said_also_when_it_is_tried_too_often(own: PrivateNeo4j) -> None:
    graph = graph_at(own, password="guessed")
    for _time in range(5):
        said = refusal(graph.check)
        assert "refuses the login" in said.message
        assert "NEO4J_PASSWORD" in said.remedy
        assert "guessed" not in str(said)
