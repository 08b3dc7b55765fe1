"""Events written into a graph on this machine, as a migration writes them, by one writer."""

import itertools
import time
from collections.abc import Sequence

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.caption import Caption, JournalId
from gateway.captions.event import Event
from gateway.captions.graph.camera_transaction import CameraTransaction
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.graph_address import GraphAddress
from gateway.captions.merging import Merged
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.event_crowd import made_events
from tests.benchmarks.figure import Outcome, Target
from tests.support.neo4j import neo4j_jars

BATCH = 1000
DAYS = 30.0
_TARGET = Target(at_least=5000)
_HEAP_MB = 1024
_TIMEOUT_S = 60.0


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    warm_ups, rounds, batches = setting.choose((6, 5, 10), (1, 1, 2))
    cameras = (f"cam_{number}" for number in itertools.count())
    with PrivateNeo4j(neo4j_jars(), setting.folder / "neo4j", heap_mb=_HEAP_MB) as server:
        graph = EventGraph(GraphAddress(server.uri, server.user, server.password, timeout_s=_TIMEOUT_S))
        graph.prepare()
        fresh = [_rate(graph, next(cameras), batches)]
        for _ in range(warm_ups):
            _rate(graph, next(cameras), batches)
        outcome.add("by a server that has just been started", "events/s", fresh)
        rates = [_rate(graph, next(cameras), batches) for _ in range(rounds)]
        outcome.add("in order of time", "events/s", rates, _TARGET)
        again = [_rate(graph, f"cam_{number}", batches) for number in range(rounds)]
        outcome.add("the same again", "events/s", again)
        late = [_rate(graph, next(cameras), batches, backwards=True) for _ in range(rounds)]
        outcome.add("each before all others", "events/s", late)
        single = [_single_ms(graph, next(cameras)) for _ in range(rounds)]
        outcome.add("a transaction of one event", "ms", single)
        counted = graph.event_count()
    outcome.notes.append(
        f"Batches of {BATCH:,} events of one camera, 1–8 frames each, full-text index and all; one writer; "
        f"{counted:,} events at the end."
    )
    return outcome


def _rate(graph: EventGraph, camera_id: str, batches: int, *, backwards: bool = False) -> float:
    events = list(made_events(camera_id, batches * BATCH, DAYS, seed=1))
    lots = [events[at : at + BATCH] for at in range(0, len(events), BATCH)]
    before = time.perf_counter()
    for lot in reversed(lots) if backwards else lots:
        _write(graph, camera_id, lot)
    return len(events) / (time.perf_counter() - before)


def _single_ms(graph: EventGraph, camera_id: str, count: int = 50) -> float:
    events = list(made_events(camera_id, count, DAYS, seed=2))
    before = time.perf_counter()
    for event in events:
        _write(graph, camera_id, [event])
    return (time.perf_counter() - before) / count * 1000


def _write(graph: EventGraph, camera_id: str, events: Sequence[Event]) -> None:
    """One batch, as a migration does it."""
    newest = events[-1]
    merged = Merged(
        created=tuple(events),
        extended=(),
        last=Caption(camera_id, newest.end_ms, newest.caption),
        open_event_id=newest.event_id,
        read=len(events),
    )

    def work(camera: CameraTransaction) -> None:
        camera.record()
        camera.taken([event.event_id for event in events])
        camera.write(merged, "journal", JournalId(newest.end_ms, 1))

    graph.in_transaction(camera_id, work)


GRAPH = Bench("graph", "events written into Neo4j by one writer", measure)
