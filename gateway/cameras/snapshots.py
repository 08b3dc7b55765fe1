"""Snapshots of the cameras that somebody may see."""

from dataclasses import dataclass

from gateway.cameras.camera import Camera
from gateway.cameras.camera_pictures import CameraPictures
from gateway.cameras.connection_test import FindCamera
from gateway.cameras.snapshot_store import ShownSnapshot, SnapshotStore
from gateway.catalogue.device import Scope
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class Attempt:
    """A snapshot that was tried and not kept. `source`: host or stream."""

    size_bytes: int
    latency_ms: int | None
    source: str


class Snapshots:
    """All of it raises NotFoundError for a camera that is not there, or not in `scope`."""

    def __init__(self, find: FindCamera, pictures: CameraPictures, store: SnapshotStore) -> None:
        self._find = find
        self._pictures = pictures
        self._store = store

    def camera(self, which: str, scope: Scope) -> Camera:
        """The camera, by its id or external_id. Raises NotFoundError, also where `scope` does not hold it."""
        return self._find(which, scope)

    def take(self, camera: Camera, *, timeout_s: float, save_thumbnail: bool) -> ShownSnapshot:
        """Take a picture of a camera that the caller may see, and keep it. Raises what CameraPictures and
        SnapshotStore raise."""
        picture = self._pictures.take(camera, timeout_s=timeout_s, with_thumbnail=save_thumbnail)
        return self._store.keep(camera.id, picture)

    def page(self, which: str, scope: Scope, asked: PageQuery) -> Page[ShownSnapshot]:
        """A camera's, the newest first."""
        return self._store.page(self._find(which, scope).id, asked)

    def delete(self, which: str, snapshot_id: str, scope: Scope) -> Camera:
        """Delete one; return its camera. Raises what SnapshotStore raises."""
        camera = self._find(which, scope)
        self._store.delete(camera.id, snapshot_id)
        return camera

    def attempt(self, which: str, *, timeout_s: float) -> Attempt:
        """Take a picture and keep nothing. Raises what CameraPictures raises."""
        camera = self._find(which, None)
        picture = self._pictures.take(camera, timeout_s=timeout_s, with_thumbnail=False)
        return Attempt(len(picture.jpeg), picture.latency_ms, picture.source)
