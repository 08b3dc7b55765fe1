"""Workers, the schedule and Redis, killed and restarted: nothing is lost, nothing doubles, all is seen."""

import itertools
import os
import pickle
import signal
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.gateway_under_test import SCHEDULER, WORKER
from tests.support.job_tasks import BEATS, BEGUN, EFFECTS
from tests.support.jobs_stand import HEARTBEAT_S, RETRIES, JobsStand, is_gone

if TYPE_CHECKING:
    from deploy.local.postgres import PrivatePostgres

SECOND = f"{SCHEDULER}.2"
BEAT = "test.beat"
# What was killed in the middle of a job is found out after four heartbeats, and looked for once in each.
FOUND_OUT_S = 6.0 * HEARTBEAT_S
ENDS_WITHIN_S = 15.0


@pytest.fixture(scope="module")
def everything(
    postgres: "PrivatePostgres", migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JobsStand]:
    from tests.support.servers import fresh_database

    with (
        fresh_database(postgres, migrated_template) as url,
        JobsStand(tmp_path_factory.mktemp("jobs"), url) as stand,
    ):
        yield stand


@pytest.fixture
def stand(everything: JobsStand) -> Iterator[JobsStand]:
    """Without workers and schedulers before and after."""
    yield everything
    everything.go.touch()  # what waits for it ends
    everything.gateway.stop(WORKER, SCHEDULER, SECOND)
    everything.go.unlink()
    everything.redis.delete(EFFECTS, BEGUN, BEATS)


def test_a_job_whose_worker_was_killed_runs_again_and_takes_effect_once(stand: JobsStand) -> None:
    stand.gateway.restart(WORKER)
    job_id = stand.begin("door")
    stand.gateway.kill(WORKER)
    killed_at = time.monotonic()
    stand.wait_for("the job's process died with its worker", lambda: is_gone(stand.pids("door")[0]), 5.0)
    stand.gateway.restart(WORKER)
    stand.wait_for("it was begun again", lambda: len(stand.pids("door")) == 2)
    assert time.monotonic() - killed_at < 4 * FOUND_OUT_S
    stand.go.touch()
    job = stand.wait_state(job_id, "finished")
    assert stand.effects() == ["door"]
    assert (job["attempts"], job["retries_left"], job["error"]) == (2, RETRIES - 1, "")
    assert job["result"] == {"did": "door"}


def test_a_restart_of_redis_loses_and_doubles_nothing(stand: JobsStand) -> None:
    stand.gateway.restart(WORKER)
    running = stand.begin("running")
    waiting = [stand.enqueue("test.effect", {"name": f"waiting-{number}"}) for number in range(3)]
    stand.redis_server.kill()
    stand.redis_server.start()
    came_back_at = time.monotonic()
    assert stand.ids("queued") == waiting
    assert stand.ids("running") == [running]
    # Longer than after what a silent worker's job is begun again: this one's goes on.
    stand.wait_for("its heartbeats go on", lambda: time.monotonic() - came_back_at > FOUND_OUT_S)
    stand.go.touch()
    for job_id in (running, *waiting):
        assert stand.wait_state(job_id, "finished")["attempts"] == 1
    assert stand.effects() == ["running", "waiting-0", "waiting-1", "waiting-2"]
    assert stand.gateway.processes.is_running(WORKER)


def test_a_worker_that_redis_forgot_while_its_machine_slept_is_listed_again(stand: JobsStand) -> None:
    stand.gateway.restart(WORKER)
    stand.wait_for("it is listed", lambda: bool(stand.data("/workers")))
    before = stand.data("/workers")[0]
    stand.redis.delete(f"rq:worker:{before['name']}")
    stand.wait_for("it says who it is", lambda: any(worker["queues"] for worker in stand.data("/workers")))
    after = stand.data("/workers")[0]
    for fact in ("name", "queues", "host", "started_at"):
        assert after[fact] == before[fact], fact


