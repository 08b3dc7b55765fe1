"""A graph with very many events, made fast; always the same."""

import random
from collections.abc import Iterator, Sequence
from typing import LiteralString

from neo4j import Driver

from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.event_cypher import vector_index, write_embeddings
from gateway.captions.graph.event_record import row_of

FIRST_MS = 1_761_696_000_000  # 2025-10-29
DAY_MS = 86_400_000
# Begins as the gateway writes them, but nothing is looked up: nothing is there.
_CREATE: LiteralString = """
CREATE (c:Camera {camera_id: $camera_id, longest_ms: 300000})
WITH c
UNWIND $events AS row
CREATE (c)-[:CAPTURED]->(e:Event {
  event_id: row.event_id, camera_id: $camera_id, caption: row.caption, variants: row.variants,
  start_time: datetime({epochMillis: row.start_ms}), end_time: datetime({epochMillis: row.end_ms}),
  duration_seconds: row.duration_seconds, frame_count: row.frame_count, brief: row.brief,
  model: row.model, frame: row.frame, frame_ms: row.frame_ms, frame_variants: row.frame_variants,
  tokens: row.tokens})
WITH collect(e) AS made
UNWIND range(0, size(made) - 2) AS at
WITH made[at] AS before, made[at + 1] AS behind
CREATE (before)-[:NEXT]->(behind)
"""
_OF_CAMERA: LiteralString = "MATCH (e:Event) WHERE e.camera_id = $camera_id RETURN e.event_id AS event_id"
_COLOURS = ["red", "blue", "green", "white", "black", "yellow", "silver"]
# By how often they are seen: the first in every other event, the last in one of some thousand.
_THINGS = (
    ("person", 50.0),
    ("car", 25.0),
    ("bicycle", 10.0),
    ("truck", 5.0),
    ("dog", 3.0),
    ("delivery van", 2.0),
    ("ladder", 0.5),
    ("stretcher", 0.05),
    ("penguin", 0.01),
)
_DOES = ["walking", "standing", "waiting", "turning", "leaving", "arriving", "parked", "loading", "running"]
_PLACES = [
    "gate",
    "door",
    "fence",
    "ramp",
    "street",
    "field",
    "corner",
    "yard",
    "bridge",
    "staircase",
    "lobby",
    "platform",
]


def made_events(camera_id: str, count: int, days: float, seed: int) -> Iterator[Event]:
    """`count` events of a camera over `days`, in order of time: of a minute or two, some of one caption."""
    chance = random.Random(seed)
    every_ms = int(days * DAY_MS / count)
    things, weights = zip(*_THINGS, strict=True)
    for number in range(count):
        start_ms = FIRST_MS + number * every_ms + chance.randrange(every_ms // 2)
        frames = chance.choice((1, 2, 3, 5, 8))
        [thing] = chance.choices(things, weights)
        colour, does, place = chance.choice(_COLOURS), chance.choice(_DOES), chance.choice(_PLACES)
        caption = f"a {colour} {thing} {does} near the {place}"
        variants = (caption, f"{colour} {thing} at the {place}")[: 1 if frames == 1 else 2]
        step_ms = min(15_000, every_ms // 2 // frames)
        yield Event(
            f"evt_{camera_id}_{start_ms}",
            camera_id,
            caption,
            variants,
            tuple(EventFrame(start_ms + at * step_ms, at % len(variants)) for at in range(frames)),
            brief=frames < 5,
            model="made",
        )


def fill(driver: Driver, camera_ids: Sequence[str], *, events_a_camera: int, days: float) -> None:
    """Fill a graph that has its indexes and no events."""
    with driver.session() as session:
        for number, camera_id in enumerate(camera_ids):
            rows = [row_of(event) for event in made_events(camera_id, events_a_camera, days, number)]
            session.run(_CREATE, camera_id=camera_id, events=rows).consume()


def embed(driver: Driver, camera_ids: Sequence[str], length: int) -> None:
    """Give every event of these cameras an embedding of `length` numbers."""
    with driver.session() as session:
        session.run(vector_index(length)).consume()
        for number, camera_id in enumerate(camera_ids):
            chance = random.Random(number)
            found = session.run(_OF_CAMERA, camera_id=camera_id)
            rows = [
                {"event_id": row["event_id"], "embedding": [chance.gauss(0, 1) for _ in range(length)]}
                for row in found
            ]
            session.run(write_embeddings(length), embeddings=rows).consume()
        session.run("CALL db.awaitIndexes(600)").consume()
