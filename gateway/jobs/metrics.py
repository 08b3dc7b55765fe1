"""What Prometheus is told of jobs, read from Redis at each scrape: it is the same whoever is asked."""

from collections import Counter
from collections.abc import Iterator

import structlog
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from redis import RedisError

from gateway.jobs.job_ends import JobEnds
from gateway.jobs.job_maker import open_queue
from gateway.jobs.keys import QUEUES
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.schedule_list import ScheduleList
from gateway.jobs.worker_list import WorkerList
from shared.clock import Clock

_STATES = ("waiting", "running", "scheduled", "failed")


class JobMetrics:
    """Numbers of jobs, workers and the schedule. A Redis that is away takes only these along."""

    def __init__(self, redis: RedisClient, workers: WorkerList, schedule: ScheduleList, clock: Clock) -> None:
        self._redis = redis
        self._ends = JobEnds(redis)
        self._workers = workers
        self._schedule = schedule
        self._clock = clock

    def metrics(self) -> Iterator[Metric]:
        """One scrape."""
        up = GaugeMetricFamily("coldframe_jobs_up", "Whether Redis, which has the jobs, answers.")
        try:
            found = [self._queues(), *self._ended(), self._worker_states(), *self._heartbeat()]
        except RedisError as error:
            structlog.get_logger().warning("jobs_are_not_counted", error=str(error))
            found = []
        up.add_metric([], 1 if found else 0)
        yield up
        yield from found

    def _queues(self) -> Metric:
        jobs = GaugeMetricFamily(
            "coldframe_queue_jobs", "Jobs in a queue, by what they do there.", labels=["queue", "state"]
        )
        for name in QUEUES:
            queue = open_queue(self._redis, name)
            counts = (
                queue.count,
                queue.started_job_registry.get_job_count(cleanup=False),
                queue.scheduled_job_registry.get_job_count(cleanup=False),
                queue.failed_job_registry.get_job_count(cleanup=False),
            )
            for state, count in zip(_STATES, counts, strict=True):
                jobs.add_metric([name, state], count)
        return jobs

    def _ended(self) -> Iterator[Metric]:
        ended = CounterMetricFamily(
            "coldframe_jobs_ended", "Tries of jobs that have ended so.", labels=["task", "state"]
        )
        took = SummaryMetricFamily(
            "coldframe_jobs_duration_seconds", "How long they ran.", labels=["task", "state"]
        )
        for each in self._ends.counts():
            ended.add_metric([each.task, each.state], each.count)
            took.add_metric([each.task, each.state], count_value=each.count, sum_value=each.seconds)
        yield from (ended, took)

    def _worker_states(self) -> Metric:
        workers = GaugeMetricFamily("coldframe_workers", "Workers in each state.", labels=["state"])
        for state, count in sorted(Counter(worker.state for worker in self._workers.workers()).items()):
            workers.add_metric([state], count)
        return workers

    def _heartbeat(self) -> Iterator[Metric]:
        at = self._schedule.heartbeat_at()
        if at is not None:
            age = GaugeMetricFamily(
                "coldframe_schedule_heartbeat_age_seconds", "Seconds since a scheduler last looked."
            )
            age.add_metric([], (self._clock.now() - at).total_seconds())
            yield age
