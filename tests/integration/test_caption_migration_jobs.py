"""The migration as jobs of a real worker: what is due, what fails and is tried again, what is seen of it."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import redis

from deploy.local.free_port import free_port
from deploy.local.redis import PrivateRedis
from gateway.bootstrap.caption_jobs import check_and_migrate, forget_old_history
from gateway.captions.migration.migration_lots import LOTS
from shared.errors import UnavailableError
from tests.integration.test_caption_migration import FIELDS, captions_of, fields
from tests.support.migration_siege import MigrationSiege
from tests.support.migration_stand import assert_stored, undisturbed
from tests.support.neo4j import graph_section, new_camera_id

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.local.neo4j import PrivateNeo4j

RETRIES = 3
AGE_S = 7000.0


@pytest.fixture
def siege(migrated_database_url: str, neo4j: "PrivateNeo4j", tmp_path: "Path") -> Iterator[MigrationSiege]:
    with MigrationSiege(
        tmp_path,
        migrated_database_url,
        graph=graph_section(neo4j),
        captions={"batch": 10, "lock_s": 0.3, "cameras_a_job": 4},
        testing={"tasks": ""},
        jobs={"retries": 1, "retry_after_s": 0.1},
    ) as siege:
        yield siege


def begun(siege: MigrationSiege) -> list[str]:
    """Ids of the jobs that a check has begun."""
    found: Any = check_and_migrate(siege.parts)
    return [str(job_id) for job_id in found["jobs"]]


def begins(siege: MigrationSiege, jobs: list[str]) -> bool:
    """Whether a check begins jobs; they are added to `jobs`."""
    jobs += begun(siege)
    return bool(jobs)


def test_what_is_due_is_cut_into_lots_and_migrated_by_workers(siege: MigrationSiege) -> None:
    assert begun(siege) == []
    captions = {camera_id: captions_of(camera_id, 25) for camera_id in (new_camera_id() for _ in range(9))}
    for given in captions.values():
        siege.stand.put(given, age_s=AGE_S)
    fresh = new_camera_id()
    siege.stand.put(fields(fresh, with_embeddings=False))
    jobs = begun(siege)
    assert [siege.job(job).description for job in jobs] == ["Migrate the captions of 3 cameras."] * 3
    assert begun(siege) == [], "what a job has that waits is not given to another"
    siege.workers.start()
    for job in jobs:
        siege.wait_finished(job)
        told: Any = siege.job(job).return_value()
        assert (told["migrated"], told["captions"], told["busy"], told["left"]) == (3, 75, [], [])
        progress = siege.job(job).get_meta()["progress"]
        assert progress == {"fraction": 1.0, "text": "3 of 3 cameras, 75 captions"}
    for camera_id, given in captions.items():
        assert_stored(siege.stand.stored(camera_id), undisturbed(given, 10))
        assert [run.job_id in jobs for run in siege.stand.runs(camera_id)] == [True]
    assert siege.stand.cache.cameras() == [fresh]
    assert siege.redis.hlen(LOTS) == 0


def test_a_camera_that_cannot_be_migrated_stops_no_other_and_is_tried_again_by_itself(
    siege: MigrationSiege,
) -> None:
    cameras = [new_camera_id() for _number in range(4)]
    for camera_id in cameras:
        siege.stand.put(fields(camera_id, with_embeddings=False), age_s=AGE_S)
    bad = cameras[1]
    siege.redis.delete(f"captions:journal:{bad}")
    siege.redis.xadd(f"captions:journal:{bad}", {"n": 1, "s": "no time"}, id="1-1")
    [job] = begun(siege)
    siege.workers.start()
    siege.wait_for("it waits for its next try", lambda: siege.state(job) == "scheduled")
    for camera_id in cameras:
        assert len(siege.stand.stored(camera_id).events) == (0 if camera_id == bad else 2)
    # The other three are free for the next check; the bad one is its job's.
    for camera_id in cameras:
        if camera_id != bad:
            siege.stand.put(captions_of(camera_id, 3), age_s=AGE_S)
    [next_job] = begun(siege)
    arguments: Any = siege.job(next_job).arguments["cameras"]
    assert sorted(arguments) == sorted(set(cameras) - {bad})
    siege.wait_finished(next_job)
    siege.wait_for("it has failed", lambda: siege.state(job) == "failed")
    told = siege.job(job).get_meta()
    assert told["attempts"] == 2
    assert f"1 of 4 cameras could not be migrated: {bad}: " in told["error"]
    [again] = begun(siege)
    assert siege.job(again).arguments["cameras"] == [bad]


def test_without_its_graph_a_job_fails_soon_is_tried_again_and_the_data_stays(
    migrated_database_url: str, tmp_path: "Path"
) -> None:
    camera_ids = [new_camera_id() for _number in range(6)]
    with MigrationSiege(
        tmp_path,
        migrated_database_url,
        graph={"uri": f"bolt://127.0.0.1:{free_port()}", "timeout_s": 2},
        testing={"tasks": ""},
        jobs={"retries": RETRIES, "retry_after_s": 0.1},
    ) as siege:
        for camera_id in camera_ids:
            siege.stand.put(fields(camera_id, with_embeddings=False), age_s=AGE_S)
        [job] = begun(siege)
        siege.workers.start()
        next_jobs: list[str] = []
        # As long as the first is to be tried again, checks begin no other.
        siege.wait_for("the next check goes on", partial(begins, siege, next_jobs))
        assert siege.state(job) == "failed" and len(next_jobs) == 1
        told = siege.job(job).get_meta()
        assert told["attempts"] == 1 + RETRIES
        assert "cannot be reached" in told["error"] and "NEO4J_URI" in told["error"]
        runs = [run for run in siege.stand.runs() if run.job_id == job]
        assert {(run.state, run.error_code) for run in runs} == {("failed", "graph_unreachable")}
        assert len(runs) == 1 + RETRIES, "the first camera tells of all"
        counts = siege.stand.cache.camera_counts(camera_ids, siege.stand.now_ms)
        assert [counts[camera_id].due for camera_id in camera_ids] == [len(FIELDS)] * len(camera_ids)


def test_while_the_redis_of_captions_is_away_jobs_fail_and_what_it_has_is_migrated_when_it_is_back(
    migrated_database_url: str, neo4j: "PrivateNeo4j", tmp_path: "Path"
) -> None:
    camera_id = new_camera_id()
    with (
        PrivateRedis(tmp_path / "captions", durable=True) as of_captions,
        MigrationSiege(
            tmp_path / "siege",
            migrated_database_url,
            graph=graph_section(neo4j),
            captions={"redis_url": of_captions.url()},
            testing={"tasks": ""},
            jobs={"retries": 1, "retry_after_s": 0.1},
        ) as siege,
    ):
        siege.stand.put(fields(camera_id, with_embeddings=True), age_s=AGE_S)
        [job] = begun(siege)
        of_captions.kill()
        siege.workers.start()
        siege.wait_for("the job has failed", lambda: siege.state(job) == "failed")
        assert "CAPTIONS_REDIS_URL" in siege.job(job).get_meta()["error"]
        with pytest.raises(UnavailableError) as caught:
            begun(siege)
        assert caught.value.code == "captions_unavailable"
        of_captions.start()
        [job] = begun(siege)
        siege.wait_finished(job)
        assert_stored(
            siege.stand.stored(camera_id), undisturbed(fields(camera_id, with_embeddings=True), 1000)
        )


def test_a_full_redis_of_captions_is_emptied_by_jobs(
    migrated_database_url: str, neo4j: "PrivateNeo4j", tmp_path: "Path"
) -> None:
    camera_id = new_camera_id()
    with (
        PrivateRedis(tmp_path / "captions", durable=True) as of_captions,
        MigrationSiege(
            tmp_path / "siege",
            migrated_database_url,
            graph=graph_section(neo4j),
            captions={"redis_url": of_captions.url()},
            testing={"tasks": ""},
        ) as siege,
    ):
        siege.stand.put(fields(camera_id, with_embeddings=False), age_s=AGE_S)
        siege.redis.config_set("maxmemory", "1")
        with pytest.raises(redis.OutOfMemoryError):
            siege.redis.set("something", "else")
        [job] = begun(siege)
        siege.workers.start()
        siege.wait_finished(job)
        assert len(siege.stand.stored(camera_id).events) == 2
        assert siege.stand.cache.cameras() == []


def test_all_of_a_camera_that_another_job_has_is_tried_again_later(siege: MigrationSiege) -> None:
    camera_id = new_camera_id()
    siege.stand.put(fields(camera_id, with_embeddings=False))
    lock = f"captions:lock:{camera_id}"
    siege.redis.set(lock, "another")
    [job] = siege.migrate([camera_id])
    siege.workers.start()
    siege.wait_for("it is tried again", lambda: siege.state(job) == "scheduled")
    siege.redis.delete(lock)
    siege.wait_finished(job)
    assert len(siege.stand.stored(camera_id).events) == 2


def test_a_job_ends_before_its_time_is_over_and_others_do_the_rest(
    migrated_database_url: str, neo4j: "PrivateNeo4j", tmp_path: "Path"
) -> None:
    with MigrationSiege(
        tmp_path,
        migrated_database_url,
        graph=graph_section(neo4j),
        captions={"batch": 5},
        testing={"tasks": ""},
        jobs={"warning_s": 0.05, "timeout_s": 600},
    ) as siege:
        captions = {camera_id: captions_of(camera_id, 60) for camera_id in (new_camera_id(), new_camera_id())}
        for given in captions.values():
            siege.stand.put(given)
        [job] = siege.migrate(list(captions))
        siege.workers.start()
        siege.wait_finished(job)
        told: Any = siege.job(job).return_value()
        assert told["left"] and 0 < told["captions"] < 120
        siege.wait_for("nothing is left", lambda: siege.stand.cache.cameras() == [])
        for camera_id, given in captions.items():
            assert_stored(siege.stand.stored(camera_id), undisturbed(given, 5))


def test_what_is_older_than_it_is_kept_leaves_the_history(siege: MigrationSiege) -> None:
    camera_id = new_camera_id()
    siege.stand.put(fields(camera_id, with_embeddings=False))
    siege.stand.migration.migrate_now(camera_id, trigger="force")
    assert forget_old_history(siege.parts) == {"deleted": 0, "deleted_stats": 0}
    siege.parts.clock.offset_s = 91 * 86_400.0  # type: ignore[attr-defined]
    assert forget_old_history(siege.parts) == {"deleted": 1, "deleted_stats": 0}
    assert siege.stand.runs() == []
