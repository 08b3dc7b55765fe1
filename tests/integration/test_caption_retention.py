"""Events past their time go, in bounded transactions; the chain of what stays is whole, merging goes on."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from gateway.captions.caption import Caption
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.migration import retention
from gateway.captions.migration.retention import Pruned, prune
from tests.support.gateway_app import gateway_parts
from tests.support.migration_stand import MigrationStand
from tests.support.neo4j import graph_section, new_camera_id

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

DAY_MS = 86_400_000
TEXTS = ("a dog", "a red truck", "two cranes", "a ladder")


@pytest.fixture
def stand(migrated_database_url: str, redis_url: str, neo4j: "PrivateNeo4j") -> Iterator[MigrationStand]:
    found = MigrationStand(gateway_parts(migrated_database_url, redis_url, graph=graph_section(neo4j)))
    yield found
    found.close()


class Some:
    """A graph that knows no other tests' cameras; counts transactions."""

    def __init__(self, graph: EventGraph, cameras: Sequence[str]) -> None:
        self._graph = graph
        self._cameras = cameras
        self.counts: list[int] = []

    def cameras(self) -> Sequence[str]:
        return self._cameras

    def prune(self, camera_id: str, older_than_ms: int, limit: int) -> int:
        self.counts.append(self._graph.prune(camera_id, older_than_ms, limit))
        return self.counts[-1]

    def check(self) -> None:
        self._graph.check()


def migrated_days(stand: MigrationStand, camera_id: str, days: Sequence[int]) -> None:
    """An event that began so many days ago, each."""
    now_ms = stand.now_ms
    captions = [
        Caption(camera_id, now_ms - day * DAY_MS, TEXTS[number % len(TEXTS)])
        for number, day in enumerate(days)
    ]
    stand.put(captions)
    stand.migration.migrate_now(camera_id, trigger="force")


def days_left(stand: MigrationStand, camera_id: str) -> list[int]:
    stored = stand.stored(camera_id)
    ids = [event.event_id for event in stored.events]
    assert stored.chain == list(itertools.pairwise(ids))
    return [round((stand.now_ms - event.start_ms) / DAY_MS) for event in stored.events]


def pruned(
    stand: MigrationStand,
    graph: Some,
    own: Mapping[str, int],
    of_all: int,
    tell: Callable[[float, str], None] = lambda _fraction, _text: None,
) -> Pruned:
    return prune(graph, own, of_all, stand.parts.clock, 60.0, tell)


def test_events_go_when_their_days_are_over_of_all_and_of_single_cameras(stand: MigrationStand) -> None:
    usual, short, ever = (new_camera_id() for _ in range(3))
    for camera_id in (usual, short, ever):
        migrated_days(stand, camera_id, [100, 95, 50, 31, 29, 1])
    graph = Some(stand.graph, [usual, short, ever])
    told: list[str] = []
    done = pruned(stand, graph, {short: 30, ever: 0}, 90, lambda _fraction, text: told.append(text))
    assert (done.events, done.cameras, done.is_done) == (6, 2, True)
    assert told == ["2 events deleted", "6 events deleted"]
    assert days_left(stand, usual) == [50, 31, 29, 1]
    assert days_left(stand, short) == [29, 1]
    assert days_left(stand, ever) == [100, 95, 50, 31, 29, 1]
    assert pruned(stand, graph, {short: 30, ever: 0}, 90).events == 0


def test_what_is_counted_before_is_what_goes_and_an_event_that_lasts_longer_is_neither(
    stand: MigrationStand,
) -> None:
    camera_id, begin_ms = new_camera_id(), stand.now_ms - 40 * DAY_MS
    stand.put([Caption(camera_id, begin_ms + after_ms, "a dog") for after_ms in (0, 60_000)])
    stand.migration.migrate_now(camera_id, trigger="force")
    for before_ms, ended in ((begin_ms, 0), (begin_ms + 30_000, 0), (begin_ms + 60_001, 1)):
        assert stand.graph.ended_count(camera_id, before_ms) == ended
        assert stand.graph.prune(camera_id, before_ms, 10) == ended
    assert stand.graph.ended_count(camera_id, stand.now_ms) == 0


def test_for_ever_is_the_default_and_asks_nobody(stand: MigrationStand) -> None:
    camera_id = new_camera_id()
    migrated_days(stand, camera_id, [1000, 1])
    graph = Some(stand.graph, [camera_id])
    assert pruned(stand, graph, {}, 0) == Pruned()
    assert graph.counts == [] and days_left(stand, camera_id) == [1000, 1]


def test_a_camera_has_days_of_its_own_where_all_others_are_kept_for_ever(stand: MigrationStand) -> None:
    short, ever = new_camera_id(), new_camera_id()
    for camera_id in (short, ever):
        migrated_days(stand, camera_id, [40, 1])
    assert pruned(stand, Some(stand.graph, [short, ever]), {short: 30}, 0).events == 1
    assert (days_left(stand, short), days_left(stand, ever)) == ([1], [40, 1])


def test_a_transaction_deletes_a_bounded_number(
    stand: MigrationStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    camera_id = new_camera_id()
    migrated_days(stand, camera_id, [*range(110, 102, -1), 2])
    graph = Some(stand.graph, [camera_id])
    assert pruned(stand, graph, {}, 90).events == 8
    assert graph.counts == [3, 3, 2] and days_left(stand, camera_id) == [2]


def test_a_camera_whose_newest_event_went_goes_on_as_if_it_were_there(stand: MigrationStand) -> None:
    camera_id = new_camera_id()
    migrated_days(stand, camera_id, [120, 100])
    last_ms = stand.stored(camera_id).events[-1].start_ms
    assert pruned(stand, Some(stand.graph, [camera_id]), {}, 90).events == 2
    assert stand.stored(camera_id).events == []
    # Its last caption once more is known still; what goes on from it, and what is late, are events anew.
    stand.put([Caption(camera_id, last_ms, TEXTS[1])])
    assert stand.migration.migrate_now(camera_id, trigger="force").repeated == 1
    stand.put([Caption(camera_id, last_ms + 20_000, TEXTS[1]), Caption(camera_id, last_ms - 20_000, "a dog")])
    counts = stand.migration.migrate_now(camera_id, trigger="force")
    assert (counts.created, counts.extended, counts.late) == (2, 0, 1)
    stored = stand.stored(camera_id)
    assert stored.frames == [(last_ms - 20_000, "a dog"), (last_ms + 20_000, TEXTS[1])]
    assert len(stored.chain) == 1
