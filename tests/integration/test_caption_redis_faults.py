"""Captions and a Redis that is full, away, or was killed."""

import itertools
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from deploy.local.redis import PrivateRedis
from gateway.bootstrap.caption_stores import REDIS_TIMEOUT_S, captions_redis, has_address_alone
from gateway.bootstrap.captions import build_caption_cache
from gateway.bootstrap.parts import Parts
from gateway.bootstrap.redis_sharing import AGAIN_AFTER_S, RedisSharing
from gateway.bootstrap.upkeep import look_at_captions
from gateway.captions.cache.caption_cache import CaptionCache, CaptionsFullError
from gateway.captions.caption import Caption
from gateway.doctor.captions_check import examine_captions_redis
from gateway.doctor.migration_check import examine_migration
from gateway.settings import GatewaySettings
from shared.errors import UnavailableError
from shared.finding import Verdict
from tests.support.gateway_app import gateway_parts
from tests.support.set_clock import SetClock

NOW_MS = 1_795_269_600_000
MIB = 1024 * 1024
DUE_AFTER_MS = (7200 - 300) * 1000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateRedis]:
    with PrivateRedis(tmp_path / "redis") as made:
        yield made


def settings_of(url: str, *, jobs_url: str = "redis://127.0.0.1:1/0") -> GatewaySettings:
    return GatewaySettings.model_validate(
        {
            "redis": {"url": jobs_url},
            "captions": {"redis_url": url},
            "graph": {"uri": "bolt://127.0.0.1:1"},
        }
    )


def client_of(server: PrivateRedis) -> Any:
    return captions_redis(settings_of(server.url()))


def cache_of(client: Any, *, share: float = 100.0) -> CaptionCache:
    return CaptionCache(
        client, ttl_s=7200, migrate_below_s=300, memory_share_percent=lambda: share, new_epoch="epoch"
    )


def batch(number: int, size: int = 100, camera: str = "cam_001") -> list[Caption]:
    return [
        Caption(camera, NOW_MS + number * size + index, f"text {number} " + "x" * 1000)
        for index in range(size)
    ]


def fill(cache: CaptionCache, size: int = 100) -> int:
    """Put until it is full; how many batches were kept."""
    for number in itertools.count():
        try:
            cache.put(batch(number, size), NOW_MS + number)
        except CaptionsFullError:
            return number
    raise AssertionError


def test_a_full_redis_keeps_what_it_has_and_takes_more_once_something_is_merged(server: PrivateRedis) -> None:
    client = client_of(server)
    client.config_set("maxmemory", 6 * MIB)
    cache = cache_of(client)
    kept = fill(cache) * 100
    assert kept >= 500
    before = client.dbsize()
    with pytest.raises(CaptionsFullError) as refused:
        cache.put(batch(10**6), NOW_MS)
    assert refused.value.code == "captions_full"
    assert "maxmemory" in refused.value.remedy and "migrate?force=true" in refused.value.remedy
    cache.count_refused(100)
    assert client.dbsize() == before
    stats = cache.stats(NOW_MS + DUE_AFTER_MS + 1)
    assert (stats.cached, stats.captions_in, stats.refused) == (kept, kept, 100)
    assert stats.max_memory_bytes == 6 * MIB
    assert len(cache.recent(["cam_001"], 0, 2 * NOW_MS, limit=1000).captions) == min(kept, 1000)
    assert len(cache.due_cameras(NOW_MS + DUE_AFTER_MS + 1, 10)) == 1
    # Somebody else has filled it to the brim: the migration goes on all the same.
    client.config_set("maxmemory", MIB)
    with pytest.raises(redis.OutOfMemoryError):
        client.set("anything", "x")
    with pytest.raises(CaptionsFullError):
        cache.put(batch(10**6, 1), NOW_MS)
    assert cache.lock("cam_001", "worker", 60) and cache.renew("cam_001", "worker", 60)
    entries = cache.entries("cam_001", until_ms=None, count=300).entries
    assert cache.remove("cam_001", entries) == 300
    assert cache.release("cam_001", "worker")
    client.config_set("maxmemory", 6 * MIB)
    cache.put(batch(10**6), NOW_MS)
    assert cache.stats(NOW_MS).cached == kept - 200