def test_two_schedulers_and_no_worker_for_nine_seconds_queue_one_run(stand: JobsStand) -> None:
    stand.gateway.restart(SCHEDULER, SECOND)
    began = time.monotonic()
    stand.wait_for("a run is queued", lambda: runs(stand, "queued") != [])
    waiting = runs(stand, "queued")
    holder, other = holder_and_other(stand)
    stand.gateway.kill(holder)
    refused = stand.post(f"/schedule/{BEAT}/run", 409)["error"]
    assert refused["code"] == "task_is_open" and refused["details"]["job_id"] == waiting[0]
    stand.wait_for("the other one takes over", lambda: lock(stand).startswith(name_of(stand, other)))
    stand.wait_for("nine seconds are over", lambda: time.monotonic() - began >= 9.0)
    assert runs(stand, "queued") == waiting

    stand.gateway.restart(holder, WORKER)
    stand.wait_for("it beats again", lambda: len(stand.beats()) >= 3)
    pauses = [after - before for before, after in itertools.pairwise(stand.beats()[1:])]
    assert min(pauses) > 0.5, f"two at a beat: {pauses}"
    entry = next(entry for entry in stand.data("/schedule") if entry["name"] == BEAT)
    assert entry["last_state"] in ("finished", "running", "queued")
    assert entry["next_run_at"] > entry["last_run_at"]
    assert stand.data("/workers")[0]["jobs_done"] >= 3


def runs(stand: JobsStand, state: str) -> list[str]:
    return [job["id"] for job in stand.data("", state=state) if job["task"] == BEAT]


def lock(stand: JobsStand) -> str:
    held = stand.redis.get("rq:scheduler_lock")
    return "" if held is None else str(held.decode())


def name_of(stand: JobsStand, role: str) -> str:
    return f"{os.uname().nodename}-{stand.gateway.processes.pid(role)}-"


def holder_and_other(stand: JobsStand) -> tuple[str, str]:
    is_first = lock(stand).startswith(name_of(stand, SCHEDULER))
    return (SCHEDULER, SECOND) if is_first else (SECOND, SCHEDULER)


def test_a_job_that_always_fails_is_tried_again_with_pauses_and_is_seen_everywhere(stand: JobsStand) -> None:
    stand.gateway.restart(WORKER)
    job_id = stand.enqueue(
        "test.fail", {"name": "gate", "password": "hunter2", "source": "rtsp://guard:hunter2@gate/1"}
    )
    waiting = stand.wait_state(job_id, "scheduled")
    assert waiting["next_run_at"] is not None and waiting["retries_left"] < RETRIES
    job = stand.wait_state(job_id, "failed")
    assert stand.effects() == ["tried"] * (RETRIES + 1)
    assert (job["attempts"], job["retries_left"]) == (RETRIES + 1, 0)
    assert job["arguments"] == {"name": "gate", "password": "***", "source": "rtsp://***@gate/1"}
    assert job["error"].splitlines()[-1].startswith("ValueError: cannot reach rtsp://***@camera.example/")
    assert job["progress"] == {"fraction": 0.5, "text": "half of it"}
    assert stand.ids("failed") == [job_id]
    listed = stand.http.get("/rq/0/data/jobs/default/failed/8/asc/1.json")
    assert [told["id"] for told in listed.json()["jobs"]] == [job_id]
    assert "ValueError" in listed.text and "hunter2" not in listed.text
    again = stand.post(f"/{job_id}/retry", 200)["data"]
    # A worker may have it before the answer is written.
    assert again["state"] in ("queued", "running")
    assert (again["error"], again["retries_left"]) == ("", RETRIES)
    assert stand.wait_state(job_id, "failed")["attempts"] == 2 * (RETRIES + 1)
    assert stand.http.post(f"/rq/job/{job_id}/delete").status_code == 200
    assert stand.http.get(f"/api/v1/jobs/{job_id}").status_code == 404


