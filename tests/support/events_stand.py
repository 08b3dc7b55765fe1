"""Events of a small fleet in a real graph, and the catalogue that knows its cameras."""

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Flask
from neo4j import GraphDatabase
from sqlalchemy import insert, select, update

from deploy.local.neo4j import PrivateNeo4j
from gateway.bootstrap.events import Events, build_events
from gateway.bootstrap.parts import Parts, new_id
from gateway.captions.caption import JournalId
from gateway.captions.event import Event, EventFrame
from gateway.captions.events.event_routes import blp
from gateway.captions.graph.camera_transaction import CameraTransaction
from gateway.captions.graph.event_cypher import DELETE_EVENTS
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.merging import Merged
from gateway.catalogue.repository import Catalogue
from gateway.catalogue.tables import cameras, devices
from shared.spans import utc_ms
from tests.support.fleet_rows import add_group, add_host
from tests.support.gateway_app import gateway_parts
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app
from tests.support.neo4j import graph_section

# Nothing else in the tests' graph is of these days.
FIRST = datetime(2030, 1, 10, tzinfo=UTC)
FIRST_MS = utc_ms(FIRST)
HOUR_MS = 3_600_000
MOVED_AT = FIRST + timedelta(hours=24)
LAST = FIRST + timedelta(hours=48)
WORDS = "red blue truck trucks car person walking parked near gate the of door penguin"
# No other test has embeddings of so many numbers.
EMBEDDED = 11


@dataclass
class EventsStand:
    """`camera_ids` by the names of the cameras: door and gate are tenant-a's, vault tenant-b's, yard and
    moved nobody's, gone was deleted. Moved was first recorded by `host` and is by `other_host` now.

    `viewer` may see all, `limited` what is tenant-a's, `outsider` nothing.
    """

    neo4j: PrivateNeo4j
    parts: Parts
    app: Flask
    host: str
    other_host: str
    camera_ids: dict[str, str]
    events: list[Event]

    @property
    def viewer(self) -> RoomsClient:
        return RoomsClient(self.app.test_client(), "viewer")

    @property
    def limited(self) -> RoomsClient:
        return RoomsClient(self.app.test_client(), "limited")

    @property
    def outsider(self) -> RoomsClient:
        return RoomsClient(self.app.test_client(), "outsider")

    @property
    def graph(self) -> EventGraph:
        assert self.parts.graph is not None
        return self.parts.graph

    def of(self, *names: str) -> list[Event]:
        """The events of these cameras, in order of time."""
        ids = {self.camera_ids[name] for name in names}
        return [event for event in self.events if event.camera_id in ids]

    def delete(self, *events: Event) -> None:
        """As pruning does, whichever they are."""
        found = [event.event_id for event in events]
        with GraphDatabase.driver(self.neo4j.uri, auth=(self.neo4j.user, self.neo4j.password)) as driver:
            driver.execute_query(DELETE_EVENTS, event_ids=found)


@contextmanager
def events_stand(database_url: str, redis_url: str, neo4j: PrivateNeo4j) -> Iterator[EventsStand]:
    """Some hundred events, the same each time but for the names of the cameras."""
    parts = gateway_parts(database_url, redis_url, graph=graph_section(neo4j))
    try:
        host, other_host = f"ev{secrets.token_hex(4)}", f"ew{secrets.token_hex(4)}"
        camera_ids = fill_catalogue(parts, host, other_host)
        events = made_events(camera_ids)
        assert parts.graph is not None
        write(parts.graph, events)
        yield EventsStand(neo4j, parts, events_app(parts), host, other_host, camera_ids, events)
        # The next stand of this process has the same days.
        for camera_id in camera_ids.values():
            parts.graph.prune(camera_id, utc_ms(LAST) + HOUR_MS, 1_000)
    finally:
        parts.engine.dispose()


def events_app(parts: Parts) -> Flask:
    """The addresses of events alone, with the callers of the stand."""
    built: Events = build_events(parts)
    callers = (
        a_caller("viewer"),
        a_caller("limited", scope=frozenset({"tenant-a"})),
        a_caller("outsider", scope=frozenset()),
    )
    return rooms_app([blp], [built.search, built.minutes], callers)


