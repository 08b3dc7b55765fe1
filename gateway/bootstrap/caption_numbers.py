"""How captions and their migration do, put together: for people, for Prometheus, for later."""

from collections.abc import Callable

from redis import RedisError

from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.jobs import Jobs
from gateway.bootstrap.parts import Parts
from gateway.captions.cache.cache_counts import CacheStats
from gateway.captions.graph.prompt_graph import GraphNumbers, PromptGraph
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.metrics import CaptionMetrics
from gateway.captions.migration.migration_status import MigrationOverview, WorkNumbers, stats_of_some
from gateway.captions.migration.migration_totals import MigrationTotalsStore
from gateway.captions.migration.stats import row_of
from gateway.captions.migration.stats_repository import StatsHistory
from gateway.catalogue.device import Scope
from gateway.jobs.job_maker import open_queue
from gateway.jobs.json_value import JSON
from shared.errors import UnavailableError
from shared.spans import utc_ms

# Jobs of the migration wait there.
QUEUE = "default"
GRAPH_WAIT_S = 2.0


def build_prompt_graph(parts: Parts) -> PromptGraph | None:
    """The graph for those who do not wait; None where captions are off."""
    return None if parts.graph is None else PromptGraph(parts.graph, GRAPH_WAIT_S)


def build_migration_overview(
    parts: Parts, graph: PromptGraph | None, work: Callable[[], WorkNumbers | None]
) -> MigrationOverview:
    """How it does. `graph` None: captions are off."""
    cache = build_caption_cache(parts)
    cameras = KnownCameras(parts.engine, parts.clock.monotonic)

    def stats(scope: Scope) -> CacheStats | None:
        now_ms = utc_ms(parts.clock.now())
        try:
            whole = cache.stats(now_ms)
            if scope is None:
                return whole
            theirs = sorted(cameras.named(cache.cameras(), scope))
            return stats_of_some(whole, cache.camera_counts(theirs, now_ms).values())
        except UnavailableError:  # logged where it was raised, and told as what does not answer
            return None

    return MigrationOverview(
        is_on=graph is not None,
        ttl_s=parts.settings.captions.ttl_s,
        cache=stats,
        graph=(lambda: GraphNumbers(None)) if graph is None else graph.numbers,
        work=work,
    )


def build_caption_metrics(parts: Parts, overview: MigrationOverview) -> CaptionMetrics:
    """What Prometheus is told."""
    return CaptionMetrics(overview, MigrationTotalsStore(parts.captions_redis).read)


def work_numbers(parts: Parts, jobs: Jobs) -> WorkNumbers | None:
    """Who migrates, and how many jobs wait for them; None where the Redis of jobs does not answer."""
    try:
        queue = open_queue(parts.redis, QUEUE)
        heartbeat_at = jobs.schedule.heartbeat_at()
        return WorkNumbers(
            waiting=queue.count,
            running=queue.started_job_registry.get_job_count(cleanup=False),
            failed=queue.failed_job_registry.get_job_count(cleanup=False),
            workers=sum(worker.is_alive and QUEUE in worker.queues for worker in jobs.workers.workers()),
            scheduler_silent_s=None
            if heartbeat_at is None
            else max(0.0, round((parts.clock.now() - heartbeat_at).total_seconds(), 1)),
        )
    except RedisError as error:
        parts.log.warning("jobs_are_not_counted", error=str(error))
        return None


def keep_migration_stats(parts: Parts) -> JSON:
    """Write down how it does now. Raises UnavailableError where the captions' Redis does not answer."""
    overview = build_migration_overview(parts, build_prompt_graph(parts), lambda: None)
    status = overview.status()
    if status.is_off:
        return {"status": "off"}
    row = row_of(status, parts.clock.now())
    StatsHistory(parts.engine).add(row)
    parts.log.info("caption_migration_stats", **row.as_json())
    return row.as_json()
