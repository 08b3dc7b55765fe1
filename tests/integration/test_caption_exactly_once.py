"""Workers, Neo4j and Redis killed in the middle of migrations: every caption is in the graph once, in the
event that it would be in had nothing happened."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest

from gateway.captions.caption import Caption
from tests.support.dying_migration import ALL_STEPS, DIE_AT
from tests.support.migration_siege import MigrationSiege
from tests.support.migration_stand import assert_stored, undisturbed
from tests.support.neo4j import graph_section, neo4j_server, new_camera_id

if TYPE_CHECKING:
    from deploy.local.neo4j import PrivateNeo4j

pytestmark = pytest.mark.slow

BATCH = 40
# Shorter than what a busy machine may take for a transaction: it happens that two have the same camera.
LOCK_S = 0.3
KILLS = 100
FIRST_MS = 1_761_742_800_000
_THINGS = ("dog", "truck", "bicycle", "crane", "ladder", "umbrella", "tractor")


def captions_of(camera_id: str, count: int, every_s: float = 20.0) -> list[Caption]:
    """Three that say the same, three that say something else, and so on."""
    return [
        Caption(
            camera_id,
            FIRST_MS + round(number * every_s * 1000),
            f"a {_THINGS[number // 3 % len(_THINGS)]} beside gate {number // 21}",
        )
        for number in range(count)
    ]


@pytest.fixture
def siege(
    migrated_database_url: str, neo4j: "PrivateNeo4j", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MigrationSiege]:
    with MigrationSiege(
        tmp_path_factory.mktemp("siege"),
        migrated_database_url,
        graph=graph_section(neo4j),
        captions={"batch": BATCH, "lock_s": LOCK_S},
    ) as siege:
        yield siege


def check(siege: MigrationSiege, captions: Mapping[str, Sequence[Caption]]) -> None:
    """Nothing is left, lost or doubled."""
    for camera_id, given in captions.items():
        assert_stored(siege.stand.stored(camera_id), undisturbed(given, BATCH))
    # The lock of a worker that was killed goes by itself; one that has just ended is about to let go of its.
    siege.wait_for("no key is left", lambda: siege.stand.keys() == [], within_s=LOCK_S + 10)


def test_a_worker_killed_between_any_two_steps_leaves_nothing_undone_or_done_twice(
    siege: MigrationSiege,
) -> None:
    cameras = {step: new_camera_id() for step in ALL_STEPS}
    captions = {camera_id: captions_of(camera_id, 50) for camera_id in cameras.values()}
    jobs: dict[str, str] = {}
    for step, camera_id in cameras.items():
        siege.stand.put(captions[camera_id])
        siege.redis.hset(DIE_AT, camera_id, step)
        [jobs[step]] = siege.migrate([camera_id])
        worker = siege.workers.start()
        siege.wait_for(f"a worker died when it had {step}", partial(siege.workers.is_gone, worker))
    assert siege.redis.hlen(DIE_AT) == 0
    siege.workers.start()
    for job_id in jobs.values():
        siege.wait_finished(job_id)
        assert siege.job(job_id).get_meta()["attempts"] == 2
    check(siege, captions)
    for step, camera_id in cameras.items():
        runs = [run.state for run in siege.stand.runs(camera_id)]
        assert runs == (["done"] if step in ("locked", "read", "released") else ["done", "interrupted"]), step


def test_a_hundred_kills_at_any_instant_a_dead_graph_and_a_dead_redis_change_nothing(
    migrated_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """20,000 captions of 50 cameras; two workers at once, one of which is killed again and again."""
    random = Random(8)
    with (
        neo4j_server(tmp_path_factory.mktemp("neo4j")) as server,
        MigrationSiege(
            tmp_path_factory.mktemp("siege"),
            migrated_database_url,
            graph={**graph_section(server), "timeout_s": 5},
            captions={"batch": BATCH, "lock_s": LOCK_S, "cameras_a_job": 10},
        ) as siege,
    ):
        captions = {
            camera_id: captions_of(camera_id, 400) for camera_id in (new_camera_id() for _number in range(50))
        }
        for given in captions.values():
            siege.stand.put(given)
        workers = [siege.workers.start(), siege.workers.start()]
        for kills in range(KILLS):
            if kills == KILLS // 3:
                server.kill()
                server.start()
            if kills == 2 * KILLS // 3:
                siege.redis_server.kill()
                siege.redis_server.start()
            siege.wait_at_work(workers[kills % 2], random.randrange(1, 30), random)
            time.sleep(random.uniform(0.0, 0.02))
            siege.workers.kill(workers[kills % 2])
            workers[kills % 2] = siege.workers.start()
        left = siege.stand.cache.cameras()
        assert left, "all was done before the last kill"
        siege.migrate(left)
        siege.wait_for("nothing is left", lambda: not siege.stand.cache.cameras(), within_s=60.0)
        check(siege, captions)
        states = Counter(run.state for run in siege.stand.runs())
        assert states["interrupted"] > 0
