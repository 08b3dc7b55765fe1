"""Captions become events through real servers: Redis, one transaction of Neo4j a batch, the history."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gateway.captions.caption import Caption, hash8
from gateway.captions.migration.migration_run import RunCounts
from shared.spans import from_utc_ms, utc_ms
from tests.support.gateway_app import gateway_parts
from tests.support.migration_stand import MigrationStand, assert_stored, undisturbed
from tests.support.neo4j import graph_section, new_camera_id

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

# 13:00:00 … 13:03:00, and what a small common model makes of the texts: no two neighbours are alike to it.
FIELDS = (
    (0, "surveillance camera view of man in fields", (1.0, 0.0, 0.0, 0.0)),
    (30, "man in fields surveillance view", (0.92, 0.392, 0.0, 0.0)),
    (60, "surveillance view of man in field", (0.7, 0.714, 0.0, 0.0)),
    (90, "man working in agricultural field", (0.0, 0.51, 0.86, 0.0)),
    (120, "man in fields", (0.5, 0.0, 0.73, 0.466)),
    (180, "person walking away from field", (0.0, 0.2, 0.49, 0.848)),
)
ONE_PM_MS = utc_ms(datetime(2025, 10, 29, 13, tzinfo=UTC))
AGE_S = 7000.0  # due: 200 s of two hours are left


class Migrated:
    """What a test of the migration stands on: servers, and settings to lay over."""

    def __init__(self, database_url: str, redis_url: str, neo4j: "PrivateNeo4j") -> None:
        self._urls = database_url, redis_url
        self._graph = graph_section(neo4j)
        self.stands: list[MigrationStand] = []

    def stand(self, **captions: object) -> MigrationStand:
        stand = MigrationStand(gateway_parts(*self._urls, graph=self._graph, captions=captions))
        self.stands.append(stand)
        return stand


@pytest.fixture
def migrated(migrated_database_url: str, redis_url: str, neo4j: "PrivateNeo4j") -> Iterator[Migrated]:
    servers = Migrated(migrated_database_url, redis_url, neo4j)
    yield servers
    for stand in servers.stands:
        stand.close()


def fields(camera_id: str, *, with_embeddings: bool) -> list[Caption]:
    return [
        Caption(camera_id, ONE_PM_MS + seconds * 1000, text, embedding if with_embeddings else None)
        for seconds, text, embedding in FIELDS
    ]


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
@pytest.mark.parametrize("with_embeddings", [True, False])
def test_six_captions_of_a_field_are_two_events_in_the_graph(
    migrated: Migrated, batch: int, with_embeddings: bool
) -> None:
    stand, camera_id = migrated.stand(batch=batch), new_camera_id()
    stand.put(fields(camera_id, with_embeddings=with_embeddings), age_s=AGE_S)
    outcome = stand.migration.migrate(camera_id, trigger="schedule", only_due=True, job_id="job-1")
    assert outcome.ending == "done" and outcome.counts.read == 6

    stored = stand.stored(camera_id)
    assert [
        (
            event.caption,
            from_utc_ms(event.start_ms).strftime("%H:%M:%S"),
            from_utc_ms(event.end_ms).strftime("%H:%M:%S"),
            event.duration_seconds,
            event.frame_count,
        )
        for event in stored.events
    ] == [
        ("surveillance camera view of man in fields", "13:00:00", "13:02:00", 120.0, 5),
        ("person walking away from field", "13:03:00", "13:03:00", 0.0, 1),
    ]
    assert stored.frames == [(ONE_PM_MS + seconds * 1000, text) for seconds, text, _ in FIELDS]
    assert_stored(stored, undisturbed(fields(camera_id, with_embeddings=with_embeddings), 1000))
    assert stand.keys() == []
    [run] = stand.runs(camera_id)
    assert (run.state, run.trigger, run.job_id) == ("done", "schedule", "job-1")
    assert run.counts == outcome.counts and run.counts.created == 2
    assert run.duration_ms is not None and run.error is None


def test_only_what_is_due_is_migrated_and_the_event_goes_on_with_the_rest(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(), new_camera_id()
    captions = fields(camera_id, with_embeddings=False)
    stand.put(captions[:2], age_s=AGE_S)
    stand.put(captions[2:], age_s=60.0)
    due = stand.migration.migrate(camera_id, trigger="schedule", only_due=True)
    assert due.counts == RunCounts(read=2, created=1)
    assert len(stand.cache.entries(camera_id, until_ms=None, count=10).entries) == 4
    rest = stand.migration.migrate(camera_id, trigger="force", only_due=False)
    assert rest.counts == RunCounts(read=4, created=1, extended=1)
    assert_stored(stand.stored(camera_id), undisturbed(captions, 1000))


def test_there_is_no_row_for_a_run_that_found_nothing(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(), new_camera_id()
    assert stand.migration.migrate(camera_id, trigger="schedule", only_due=True).ending == "done"
    assert stand.runs() == []


def test_a_caption_whose_key_has_expired_is_migrated(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(), new_camera_id()
    captions = fields(camera_id, with_embeddings=True)
    stand.put(captions, age_s=3 * 7200.0)
    keys = [f"caption:{camera_id}:{caption.captured_ms}" for caption in captions]
    assert stand.parts.captions_redis.delete(*keys) == 6
    stand.migration.migrate(camera_id, trigger="schedule", only_due=True)
    assert_stored(stand.stored(camera_id), undisturbed(captions, 1000))


def test_late_captions_are_neither_lost_nor_doubled(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(), new_camera_id()
    captions = fields(camera_id, with_embeddings=False)
    on_time, late = [captions[number] for number in (0, 2, 5)], [captions[number] for number in (1, 3, 4)]
    stand.put(on_time)
    stand.migration.migrate_now(camera_id, trigger="force")
    stand.put(late)
    counts = stand.migration.migrate_now(camera_id, trigger="force")
    assert counts.late == 3 and counts.repeated == 0
    everything = sorted((caption.captured_ms, caption.text) for caption in captions)
    assert stand.stored(camera_id).frames == everything

    stand.put(captions)  # all of them once more: the host does not know that they arrived
    again = stand.migration.migrate_now(camera_id, trigger="force")
    assert again == RunCounts(read=6, repeated=6)
    stored = stand.stored(camera_id)
    assert stored.frames == everything
    ids = [event.event_id for event in stored.events]
    assert stored.chain == list(itertools.pairwise(ids))
    assert stand.keys() == []


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_another_caption_of_a_millisecond_has_an_event_under_a_name_of_its_own(
    migrated: Migrated, batch: int
) -> None:
    stand, camera_id = migrated.stand(batch=batch), new_camera_id()
    told = [
        Caption(camera_id, ONE_PM_MS, "a man in a field"),
        Caption(camera_id, ONE_PM_MS + 500, "the man in the field"),
        Caption(camera_id, ONE_PM_MS + 500, "a red truck"),
    ]
    stand.put(told)
    stand.migration.migrate_now(camera_id, trigger="force")
    assert [event.event_id for event in stand.stored(camera_id).events] == [
        f"evt_{camera_id}_{ONE_PM_MS}",
        f"evt_{camera_id}_{ONE_PM_MS + 500}:{hash8('a red truck')}",
    ]


def test_the_captions_of_another_redis_are_not_taken_for_those_of_the_lost_one(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(), new_camera_id()
    captions = fields(camera_id, with_embeddings=False)
    # The clock of whoever filled the first one was ahead: its ids are larger.
    stand.cache.put(captions[:3], stand.now_ms + 30_000)
    stand.migration.migrate_now(camera_id, trigger="force")
    stand.parts.captions_redis.flushall()
    second = migrated.stand()
    second.put(captions[3:])
    assert second.migration.migrate_now(camera_id, trigger="force").read == 3
    assert_stored(second.stored(camera_id), undisturbed(captions, 1000))


def test_what_an_old_copy_of_redis_brings_back_is_not_merged_again(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(batch=2), new_camera_id()
    captions = fields(camera_id, with_embeddings=False)
    stand.put(captions)
    journal = f"captions:journal:{camera_id}"
    copies: dict[str, bytes] = {
        key: stand.parts.captions_redis.dump(key)  # type: ignore[misc]
        for key in (journal, f"captions:times:{camera_id}", "captions:oldest")
    }
    stand.migration.migrate_now(camera_id, trigger="force")
    for key, copy in copies.items():
        stand.parts.captions_redis.restore(key, 0, copy, replace=True)
    counts = stand.migration.migrate_now(camera_id, trigger="force")
    assert counts == RunCounts(read=6, repeated=6)
    assert_stored(stand.stored(camera_id), undisturbed(captions, 2))
    assert stand.keys() == []


def test_who_has_a_camera_keeps_others_from_it_until_their_lock_expires(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(lock_s=0.4), new_camera_id()
    stand.put(fields(camera_id, with_embeddings=False))
    assert stand.cache.lock(camera_id, "a process that died", 0.4)
    busy = stand.migration.migrate(camera_id, trigger="schedule", only_due=False)
    assert (busy.ending, busy.counts) == ("busy", RunCounts()) and stand.runs() == []
    after = stand.migration.migrate(camera_id, trigger="schedule", only_due=False, wait_s=5.0)
    assert (after.ending, after.counts.read) == ("done", 6)


def sentences(count: int) -> Sequence[str]:
    nouns = ("dog", "truck", "bicycle", "crane", "ladder", "umbrella", "tractor")
    return [f"a {nouns[number // 3 % len(nouns)]} beside gate {number // 21}" for number in range(count)]


def captions_of(camera_id: str, count: int, every_s: float = 20.0) -> list[Caption]:
    return [
        Caption(camera_id, ONE_PM_MS + round(number * every_s * 1000), text)
        for number, text in enumerate(sentences(count))
    ]


def test_a_run_that_is_told_to_stop_ends_between_batches_and_the_next_goes_on(migrated: Migrated) -> None:
    stand, camera_id = migrated.stand(batch=10), new_camera_id()
    captions = captions_of(camera_id, 45)
    stand.put(captions)
    seen: list[int] = []

    def may_go_on(counts: RunCounts) -> bool:
        seen.append(counts.read)
        return len(seen) < 2

    stopped = stand.migration.migrate(camera_id, trigger="force", only_due=False, may_go_on=may_go_on)
    assert (stopped.ending, stopped.counts.read, seen) == ("stopped", 20, [10, 20])
    assert stand.migration.migrate_now(camera_id, trigger="force").read == 25
    assert_stored(stand.stored(camera_id), undisturbed(captions, 10))
    assert [run.counts.read for run in stand.runs(camera_id)] == [25, 20]
