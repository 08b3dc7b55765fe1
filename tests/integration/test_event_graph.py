"""The graph of events on a real Neo4j: what is written is there once, whole, and in order of time."""

import random
import threading
from collections.abc import Sequence

import pytest

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.caption import Caption, JournalId
from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.camera_transaction import CameraTransaction
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.event_tokens import camera_token, tokens_between
from gateway.captions.merging import Merged
from tests.support.neo4j import graph_of, new_camera_id

NOON_MS = 1_761_739_200_000  # 2025-10-29T12:00:00Z
MINUTE_MS = 60_000
HERE = JournalId(7, 8)
EVENTS = """
MATCH (e:Event {camera_id: $camera_id})
RETURN properties(e) AS event, labels(e) AS labels, [(c:Camera)-[:CAPTURED]->(e) | c.camera_id] AS captured,
       [(e)-[:NEXT]->(next) | next.event_id] AS next, [(before)-[:NEXT]->(e) | before.event_id] AS before
ORDER BY e.start_time, e.event_id
"""


@pytest.fixture(scope="module")
def graph(neo4j: PrivateNeo4j) -> EventGraph:
    return graph_of(neo4j)


@pytest.fixture
def camera_id() -> str:
    return new_camera_id()


def event(
    camera_id: str, minute: float, *, minutes: float = 0.0, text: str = "a red truck", name: str = ""
) -> Event:
    """Of two frames, the second `minutes` after the first."""
    start_ms = NOON_MS + int(minute * MINUTE_MS)
    frames = (EventFrame(start_ms, 0), EventFrame(start_ms + int(minutes * MINUTE_MS), 0))
    return Event(name or f"evt_{camera_id}_{start_ms}", camera_id, text, (text,), frames, brief=minutes < 1)


def merged(*created: Event, extended: Sequence[Event] = ()) -> Merged:
    return Merged(created, tuple(extended), None, None, read=len(created))


def write(graph: EventGraph, camera_id: str, what: Merged) -> None:
    graph.in_transaction(camera_id, lambda camera: camera.write(what, "journal", HERE))


def names_in_order(graph: EventGraph, camera_id: str) -> list[str]:
    """All events of the camera in order of time, of which NEXT is sure to be the one chain."""
    rows = graph.read(EVENTS, camera_id=camera_id)
    names = [row["event"]["event_id"] for row in rows]  # type: ignore[index]
    following = [[name] for name in names[1:]]
    preceding = [[name] for name in names[:-1]]
    assert not names or [row["next"] for row in rows] == [*following, []]
    assert not names or [row["before"] for row in rows] == [[], *preceding]
    assert all(row["captured"] == [camera_id] for row in rows)
    return names


def test_what_was_written_is_read_again(graph: EventGraph, camera_id: str) -> None:
    said = "a \"quoted\" \\ text with 'all' of {it}: 漢字 😀 \u0000 $x"
    whole = Event(
        f"evt_{camera_id}_{NOON_MS}",
        camera_id,
        said,
        (said, "another"),
        (EventFrame(NOON_MS, 0), EventFrame(NOON_MS + 1, 1)),
        brief=True,
        embedding=(0.5, -0.25, 0.0),
        model="m",
        frame="f/1.jpg",
    )
    last = Caption(camera_id, NOON_MS + 1, "another", (1.0, 0.0))
    what = Merged((whole,), (), last, whole.event_id, read=2)
    write(graph, camera_id, what)

    record = graph.in_transaction(camera_id, lambda camera: camera.record())

    assert (record.journal, record.position) == ("journal", HERE)
    assert (record.known.last, record.known.open) == (last, whole)


def test_the_last_caption_has_the_embedding_that_it_came_with_or_none(
    graph: EventGraph, camera_id: str
) -> None:
    for last in (
        Caption(camera_id, NOON_MS, "a door", (1.0, 0.0)),
        Caption(camera_id, NOON_MS + 1, "a dog"),
    ):
        write(graph, camera_id, Merged((), (), last, None, read=1))
        assert graph.in_transaction(camera_id, lambda camera: camera.record()).known.last == last


