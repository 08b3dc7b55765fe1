"""A million captions of a thousand cameras in Redis: what is due of them, and what room they take."""

from datetime import UTC, datetime

import redis

from deploy.local.redis import PrivateRedis
from gateway.captions.cache.caption_cache import CaptionCache
from shared.spans import utc_ms
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.caption_crowd import BATCH, CAMERAS, batches, camera_ids
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.timing import times_ms

TTL_S, BELOW_S = 7200, 300
EVERY_MS = 1000
_PROMPT = Target(at_most=20)
_KIB = 1024


def measure(setting: Setting) -> Outcome:
    outcome = Outcome()
    count, times = setting.choose((1000, 50), (20, 5))
    with (
        PrivateRedis(setting.folder / "redis") as server,
        redis.Redis.from_url(server.url(), socket_timeout=60) as client,
    ):
        cache = CaptionCache(
            client, ttl_s=TTL_S, migrate_below_s=BELOW_S, memory_share_percent=lambda: 80, new_epoch="bench"
        )
        now_ms = utc_ms(datetime.now(UTC))
        before = cache.stats(now_ms).used_memory_bytes
        for number, captions in enumerate(batches(count, from_ms=now_ms, every_ms=EVERY_MS)):
            cache.put(captions, now_ms + number * EVERY_MS)
        filled = cache.stats(now_ms)
        if filled.cached != count * BATCH:
            raise RuntimeError(f"{filled.cached} captions are cached")
        end_ms = now_ms + count * EVERY_MS
        due_ms = end_ms + (TTL_S - BELOW_S) * 1000
        if cache.due_cameras(end_ms, CAMERAS) or len(cache.due_cameras(due_ms, CAMERAS)) != CAMERAS:
            raise RuntimeError("not what should be due is due")
        outcome.add(
            "check, nothing due", "ms", times_ms(times, lambda: cache.due_cameras(end_ms, CAMERAS)), _PROMPT
        )
        outcome.add(
            "check, all cameras due", "ms", times_ms(times, lambda: cache.due_cameras(due_ms, CAMERAS))
        )
        outcome.add("numbers, nothing due", "ms", times_ms(times, lambda: cache.stats(end_ms)))
        outcome.add("numbers, all due", "ms", times_ms(times, lambda: cache.stats(due_ms)))
        names = camera_ids()
        newest = times_ms(times, lambda: cache.recent(names, 0, 2 * end_ms, limit=100))
        outcome.add("100 newest of all cameras", "ms", newest)
        outcome.add("1,000 oldest of a camera", "ms", times_ms(times, lambda: _oldest(cache, names[7])))
        taken = (filled.used_memory_bytes - before) / filled.cached
        outcome.add("memory a caption", "bytes", [taken])
    outcome.notes.append(
        f"{count * BATCH:,} captions of {CAMERAS:,} cameras, texts of about 60 letters, no embeddings;"
        f" {filled.used_memory_bytes / _KIB**2:,.0f} MiB in Redis."
    )
    return outcome


def _oldest(cache: CaptionCache, camera_id: str) -> int:
    return len(cache.entries(camera_id, until_ms=None, count=1000).entries)


CAPTION_CHECK = Bench("caption-check", "what is due of a million cached captions of 1,000 cameras", measure)