def test_jobs_that_wait_or_run_are_cancelled_and_tried_again(stand: JobsStand) -> None:
    waits = stand.enqueue("test.effect", {"name": "waits"})
    assert stand.post(f"/{waits}/cancel", 200)["data"]["state"] == "cancelled"
    assert stand.post(f"/{waits}/cancel", 409)["error"]["code"] == "job_has_ended"
    assert stand.ids("queued") == [] and stand.ids("cancelled") == [waits]

    stand.gateway.restart(WORKER)
    runs_on = stand.begin("runs")
    stand.post(f"/{runs_on}/retry", 409)
    stand.post(f"/{runs_on}/cancel", 200)
    stand.wait_state(runs_on, "cancelled")
    assert is_gone(stand.pids("runs")[0])
    assert stand.effects() == []

    stand.go.touch()
    for job_id in (waits, runs_on):
        stand.post(f"/{job_id}/retry", 200)
        stand.wait_state(job_id, "finished")
    assert sorted(stand.effects()) == ["runs", "waits"]
    run = stand.post(f"/schedule/{BEAT}/run", 201)["data"]
    assert stand.wait_state(run["id"], "finished")["entry"] == BEAT
    assert len(stand.beats()) == 1


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def test_a_pickled_job_is_refused_and_never_unpickled(stand: JobsStand, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    trap = pickle.dumps(Trap(sprung))
    stand.redis.hset(
        "rq:job:trap",
        mapping={
            "data": zlib.compress(trap),
            "meta": trap,
            "origin": "default",
            "status": "queued",
            "created_at": "2026-11-21T12:00:00.000000Z",
            "enqueued_at": "2026-11-21T12:00:00.000000Z",
            "description": "a trap",
            "timeout": 60,
        },
    )
    stand.redis.rpush("rq:queue:default", "trap")
    assert stand.job("trap")["task"] == "unknown"
    stand.gateway.restart(WORKER)
    job = stand.wait_state("trap", "failed")
    assert "refused" in job["error"]
    for page in ("/rq/0/view/job/trap", "/rq/0/data/job/trap.json", "/rq/0/data/workers.json"):
        assert stand.http.get(page).status_code in (200, 404)
    assert stand.http.post("/rq/job/trap/requeue").status_code == 200
    stand.wait_state("trap", "failed")
    assert not sprung.exists()
    pickle.loads(trap)  # what would have happened
    assert sprung.exists()


def test_a_worker_ends_what_takes_too_long_finishes_its_job_and_makes_place_after_so_many(
    stand: JobsStand,
) -> None:
    stand.gateway.restart(WORKER, jobs={"jobs_a_worker": 2})
    pid = stand.gateway.processes.pid(WORKER)
    names = {worker["name"] for worker in stand.data("/workers")}
    for number in range(3):
        stand.wait_state(stand.enqueue("test.effect", {"name": f"job-{number}"}), "finished")
    later = {worker["name"] for worker in stand.data("/workers")}
    assert later.isdisjoint(names) and all(f"-{pid}-" in name for name in later)

    endless = stand.enqueue_for(2.0, "test.effect", {"name": "endless", "until": str(stand.go)})
    stand.wait_for("it is told to be slow", lambda: stand.job(endless)["slow"])
    assert "maximum timeout value" in stand.wait_state(endless, "failed")["error"]

    job_id = stand.begin("last")
    os.kill(stand.gateway.processes.pid(WORKER), 15)
    after = stand.enqueue("test.effect", {"name": "after"})
    stand.go.touch()
    stand.wait_state(job_id, "finished")
    stand.wait_for("it has ended", lambda: not stand.gateway.processes.is_running(WORKER))
    assert stand.job(after)["state"] == "queued" and stand.data("/workers") == []
    stand.gateway.stop(WORKER)
    stand.post(f"/{after}/cancel", 200)
    stand.gateway.restart(jobs={"jobs_a_worker": 1000})


def test_a_worker_that_is_asked_to_end_while_redis_is_away_ends(stand: JobsStand) -> None:
    """The last: its name stays on the list for a while."""
    stand.gateway.restart(WORKER)
    stand.wait_for("it is listed", lambda: bool(stand.data("/workers")))
    worker = stand.gateway.processes.pid(WORKER)
    stand.redis_server.kill()
    try:
        os.kill(worker, signal.SIGTERM)
        stand.wait_for("it has ended", lambda: not stand.gateway.processes.is_running(WORKER), ENDS_WITHIN_S)
    finally:
        stand.redis_server.start()