def test_a_camera_that_nobody_knows_has_nothing(graph: EventGraph, camera_id: str) -> None:
    record = graph.in_transaction(camera_id, lambda camera: camera.record())
    assert (record.journal, record.position, record.known.last, record.known.open) == ("", None, None, None)


def test_what_other_programs_read_of_an_event_is_as_documented(graph: EventGraph, camera_id: str) -> None:
    write(graph, camera_id, merged(event(camera_id, 0, minutes=2)))
    [row] = graph.read(
        """
        MATCH (:Camera {camera_id: $camera_id})-[:CAPTURED]->(e:Event)
        RETURN toString(e.start_time) AS start, toString(e.end_time) AS end, e.duration_seconds AS lasts,
               e.frame_count AS frames, e.brief AS brief, e.caption AS caption, e.variants AS variants,
               e.embedding IS NULL AS plain
        """,
        camera_id=camera_id,
    )
    assert row == {
        "start": "2025-10-29T12:00:00Z",
        "end": "2025-10-29T12:02:00Z",
        "lasts": 120.0,
        "frames": 2,
        "brief": False,
        "caption": "a red truck",
        "variants": ["a red truck"],
        "plain": True,
    }


def test_the_same_batch_again_changes_nothing(graph: EventGraph, camera_id: str) -> None:
    first = merged(event(camera_id, 0), event(camera_id, 5))
    # One before all, one in between, one behind.
    second = merged(
        event(camera_id, -1),
        event(camera_id, 2),
        event(camera_id, 9),
        extended=[event(camera_id, 5, minutes=1)],
    )
    write(graph, camera_id, first)
    write(graph, camera_id, second)
    before = graph.read(EVENTS, camera_id=camera_id)
    write(graph, camera_id, second)
    assert graph.read(EVENTS, camera_id=camera_id) == before
    assert len(names_in_order(graph, camera_id)) == 5


@pytest.mark.parametrize("seed", range(3))
def test_next_is_one_chain_in_order_of_time_whatever_the_order_of_writing(
    graph: EventGraph, camera_id: str, seed: int
) -> None:
    chance = random.Random(seed)
    # Some begin in the same millisecond.
    events = [
        event(camera_id, chance.randrange(30), name=f"evt_{camera_id}_{number:02d}") for number in range(40)
    ]
    waiting = list(events)
    while waiting:
        batch = [waiting.pop() for _ in range(min(len(waiting), chance.randrange(1, 9)))]
        batch.sort(key=lambda one: (one.start_ms, one.event_id))
        write(graph, camera_id, merged(*batch))
        names_in_order(graph, camera_id)
    events.sort(key=lambda one: (one.start_ms, one.event_id))
    assert names_in_order(graph, camera_id) == [one.event_id for one in events]


def test_cameras_have_chains_of_their_own(graph: EventGraph) -> None:
    one, other = new_camera_id(), new_camera_id()
    for minute in range(3):
        write(graph, one, merged(event(one, minute)))
        write(graph, other, merged(event(other, minute)))
    assert len(names_in_order(graph, one)) == len(names_in_order(graph, other)) == 3


def test_what_fails_in_the_middle_leaves_nothing(graph: EventGraph, camera_id: str) -> None:
    write(graph, camera_id, merged(event(camera_id, 0)))

    def breaks_off(camera: CameraTransaction) -> None:
        camera.write(merged(event(camera_id, 1)), "another journal", JournalId(9, 9))
        raise LookupError

    with pytest.raises(LookupError):
        graph.in_transaction(camera_id, breaks_off)
    record = graph.in_transaction(camera_id, lambda camera: camera.record())
    assert (record.journal, record.position) == ("journal", HERE)
    assert len(names_in_order(graph, camera_id)) == 1


