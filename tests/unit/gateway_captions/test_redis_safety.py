"""Whether a Redis keeps captions until they are merged."""

import pytest

from gateway.captions.cache.redis_safety import cost_of_power_cut, facts_of, faults_of


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"maxmemory_policy": "noeviction", "aof_enabled": 1}, []),
        ({"maxmemory_policy": "allkeys-lru", "aof_enabled": 1}, ["allkeys-lru"]),
        ({"maxmemory_policy": "noeviction", "aof_enabled": 0}, ["append-only"]),
        ({}, ["unknown", "append-only"]),
    ],
)
def test_what_could_lose_captions_is_told(info: dict[str, object], words: list[str]) -> None:
    faults = list(faults_of(facts_of(info)))
    assert len(faults) == len(words)
    for fault, word in zip(faults, words, strict=True):
        assert word in fault.sentence and fault.remedy


@pytest.mark.parametrize(
    ("appends", "flushes", "words"),
    [
        (1, "everysec", "a second"),
        (1, "no", "half a minute"),
        (1, "always", ""),
        (1, "", ""),
        (0, "everysec", ""),
    ],
)
def test_what_a_power_cut_costs_is_told(appends: int, flushes: str, words: str) -> None:
    cost = cost_of_power_cut(facts_of({"aof_enabled": appends}, flushes))
    assert words in cost and bool(cost) is bool(words)
