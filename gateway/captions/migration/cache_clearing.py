"""Empties the cache of a camera, and loses nothing that nobody said should be lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from gateway.captions.caption import JournalEntry, JournalId, JournalRead
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.migration_run import RunCounts, Trigger
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.errors import BadRequestError, ColdframeError, ConflictError, UnavailableError

_AT_ONCE = 1000


class ClearingStoppedError(UnavailableError):
    """`deleted`: captions that were thrown away before something stopped it, which `cause` says.
    `perhaps`: how many more were to be, in a step whose answer did not come."""

    def __init__(self, camera_id: str, deleted: int, perhaps: int, cause: ColdframeError) -> None:
        more = f", and perhaps {perhaps} more" if perhaps else ""
        super().__init__(
            f"{cause.message} By then {deleted} captions of {camera_id} were thrown away{more}; what is left"
            " of them is still there.",
            remedy=cause.remedy,
            code=cause.code,
            details={"deleted": deleted, "perhaps": perhaps},
        )
        self.deleted = deleted
        self.perhaps = perhaps


@dataclass(slots=True)
class _ThrownAway:
    """So far. `perhaps`: of the step that is under way."""

    deleted: int = 0
    perhaps: int = 0


class Cache(Protocol):
    """A camera's captions that are not merged yet. Every method raises UnavailableError."""

    def entries(self, camera_id: str, *, until_ms: int | None, count: int) -> JournalRead: ...

    def end_of_journal(self, camera_id: str) -> JournalId | None: ...

    def remove(self, camera_id: str, entries: Sequence[JournalEntry]) -> int: ...

    def lock(self, camera_id: str, token: str, lock_s: float) -> bool: ...

    def release(self, camera_id: str, token: str) -> bool: ...


class Migration(Protocol):
    """Brings all that is there of a camera into the graph."""

    def migrate_now(self, camera_id: str, *, trigger: Trigger) -> RunCounts:
        """Raises ConflictError, UnavailableError, redis.RedisError."""
        ...


@dataclass(frozen=True, slots=True)
class Cleared:
    """`migrated`: captions that are in events now; `deleted`: that were thrown away. `cached`: that came
    meanwhile."""

    camera_id: str
    migrated: int
    deleted: int
    events_created: int
    events_extended: int
    cached: int


class CacheClearing:
    """`cached`: how many captions of a camera wait. `new_id`: unlike any other. `lock_s`: after so long the
    lock of a process that died is free."""

    def __init__(
        self,
        cameras: KnownCameras,
        cache: Cache,
        migration: Migration | None,
        cached: Callable[[str], int],
        new_id: Callable[[], str],
        *,
        lock_s: float,
    ) -> None:
        """`migration` None: captions are off."""
        self._cameras = cameras
        self._cache = cache
        self._migration = migration
        self._cached = cached
        self._new_id = new_id
        self._lock_s = lock_s

    def clear(self, camera_id: str, scope: Scope, *, migrate_first: bool, confirm: str | None) -> Cleared:
        """Of one camera: merge all of it into events, or throw it away where `migrate_first` is not wanted.

        What comes meanwhile stays. Raises NotFoundError, BadRequestError where `confirm` does not name the
        camera that is to lose its captions, ConflictError while another one migrates it, and whatever stops
        the migration: nothing is deleted then. Raises ClearingStoppedError where some are thrown away, or may
        be, and then no more.
        """
        if self._migration is None:
            raise captions_off()
        self._cameras.camera(camera_id, scope)
        if migrate_first:
            counts = self._migration.migrate_now(camera_id, trigger="clear")
            return self._told(camera_id, migrated=counts)
        check_confirmed(camera_id, confirm)
        thrown = _ThrownAway()
        try:
            self._throw_away(camera_id, thrown)
            return self._told(camera_id, deleted=thrown.deleted)
        except ColdframeError as error:
            if not (thrown.deleted or thrown.perhaps):
                raise
            raise ClearingStoppedError(camera_id, thrown.deleted, thrown.perhaps, error) from error
        finally:
            if thrown.deleted or thrown.perhaps:
                structlog.get_logger().warning(
                    "captions_deleted",
                    camera_id=camera_id,
                    captions=thrown.deleted,
                    perhaps=thrown.perhaps,
                )

    def _throw_away(self, camera_id: str, thrown: _ThrownAway) -> None:
        """Throw away what is there now, step by step."""
        token = self._new_id()
        if not self._cache.lock(camera_id, token, self._lock_s):
            raise ConflictError(
                f"The captions of {camera_id} are being migrated just now.",
                remedy="Try again in a while.",
                code="migration_running",
            )
        try:
            end = self._cache.end_of_journal(camera_id)
            while end is not None:
                found = self._cache.entries(camera_id, until_ms=None, count=_AT_ONCE).entries
                there = [entry for entry in found if entry.id <= end]
                thrown.perhaps = len(there)
                try:
                    thrown.deleted += self._cache.remove(camera_id, there)
                except ConflictError:
                    thrown.perhaps = 0  # it was answered: with a refusal
                    raise
                thrown.perhaps = 0
                # Where another one took the camera over, the rest is theirs.
                if len(there) < _AT_ONCE or not self._cache.lock(camera_id, token, self._lock_s):
                    break
        finally:
            self._unlock(camera_id, token)

    def _unlock(self, camera_id: str, token: str) -> None:
        try:
            self._cache.release(camera_id, token)
        except UnavailableError as error:
            structlog.get_logger().warning(
                "lock_is_left_to_expire", camera_id=camera_id, error=str(error), seconds=self._lock_s
            )

    def _told(self, camera_id: str, *, migrated: RunCounts | None = None, deleted: int = 0) -> Cleared:
        counts = migrated or RunCounts()
        return Cleared(
            camera_id, counts.read, deleted, counts.created, counts.extended, self._cached(camera_id)
        )


def check_confirmed(camera_id: str, confirm: str | None) -> None:
    """Raises BadRequestError where it is not said that this camera's captions are to be lost."""
    if confirm == camera_id:
        return
    said = "is missing" if confirm is None else "names another camera"
    raise BadRequestError(
        f"confirm: {said}: without migrate_first the captions of {camera_id} are lost for good.",
        remedy=f"Leave migrate_first out, which keeps them as events, or add confirm={camera_id}.",
        details={"fields": {"confirm": f"must be {camera_id}."}},
    )
