"""Two that migrate the same camera at once, locks that expire too soon, workers that were away for hours."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from gateway.bootstrap.caption_jobs import check_and_migrate
from gateway.captions.cache.caption_cache import JournalMovedError
from gateway.captions.caption import JournalEntry, JournalRead
from gateway.captions.migration.migration import Journals, MigrationOutcome
from gateway.captions.migration.migration_batch import Graph, Transaction
from tests.integration.test_caption_migration import captions_of, fields
from tests.support.gateway_app import gateway_parts
from tests.support.migration_stand import MigrationStand, assert_stored, undisturbed
from tests.support.neo4j import graph_section, new_camera_id

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

T = TypeVar("T")
BATCH = 20
LOCK_S = 0.05
WITHIN_S = 20.0


class SlowGraph:
    """The real one, which waits before it commits its first transaction until it is told to `go`."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.is_in = threading.Event()
        self.go = threading.Event()

    def in_transaction(self, camera_id: str, work: Callable[[Transaction], T]) -> T:
        def slow(transaction: Transaction) -> T:
            done = work(transaction)
            self.is_in.set()
            assert self.go.wait(WITHIN_S)
            return done

        return self._graph.in_transaction(camera_id, slow)


class SeenJournals:
    """The real ones; `has_read` is set when something was read."""

    def __init__(self, journals: Journals) -> None:
        self._journals = journals
        self.has_read = threading.Event()

    def cutoff_ms(self, now_ms: int) -> int:
        return self._journals.cutoff_ms(now_ms)

    def entries(self, camera_id: str, *, until_ms: int | None, count: int) -> JournalRead:
        read = self._journals.entries(camera_id, until_ms=until_ms, count=count)
        self.has_read.set()
        return read

    def remove(self, camera_id: str, entries: Sequence[JournalEntry]) -> int:
        return self._journals.remove(camera_id, entries)

    def lock(self, camera_id: str, token: str, lock_s: float) -> bool:
        return self._journals.lock(camera_id, token, lock_s)

    def release(self, camera_id: str, token: str) -> bool:
        return self._journals.release(camera_id, token)


class ReturningJournals(SeenJournals):
    """After the second reading Redis `comes_back` as it was at first, and after those behind it, so often."""

    def __init__(self, journals: Journals, comes_back: Callable[[], None], times: int) -> None:
        super().__init__(journals)
        self._comes_back = comes_back
        self._left = range(1, 1 + times)
        self._readings = 0

    def entries(self, camera_id: str, *, until_ms: int | None, count: int) -> JournalRead:
        read = super().entries(camera_id, until_ms=until_ms, count=count)
        if self._readings in self._left:
            self._comes_back()
        self._readings += 1
        return read


MakeStand = Callable[..., MigrationStand]


@pytest.fixture
def make_stand(migrated_database_url: str, redis_url: str, neo4j: "PrivateNeo4j") -> Iterator[MakeStand]:
    made: list[MigrationStand] = []

    def make(**captions: object) -> MigrationStand:
        parts = gateway_parts(migrated_database_url, redis_url, graph=graph_section(neo4j), captions=captions)
        made.append(MigrationStand(parts))
        return made[-1]

    yield make
    for stand in made:
        stand.close()


def migrated(stand: MigrationStand, camera_id: str) -> MigrationOutcome:
    return stand.migration.migrate(camera_id, trigger="force", only_due=False, wait_s=WITHIN_S)


@pytest.mark.parametrize("count", [BATCH - 5, 3 * BATCH])
def test_a_lock_that_expires_in_the_middle_of_a_transaction_lets_another_in_and_nothing_is_done_twice(
    make_stand: MakeStand, count: int
) -> None:
    slow, other = make_stand(batch=BATCH, lock_s=LOCK_S), make_stand(batch=BATCH, lock_s=LOCK_S)
    graph, journals = SlowGraph(slow.migration._graph), SeenJournals(other.migration._journals)
    slow.migration._graph, other.migration._journals = graph, journals
    camera_id = new_camera_id()
    captions = captions_of(camera_id, count)
    slow.put(captions)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(migrated, slow, camera_id)
        assert graph.is_in.wait(WITHIN_S)
        second = threads.submit(migrated, other, camera_id)
        # It has the camera now, and has read what the first one is about to commit.
        assert journals.has_read.wait(WITHIN_S)
        graph.go.set()
        outcomes = [first.result(WITHIN_S), second.result(WITHIN_S)]
    assert_stored(other.stored(camera_id), undisturbed(captions, BATCH))
    assert other.keys() == []
    counts = outcomes[0].counts + outcomes[1].counts
    assert counts.read - counts.repeated == count
    assert outcomes[1].counts.repeated == min(BATCH, count)


