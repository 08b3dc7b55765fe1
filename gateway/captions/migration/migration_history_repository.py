"""The history of migrations in PostgreSQL: one row for each camera and run that read something."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    and_,
    case,
    false,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from gateway.captions.migration.migration_run import (
    INTERRUPTED,
    INTERRUPTED_CODE,
    MigrationRun,
    RunCounts,
    RunState,
    Trigger,
)
from gateway.captions.tables import caption_migrations
from gateway.catalogue.device import Scope
from gateway.catalogue.repository import in_scope
from gateway.catalogue.tables import cameras
from shared.errors import UnavailableError
from shared.paging import Page, PageQuery

# A batch takes no longer, however often its transaction is tried.
SILENT_AFTER_S = 180.0
_LONGEST_CODE = 50
_LONGEST_ERROR = 500
_LONGEST_MS = 2**31 - 1

_C = caption_migrations.c
# Each run ends what the one before left behind, so only a camera's newest row can be left behind.
_MEND = text(
    """
    UPDATE caption_migrations SET state = 'failed', error_code = :code, error = :error
    WHERE state = 'running' AND id = (
        SELECT id FROM caption_migrations WHERE camera_id = :camera_id
        ORDER BY started_at DESC, id DESC LIMIT 1
    )
    """
)
_FORGET = text(
    """
    DELETE FROM caption_migrations WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM caption_migrations WHERE started_at < :before ORDER BY started_at LIMIT :most
    ))
    """
)
_FORGET_STATS = text("DELETE FROM caption_migration_stats WHERE at < :before")


class MigrationHistory:
    """Cameras go by their external ids. What writes a run down raises UnavailableError where the database
    refuses, what else there is sqlalchemy.exc.SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, camera_id: str, trigger: Trigger, job_id: str, started_at: datetime) -> int:
        """A run has read something; return its id. What an earlier one left behind is told as interrupted."""
        values = {
            "camera_id": camera_id,
            "trigger": trigger,
            "job_id": job_id,
            "started_at": started_at,
            "duration_ms": 0,
        }
        with _told(), self._engine.begin() as connection:
            connection.execute(
                _MEND, {"camera_id": camera_id, "code": INTERRUPTED_CODE, "error": INTERRUPTED}
            )
            made = connection.execute(insert(caption_migrations).values(values).returning(_C.id))
            return int(made.scalar_one())

    def go_on(self, run_id: int, counts: RunCounts, duration_ms: int) -> None:
        """It has come so far."""
        self._set(run_id, counts, duration_ms, state="running")

    def end(
        self, run_id: int, counts: RunCounts, duration_ms: int, failure: tuple[str, str] | None = None
    ) -> None:
        """It is done, or has failed: `failure`, code and sentence."""
        code, sentence = failure or (None, None)
        self._set(
            run_id,
            counts,
            duration_ms,
            state="done" if failure is None else "failed",
            error_code=None if code is None else code[:_LONGEST_CODE],
            error=None if sentence is None else sentence[:_LONGEST_ERROR],
        )

    def page(
        self,
        scope: Scope,
        asked: PageQuery,
        now: datetime,
        *,
        camera_id: str | None = None,
        state: RunState | None = None,
        trigger: str | None = None,
    ) -> Page[MigrationRun]:
        """A page of the runs of cameras in `scope`, the newest first. Who is limited to some groups sees
        those of cameras that are there."""
        silent = _is_silent(now)
        condition = and_(
            _of_cameras(scope),
            true() if camera_id is None else _C.camera_id == camera_id,
            true() if trigger is None else _C.trigger == trigger,
            true() if state is None else _is(state, silent),
        )
        query = (
            select(caption_migrations, case((silent, True), else_=False).label("is_silent"))
            .where(condition)
            .order_by(_C.started_at.desc(), _C.id.desc())
            .offset(asked.offset)
            .limit(asked.page_size)
        )
        with self._engine.begin() as connection:
            total = connection.execute(
                select(func.count()).select_from(caption_migrations).where(condition)
            ).scalar_one()
            return Page([_run(row) for row in connection.execute(query)], total, asked)

    def forget(self, before: datetime, at_most: int) -> int:
        """Delete the oldest rows that began before; return how many."""
        with self._engine.begin() as connection:
            return connection.execute(_FORGET, {"before": before, "most": at_most}).rowcount

    def forget_stats(self, before: datetime) -> int:
        """The same for what is written down of the whole, which is little."""
        with self._engine.begin() as connection:
            return connection.execute(_FORGET_STATS, {"before": before}).rowcount

    def _set(self, run_id: int, counts: RunCounts, duration_ms: int, **values: Any) -> None:
        with _told(), self._engine.begin() as connection:
            connection.execute(
                update(caption_migrations)
                .where(_C.id == run_id)
                .values(
                    captions_read=counts.read,
                    events_created=counts.created,
                    events_extended=counts.extended,
                    late=counts.late,
                    repeated=counts.repeated,
                    duration_ms=min(duration_ms, _LONGEST_MS),
                    **values,
                )
            )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        sentence = " ".join(str(error.__cause__ or error).split())
        raise UnavailableError(
            f"The history of migrations cannot be written: {sentence}",
            remedy="Is PostgreSQL running, and DATABASE_URL right?",
            code="database_unreachable",
        ) from error


def _is_silent(now: datetime) -> ColumnElement[bool]:
    """Of a running one: nothing was heard of it for too long."""
    heard_at = _C.started_at + func.make_interval(0, 0, 0, 0, 0, 0, func.coalesce(_C.duration_ms, 0) / 1000.0)
    return and_(_C.state == "running", heard_at < now - timedelta(seconds=SILENT_AFTER_S))


def _is(state: RunState, silent: ColumnElement[bool]) -> ColumnElement[bool]:
    mended = _C.error_code.is_not_distinct_from(INTERRUPTED_CODE)
    if state == "running":
        return and_(_C.state == "running", ~silent)
    if state == "interrupted":
        return or_(silent, and_(_C.state == "failed", mended))
    if state == "failed":
        return and_(_C.state == "failed", ~mended)
    return _C.state == "done"


def _of_cameras(scope: Scope) -> ColumnElement[bool]:
    if scope is None:
        return true()
    if not scope:
        return false()
    return _C.camera_id.in_(select(cameras.c.external_id).where(in_scope(scope)))


def _run(row: Row[*tuple[Any, ...]]) -> MigrationRun:
    is_interrupted = row.is_silent or (row.state == "failed" and row.error_code == INTERRUPTED_CODE)
    return MigrationRun(
        id=row.id,
        camera_id=row.camera_id,
        trigger=row.trigger,
        state="interrupted" if is_interrupted else row.state,
        job_id=row.job_id,
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        counts=RunCounts(row.captions_read, row.events_created, row.events_extended, row.late, row.repeated),
        error_code=INTERRUPTED_CODE if row.is_silent else row.error_code,
        error=INTERRUPTED if row.is_silent else row.error,
    )
