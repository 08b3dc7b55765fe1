"""Captions in a real Redis: kept once, read by time and by arrival, removed from the oldest on."""

from collections.abc import Sequence

import pytest
import redis

from gateway.captions.caption import Caption, JournalId, hash8
from gateway.captions.caption_cache import CaptionCache, EmbeddingLengthError, JournalMovedError

NOW_MS = 1_795_269_600_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
TTL_S, BELOW_S = 7200, 300
DUE_AFTER_MS = (TTL_S - BELOW_S) * 1000


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(redis_url)


@pytest.fixture
def cache(client: redis.Redis) -> CaptionCache:
    return new_cache(client)


def new_cache(client: redis.Redis, *, share: float = 80.0, epoch: str = "first") -> CaptionCache:
    return CaptionCache(
        client, ttl_s=TTL_S, migrate_below_s=BELOW_S, memory_share_percent=share, new_epoch=epoch
    )


def caption(text: str = "a door", *, ms: int = NOW_MS, camera: str = "cam_001", **more: object) -> Caption:
    return Caption(camera, ms, text, **more)  # type: ignore[arg-type]


def texts(cache: CaptionCache, camera: str = "cam_001", *, until_ms: int | None = None) -> list[str]:
    return [entry.caption.text for entry in cache.entries(camera, until_ms=until_ms, count=10_000).entries]


def shown(cache: CaptionCache, cameras: Sequence[str] = ("cam_001",), **more: object) -> list[str]:
    asked = {"from_ms": 0, "to_ms": 2 * NOW_MS, "limit": 1000, **more}
    return [caption.text for caption in cache.recent(cameras, **asked).captions]  # type: ignore[arg-type]


def test_a_caption_is_kept_whole(cache: CaptionCache) -> None:
    told = caption("a man at the door", embedding=(0.5, -0.25), model="blip", frame="f/1.jpg")
    assert [stored.id for stored in cache.put([told], NOW_MS)] == [f"cam_001:{NOW_MS}"]
    (entry,) = cache.entries("cam_001", until_ms=None, count=10).entries
    assert entry.caption == told
    assert (entry.id, entry.suffix) == (JournalId(NOW_MS, 0), str(NOW_MS))
    (recent,) = cache.recent(["cam_001"], NOW_MS, NOW_MS + 1, limit=10).captions
    assert (recent.id, recent.text, recent.captured_ms) == (f"cam_001:{NOW_MS}", told.text, NOW_MS)
    assert (recent.model, recent.frame, recent.has_embedding) == ("blip", "f/1.jpg", True)
    assert (recent.received_ms, recent.expires_ms) == (NOW_MS, NOW_MS + TTL_S * 1000)


def test_the_same_caption_is_kept_once_and_never_longer(cache: CaptionCache, client: redis.Redis) -> None:
    cache.put([caption()], NOW_MS)
    client.expire(f"caption:cam_001:{NOW_MS}", 100)
    (again,) = cache.put([caption(model="another")], NOW_MS + 1000)
    assert again.repeated
    assert int(client.ttl(f"caption:cam_001:{NOW_MS}")) <= 100  # type: ignore[arg-type]
    assert texts(cache) == ["a door"]


def test_another_text_of_the_same_millisecond_is_kept_too(cache: CaptionCache) -> None:
    stored = cache.put([caption("one"), caption("two"), caption("one"), caption("two")], NOW_MS)
    assert [(one.suffix, one.repeated) for one in stored] == [
        (str(NOW_MS), False),
        (f"{NOW_MS}:{hash8('two')}", False),
        (str(NOW_MS), True),
        (f"{NOW_MS}:{hash8('two')}", True),
    ]
    assert texts(cache) == ["one", "two"]
    assert sorted(shown(cache)) == ["one", "two"]


def test_a_caption_whose_key_has_expired_is_known_still_and_merged(
    cache: CaptionCache, client: redis.Redis
) -> None:
    cache.put([caption()], NOW_MS)
    client.delete(f"caption:cam_001:{NOW_MS}")
    assert shown(cache) == []
    assert cache.put([caption()], NOW_MS)[0].repeated
    assert [due.camera_id for due in cache.due_cameras(NOW_MS + 5 * HOUR_MS, 10)] == ["cam_001"]
    assert texts(cache) == ["a door"]


def test_what_is_due_is_found_by_its_arrival(cache: CaptionCache) -> None:
    cache.put([caption("old")], NOW_MS)
    cache.put([caption("young", ms=NOW_MS - HOUR_MS)], NOW_MS + MINUTE_MS)
    cache.put([caption(camera="cam_002")], NOW_MS - 1)
    assert cache.due_cameras(NOW_MS + DUE_AFTER_MS - 1, 10) == []
    later_ms = NOW_MS + DUE_AFTER_MS + 1
    assert [(due.camera_id, due.oldest_ms) for due in cache.due_cameras(later_ms, 10)] == [
        ("cam_002", NOW_MS - 1),
        ("cam_001", NOW_MS),
    ]
    assert texts(cache, until_ms=cache.cutoff_ms(later_ms)) == ["old"]
    assert [due.camera_id for due in cache.due_cameras(later_ms, 1)] == ["cam_002"]


