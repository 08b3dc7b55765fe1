"""The schedule in Redis: planned once, begun when due, whoever restarts and however often somebody looks."""

import os
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from rq.job import Job, JobStatus

from gateway.bootstrap.parts import new_id
from gateway.jobs.job_ends import JobEnds
from gateway.jobs.job_maker import JobMaker, open_queue
from gateway.jobs.keys import entry_job_id
from gateway.jobs.recovery import Recovery
from gateway.jobs.retry_scheduler import RetryScheduler
from gateway.jobs.schedule import ScheduleEntry
from gateway.jobs.scheduler import FleetScheduler
from gateway.jobs.stored_job import JsonSerializer, StoredJob
from gateway.settings import JobSettings
from shared.clock import SystemClock

A = ScheduleEntry("a", "task.a", "A.", every_s=60)
B = ScheduleEntry("b", "task.b", "B.", every_s=3600)
DAILY = ScheduleEntry("daily", "task.daily", "Daily.", cron="0 2 * * *")
SILENT_AFTER_S = 20.0


class Stand:
    """Schedulers in this process on one clock, which tests move."""

    def __init__(self, url: str) -> None:
        self.redis: Any = redis.Redis.from_url(url)
        self.clock = SystemClock()

    def scheduler(self, *entries: ScheduleEntry, name: str = "one") -> FleetScheduler:
        maker = JobMaker(self.redis, JobSettings(), new_id, random.Random(1).random)
        recovery = Recovery(self.redis, self.clock, JobEnds(self.redis), SILENT_AFTER_S, name)
        return FleetScheduler(maker, entries, recovery, self.clock, name, lease_s=SILENT_AFTER_S)

    def waiting(self) -> list[str]:
        """The tasks in the queue."""
        jobs = open_queue(self.redis, "default").get_jobs()
        return [job.task for job in jobs if isinstance(job, StoredJob)]

    def planned(self, entry: ScheduleEntry) -> datetime | None:
        at = self.redis.zscore("rq:scheduler:scheduled_jobs", entry_job_id(entry.name))
        return None if at is None else datetime.fromtimestamp(at, tz=self.clock.now().tzinfo)

    def pass_time(self, seconds: float) -> None:
        self.clock.offset_s += seconds

    def finish_all(self) -> None:
        queue = open_queue(self.redis, "default")
        for job in queue.get_jobs():
            job.set_status(JobStatus.FINISHED)
            queue.remove(job)


@pytest.fixture
def stand(redis_url: str) -> Stand:
    return Stand(redis_url)


def test_a_run_is_queued_once_until_it_has_ended_and_is_not_made_up_for(stand: Stand) -> None:
    scheduler = stand.scheduler(A)
    scheduler.look()
    assert stand.waiting() == ["task.a"]
    for _beat in range(5):
        due = stand.planned(A)
        stand.pass_time(61)
        scheduler.look()
        assert stand.waiting() == ["task.a"]
        assert stand.planned(A) != due
    stand.finish_all()
    scheduler.look()
    assert stand.waiting() == []  # its time has not come
    stand.pass_time(600)
    scheduler.look()
    assert stand.waiting() == ["task.a"]
    planned = stand.planned(A)
    assert planned is not None and timedelta() < planned - stand.clock.now() <= timedelta(seconds=60)


def test_a_run_that_fails_is_tried_again_before_it_would_be_due_twice(stand: Stand) -> None:
    stand.scheduler(A, B).look()
    pauses_s = {
        job.args[0]: job.retry_intervals or [] for job in open_queue(stand.redis, "default").get_jobs()
    }
    assert max(pauses_s["task.a"]) == 60  # a check of every minute does not stop for four
    assert max(pauses_s["task.b"]) > 60


