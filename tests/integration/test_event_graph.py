"""The graph of events on a real Neo4j: what is written is there once, whole and in order."""

from deploy.local.neo4j import PrivateNeo4j
from gateway.captions.caption import Caption, JournalId
from gateway.captions.event import Event, EventFrame
from gateway.captions.merging import Merged
from tests.support.neo4j import graph_of, new_camera_id

NOON_MS = 1_761_742_800_000


def test_what_was_written_is_read_again(neo4j: PrivateNeo4j) -> None:
    graph, camera_id = graph_of(neo4j), new_camera_id()
    said = "a \"quoted\" \\ text with 'all' of {it}: 漢字 😀 \u0000 $x"
    event = Event(
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
    merged = Merged((event,), (), last, event.event_id, read=2)
    graph.in_transaction(camera_id, lambda camera: camera.write(merged, "journal", JournalId(7, 8)))

    record = graph.in_transaction(camera_id, lambda camera: camera.record())

    assert (record.journal, record.position) == ("journal", JournalId(7, 8))
    assert (record.known.last, record.known.open) == (last, event)
