"""Whether the captions' Redis keeps what it is given: through a restart, and when it is full. Plain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """`policy`: what it does when it is full (maxmemory-policy). `appends`: to a file, all that it does.
    `flushes`: when that is on the disk (appendfsync); empty where it does not say."""

    policy: str
    appends: bool
    flushes: str = ""


@dataclass(frozen=True, slots=True)
class RedisFault:
    """What is wrong, and what to do."""

    sentence: str
    remedy: str


def facts_of(info: Mapping[str, object], flushes: str = "") -> RedisFacts:
    """From what INFO says, sections memory and persistence, and CONFIG GET of appendfsync."""
    appends = str(info.get("aof_enabled", "0")) == "1"
    return RedisFacts(str(info.get("maxmemory_policy", "")), appends, flushes)


def cost_of_power_cut(facts: RedisFacts) -> str:
    """What a machine that loses its power forgets of what was taken; empty where that is nothing, or not
    known. A Redis that ends by itself forgets nothing of it."""
    if not facts.appends or facts.flushes in ("", "always"):
        return ""
    lost = "a second" if facts.flushes == "everysec" else "half a minute"
    return f"a power cut costs up to {lost} of captions (appendfsync {facts.flushes}; always: none)"


def faults_of(facts: RedisFacts) -> Iterator[RedisFault]:
    """By which captions could be lost before they are merged into events."""
    if facts.policy != "noeviction":
        yield RedisFault(
            f"throws captions away when it is full: its maxmemory-policy is {facts.policy or 'unknown'}.",
            "Set maxmemory-policy noeviction in redis.conf; give captions a Redis of their own"
            " (CAPTIONS_REDIS_URL) where another needs that policy.",
        )
    if not facts.appends:
        yield RedisFault(
            "forgets captions that are not merged yet when it restarts: it has no append-only file.",
            "Set appendonly yes in redis.conf.",
        )
