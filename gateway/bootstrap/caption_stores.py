"""Where captions and their events are kept: a Redis, and the graph. Opened when they are first used."""

import redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from gateway.captions.graph.event_graph import EventGraph
from gateway.captions.graph.graph_address import GraphAddress
from gateway.settings import GatewaySettings

REDIS_TIMEOUT_S = 3.0


def captions_redis(settings: GatewaySettings) -> redis.Redis:
    """Where captions are kept for two hours: a Redis of their own, or the one that jobs wait in.

    Whoever asks it is told soon where it is away: a connection that had gone is opened again once.
    """
    return redis.Redis.from_url(
        _url_of(settings),
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )


def jobs_redis(settings: GatewaySettings) -> redis.Redis:
    """Where jobs wait, for one question: whoever asks it is told soon where it is away."""
    return redis.Redis.from_url(
        settings.redis.url.get_secret_value(),
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
    )


def has_address_alone(settings: GatewaySettings) -> bool:
    """Whether captions' Redis has another address than that of jobs. It may be the same server."""
    return _server_of(_url_of(settings)) != _server_of(settings.redis.url.get_secret_value())


def _url_of(settings: GatewaySettings) -> str:
    return settings.captions.redis_url.get_secret_value() or settings.redis.url.get_secret_value()


def _server_of(url: str) -> tuple[object, ...]:
    told = parse_url(url)
    return (told.get("path"), told.get("host", "localhost"), told.get("port", 6379))


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
