"""Where captions and their events are kept: a Redis, and the graph. Opened when they are first used."""

import redis

from gateway.captions.event_graph import EventGraph
from gateway.captions.graph_address import GraphAddress
from gateway.settings import GatewaySettings

REDIS_TIMEOUT_S = 5.0


def captions_redis(settings: GatewaySettings, of_jobs: redis.Redis) -> redis.Redis:
    """Where captions are kept for two hours: a Redis of their own, or the one that jobs wait in."""
    url = settings.captions.redis_url.get_secret_value()
    if not url:
        return of_jobs
    return redis.Redis.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        health_check_interval=30,
    )


def event_graph(settings: GatewaySettings) -> EventGraph | None:
    """The graph; None where none is set: captions are off. It is opened when it is first asked."""
    graph = settings.graph
    if not graph.uri:
        return None
    return EventGraph(
        GraphAddress(
            graph.uri, graph.user, graph.password.get_secret_value(), graph.database, graph.timeout_s
        )
    )