def fill_catalogue(parts: Parts, host: str, other_host: str) -> dict[str, str]:
    """The external ids of the stand's cameras by name."""
    catalogue = Catalogue(parts.engine, new_id)
    with parts.engine.begin() as connection:
        ids = add_host(connection, catalogue, host, ["door", "gate", "yard"], FIRST)
        ids |= add_host(connection, catalogue, other_host, ["vault", "moved"], FIRST)
        add_group(connection, "tenant-a", [ids[f"{host}/door"], ids[f"{host}/gate"]])
        add_group(connection, "tenant-b", [ids[f"{other_host}/vault"]])
        moved = ids[f"{other_host}/moved"]
        once = select(devices.c.camera_id).where(devices.c.id == moved).scalar_subquery()
        first_host = select(devices.c.host_id).where(devices.c.id == ids[f"{host}/door"]).scalar_subquery()
        connection.execute(
            insert(devices).values(
                host_id=first_host,
                name="before",
                camera_id=once,
                created_at=FIRST - timedelta(days=1),
                removed_at=MOVED_AT,
            )
        )
        connection.execute(update(devices).where(devices.c.id == moved).values(created_at=MOVED_AT))
        named = connection.execute(
            select(devices.c.name, cameras.c.external_id)
            .join(cameras, cameras.c.id == devices.c.camera_id)
            .where(devices.c.removed_at.is_(None))
        )
        external_ids = {row.name: row.external_id for row in named}
    return {**external_ids, "gone": f"gone_{secrets.token_hex(6)}"}


def made_events(camera_ids: dict[str, str]) -> list[Event]:
    """Some hundred events over two days, in order of time; those of door and gate have embeddings."""
    chance = random.Random(8)
    events = []
    for name, camera_id in sorted(camera_ids.items()):
        for number in range(55):
            # Every tenth begins in the very millisecond in which others do.
            later_ms = chance.randrange(HOUR_MS // 4) if number % 10 else 0
            texts = [
                " ".join(chance.choices(WORDS.split(), k=chance.randint(1, 5)))
                for _ in range(chance.randint(1, 3))
            ]
            embedding = tuple(chance.gauss(0, 1) for _ in range(EMBEDDED))
            events.append(
                event_of(
                    camera_id,
                    FIRST_MS + number * 50 * 60_000 + later_ms,
                    texts,
                    seconds=chance.choice((0, 0.25, 30, 120, 300)),
                    embedding=embedding if name in ("door", "gate") else None,
                )
            )
    return sorted(events, key=in_order)


def event_of(
    camera_id: str,
    start_ms: int,
    texts: Sequence[str],
    *,
    seconds: float,
    embedding: tuple[float, ...] | None = None,
) -> Event:
    """An event of a caption for each distinct text, and one at its end."""
    said = list(dict.fromkeys(texts))
    end_ms = start_ms + round(seconds * 1000)
    frames = [EventFrame(start_ms + at * (end_ms - start_ms) // len(said), at) for at in range(len(said))]
    if end_ms > start_ms:
        frames.append(EventFrame(end_ms, 0))
    return Event(
        f"evt_{camera_id}_{start_ms}",
        camera_id,
        said[0],
        tuple(said),
        tuple(frames),
        brief=seconds < 60,
        embedding=embedding,
        model="made",
        frame=f"https://frames.example.com/{camera_id}/{start_ms}.jpg",
    )


def write(graph: EventGraph, events: Sequence[Event]) -> None:
    """As a migration writes them, camera by camera."""
    for camera_id in sorted({event.camera_id for event in events}):
        of_camera = tuple(event for event in events if event.camera_id == camera_id)
        graph.in_transaction(camera_id, partial(_write, Merged(of_camera, (), None, None, len(of_camera))))


def _write(merged: Merged, camera: CameraTransaction) -> None:
    camera.write(merged, "journal", JournalId(1, 1))


def in_order(event: Event) -> tuple[int, str]:
    return event.start_ms, event.event_id