def test_captions_leave_room_for_jobs_where_they_share_a_redis(server: PrivateRedis) -> None:
    client = client_of(server)
    client.config_set("maxmemory", 8 * MIB)
    cache = cache_of(client, share=60)
    cache.put(batch(0), NOW_MS)
    before = cache.stats(NOW_MS).filled_percent
    fill(cache, 10)
    filled = cache.stats(NOW_MS).filled_percent
    assert before is not None and filled is not None and before < 50 and 90 < filled < 100.5
    assert 0.5 < client.info("memory")["used_memory"] / (8 * MIB) < 0.65
    client.set("a-job", "x" * MIB)


def test_a_request_that_does_not_fit_is_refused_as_a_whole(server: PrivateRedis) -> None:
    client = client_of(server)
    client.config_set("maxmemory", 4 * MIB)
    cache = cache_of(client)
    with pytest.raises(CaptionsFullError):
        cache.put([*batch(0, 1000), *batch(1, 1000)], NOW_MS)
    assert cache.cameras() == []


@pytest.mark.parametrize(
    ("captions", "jobs", "alone"),
    [
        ("", "redis://localhost:6379/0", False),
        ("redis://localhost:6379/1", "redis://localhost/0", False),
        ("redis://localhost:6380/0", "redis://localhost:6379/0", True),
        ("redis://elsewhere/0", "redis://localhost/0", True),
        ("unix:///run/redis/captions.sock", "unix:///run/redis/redis.sock", True),
    ],
)
def test_another_database_of_a_server_has_no_address_of_its_own(
    captions: str, jobs: str, alone: bool
) -> None:
    assert has_address_alone(settings_of(captions, jobs_url=jobs)) == alone


def sharing_of(captions: PrivateRedis, jobs_url: str, *, at_name: bool = False) -> tuple[Parts, SetClock]:
    """As the gateway has them, on a clock that is set."""
    url = captions.url(1)
    if at_name:
        url = url.replace("127.0.0.1", "localhost")
    parts = gateway_parts(
        redis_url=jobs_url,
        captions={"redis_url": url, "memory_share_percent": 60},
        graph={"uri": "bolt://127.0.0.1:1"},
    )
    clock = SetClock(datetime(2026, 11, 21, tzinfo=UTC))
    parts.redis_sharing = RedisSharing(parts.captions_redis, parts.redis, clock.monotonic)
    return parts, clock


def test_a_server_that_has_two_addresses_is_one_server(server: PrivateRedis) -> None:
    client_of(server).config_set("maxmemory", 8 * MIB)
    parts, _clock = sharing_of(server, server.url(0), at_name=True)
    assert has_address_alone(parts.settings) and not parts.redis_sharing.is_alone()
    fill(build_caption_cache(parts))
    # Captions stop where jobs' share begins, as at one address.
    parts.redis.set("a-job", "x" * MIB)


def test_who_does_not_answer_may_be_the_same_server_and_is_asked_again_in_a_while(
    server: PrivateRedis, tmp_path: Path
) -> None:
    with PrivateRedis(tmp_path / "jobs") as jobs:
        jobs.stop()
        parts, clock = sharing_of(server, jobs.url())
        assert not parts.redis_sharing.is_alone()
        jobs.start()
        assert not parts.redis_sharing.is_alone(), "it is not asked all the time"
        clock.pass_time(AGAIN_AFTER_S)
        assert parts.redis_sharing.is_alone()
        assert parts.redis_sharing.share_percent(60.0) == 100.0
        jobs.stop()
        clock.pass_time(AGAIN_AFTER_S)
        assert parts.redis_sharing.is_alone(), "what is known stays so while jobs' is away"