def test_two_that_write_one_camera_come_one_after_the_other(neo4j: PrivateNeo4j, camera_id: str) -> None:
    rounds, writers = 6, 3

    def count_up() -> None:
        graph = graph_of(neo4j)

        def once(camera: CameraTransaction) -> None:
            position = camera.record().position
            number = 0 if position is None else position.number
            camera.write(merged(event(camera_id, number)), "journal", JournalId(0, number + 1))

        for _round in range(rounds):
            graph.in_transaction(camera_id, once)

    threads = [threading.Thread(target=count_up) for _writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    graph = graph_of(neo4j)
    record = graph.in_transaction(camera_id, lambda camera: camera.record())
    assert record.position == JournalId(0, rounds * writers)
    assert len(names_in_order(graph, camera_id)) == rounds * writers


def test_a_graph_is_prepared_by_several_at_once(neo4j: PrivateNeo4j) -> None:
    faults: list[BaseException] = []

    def prepare() -> None:
        try:
            graph_of(neo4j).prepare()
        except BaseException as fault:
            faults.append(fault)
            raise

    threads = [threading.Thread(target=prepare) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    found = graph_of(neo4j).read("SHOW INDEXES YIELD name, state, owningConstraint RETURN *")
    states = {row["name"]: row["state"] for row in found}
    wanted = {"camera_of_id", "event_of_id", "event_of_camera", "event_of_time", "event_text"}
    assert {name: states.get(name) for name in wanted} == dict.fromkeys(wanted, "ONLINE")


def test_embeddings_of_a_length_have_an_index_of_their_own(graph: EventGraph, camera_id: str) -> None:
    events = [
        Event(
            f"evt_{camera_id}_{at}", camera_id, "t", ("t",), (EventFrame(NOON_MS + at, 0),), True, embedding
        )
        for at, embedding in enumerate(
            [(1.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0, 0.0), (0.0,) * 5, (3.0,), None]
        )
    ]
    write(graph, camera_id, merged(*events))
    rows = graph.read(EVENTS, camera_id=camera_id)
    labels = ["Embedding5", "Embedding5", "Embedding5", "Embedding1", None]
    assert [set(row["labels"]) - {"Event"} for row in rows] == [{one} - {None} for one in labels]  # type: ignore[call-overload]
    read = graph.in_transaction(
        camera_id, lambda camera: camera.events_overlapping(NOON_MS, NOON_MS + len(events))
    )
    assert read == events
    graph.read("CALL db.awaitIndex('event_embedding_5', 30)")
    nearest = graph.read(
        "CALL db.index.vector.queryNodes('event_embedding_5', 1000, [0.1, 0.9, 0.0, 0.0, 0.0]) YIELD node "
        "WHERE node.camera_id = $camera_id RETURN node.event_id AS name",
        camera_id=camera_id,
    )
    assert [row["name"] for row in nearest][:1] == [events[1].event_id]


def test_events_that_touch_a_time_are_found_however_long_ago_they_began(
    graph: EventGraph, camera_id: str
) -> None:
    hour, before, inside, behind = (
        event(camera_id, 0, minutes=60),
        event(camera_id, 5, minutes=1),
        event(camera_id, 31, minutes=0),
        event(camera_id, 41, minutes=5),
    )
    write(graph, camera_id, merged(hour, before, inside))
    write(graph, camera_id, merged(behind))

    def touching(first: float, last: float) -> list[Event]:
        span = NOON_MS + int(first * MINUTE_MS), NOON_MS + int(last * MINUTE_MS)
        return graph.in_transaction(camera_id, lambda camera: camera.events_overlapping(*span))

    assert touching(30, 40) == [hour, inside]
    assert touching(60, 70) == [hour]  # both ends are in it
    assert touching(-5, 0) == [hour]
    assert touching(46, 46) == [hour, behind]
    assert touching(60.001, 70) == []


def test_names_that_are_taken_are_told(graph: EventGraph, camera_id: str) -> None:
    written = event(camera_id, 0)
    write(graph, camera_id, merged(written))

    def taken(*names: str) -> frozenset[str]:
        return graph.in_transaction(camera_id, lambda camera: camera.taken(names))

    assert taken(written.event_id, "evt_nobody_1") == {written.event_id}
    assert taken() == frozenset()


def test_events_are_pruned_from_the_oldest_on_and_the_rest_stays_one_chain(
    graph: EventGraph, camera_id: str
) -> None:
    events = [event(camera_id, minute) for minute in range(10)]
    write(graph, camera_id, merged(*events))
    other = new_camera_id()
    write(graph, other, merged(event(other, 0)))

    def prune(minute: float, limit: int) -> int:
        return graph.prune(camera_id, NOON_MS + int(minute * MINUTE_MS), limit)

    assert prune(-1, 100) == 0
    assert prune(6, 4) == 4
    assert names_in_order(graph, camera_id) == [one.event_id for one in events[4:]]
    assert prune(6, 4) == 2
    assert prune(6, 4) == 0
    assert names_in_order(graph, camera_id) == [one.event_id for one in events[6:]]
    assert prune(1000, 100) == 4
    assert names_in_order(graph, camera_id) == []
    assert names_in_order(graph, other) != []


def test_nothing_is_pruned_behind_an_event_that_is_young_enough(graph: EventGraph, camera_id: str) -> None:
    long, short = event(camera_id, 0, minutes=60), event(camera_id, 5)
    write(graph, camera_id, merged(event(camera_id, -1), long, short))
    assert graph.prune(camera_id, NOON_MS + 30 * MINUTE_MS, 100) == 1
    assert names_in_order(graph, camera_id) == [long.event_id, short.event_id]


def test_an_event_is_kept_until_the_time_has_passed_at_which_it_ended(
    graph: EventGraph, camera_id: str
) -> None:
    only = event(camera_id, 0, minutes=1)
    write(graph, camera_id, merged(only))
    assert graph.prune(camera_id, only.end_ms, 100) == 0
    assert graph.prune(camera_id, only.end_ms + 1, 100) == 1


def test_an_open_event_that_is_pruned_is_not_known_any_more_and_the_last_caption_is(
    graph: EventGraph, camera_id: str
) -> None:
    only = event(camera_id, 0)
    last = Caption(camera_id, only.end_ms, only.caption)
    write(graph, camera_id, Merged((only,), (), last, only.event_id, read=1))
    graph.prune(camera_id, NOON_MS + 1, 1)
    known = graph.in_transaction(camera_id, lambda camera: camera.record()).known
    assert (known.last, known.open) == (last, None)
    write(graph, camera_id, merged(event(camera_id, 1)))
    assert len(names_in_order(graph, camera_id)) == 1


def test_events_are_counted(graph: EventGraph) -> None:
    some, none, nobody = new_camera_id(), new_camera_id(), new_camera_id()
    before = graph.event_count()
    write(graph, some, merged(*(event(some, minute) for minute in range(7))))
    write(graph, none, merged())
    assert graph.event_count() - before == 7
    assert graph.event_counts([some, none, nobody]) == {some: 7, none: 0}
    assert {some, none} < set(graph.cameras())


def test_a_camera_without_events_is_forgotten_and_one_that_has_some_is_not(
    graph: EventGraph, camera_id: str
) -> None:
    write(graph, camera_id, merged(event(camera_id, 0)))
    graph.forget(camera_id)
    assert camera_id in graph.cameras()
    graph.prune(camera_id, NOON_MS + 1, 10)
    graph.forget(camera_id)
    assert camera_id not in graph.cameras()


def test_words_are_found_in_one_camera_and_one_time_without_looking_at_the_others(
    graph: EventGraph, camera_id: str
) -> None:
    here, later = event(camera_id, 0, text="Trucks were parked"), event(camera_id, 120, text="a truck")
    write(graph, camera_id, merged(here, later))
    other = new_camera_id()
    write(graph, other, merged(event(other, 0, text="a truck")))

    def found(*tokens: str) -> list[object]:
        narrowed = " ".join(f"+tokens:({' '.join(each.split())})" for each in tokens)
        rows = graph.read(
            "CALL db.index.fulltext.queryNodes('event_text', $asked) YIELD node "
            "RETURN node.event_id AS name ORDER BY name",
            asked=f"+(caption:truck variants:truck) {narrowed}",
        )
        return [row["name"] for row in rows]

    assert found(camera_token(camera_id)) == [here.event_id, later.event_id]
    noon = " ".join(tokens_between(NOON_MS, NOON_MS + 3_600_000))
    assert found(camera_token(camera_id), noon) == [here.event_id]
