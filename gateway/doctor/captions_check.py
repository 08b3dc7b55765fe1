"""Whether the captions' Redis is there and keeps what it is given."""

from collections.abc import Iterator
from typing import Any

import redis

from gateway.bootstrap.caption_stores import captions_redis
from gateway.captions.cache.redis_safety import cost_of_power_cut, facts_of, faults_of
from gateway.settings import GatewaySettings
from shared.finding import Finding, ok, problem, warning

_SUBJECT = "captions"


def examine_captions_redis(settings: GatewaySettings) -> Iterator[Finding]:
    """Look at it once; where captions are off there is nothing to look at."""
    if not settings.graph.uri:
        return
    try:
        client: Any = captions_redis(settings)
        facts = facts_of(client.info("memory") | client.info("persistence"), _flushes(client))
    except (redis.RedisError, ValueError, OSError) as error:
        yield problem(_SUBJECT, str(error), "Is that Redis running, and CAPTIONS_REDIS_URL right?")
        return
    faults = list(faults_of(facts))
    for fault in faults:
        yield warning(_SUBJECT, f"their Redis {fault.sentence}", fault.remedy)
    if not faults:
        cost = cost_of_power_cut(facts)
        yield ok(
            _SUBJECT, f"their Redis answers, and keeps what is not merged yet{'; ' if cost else ''}{cost}."
        )


def _flushes(client: Any) -> str:
    try:
        return str(client.config_get("appendfsync").get("appendfsync", ""))
    except redis.ResponseError:  # whoever runs it keeps its settings to themselves
        return ""