def test_eight_at_once_on_one_camera_make_the_events_of_one(make_stand: MakeStand) -> None:
    # Locks that hold for next to nothing: all of them are at it.
    stands = [make_stand(batch=BATCH, lock_s=0.001) for _number in range(8)]
    camera_id = new_camera_id()
    captions = captions_of(camera_id, 12 * BATCH)
    stands[0].put(captions)
    with ThreadPoolExecutor(len(stands)) as threads:
        outcomes = list(threads.map(lambda stand: migrated(stand, camera_id), stands))
    assert_stored(stands[0].stored(camera_id), undisturbed(captions, BATCH))
    assert stands[0].keys() == []
    assert sum(outcome.counts.read - outcome.counts.repeated for outcome in outcomes) == len(captions)


def test_a_lock_that_was_lost_between_batches_ends_the_run_and_who_has_it_goes_on(
    make_stand: MakeStand,
) -> None:
    stand, other = make_stand(batch=BATCH), make_stand(batch=BATCH)
    camera_id = new_camera_id()
    captions = captions_of(camera_id, 3 * BATCH)
    stand.put(captions)
    graph = stand.migration._graph
    lock = f"captions:lock:{camera_id}"

    class Robbed:
        def in_transaction(self, camera_id: str, work: Callable[[Transaction], T]) -> T:
            stand.parts.captions_redis.set(lock, "another")
            return graph.in_transaction(camera_id, work)

    stand.migration._graph = Robbed()
    overtaken = migrated(stand, camera_id)
    assert (overtaken.ending, overtaken.counts.read) == ("overtaken", BATCH)
    assert stand.parts.captions_redis.get(lock) == b"another"
    stand.parts.captions_redis.delete(lock)
    assert migrated(other, camera_id).counts.read == 2 * BATCH
    assert_stored(other.stored(camera_id), undisturbed(captions, BATCH))


@pytest.mark.parametrize("times", [1, 100])
def test_a_redis_that_comes_back_as_it_was_is_read_again_but_not_for_ever(
    make_stand: MakeStand, times: int
) -> None:
    stand, camera_id = make_stand(batch=BATCH), new_camera_id()
    captions = captions_of(camera_id, BATCH + 10)
    stand.put(captions)
    client: Any = stand.parts.captions_redis
    names = (f"captions:journal:{camera_id}", f"captions:times:{camera_id}", "captions:oldest")
    copies = {name: client.dump(name) for name in names}

    def comes_back() -> None:
        for name, copy in copies.items():
            client.restore(name, 0, copy, replace=True)

    journals = stand.migration._journals
    stand.migration._journals = ReturningJournals(journals, comes_back, times)
    if times == 1:
        counts = migrated(stand, camera_id).counts
        assert (counts.read - counts.repeated, counts.repeated) == (len(captions), len(captions))
    else:
        with pytest.raises(JournalMovedError):
            migrated(stand, camera_id)
        assert [run.error_code for run in stand.runs(camera_id)] == ["journal_moved"]
        stand.migration._journals = journals
        assert migrated(stand, camera_id).ending == "done"
    assert_stored(stand.stored(camera_id), undisturbed(captions, BATCH))
    assert stand.keys() == []


def test_what_came_while_no_worker_ran_for_hours_is_found_and_migrated_though_its_keys_are_gone(
    make_stand: MakeStand,
) -> None:
    stand = make_stand(ttl_s=1, migrate_below_s=0, cameras_a_job=1)
    client = stand.parts.captions_redis
    captions = {
        camera_id: fields(camera_id, with_embeddings=True) for camera_id in (new_camera_id(), new_camera_id())
    }
    for given in captions.values():
        stand.put(given)
    assert check_and_migrate(stand.parts) == {"cameras": 0, "jobs": []}
    expired = threading.Event()
    for _look in range(200):
        if not client.keys("caption:*"):
            expired.set()
            break
        expired.wait(0.02)
    assert expired.is_set(), "keys expire after a second"
    stand.parts.clock.offset_s = 3 * 3600.0  # type: ignore[attr-defined]
    found = check_and_migrate(stand.parts)
    assert isinstance(found, dict) and found["cameras"] == 2
    for camera_id, given in captions.items():
        outcome = stand.migration.migrate(camera_id, trigger="schedule", only_due=True)
        assert outcome.counts.read == len(given)
        assert_stored(stand.stored(camera_id), undisturbed(given, 1000))