def test_a_job_that_is_in_its_queue_twice_is_taken_once_and_a_cancelled_one_never(stand: Stand) -> None:
    stand.scheduler(A, B).look()
    twice, cancelled = open_queue(stand.redis, "default").get_jobs()
    assert isinstance(twice, StoredJob) and isinstance(cancelled, StoredJob)
    again = StoredJob.known(twice.id, stand.redis)
    assert twice.claim()
    assert not again.claim()
    JobEnds(stand.redis).cancel(cancelled, cancelled.task, stand.clock.now(), (JobStatus.QUEUED,))
    assert not cancelled.claim()


def test_what_waits_for_its_next_try_is_queued_unless_it_was_cancelled_just_then(stand: Stand) -> None:
    stand.scheduler(A, B).look()
    queue = open_queue(stand.redis, "default")
    waits, cancelled = queue.get_jobs()
    for job in (waits, cancelled):
        queue.remove(job)
        job.set_status(JobStatus.SCHEDULED)
    assert isinstance(cancelled, StoredJob)
    assert JobEnds(stand.redis).cancel(cancelled, cancelled.task, stand.clock.now(), (JobStatus.SCHEDULED,))
    # As it looks to a scheduler that has read the ids a moment ago; one of them was deleted.
    registry = queue.scheduled_job_registry
    stand.redis.zadd(registry.key, {waits.id: 1, cancelled.id: 1, "deleted": 1})
    retries = RetryScheduler([queue], stand.redis, JsonSerializer, os.getpid(), 20)
    retries.acquire_locks()
    retries.enqueue_scheduled_jobs()
    assert queue.get_job_ids() == [waits.id]
    assert registry.get_job_ids(cleanup=False) == []
    assert cancelled.get_status() == JobStatus.CANCELED


@pytest.mark.parametrize("is_alone", [False, True])
@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_job_whose_worker_died_as_it_took_it_is_queued_again(
    stand: Stand, is_alone: bool, is_claimed: bool
) -> None:
    stand.scheduler(A).look()
    queue = open_queue(stand.redis, "default")
    (job,) = queue.get_jobs()
    # A worker of one queue moves the job aside, one of several takes it out.
    taken = (
        stand.redis.lmove(queue.key, queue.intermediate_queue_key)
        if is_alone
        else stand.redis.lpop(queue.key)
    )
    assert taken.decode() == job.id
    if is_claimed:
        assert isinstance(job, StoredJob) and job.claim()
    look_until(stand, lambda: stand.waiting() == ["task.a"])
    assert not queue.intermediate_queue.get_job_ids()