def test_what_is_merged_is_removed_from_the_oldest_on(cache: CaptionCache, client: redis.Redis) -> None:
    for index in range(5):
        cache.put([caption(f"text {index}", ms=NOW_MS + index)], NOW_MS + index)
    read = cache.entries("cam_001", until_ms=None, count=2).entries
    assert cache.remove("cam_001", read) == 2
    assert cache.remove("cam_001", read) == 0
    assert texts(cache) == shown(cache)[::-1] == ["text 2", "text 3", "text 4"]
    assert not client.exists(f"caption:cam_001:{NOW_MS}")
    (due,) = cache.due_cameras(NOW_MS + HOUR_MS * 3, 10)
    assert due.oldest_ms == NOW_MS + 2
    assert cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries) == 3
    assert (cache.cameras(), cache.due_cameras(NOW_MS + HOUR_MS * 3, 10)) == ([], [])
    assert cache.end_of_journal("cam_001") is None


def test_only_the_oldest_entries_can_be_removed(cache: CaptionCache) -> None:
    cache.put([caption(f"text {index}", ms=NOW_MS + index) for index in range(4)], NOW_MS)
    read = cache.entries("cam_001", until_ms=None, count=10).entries
    for wrong in (read[1:], [read[0], read[2]], [read[0], read[1], read[3]]):
        with pytest.raises(JournalMovedError):
            cache.remove("cam_001", wrong)
    assert len(texts(cache)) == len(shown(cache)) == 4


def test_embeddings_of_a_camera_have_one_length_until_its_journal_is_empty(cache: CaptionCache) -> None:
    cache.put([caption("one", embedding=(1.0, 2.0))], NOW_MS)
    with pytest.raises(EmbeddingLengthError) as refused:
        cache.put([caption("two"), caption("three", embedding=(1.0, 2.0, 3.0))], NOW_MS)
    assert (refused.value.index, refused.value.expected) == (1, 2)
    assert texts(cache) == ["one"]
    cache.put([caption(camera="cam_002", embedding=(1.0, 2.0, 3.0))], NOW_MS)
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    cache.put([caption("three", embedding=(1.0, 2.0, 3.0))], NOW_MS)
    with pytest.raises(EmbeddingLengthError):
        cache.put([caption("four", embedding=(1.0, 2.0))], NOW_MS)


def test_one_merges_a_camera_at_a_time(cache: CaptionCache) -> None:
    assert cache.lock("cam_001", "a", 60)
    assert cache.lock("cam_001", "a", 60), "an answer that was lost is asked for again"
    assert not cache.lock("cam_001", "b", 60)
    assert cache.renew("cam_001", "a", 60)
    assert not cache.renew("cam_001", "b", 60)
    assert not cache.release("cam_001", "b")
    assert cache.release("cam_001", "a")
    assert cache.lock("cam_001", "b", 60)


def test_numbers_say_what_waits(cache: CaptionCache) -> None:
    cache.put([caption("old"), caption("old too", ms=NOW_MS + 1)], NOW_MS)
    cache.put([caption("young", ms=NOW_MS + HOUR_MS)], NOW_MS + HOUR_MS)
    cache.put([caption("young")], NOW_MS + HOUR_MS)
    cache.put([caption("young")], NOW_MS + HOUR_MS)
    cache.put([caption(camera="cam_002")], NOW_MS + HOUR_MS)
    cache.count_refused(3)
    now_ms = NOW_MS + DUE_AFTER_MS + 5000
    stats = cache.stats(now_ms)
    assert (stats.cached, stats.cameras, stats.near_expiry, stats.cameras_affected) == (5, 2, 2, 1)
    assert stats.oldest_due_s == 5.0
    assert (stats.captions_in, stats.repeated, stats.refused) == (5, 1, 3)
    assert stats.used_memory_bytes > 0
    assert stats.max_memory_bytes is None
    counts = cache.camera_counts(["cam_001", "cam_002", "cam_003"], now_ms)
    assert (counts["cam_001"].cached, counts["cam_001"].due) == (4, 2)
    assert counts["cam_001"].newest_ms == NOW_MS + HOUR_MS
    assert (counts["cam_002"].cached, counts["cam_002"].due, counts["cam_002"].oldest_due_s) == (1, 0, 0.0)
    assert (counts["cam_003"].cached, counts["cam_003"].newest_ms) == (0, None)
