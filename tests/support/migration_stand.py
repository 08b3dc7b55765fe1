"""Captions, their journals and events in real servers, and the migration between them in this process."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from gateway.bootstrap.captions import build_caption_cache, build_migration, graph_of
from gateway.bootstrap.parts import Parts
from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.caption import Caption
from gateway.captions.event import Event
from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.merging import Rules
from gateway.captions.migration.migration import CaptionMigration
from gateway.captions.migration.migration_history_repository import MigrationHistory
from gateway.captions.migration.migration_run import MigrationRun
from gateway.captions.migration.migration_totals import TOTALS
from shared.paging import PageQuery
from shared.spans import utc_ms
from tests.support.merged_graph import MergedGraph

_EVER_MS = 4_102_444_800_000
_CHAIN = """
MATCH (e:Event) WHERE e.camera_id = $camera_id
OPTIONAL MATCH (e)-[:NEXT]->(next:Event)
WITH e, collect(next.event_id) AS next ORDER BY e.start_time, e.event_id
RETURN e.event_id AS event_id, next, COUNT {(:Camera)-[:CAPTURED]->(e)} AS cameras
"""


@dataclass(frozen=True, slots=True)
class StoredEvents:
    """The events of a camera in order of time, and what `NEXT` and `CAPTURED` say of them."""

    events: Sequence[Event]
    chain: Sequence[tuple[str, str]]
    captured: Mapping[str, int]

    @property
    def frames(self) -> list[tuple[int, str]]:
        """Every merged caption: time and text."""
        return sorted(
            (frame.ms, event.variants[frame.variant]) for event in self.events for frame in event.frames
        )


class MigrationStand:
    """What a process of a worker has, in this one."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.cache: CaptionCache = build_caption_cache(parts)
        self.graph: EventGraph = graph_of(parts)
        self.migration: CaptionMigration = build_migration(parts)
        self.history = MigrationHistory(parts.engine)

    def close(self) -> None:
        self.parts.close()

    @property
    def now_ms(self) -> int:
        return utc_ms(self.parts.clock.now())

    def put(self, captions: Sequence[Caption], *, age_s: float = 0.0) -> None:
        """As if they had arrived `age_s` ago; each call later than the one before."""
        arrived_ms = self.now_ms - round(age_s * 1000)
        for first in range(0, len(captions), 1000):
            self.cache.put(captions[first : first + 1000], arrived_ms)

    def stored(self, camera_id: str) -> StoredEvents:
        events = self.graph.in_transaction(camera_id, lambda camera: camera.events_overlapping(0, _EVER_MS))
        rows = self.graph.read(_CHAIN, camera_id=camera_id)
        chain = [
            (str(row["event_id"]), str(behind)) for row in rows for behind in cast(list[object], row["next"])
        ]
        return StoredEvents(events, chain, {str(row["event_id"]): cast(int, row["cameras"]) for row in rows})

    def runs(self, camera_id: str | None = None) -> Sequence[MigrationRun]:
        """The newest first."""
        return self.history.page(
            None, PageQuery(page_size=100), self.parts.clock.now(), camera_id=camera_id
        ).items

    def keys(self) -> list[str]:
        """All that Redis has of captions, but for what is said of journals as a whole."""
        client: Any = self.parts.captions_redis
        # A journal that is empty keeps its place in time: captions:ends.
        kept = {"captions:epoch", "captions:counted", "captions:ends", TOTALS}
        found = {key.decode() for pattern in ("caption:*", "captions:*") for key in client.keys(pattern)}
        return sorted(found - kept)


def undisturbed(captions: Sequence[Caption], batch: int, rules: Rules | None = None) -> list[Event]:
    """The events that batches of so many captions become, by merging alone."""
    graph = MergedGraph()
    for first in range(0, len(captions), batch):
        graph.merge(captions[first : first + batch], rules or Rules())
    return graph.events


def assert_stored(stored: StoredEvents, expected: Sequence[Event]) -> None:
    """Event by event, frame by frame, and linked as they follow each other."""
    assert [_comparable(event) for event in stored.events] == [_comparable(event) for event in expected]
    ids = [event.event_id for event in expected]
    assert stored.chain == list(itertools.pairwise(ids))
    assert stored.captured == dict.fromkeys(ids, 1)


def _comparable(event: Event) -> Event:
    # 32-bit numbers are what the journal and the graph keep.
    embedding = event.embedding
    return replace(
        event, embedding=None if embedding is None else tuple(round(number, 5) for number in embedding)
    )
