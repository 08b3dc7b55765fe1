"""What Prometheus is told of captions, read from Redis and the graph at each scrape."""

from collections.abc import Callable, Iterator

import structlog
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from redis import RedisError

from gateway.captions.cache.cache_counts import CacheStats
from gateway.captions.migration.migration_status import MigrationOverview
from gateway.captions.migration.migration_totals import MigrationTotals


class CaptionMetrics:
    """Numbers of captions, their migration and their graph; what does not answer takes only its own along.

    Nothing is told where captions are off. `totals` raises redis.RedisError.
    """

    def __init__(self, overview: MigrationOverview, totals: Callable[[], MigrationTotals]) -> None:
        self._overview = overview
        self._totals = totals

    def metrics(self) -> Iterator[Metric]:
        """One scrape."""
        status = self._overview.status(with_work=False)
        if status.is_off:
            return
        cache, graph = status.measured.cache, status.measured.graph
        yield _gauge("coldframe_captions_up", "Whether the captions' Redis answers.", int(cache is not None))
        yield _gauge("coldframe_caption_graph_up", "Whether it answers.", int(graph.events is not None))
        yield _gauge("coldframe_caption_migration_behind", "Whether migration is behind.", int(status.behind))
        if cache is not None:
            yield from _cached(cache)
        if graph.events is not None:
            yield _gauge("coldframe_caption_graph_events", "Events in the graph.", graph.events)
        yield from self._migrated()

    def _migrated(self) -> Iterator[Metric]:
        try:
            totals = self._totals()
        except RedisError as error:
            structlog.get_logger().warning("migrations_are_not_counted", error=str(error))
            return
        counts = totals.counts
        yield _counter("coldframe_captions_migrated", "Captions read by migrations.", counts.read)
        yield _counter("coldframe_captions_late", "Of these, older than their camera's last.", counts.late)
        events = CounterMetricFamily(
            "coldframe_caption_events", "Events that migrations wrote.", labels=["change"]
        )
        events.add_metric(["created"], counts.created)
        events.add_metric(["extended"], counts.extended)
        yield events
        yield _gauge(
            "coldframe_caption_reduction_ratio",
            "How many fewer events than captions came to be, of 1.",
            counts.reduction_percent / 100,
        )
        took = SummaryMetricFamily(
            "coldframe_caption_migration_duration_seconds",
            "How long migrations of single cameras took.",
            labels=["state"],
        )
        took.add_metric(["done"], count_value=totals.runs, sum_value=totals.run_s)
        took.add_metric(["failed"], count_value=totals.failures, sum_value=totals.failed_s)
        yield took


def _cached(cache: CacheStats) -> Iterator[Metric]:
    yield _gauge("coldframe_captions_cached", "Captions that are not merged yet.", cache.cached)
    yield _gauge("coldframe_captions_cameras", "Cameras that have some.", cache.cameras)
    yield _gauge("coldframe_captions_near_expiry", "Captions that are due.", cache.near_expiry)
    yield _gauge("coldframe_captions_cameras_due", "Cameras that have some due.", cache.cameras_affected)
    yield _gauge(
        "coldframe_captions_oldest_due_seconds", "How long the oldest of them is due.", cache.oldest_due_s
    )
    yield _gauge("coldframe_captions_redis_used_bytes", "What that Redis uses.", cache.used_memory_bytes)
    if cache.max_memory_bytes is not None:
        yield _gauge("coldframe_captions_redis_limit_bytes", "What it may use.", cache.max_memory_bytes)
    if cache.filled_percent is not None:
        yield _gauge(
            "coldframe_captions_redis_filled_ratio",
            "How much of the memory that captions may use is filled, of 1.",
            round(cache.filled_percent / 100, 3),
        )
    yield _counter("coldframe_captions_in", "Captions taken in.", cache.captions_in)
    yield _counter("coldframe_captions_repeated", "Captions that were there already.", cache.repeated)
    yield _counter("coldframe_captions_refused", "Captions that were refused.", cache.refused)
    yield _counter(
        "coldframe_captions_embeddings_dropped",
        "Captions of hosts that were kept without their embedding.",
        cache.embeddings_dropped,
    )


def _gauge(name: str, description: str, value: float) -> Metric:
    metric = GaugeMetricFamily(name, description)
    metric.add_metric([], value)
    return metric


def _counter(name: str, description: str, value: float) -> Metric:
    metric = CounterMetricFamily(name, description)
    metric.add_metric([], value)
    return metric
