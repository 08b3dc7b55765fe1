"""Snapshots of cameras: taken, listed, deleted, and gone when their time is over."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gateway.cameras.camera_pictures import CameraPictures
from gateway.cameras.connection_test import FindCamera
from gateway.cameras.snapshot import Snapshot, TakenPicture, folder_of, new_snapshot
from gateway.cameras.snapshot_repository import SnapshotRepository
from gateway.catalogue.device import Scope
from gateway.storage.storage import Storage
from shared.clock import Clock
from shared.errors import ColdframeError, UnavailableError
from shared.paging import Page, PageQuery

URL_VALID_S = 3600
_JPEG = "image/jpeg"
_BATCH = 200


@dataclass(frozen=True, slots=True)
class ShownSnapshot:
    """A snapshot with addresses that are good for an hour."""

    snapshot: Snapshot
    url: str
    thumbnail_url: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A snapshot that was tried and not kept."""

    size_bytes: int
    latency_ms: int | None
    source: str


class Snapshots:
    """The object comes first, then its row: what a row names is there. It goes in the same order, so that a
    storage that fails costs nothing but another attempt."""

    def __init__(
        self,
        find: FindCamera,
        repository: SnapshotRepository,
        pictures: CameraPictures,
        storage: Storage,
        clock: Clock,
        new_id: Callable[[], str],
        *,
        kept_days: float,
    ) -> None:
        self._find = find
        self._repository = repository
        self._pictures = pictures
        self._storage = storage
        self._clock = clock
        self._new_id = new_id
        self._kept = timedelta(days=kept_days)

    def take(self, which: str, scope: Scope, *, timeout_s: float, save_thumbnail: bool) -> ShownSnapshot:
        """Take a picture and keep it. Raises NotFoundError, and what CameraPictures and Storage raise."""
        camera = self._find(which, scope)
        picture = self._pictures.take(camera, timeout_s=timeout_s, with_thumbnail=save_thumbnail)
        snapshot = new_snapshot(self._new_id(), camera.id, picture, self._clock.now(), self._kept)
        try:
            self._keep(snapshot, picture)
            self._repository.add(snapshot)
        except BaseException:
            self._take_back(snapshot)
            raise
        return self._shown(snapshot)

    def page(self, which: str, scope: Scope, asked: PageQuery) -> Page[ShownSnapshot]:
        """A camera's, the newest first. Raises NotFoundError."""
        found = self._repository.page(self._find(which, scope).id, asked)
        return Page([self._shown(snapshot) for snapshot in found.items], found.total, asked)

    def delete(self, which: str, snapshot_id: str, scope: Scope) -> Snapshot:
        """Delete one. Raises NotFoundError, and what Storage raises: it is still there then."""
        snapshot = self._repository.one(self._find(which, scope).id, snapshot_id)
        self._delete_objects(snapshot)
        self._repository.remove([snapshot.id])
        return snapshot

    def delete_of_camera(self, camera_id: str) -> None:
        """Delete all of a camera's, before its row goes. Raises what Storage raises."""
        found = self._repository.of_camera(camera_id)
        for snapshot in found:
            self._delete_objects(snapshot)
        # And what a process left that was killed between an object and its row.
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

    def attempt(self, which: str, *, timeout_s: float) -> Attempt:
        """Take a picture and keep nothing. Raises as `take`."""
        picture = self._pictures.take(self._find(which, None), timeout_s=timeout_s, with_thumbnail=False)
        return Attempt(len(picture.jpeg), picture.latency_ms, picture.source)

    # -- inside ------------------------------------------------------------------------------

    def _keep(self, snapshot: Snapshot, picture: TakenPicture) -> None:
        facts = {"camera": snapshot.camera_id, "snapshot": snapshot.id}
        if snapshot.thumbnail_path is not None:
            self._storage.upload_file(
                snapshot.thumbnail_path, io.BytesIO(picture.thumbnail), content_type=_JPEG, metadata=facts
            )
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
