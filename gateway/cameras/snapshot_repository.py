"""Snapshots in PostgreSQL. The objects are the storage's: they come before the row, and go before it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, Row, delete, func, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from gateway.cameras.camera import unknown_camera
from gateway.cameras.snapshot import Snapshot
from gateway.cameras.tables import camera_snapshots
from shared.errors import NotFoundError
from shared.paging import Page, PageQuery

_FOREIGN_KEY_VIOLATION = "23503"
# What the table has of a snapshot.
_COLUMNS = (
    camera_snapshots.c.id,
    camera_snapshots.c.camera_id,
    camera_snapshots.c.filename,
    camera_snapshots.c.storage_path,
    camera_snapshots.c.thumbnail_path,
    camera_snapshots.c.file_size,
    camera_snapshots.c.taken_at,
    camera_snapshots.c.expiry_date,
    camera_snapshots.c.created_at,
    camera_snapshots.c.source,
)


class SnapshotRepository:
    """Whose camera is whose is for the caller to see to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, snapshot: Snapshot) -> None:
        """Raises NotFoundError where its camera is gone."""
        values = {column.name: getattr(snapshot, column.name) for column in _COLUMNS}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(camera_snapshots).values(values))
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _FOREIGN_KEY_VIOLATION:
                raise
            raise unknown_camera(snapshot.camera_id) from None

    def page(self, camera_id: str, asked: PageQuery) -> Page[Snapshot]:
        """A camera's, the newest first."""
        of_camera = camera_snapshots.c.camera_id == camera_id
        query = (
            select(*_COLUMNS)
            .where(of_camera)
            .order_by(camera_snapshots.c.created_at.desc(), camera_snapshots.c.id)
            .offset(asked.offset)
            .limit(asked.page_size)
        )
        with self._engine.begin() as connection:
            total = connection.execute(
                select(func.count()).select_from(camera_snapshots).where(of_camera)
            ).scalar_one()
            return Page([_snapshot(row) for row in connection.execute(query)], total, asked)

    def one(self, camera_id: str, snapshot_id: str) -> Snapshot:
        """Raises NotFoundError (`unknown_snapshot`)."""
        query = select(*_COLUMNS).where(
            camera_snapshots.c.camera_id == camera_id, camera_snapshots.c.id == snapshot_id
        )
        with self._engine.begin() as connection:
            found = connection.execute(query).first()
        if found is None:
            raise NotFoundError(
                f"There is no snapshot {snapshot_id} of this camera.",
                code="unknown_snapshot",
                remedy="It may have expired; GET /api/v1/cameras/{id}/snapshots lists those that there are.",
            )
        return _snapshot(found)

    def of_camera(self, camera_id: str) -> list[Snapshot]:
        """All of a camera's."""
        query = select(*_COLUMNS).where(camera_snapshots.c.camera_id == camera_id)
        with self._engine.begin() as connection:
            return [_snapshot(row) for row in connection.execute(query)]

    def expired(self, now: datetime, after: Snapshot | None, limit: int) -> list[Snapshot]:
        """The next ones whose time is over, those first that expired first."""
        order = (camera_snapshots.c.expiry_date, camera_snapshots.c.id)
        query = select(*_COLUMNS).where(camera_snapshots.c.expiry_date <= now).order_by(*order).limit(limit)
        if after is not None:
            query = query.where(tuple_(*order) > tuple_(after.expiry_date, after.id))
        with self._engine.begin() as connection:
            return [_snapshot(row) for row in connection.execute(query)]

    def named(self, keys: Sequence[str]) -> set[str]:
        """Those of `keys` that are objects of a snapshot."""
        with self._engine.begin() as connection:
            return {
                key
                for column in (camera_snapshots.c.storage_path, camera_snapshots.c.thumbnail_path)
                for key in connection.execute(select(column).where(column.in_(keys))).scalars()
                if key is not None
            }

    def remove(self, ids: Sequence[str]) -> None:
        """Those whose objects are gone; some may be gone themselves."""
        with self._engine.begin() as connection:
            connection.execute(delete(camera_snapshots).where(camera_snapshots.c.id.in_(ids)))


def _snapshot(row: Row[*tuple[object, ...]]) -> Snapshot:
    return Snapshot(**row._mapping)