def test_a_redis_that_is_away_is_told_of_at_once(server: PrivateRedis) -> None:
    cache = cache_of(client_of(server))
    cache.put(batch(0), NOW_MS)
    server.stop()
    for ask in (
        lambda: cache.put(batch(1), NOW_MS),
        lambda: cache.recent(["cam_001"], 0, 2 * NOW_MS, limit=10),
        lambda: cache.due_cameras(NOW_MS, 10),
        lambda: cache.lock("cam_001", "me", 60),
        lambda: cache.stats(NOW_MS),
    ):
        began_s = time.monotonic()
        with pytest.raises(UnavailableError) as refused, capture_logs() as logs:
            ask()
        assert time.monotonic() - began_s < REDIS_TIMEOUT_S
        assert refused.value.code == "captions_unavailable" and refused.value.remedy
        assert [line["event"] for line in logs] == ["captions_redis_refuses"]


def test_a_redis_that_was_killed_and_comes_back_has_everything(tmp_path: Path) -> None:
    server = PrivateRedis(tmp_path / "redis")
    with server:
        cache = cache_of(client_of(server))
        told = [Caption("cam_001", NOW_MS, "first", (0.5, 0.25)), Caption("cam_001", NOW_MS, "second")]
        cache.put(told, NOW_MS)
        cache.put(batch(7), NOW_MS + 1)
        cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=1).entries)
        before = cache.entries("cam_001", until_ms=None, count=1000)
        os.kill(server.pid, signal.SIGKILL)
        server.stop()
        port = server.port
        with PrivateRedis(tmp_path / "redis", port) as again:
            back = cache_of(client_of(again))
            assert back.entries("cam_001", until_ms=None, count=1000) == before
            assert back.put(told[1:], NOW_MS + 2)[0].repeated
            assert back.stats(NOW_MS).cached == 101
            assert len(back.recent(["cam_001"], 0, 2 * NOW_MS, limit=1000).captions) == 101
            back.put([Caption("cam_001", NOW_MS + 5, "third")], NOW_MS - 60_000)
            assert back.end_of_journal("cam_001") > before.entries[-1].id  # type: ignore[operator]


def test_the_doctor_says_what_could_lose_captions(server: PrivateRedis) -> None:
    settings = settings_of(server.url())
    (finding,) = examine_captions_redis(settings)
    assert finding.verdict == Verdict.OK and "appendfsync everysec" in finding.sentence
    client = client_of(server)
    client.config_set("appendfsync", "always")
    (finding,) = examine_captions_redis(settings)
    assert finding.verdict == Verdict.OK and "power" not in finding.sentence
    client.config_set("maxmemory-policy", "allkeys-lru")
    client.config_set("appendonly", "no")
    findings = list(examine_captions_redis(settings))
    assert [finding.verdict for finding in findings] == [Verdict.WARNING] * 2
    assert "allkeys-lru" in findings[0].sentence and "append-only" in findings[1].sentence
    server.stop()
    (finding,) = examine_captions_redis(settings)
    assert finding.verdict == Verdict.PROBLEM and "CAPTIONS_REDIS_URL" in finding.remedy


def test_the_doctor_says_that_there_is_little_room_before_there_is_none(server: PrivateRedis) -> None:
    settings = settings_of(server.url(1), jobs_url=server.url(0))
    [keeps_up] = examine_migration(settings)
    assert keeps_up.verdict == Verdict.OK
    client = client_of(server)
    client.config_set("maxmemory", 8 * MIB)
    fill(cache_of(client, share=78), 10)
    _keeps_up, room = examine_migration(settings)
    assert room.verdict == Verdict.WARNING and "memory" in room.sentence and "force=true" in room.remedy


def test_the_gateway_says_at_its_start_what_could_lose_captions(server: PrivateRedis) -> None:
    parts = gateway_parts(captions={"redis_url": server.url()}, graph={"uri": "bolt://127.0.0.1:1"})
    with capture_logs() as logs:
        assert look_at_captions(parts)
    assert logs == []
    client_of(server).config_set("maxmemory-policy", "volatile-ttl")
    with capture_logs() as logs:
        assert look_at_captions(parts)
    assert [line["event"] for line in logs] == ["captions_redis_unsafe"]
    assert "volatile-ttl" in logs[0]["sentence"]
    server.stop()
    assert not look_at_captions(parts), "it is looked at again later"
