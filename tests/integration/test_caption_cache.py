"""Captions in a real Redis: kept once, read by time and by arrival, removed from the oldest on."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import pytest
import redis
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gateway.captions.cache.caption_cache import CaptionCache, EmbeddingLengthError, JournalMovedError
from gateway.captions.caption import Caption, JournalId, hash8

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
        client, ttl_s=TTL_S, migrate_below_s=BELOW_S, memory_share_percent=lambda: share, new_epoch=epoch
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


def remove(cache: CaptionCache, count: int) -> None:
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=count).entries)


def test_another_length_is_free_once_the_newest_embedding_is_merged_though_the_journal_never_empties(
    cache: CaptionCache,
) -> None:
    short, long = (1.0, 2.0), (1.0, 2.0, 3.0)
    cache.put([caption("one"), caption("two", embedding=short)], NOW_MS)
    cache.put([caption("three")], NOW_MS + 1)
    cache.put([caption("four")], NOW_MS + 2)
    remove(cache, 1)
    with pytest.raises(EmbeddingLengthError):
        cache.put([caption("five", embedding=long)], NOW_MS + 3)
    remove(cache, 1)
    cache.put([caption("five", embedding=long)], NOW_MS + 3)
    assert texts(cache) == ["three", "four", "five"]
    with pytest.raises(EmbeddingLengthError) as refused:
        cache.put([caption("six", embedding=short)], NOW_MS + 4)
    assert refused.value.expected == 3


def test_a_caption_that_is_there_already_sets_no_length(cache: CaptionCache) -> None:
    cache.put([caption("one")], NOW_MS)
    assert cache.put([caption("one", embedding=(1.0, 2.0))], NOW_MS)[0].repeated
    cache.put([caption("two", embedding=(1.0, 2.0, 3.0))], NOW_MS)
    assert texts(cache) == ["one", "two"]


def test_a_length_that_an_older_version_kept_is_free_once_all_that_was_there_is_merged(
    cache: CaptionCache, client: redis.Redis
) -> None:
    cache.put([caption("one", embedding=(1.0, 2.0)), caption("two")], NOW_MS)
    client.hset("captions:embedding_lengths", "cam_001", "2")
    for text in ("three", "four"):
        with pytest.raises(EmbeddingLengthError) as refused:
            cache.put([caption(text, embedding=(1.0,))], NOW_MS + 1)
        assert refused.value.expected == 2
        cache.put([caption(text)], NOW_MS + 1)
    remove(cache, 1)
    with pytest.raises(EmbeddingLengthError):
        cache.put([caption("five", embedding=(1.0,))], NOW_MS + 2)
    remove(cache, 1)
    cache.put([caption("five", embedding=(1.0,))], NOW_MS + 2)
    assert texts(cache) == ["three", "four", "five"]


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
    cache.count_embeddings_dropped(2)
    now_ms = NOW_MS + DUE_AFTER_MS + 5000
    stats = cache.stats(now_ms)
    assert (stats.cached, stats.cameras, stats.near_expiry, stats.cameras_affected) == (5, 2, 2, 1)
    assert stats.oldest_due_s == 5.0
    assert (stats.captions_in, stats.repeated, stats.refused, stats.embeddings_dropped) == (5, 1, 3, 2)
    assert stats.filled_percent is None
    assert stats.used_memory_bytes > 0
    assert stats.max_memory_bytes is None
    counts = cache.camera_counts(["cam_001", "cam_002", "cam_003"], now_ms)
    assert (counts["cam_001"].cached, counts["cam_001"].due) == (4, 2)
    assert counts["cam_001"].newest_ms == NOW_MS + HOUR_MS
    assert (counts["cam_002"].cached, counts["cam_002"].due, counts["cam_002"].oldest_due_s) == (1, 0, 0.0)
    assert (counts["cam_003"].cached, counts["cam_003"].newest_ms) == (0, None)


# -- many at once --------------------------------------------------------------------------------


def test_two_who_write_the_same_millisecond_at_once_lose_nothing(redis_url: str) -> None:
    words = [f"text {index}" for index in range(20)]

    def write(number: int) -> None:
        cache = new_cache(redis.Redis.from_url(redis_url), epoch=str(number))
        for word in words[number:] + words[:number]:
            cache.put([caption(word)], NOW_MS + number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    cache = new_cache(redis.Redis.from_url(redis_url))
    assert sorted(texts(cache)) == sorted(shown(cache)) == sorted(words)
    suffixes = [entry.suffix for entry in cache.entries("cam_001", until_ms=None, count=100).entries]
    assert len(set(suffixes)) == 20 and str(NOW_MS) in suffixes
    stats = cache.stats(NOW_MS)
    assert (stats.captions_in, stats.repeated, stats.cached) == (20, 140, 20)


def test_texts_whose_short_digests_are_the_same_are_told_apart(cache: CaptionCache) -> None:
    one, other = twins()
    cache.put([caption("first"), caption(one), caption(other)], NOW_MS)
    stored = cache.put([caption(other), caption(one)], NOW_MS)
    assert [each.repeated for each in stored] == [True, True]
    assert stored[0].suffix != stored[1].suffix
    assert sorted(shown(cache)) == sorted(["first", one, other])
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    assert shown(cache) == []


@lru_cache
def twins() -> tuple[str, str]:
    """Two texts of the same hash8."""
    seen: dict[str, str] = {}
    for number in itertools.count():
        text = f"text {number}"
        other = seen.setdefault(hash8(text), text)
        if other is not text:
            return other, text
    raise AssertionError


def test_a_journal_has_one_name_until_its_redis_is_lost(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    cache, other = new_cache(client, epoch="mine"), new_cache(client, epoch="another's")
    cache.put([caption("one")], NOW_MS)
    other.put([caption("two")], NOW_MS)
    assert other.entries("cam_001", until_ms=None, count=1).journal == "mine"
    client.flushall()
    other.put([caption("two")], NOW_MS)
    assert cache.entries("cam_001", until_ms=None, count=1).journal == "another's"


# -- clocks --------------------------------------------------------------------------------------


def ids(cache: CaptionCache, camera: str = "cam_001") -> list[JournalId]:
    return [entry.id for entry in cache.entries(camera, until_ms=None, count=1000).entries]


def test_ids_never_go_back_not_even_where_a_journal_was_emptied(cache: CaptionCache) -> None:
    for step, text in ((0, "a"), (10, "b"), (-5, "c"), (-HOUR_MS, "d"), (7, "e")):
        cache.put([caption(text)], NOW_MS + step)
    assert texts(cache) == ["a", "b", "c", "d", "e"]
    before = ids(cache)
    assert before == sorted(set(before))
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    cache.put([caption("f")], NOW_MS - 2 * HOUR_MS)
    assert ids(cache)[0] > before[-1]


@pytest.mark.parametrize("back_ms", [MINUTE_MS // 2, HOUR_MS, 3650 * 24 * HOUR_MS])
def test_what_came_before_a_clock_was_set_back_is_due_in_time_and_so_is_what_came_after(
    cache: CaptionCache, back_ms: int
) -> None:
    """Real time is counted from the first; the clock is wrong by `back_ms` until it is set right."""
    cache.put([caption("before")], NOW_MS + back_ms)
    for minute in range(1, 4):
        cache.put([caption(f"after {minute}")], NOW_MS + minute * MINUTE_MS)

    def due(real_ms: int) -> list[str]:
        now_ms = NOW_MS + DUE_AFTER_MS + real_ms
        if not cache.due_cameras(now_ms, 10):
            return []
        return texts(cache, until_ms=cache.cutoff_ms(now_ms))

    assert due(0) == []
    told = ["before", "after 1", "after 2", "after 3"]
    for minute in range(1, 4):
        # It is seen a minute after it was done that the clock was set back.
        assert due(minute * MINUTE_MS + 1) == told[: minute + 1]
        assert told[minute] not in due(minute * MINUTE_MS)
    now_ms = NOW_MS + DUE_AFTER_MS + 2 * MINUTE_MS + 1
    stats = cache.stats(now_ms)
    assert (stats.near_expiry, stats.cached) == (3, 4)
    assert cache.camera_counts(["cam_001"], now_ms)["cam_001"].due == 3


def test_a_camera_that_says_nothing_after_a_clock_was_set_back_is_due_all_the_same(
    cache: CaptionCache,
) -> None:
    ahead_ms = 3650 * 24 * HOUR_MS
    cache.put([caption("before")], NOW_MS + ahead_ms)
    cache.put([caption("last", ms=NOW_MS + 1)], NOW_MS + ahead_ms + MINUTE_MS)
    assert cache.due_cameras(NOW_MS, 10) == []
    now_ms = NOW_MS + DUE_AFTER_MS + 1
    assert [due.camera_id for due in cache.due_cameras(now_ms, 10)] == ["cam_001"]
    assert texts(cache, until_ms=cache.cutoff_ms(now_ms)) == ["before", "last"]
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    # From then on as if nothing had been.
    cache.put([caption("new")], now_ms)
    assert cache.due_cameras(now_ms + DUE_AFTER_MS, 10) == []
    assert [due.oldest_ms for due in cache.due_cameras(now_ms + DUE_AFTER_MS + 1, 10)] == [now_ms]


def test_what_is_left_of_a_journal_after_a_clock_was_set_back_is_due_in_time(cache: CaptionCache) -> None:
    cache.put([caption("before")], NOW_MS + HOUR_MS)
    cache.put([caption("after")], NOW_MS + MINUTE_MS)
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=1).entries)
    due_ms = NOW_MS + MINUTE_MS + DUE_AFTER_MS
    assert cache.due_cameras(due_ms, 10) == []
    assert [due.oldest_ms for due in cache.due_cameras(due_ms + 1, 10)] == [NOW_MS + MINUTE_MS]


def test_ids_are_times_again_once_the_clock_has_caught_up_and_the_journal_was_empty(
    cache: CaptionCache,
) -> None:
    cache.put([caption("before")], NOW_MS + HOUR_MS)
    cache.put([caption("after")], NOW_MS)
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    cache.put([caption("later")], NOW_MS + HOUR_MS + MINUTE_MS)
    assert cache.end_of_journal("cam_001") == JournalId(NOW_MS + HOUR_MS + MINUTE_MS, 0)


def test_a_journal_that_somebody_deleted_is_due_no_more(cache: CaptionCache, client: redis.Redis) -> None:
    cache.put([caption()], NOW_MS)
    cache.put([caption(camera="cam_002")], NOW_MS)
    client.delete("captions:journal:cam_001")
    later_ms = NOW_MS + DUE_AFTER_MS + 1
    assert cache.stats(later_ms).cached == 1
    assert [due.camera_id for due in cache.due_cameras(later_ms, 10)] == ["cam_002"]
    assert cache.cameras() == ["cam_002"]


def test_a_camera_that_never_comes_back_leaves_nothing(cache: CaptionCache, client: redis.Redis) -> None:
    cache.put([caption(embedding=(1.0, 2.0))], NOW_MS)
    assert not cache.forget("cam_001"), "it has something to be merged"
    assert texts(cache) == ["a door"]
    cache.remove("cam_001", cache.entries("cam_001", until_ms=None, count=10).entries)
    assert client.hexists("captions:ends", "cam_001")
    assert cache.forget("cam_001")
    left: Any = client.keys("*")
    assert sorted(left) == [b"captions:counted", b"captions:epoch"]


# -- questions of now ----------------------------------------------------------------------------


def test_the_newest_of_many_cameras_come_first_however_many_there_are_of_each(cache: CaptionCache) -> None:
    captions = [
        caption(f"{camera} {index}", ms=NOW_MS + index * (camera + 1), camera=f"cam_{camera}")
        for camera in range(7)
        for index in range(60)
    ]
    for first in range(0, len(captions), 100):
        cache.put(captions[first : first + 100], NOW_MS)
    names = [f"cam_{camera}" for camera in range(7)]
    expected = sorted(captions, key=lambda one: one.captured_ms, reverse=True)
    for limit in (1, 3, 50, 1000):
        found = cache.recent([*names, "cam_none"], 0, 2 * NOW_MS, limit=limit).captions
        assert [one.captured_ms for one in found] == [one.captured_ms for one in expected[:limit]]
        assert len({one.id for one in found}) == len(found)
    some = cache.recent(names, NOW_MS + 10, NOW_MS + 20, limit=1000).captions
    assert sorted(one.text for one in some) == sorted(
        one.text for one in captions if NOW_MS + 10 <= one.captured_ms < NOW_MS + 20
    )
    assert cache.recent([], 0, 2 * NOW_MS, limit=5).captions == []


def test_captions_are_found_by_their_words(cache: CaptionCache) -> None:
    told = ["A man with a RED Jacket", "a red car", "Straße, nass", "jacket"]
    cache.put([caption(text, ms=NOW_MS + index) for index, text in enumerate(told)], NOW_MS)
    for words, found in (
        ("red jack", [0]),
        ("JACKET", [3, 0]),
        ("strasse", [2]),
        ("blue", []),
        (" ", [3, 2, 1, 0]),
    ):
        assert shown(cache, text=words) == [told[index] for index in found], words


def test_a_rare_word_is_looked_for_among_the_newest(
    cache: CaptionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.captions.cache.recent_captions.MOST_LOOKED_AT", 100)
    cache.put([caption("rare"), *(caption("more", ms=NOW_MS + 1 + index) for index in range(999))], NOW_MS)
    cache.put([caption("more", ms=NOW_MS + 2000 + index) for index in range(1000)], NOW_MS)
    found = cache.recent(["cam_001"], 0, 2 * NOW_MS, limit=10, text="rare")
    assert found.searched_to_ms is not None and found.captions == []
    older = cache.recent(["cam_001"], 0, found.searched_to_ms, limit=10, text="rare")
    assert ([one.text for one in older.captions], older.searched_to_ms) == (["rare"], None)


def test_none_is_passed_over_where_many_are_looked_at_in_steps(
    cache: CaptionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"door {index:03}" for index in range(100)]
    cache.put([caption(text, ms=NOW_MS + index // 2) for index, text in enumerate(texts)], NOW_MS)
    for text in texts:
        assert shown(cache, text=text, limit=3) == [text]
    monkeypatch.setattr("gateway.captions.cache.recent_captions.MOST_LOOKED_AT", 11)
    told: set[str] = set()
    to_ms: int | None = 2 * NOW_MS
    while to_ms is not None:
        found = cache.recent(["cam_001"], 0, to_ms, limit=11, text="door 04")
        told |= {one.text for one in found.captions}
        assert found.searched_to_ms != to_ms
        to_ms = found.searched_to_ms
    assert told == {text for text in texts if "04" in text}


def test_none_is_told_twice_where_others_come_while_they_are_read(redis_url: str) -> None:
    come = itertools.count(NOW_MS + 1000)

    class Growing(redis.Redis):
        def zrevrangebyscore(self, *arguments: Any, **more: Any) -> Any:
            new_cache(self).put([caption("new", ms=next(come))], NOW_MS)
            return super().zrevrangebyscore(*arguments, **more)

    with Growing.from_url(redis_url) as client:
        cache = new_cache(client)
        texts = [f"door {index:03}" for index in range(200)]
        cache.put([caption(text, ms=NOW_MS + index) for index, text in enumerate(texts)], NOW_MS)
        found = shown(cache, text="0", limit=30)
    # The newest are read in steps of 60, before each of which but the first another one comes.
    assert next(come) > NOW_MS + 1002
    assert found == [text for text in reversed(texts) if "0" in text][:30]


# -- a whole story -------------------------------------------------------------------------------


class CacheStory(RuleBasedStateMachine):
    """Against a list: what is due, counted and left is a matter of arrivals alone."""

    client: redis.Redis

    def __init__(self) -> None:
        super().__init__()
        self.client.flushall()
        self.cache = new_cache(self.client)
        self.now_ms = NOW_MS
        self.kept: list[tuple[int, int, str]] = []

    @rule(
        pass_ms=st.integers(0, HOUR_MS),
        captions=st.lists(st.tuples(st.integers(0, 2), st.sampled_from("ab"))),
    )
    def put(self, pass_ms: int, captions: list[tuple[int, str]]) -> None:
        self.now_ms += pass_ms
        for stored, (ms, text) in zip(
            self.cache.put([caption(text, ms=NOW_MS + ms) for ms, text in captions], self.now_ms),
            captions,
            strict=True,
        ):
            known = {(of_ms, of_text) for _, of_ms, of_text in self.kept}
            assert stored.repeated == ((ms, text) in known)
            if not stored.repeated:
                self.kept.append((self.now_ms, ms, text))

    @rule(count=st.integers(1, 4), only_due=st.booleans())
    def remove(self, count: int, only_due: bool) -> None:
        until_ms = self.cache.cutoff_ms(self.now_ms) if only_due else None
        entries = self.cache.entries("cam_001", until_ms=until_ms, count=count).entries
        expected = [one for one in self.kept if until_ms is None or one[0] < until_ms][:count]
        assert [(one.caption.captured_ms - NOW_MS, one.caption.text) for one in entries] == [
            (ms, text) for _, ms, text in expected
        ]
        assert self.cache.remove("cam_001", entries) == len(expected)
        assert self.cache.remove("cam_001", entries) == 0
        del self.kept[: len(expected)]

    @invariant()
    def counts_are_those_of_the_list(self) -> None:
        cutoff_ms = self.cache.cutoff_ms(self.now_ms)
        due = [one for one in self.kept if one[0] < cutoff_ms]
        stats = self.cache.stats(self.now_ms)
        assert (stats.cached, stats.near_expiry) == (len(self.kept), len(due))
        assert stats.oldest_due_s == ((cutoff_ms - due[0][0]) / 1000 if due else 0.0)
        counts = self.cache.camera_counts(["cam_001"], self.now_ms)["cam_001"]
        assert (counts.cached, counts.due) == (len(self.kept), len(due))
        assert len(self.cache.due_cameras(self.now_ms, 10)) == bool(due)
        assert sorted(shown(self.cache)) == sorted(text for _, _, text in self.kept)


def test_whatever_comes_and_goes_counts_and_prefixes_are_right(redis_url: str) -> None:
    CacheStory.client = redis.Redis.from_url(redis_url)
    run_state_machine_as_test(
        CacheStory, settings=settings(max_examples=15, stateful_step_count=15, deadline=None, database=None)
    )
