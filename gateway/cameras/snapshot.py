"""A picture of a camera that was kept: what it is called, and until when it stays. Plain."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Source = Literal["host", "stream"]
THUMBNAIL_WIDTH = 320
FOLDER = "snapshots"


@dataclass(frozen=True, slots=True)
class TakenPicture:
    """A JPEG. `source`: the host's newest frame, or the camera's stream. `thumbnail`: empty where there is
    none. `latency_ms`: of the stream; None where the camera was not asked."""

    jpeg: bytes
    thumbnail: bytes
    taken_at: datetime
    source: Source
    latency_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A kept picture. `storage_path`, `thumbnail_path`: keys of objects. `taken_at`: of the picture, which
    may be older than the request."""

    id: str
    camera_id: str
    filename: str
    storage_path: str
    thumbnail_path: str | None
    file_size: int | None
    taken_at: datetime | None
    expiry_date: datetime | None
    created_at: datetime
    source: Source | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """All of its objects."""
        return tuple(path for path in (self.thumbnail_path, self.storage_path) if path)


def folder_of(camera_id: str) -> str:
    """Where a camera's objects are."""
    return f"{FOLDER}/{camera_id}"


def new_snapshot(
    snapshot_id: str, camera_id: str, picture: TakenPicture, now: datetime, kept: timedelta
) -> Snapshot:
    """What a picture is kept as: `snapshots/{camera}/{time}-{id}.jpg`, and a thumbnail beside it."""
    stamp = picture.taken_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    stem = f"{stamp}-{snapshot_id}"
    folder = folder_of(camera_id)
    return Snapshot(
        id=snapshot_id,
        camera_id=camera_id,
        filename=f"{stem}.jpg",
        storage_path=f"{folder}/{stem}.jpg",
        thumbnail_path=f"{folder}/{stem}_thumbnail.jpg" if picture.thumbnail else None,
        file_size=len(picture.jpeg),
        taken_at=picture.taken_at,
        expiry_date=now + kept,
        created_at=now,
        source=picture.source,
    )
