"""Redis as this room uses it."""

from typing import Any, TypeAlias

# A redis.Redis. The types of its methods say that each might be asynchronous, and none of them is.
RedisClient: TypeAlias = Any