def test_a_restart_neither_doubles_nor_loses_an_entry(stand: Stand) -> None:
    stand.scheduler(A, DAILY).look()
    before = (stand.planned(A), stand.planned(DAILY))
    again = stand.scheduler(A, DAILY)
    again.look()
    assert (stand.planned(A), stand.planned(DAILY)) == before and stand.waiting() == ["task.a"]
    stand.finish_all()
    assert before[1] is not None
    # Away at two o'clock, back at three: what was due is begun.
    stand.pass_time((before[1] - stand.clock.now()).total_seconds() + 3600)
    stand.scheduler(A, DAILY).look()
    assert sorted(stand.waiting()) == ["task.a", "task.daily"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_clock_that_was_ahead_for_a_moment_does_not_stop_the_schedule(
    stand: Stand, is_restarted: bool
) -> None:
    scheduler = stand.scheduler(A, B, DAILY)
    scheduler.look()
    at_two = stand.planned(DAILY)
    stand.finish_all()
    stand.pass_time(86_400)
    scheduler.look()
    assert sorted(stand.waiting()) == ["task.a", "task.b", "task.daily"]
    stand.finish_all()
    stand.pass_time(-86_400)
    scheduler = stand.scheduler(A, B, DAILY) if is_restarted else scheduler
    scheduler.look()
    assert stand.waiting() == []
    now = stand.clock.now()
    for entry, interval in ((A, timedelta(seconds=60)), (B, timedelta(hours=1))):
        planned = stand.planned(entry)
        assert planned is not None and now < planned <= now + interval, entry.name
    assert stand.planned(DAILY) == at_two
    stand.pass_time(61)
    scheduler.look()
    assert "task.a" in stand.waiting()


def test_what_a_clock_that_was_ahead_dated_is_tried_again_and_given_up_in_time(stand: Stand) -> None:
    stand.scheduler(A, B, ScheduleEntry("c", "task.c", "C.", every_s=60)).look()
    queue = open_queue(stand.redis, "default")
    waits, soon, runs = queue.get_jobs()
    now_s, a_day_s = stand.clock.now().timestamp(), 86_400.0
    for job, at_s in ((waits, now_s + a_day_s), (soon, now_s + 5)):
        queue.remove(job)
        job.set_status(JobStatus.SCHEDULED)
        stand.redis.zadd(queue.scheduled_job_registry.key, {job.id: at_s})
    queue.remove(runs)
    runs.set_status(JobStatus.STARTED)
    stand.redis.zadd(queue.started_job_registry.key, {f"{runs.id}:dead": now_s + a_day_s})

    def try_of(job: Job) -> float:
        at_s: float = stand.redis.zscore(queue.scheduled_job_registry.key, job.id)
        return at_s

    look_until(stand, lambda: try_of(waits) < now_s + a_day_s)
    assert try_of(soon) == now_s + 5
    assert now_s + 60 <= try_of(waits) <= stand.clock.now().timestamp() + 60
    assert queue.get_job_ids() == []  # its worker may still say that it lives
    stand.pass_time(SILENT_AFTER_S)
    look_until(stand, lambda: queue.get_job_ids() == [runs.id])


def look_until(stand: Stand, holds: Callable[[], bool]) -> None:
    """Look for what was left behind: a Redis that has just begun is given time first."""
    recovery = Recovery(stand.redis, stand.clock, JobEnds(stand.redis), 0.2, "one")
    until_s = time.monotonic() + 10
    while not holds():
        recovery.look()
        assert time.monotonic() < until_s
        time.sleep(0.02)


def test_what_is_no_longer_declared_goes_and_what_changed_is_planned_anew(stand: Stand) -> None:
    stand.scheduler(A, B).look()
    kept = stand.planned(B)
    stand.scheduler(B, DAILY).look()
    assert stand.planned(A) is None and stand.planned(B) == kept and stand.planned(DAILY) is not None
    assert not stand.redis.exists(StoredJob.key_for(entry_job_id("a")))
    stand.scheduler(ScheduleEntry("b", "task.b", "B.", every_s=60), DAILY).look()
    assert stand.planned(B) != kept


def test_what_somebody_took_out_of_redis_is_put_back(stand: Stand) -> None:
    scheduler = stand.scheduler(B)
    scheduler.look()
    stand.redis.flushall()
    scheduler._declared_at = None  # a minute later
    scheduler.look()
    assert stand.planned(B) is not None


def test_of_two_schedulers_one_looks_until_it_ends(stand: Stand) -> None:
    first, second = stand.scheduler(A, name="first"), stand.scheduler(A, name="second")
    first.look()
    stand.finish_all()
    stand.pass_time(61)
    second.look()
    assert stand.waiting() == []
    first.remove_lock()
    second.look()
    first.look()
    assert stand.waiting() == ["task.a"]
    assert stand.redis.get("rq:scheduler_lock") == b"second"


def test_an_entry_that_was_begun_meanwhile_is_not_begun_again(stand: Stand) -> None:
    """One that was held up between reading what is due and beginning it."""
    scheduler = stand.scheduler(A)
    scheduler.look()
    stand.finish_all()
    stand.pass_time(61)
    due = StoredJob.known(entry_job_id("a"), stand.redis)
    scheduler.enqueue_job(due)
    stand.finish_all()
    scheduler.enqueue_job(due)
    assert stand.waiting() == []
