"""Captions of the last hours in Redis, and the journals from which they are merged."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import redis
import structlog

from gateway.captions.cache import caption_scripts
from gateway.captions.cache.cache_counts import CacheStats, CameraCounts
from gateway.captions.cache.journal_form import digest_of, read_entry, room_bytes, written
from gateway.captions.cache.memory_room import MAKE_ROOM
from gateway.captions.cache.recent_captions import Recent, Wanted, newest_first
from gateway.captions.caption import Caption, JournalEntry, JournalId, JournalRead
from shared.errors import BadRequestError, ConflictError, StorageError, UnavailableError

# A redis.Redis that gives bytes. The types of its methods say that each might be asynchronous; none is.
RedisClient: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Stored:
    """A caption that is kept. `suffix`: of its key. `repeated`: it was there before."""

    camera_id: str
    suffix: str
    repeated: bool

    @property
    def id(self) -> str:
        return f"{self.camera_id}:{self.suffix}"


@dataclass(frozen=True, slots=True)
class DueCamera:
    """`oldest_ms`: when the oldest entry of its journal arrived, UTC."""

    camera_id: str
    oldest_ms: int


class CaptionsFullError(StorageError):
    """Redis has no room for captions; nothing of them was stored, and what is there stays."""

    code = "captions_full"

    def __init__(self) -> None:
        super().__init__(
            "There is no room left for captions.",
            remedy=f"{MAKE_ROOM} GET /api/v1/migration/status says what keeps them. Then send it again.",
        )


class EmbeddingLengthError(BadRequestError):
    """`index`: of the caption whose embedding is not as long as others of its camera, `expected` numbers."""

    def __init__(self, index: int, expected: int) -> None:
        super().__init__(
            f"The embedding must have {expected} numbers, as others of this camera have.",
            remedy="Use one model for a camera; another can follow once what waits of the first is merged.",
        )
        self.index = index
        self.expected = expected


class JournalMovedError(ConflictError):
    """Entries that should be removed are not the oldest of their journal."""

    code = "journal_moved"


class CaptionCache:
    """All captions that are not merged yet, shown for `ttl_s`.

    Each method raises UnavailableError (captions_unavailable) where Redis cannot be used. `now_ms` is the
    caller's clock, UTC; TTLs are kept by Redis' own. `memory_share_percent`: how much of maxmemory captions
    may fill, asked each time. `new_epoch`: a random name.
    """

    def __init__(
        self,
        client: RedisClient,
        *,
        ttl_s: int,
        migrate_below_s: int,
        memory_share_percent: Callable[[], float],
        new_epoch: str,
    ) -> None:
        self.ttl_s = ttl_s
        self._due_after_ms = (ttl_s - migrate_below_s) * 1000
        self._share_percent = memory_share_percent
        self._epoch = new_epoch
        self._redis = client
        self._put = client.register_script(caption_scripts.PUT)
        self._entries = client.register_script(caption_scripts.ENTRIES)
        self._remove = client.register_script(caption_scripts.REMOVE)
        self._forget = client.register_script(caption_scripts.FORGET)
        self._due = client.register_script(caption_scripts.DUE)
        self._stats = client.register_script(caption_scripts.STATS)
        self._camera_counts = client.register_script(caption_scripts.CAMERA_COUNTS)
        self._count = client.register_script(caption_scripts.COUNT)
        self._lock = client.register_script(caption_scripts.LOCK)
        self._renew = client.register_script(caption_scripts.RENEW)
        self._release = client.register_script(caption_scripts.RELEASE)

    # -- in --------------------------------------------------------------------------------------

    def put(self, captions: Sequence[Caption], now_ms: int) -> list[Stored]:
        """Keep all of them or none; one that is there already (camera, millisecond, text) stays as it is.

        Raises CaptionsFullError, and EmbeddingLengthError.
        """
        if not captions:
            return []
        told = written(captions, now_ms)
        head = [now_ms, self.ttl_s, self._epoch, self._share_percent(), room_bytes(told)]
        with _told():
            verdict = self._put(args=head + told)
        if verdict[0] == b"full":
            raise CaptionsFullError
        if verdict[0] == b"length":
            raise EmbeddingLengthError(int(verdict[1]), int(verdict[2]))
        return [
            Stored(caption.camera_id, suffix[1:].decode(), suffix[:1] == b"=")
            for caption, suffix in zip(captions, verdict[1], strict=True)
        ]

    def count_refused(self, count: int) -> None:
        """Add to what was refused."""
        with _told():
            self._count(args=["refused", count])

    def count_embeddings_dropped(self, count: int) -> None:
        """Add to what was kept without its embedding."""
        with _told():
            self._count(args=["embeddings_dropped", count])

    # -- questions of now ------------------------------------------------------------------------

    def recent(
        self, camera_ids: Sequence[str], from_ms: int, to_ms: int, *, limit: int, text: str | None = None
    ) -> Recent:
        """What is shown of these cameras, frames of `[from_ms, to_ms)`, newest first, `limit` (1 or more)
        at most. `text`: words that all occur."""
        words = tuple((text or "").casefold().split())
        with _told():
            return newest_first(self._redis, Wanted(camera_ids, from_ms, to_ms, limit, words), self.ttl_s)

    # -- what is due -----------------------------------------------------------------------------

    def cutoff_ms(self, now_ms: int) -> int:
        """What arrived before this is due."""
        return now_ms - self._due_after_ms

    def due_cameras(self, now_ms: int, limit: int) -> list[DueCamera]:
        """Cameras of which something is due, those that wait longest first."""
        with _told():
            told = self._due(args=[now_ms, self.cutoff_ms(now_ms), limit])
        return [DueCamera(camera.decode(), int(ms)) for camera, ms in zip(told[::2], told[1::2], strict=True)]

    def cameras(self) -> list[str]:
        """All cameras that have something in their journal, those that wait longest first."""
        with _told():
            return [camera.decode() for camera in self._redis.zrange("captions:oldest", 0, -1)]

    def entries(
        self, camera_id: str, *, until_ms: int | None, count: int, after: JournalId | None = None
    ) -> JournalRead:
        """The oldest entries of a journal, `count` at most; of those that arrived before `until_ms` where
        it is given (`cutoff_ms`: those that are due), and of those behind `after`."""
        until, behind = "" if until_ms is None else until_ms, "" if after is None else str(after)
        with _told():
            epoch, told = self._entries(args=[camera_id, until, count, behind])
        return JournalRead(
            epoch.decode(), [read_entry(camera_id, entry_id, fields) for entry_id, fields in told]
        )

    def end_of_journal(self, camera_id: str) -> JournalId | None:
        """The newest entry; None where there is none."""
        with _told():
            found = self._redis.xrevrange(f"captions:journal:{camera_id}", count=1)
        return JournalId.of(found[0][0].decode()) if found else None

    def remove(self, camera_id: str, entries: Sequence[JournalEntry]) -> int:
        """Forget `entries`, the oldest of a journal in their order; return how many were there.

        What was removed before is no mistake. Raises JournalMovedError where others are older, or among
        them.
        """
        if not entries:
            return 0
        arguments: list[str | bytes] = [camera_id]
        for entry in entries:
            arguments += [str(entry.id), entry.suffix, digest_of(entry.caption.text)]
        with _told():
            count = int(self._remove(args=arguments))
        if count < 0:
            raise JournalMovedError(
                f"The journal of {camera_id} is not as it was read.",
                remedy="Read it again; somebody else may have merged it meanwhile.",
            )
        return count

    def forget(self, camera_id: str) -> bool:
        """Keep nothing of a camera that never comes back; False where captions of it wait. Its place in the
        graph must be forgotten as well: the ids of its next journal may be older."""
        with _told():
            return bool(self._forget(args=[camera_id]))

    # -- who merges ------------------------------------------------------------------------------

    def lock(self, camera_id: str, token: str, lock_s: float) -> bool:
        """Whether the camera is `token`'s to merge now, for `lock_s`."""
        return self._locked(self._lock, camera_id, token, int(lock_s * 1000))

    def renew(self, camera_id: str, token: str, lock_s: float) -> bool:
        """Whether it still is, for another `lock_s`."""
        return self._locked(self._renew, camera_id, token, int(lock_s * 1000))

    def release(self, camera_id: str, token: str) -> bool:
        """Give it back; False where it was no longer theirs."""
        return self._locked(self._release, camera_id, token)

    def _locked(self, script: Any, camera_id: str, token: str, *more: int) -> bool:
        with _told():
            return bool(script(keys=[f"captions:lock:{camera_id}"], args=[token, *more]))

    # -- numbers ---------------------------------------------------------------------------------

    def stats(self, now_ms: int) -> CacheStats:
        """How full it is, and what is due."""
        cutoff_ms = self.cutoff_ms(now_ms)
        with _told():
            told = self._stats(args=[cutoff_ms])
        used, limited, limit, cached, cameras, due, cameras_due, oldest, counted = told
        taken, repeated, refused, embeddings_dropped = (int(count or 0) for count in counted)
        limit_bytes = int(limit)
        return CacheStats(
            used_memory_bytes=int(used),
            max_memory_bytes=limit_bytes or None,
            filled_percent=self._filled_percent(int(limited), limit_bytes),
            cached=cached,
            cameras=cameras,
            near_expiry=due,
            cameras_affected=cameras_due,
            oldest_due_s=_due_for_s(oldest, cutoff_ms),
            captions_in=taken,
            repeated=repeated,
            refused=refused,
            embeddings_dropped=embeddings_dropped,
        )

    def _filled_percent(self, used_bytes: int, limit_bytes: int) -> float | None:
        return 10_000 * used_bytes / limit_bytes / self._share_percent() if limit_bytes else None

    def camera_counts(self, camera_ids: Sequence[str], now_ms: int) -> dict[str, CameraCounts]:
        """Of each of `camera_ids`, also where nothing is cached."""
        cutoff_ms = self.cutoff_ms(now_ms)
        with _told():
            told = self._camera_counts(args=[cutoff_ms, *camera_ids]) if camera_ids else []
        return {
            camera_id: CameraCounts(
                cached, due, _due_for_s(oldest, cutoff_ms), int(newest) if newest else None
            )
            for camera_id, (cached, due, oldest, newest) in zip(camera_ids, told, strict=True)
        }


def _due_for_s(oldest: bytes, cutoff_ms: int) -> float:
    return max(0.0, (cutoff_ms - int(oldest)) / 1000) if oldest else 0.0


@contextmanager
def _told() -> Iterator[None]:
    """What Redis refuses, in words."""
    try:
        yield
    except redis.OutOfMemoryError:
        raise CaptionsFullError from None
    except redis.RedisError as error:
        structlog.get_logger().error("captions_redis_refuses", error=str(error), kind=type(error).__name__)
        raise UnavailableError(
            "The captions' Redis cannot be used now.",
            remedy="Send the request again in a while; is Redis running, and CAPTIONS_REDIS_URL right?",
            code="captions_unavailable",
        ) from None
