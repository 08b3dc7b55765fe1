"""Keeps snapshots: an object, and a row that names it.

The object comes first, then its row: what a row names is there. They go in the same order, so that a storage
that fails costs nothing but another attempt.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import structlog

from gateway.cameras.snapshot import FOLDER, Snapshot, TakenPicture, folder_of, new_snapshot
from gateway.cameras.snapshot_repository import SnapshotRepository
from gateway.storage.storage import Storage
from shared.clock import Clock
from shared.errors import ColdframeError, UnavailableError
from shared.paging import Page, PageQuery

URL_VALID_S = 3600
_JPEG = "image/jpeg"
_BATCH = 200
# A row comes within seconds of its object; a day leaves room for any clock.
_SURELY_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShownSnapshot:
    """A snapshot with addresses that are good for an hour."""

    snapshot: Snapshot
    url: str
    thumbnail_url: str | None


class SnapshotStore:
    """Safe to be used by many threads. Whose cameras are whose is for the caller to see to."""

    def __init__(
        self,
        repository: SnapshotRepository,
        storage: Storage,
        clock: Clock,
        new_id: Callable[[], str],
        *,
        kept_days: float,
    ) -> None:
        self._repository = repository
        self._storage = storage
        self._clock = clock
        self._new_id = new_id
        self._kept = timedelta(days=kept_days)

    def keep(self, camera_id: str, picture: TakenPicture) -> ShownSnapshot:
        """Keep a picture. Raises what Storage raises, NotFoundError where the camera is gone: nothing is
        left then."""
        snapshot = new_snapshot(self._new_id(), camera_id, picture, self._clock.now(), self._kept)
        try:
            self._upload(snapshot, picture)
            self._repository.add(snapshot)
        except BaseException:
            self._take_back(snapshot)
            raise
        return self._shown(snapshot)

    def page(self, camera_id: str, asked: PageQuery) -> Page[ShownSnapshot]:
        """A camera's, the newest first."""
        found = self._repository.page(camera_id, asked)
        return Page([self._shown(snapshot) for snapshot in found.items], found.total, asked)

    def delete(self, camera_id: str, snapshot_id: str) -> Snapshot:
        """Delete one. Raises NotFoundError, and what Storage raises: it is still there then."""
        snapshot = self._repository.one(camera_id, snapshot_id)
        self._delete_objects(snapshot)
        self._repository.remove([snapshot.id])
        return snapshot

    def delete_of_camera(self, camera_id: str) -> None:
        """Delete all of a camera's, before its row goes. Raises what Storage raises."""
        # The rows that are there now: one that is added meanwhile is seen by whoever deletes the camera.
        found = self._repository.of_camera(camera_id)
        # As a whole: there may be what a process left that was killed between an object and its row.
        self._storage.delete_directory(folder_of(camera_id))
        self._repository.remove([snapshot.id for snapshot in found])

    def delete_expired(self) -> int:
        """Delete those whose time is over; return how many.

        What the storage refuses is left for the next time. Raises what it said then, after the others went;
        at once where it is not there at all.
        """
        now = self._clock.now()
        deleted = 0
        refused: ColdframeError | None = None
        last: Snapshot | None = None
        while not isinstance(refused, UnavailableError) and (
            batch := self._repository.expired(now, last, _BATCH)
        ):
            last = batch[-1]
            gone: list[str] = []
            for snapshot in batch:
                try:
                    self._delete_objects(snapshot)
                except UnavailableError as error:
                    refused = error
                    break
                except ColdframeError as error:
                    refused = error
                else:
                    gone.append(snapshot.id)
            self._repository.remove(gone)
            deleted += len(gone)
        if refused is not None:
            raise refused
        return deleted

    def delete_left_behind(self) -> int:
        """Delete what a process left that was killed between an object and its row; return how many objects.

        Raises what Storage raises.
        """
        old = self._clock.now() - _SURELY_KEPT
        deleted = 0
        found = (stored.key for stored in self._storage.list_files(FOLDER) if stored.modified_at < old)
        while keys := list(islice(found, _BATCH)):
            for key in set(keys) - self._repository.named(keys):
                self._storage.delete_file(key)
                deleted += 1
        return deleted

    # -- inside ------------------------------------------------------------------------------

    def _upload(self, snapshot: Snapshot, picture: TakenPicture) -> None:
        facts = {"camera": snapshot.camera_id, "snapshot": snapshot.id}
        if snapshot.thumbnail_path is not None:
            thumbnail = io.BytesIO(picture.thumbnail)
            self._storage.upload_file(snapshot.thumbnail_path, thumbnail, content_type=_JPEG, metadata=facts)
        self._storage.upload_file(
            snapshot.storage_path, io.BytesIO(picture.jpeg), content_type=_JPEG, metadata=facts
        )

    def _take_back(self, snapshot: Snapshot) -> None:
        try:
            self._delete_objects(snapshot)
        except ColdframeError as error:
            # The first error is the one to tell; what is left has no row, and goes with its camera.
            structlog.get_logger().warning(
                "snapshot_left_behind", path=snapshot.storage_path, error=str(error)
            )

    def _delete_objects(self, snapshot: Snapshot) -> None:
        for path in snapshot.paths:
            self._storage.delete_file(path)

    def _shown(self, snapshot: Snapshot) -> ShownSnapshot:
        def url(path: str) -> str:
            return self._storage.generate_signed_url(path, URL_VALID_S)

        thumbnail = snapshot.thumbnail_path
        return ShownSnapshot(
            snapshot, url(snapshot.storage_path), None if thumbnail is None else url(thumbnail)
        )
