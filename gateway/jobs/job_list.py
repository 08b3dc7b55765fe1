"""Jobs as RQ's lists and registries have them, page by page."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rq.exceptions import NoSuchJobError
from rq.registry import CanceledJobRegistry, FailedJobRegistry, FinishedJobRegistry
from rq.results import Result

from gateway.jobs.job_maker import open_queue
from gateway.jobs.job_view import STATES, JobView, job_view
from gateway.jobs.keys import QUEUES
from gateway.jobs.redis_client import RedisClient
from gateway.jobs.stored_job import StoredJob
from shared.clock import Clock
from shared.errors import NotFoundError
from shared.paging import Page, PageQuery

_ENDED = {"failed": FailedJobRegistry, "finished": FinishedJobRegistry, "cancelled": CanceledJobRegistry}


class JobList:
    """Every method raises redis.RedisError."""

    def __init__(self, redis: RedisClient, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    def page(self, states: Sequence[str], asked: PageQuery) -> Page[JobView]:
        """Jobs in `states`, state by state in the order of STATES.

        What runs: the one that began last first. What waits: the one that is next first. What has ended: the
        newest first. All ids are read, of jobs the page's alone; one that moves on meanwhile may be left out.
        """
        ids = [job_id for state in STATES if state in states for job_id in self._ids(state)]
        wanted = ids[asked.offset : asked.offset + asked.page_size]
        return Page(self._views(wanted), len(ids), asked)

    def job(self, job_id: str) -> JobView:
        """With what it returned. Raises NotFoundError."""
        job = self.stored(job_id)
        latest = job.latest_result()
        value = latest.return_value if latest is not None and latest.type == Result.Type.SUCCESSFUL else None
        return job_view(job, self._next_run_at(job), value)

    def stored(self, job_id: str) -> StoredJob:
        """The job itself. Raises NotFoundError."""
        try:
            return StoredJob.known(job_id, self._redis)
        except (NoSuchJobError, ValueError):  # ValueError: no id that a job can have
            raise NotFoundError(
                "There is no such job.",
                remedy="Look at /api/v1/jobs; those that ended are forgotten after a while.",
            ) from None

    def _views(self, ids: Sequence[str]) -> list[JobView]:
        found = StoredJob.fetch_many(ids, connection=self._redis)
        jobs = [job for job in found if isinstance(job, StoredJob)]
        return [job_view(job, self._next_run_at(job)) for job in jobs]

    def _next_run_at(self, job: StoredJob) -> datetime | None:
        if not job.is_scheduled_for_later:
            return None
        score = self._redis.zscore(open_queue(self._redis, job.origin).scheduled_job_registry.key, job.id)
        return None if score is None else datetime.fromtimestamp(score, UTC)

    # -- ids, in order -----------------------------------------------------------------------

    def _ids(self, state: str) -> Iterable[str]:
        if state == "running":
            return self._running()
        if state == "queued":
            return [job_id for name in QUEUES for job_id in open_queue(self._redis, name).get_job_ids()]
        if state == "scheduled":
            keys = [open_queue(self._redis, name).scheduled_job_registry.key for name in QUEUES]
            return [job_id for _at, job_id in sorted(self._scored(keys, 0))]
        keys = [_ENDED[state](name, connection=self._redis).key for name in QUEUES]
        # By when they will be forgotten, which is in the order in which they ended.
        newest_first = sorted(
            self._scored(keys, self._clock.now().timestamp()), key=lambda it: (-it[0], it[1])
        )
        return [job_id for _at, job_id in newest_first]

    def _running(self) -> list[str]:
        ids = {
            job_id
            for name in QUEUES
            for job_id in open_queue(self._redis, name).started_job_registry.get_job_ids(cleanup=False)
        }
        found = StoredJob.fetch_many(sorted(ids), connection=self._redis)
        jobs = [job for job in found if job is not None]
        newest_first = sorted(jobs, key=lambda job: (-(job.started_at or job.created_at).timestamp(), job.id))
        return [job.id for job in newest_first]

    def _scored(self, keys: Iterable[str], least: float) -> list[tuple[float, str]]:
        return [
            (score, member.decode())
            for key in keys
            for member, score in self._redis.zrangebyscore(key, least, "+inf", withscores=True)
        ]
