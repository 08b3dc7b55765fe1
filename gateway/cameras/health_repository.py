"""Checks of cameras in PostgreSQL: who is to be checked, what came of it, and the history; many at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from gateway.cameras.health_status import Judgement, Standing

# Any number that no other advisory lock has.
_RUN_LOCK = 0x63616D_68656C
_LONGEST_CODE = 50
_LONGEST_SENTENCE = 500

_DUE = text(
    """
    SELECT cameras.id, cameras.rtsp_url, cameras.username, cameras.password_encrypted, cameras.fps,
        cameras.managed_by, cameras.device_name, hosts.name AS host,
        coalesce(cameras.status, 'idle') AS status, cameras.failures_in_row, cameras.problem_code,
        cameras.problem, cameras.updated_at
    FROM cameras LEFT JOIN hosts ON hosts.id = cameras.host_id
    WHERE coalesce(cameras.is_active, true)
        -- What lies ahead was written before the clock was set back.
        AND (cameras.checked_at > :since AND cameras.checked_at <= :now) IS NOT TRUE
    ORDER BY cameras.checked_at NULLS FIRST, cameras.id
    """
)
_REST = text(
    """
    UPDATE cameras SET status = 'idle', failures_in_row = 0, problem_code = NULL, problem = NULL
    WHERE NOT coalesce(is_active, true)
        AND (status IS DISTINCT FROM 'idle' OR failures_in_row <> 0 OR problem_code IS NOT NULL)
    """
)
# What was found is of the camera as it was: one that was changed or deleted meanwhile keeps what it has, and
# one that somebody is changing right now is not waited for.
_STORE = text(
    """
    WITH told AS (
        SELECT * FROM unnest(
            CAST(:id AS text[]), CAST(:updated_at AS timestamptz[]), CAST(:checked_at AS timestamptz[]),
            CAST(:status AS text[]), CAST(:failures_in_row AS integer[]), CAST(:is_connected AS boolean[]),
            CAST(:latency_ms AS integer[]), CAST(:fps AS float8[]), CAST(:code AS text[]),
            CAST(:sentence AS text[])
        ) AS told (id, updated_at, checked_at, status, failures_in_row, is_connected, latency_ms, fps,
            code, sentence)
    ), held AS (
        SELECT cameras.id FROM cameras
        JOIN told ON told.id = cameras.id AND cameras.updated_at IS NOT DISTINCT FROM told.updated_at
        WHERE coalesce(cameras.is_active, true)
        ORDER BY cameras.id
        FOR NO KEY UPDATE OF cameras SKIP LOCKED
    ), written AS (
        UPDATE cameras SET status = told.status, failures_in_row = told.failures_in_row,
            checked_at = told.checked_at, problem_code = told.code, problem = told.sentence,
            last_connected = CASE WHEN told.is_connected THEN told.checked_at ELSE cameras.last_connected END
        FROM told JOIN held ON held.id = told.id
        WHERE cameras.id = told.id
        RETURNING cameras.id
    )
    INSERT INTO camera_health (id, camera_id, is_connected, latency_ms, fps_actual, last_check, created_at,
        status, judged_by, problem_code, problem)
    SELECT gen_random_uuid()::text, told.id, told.is_connected, told.latency_ms, told.fps, told.checked_at,
        told.checked_at, told.status, :judged_by, told.code, told.sentence
    FROM told JOIN written ON written.id = told.id
    """
)
_FORGET = text(
    """
    DELETE FROM camera_health WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM camera_health WHERE created_at < :before ORDER BY created_at LIMIT :most
    ))
    """
)


@dataclass(frozen=True, slots=True)
class WatchedCamera:
    """An active camera. `host` records it as `device_name`, where both are there. `updated_at`: when somebody
    changed it last. `password_encrypted`: as it is stored."""

    id: str
    rtsp_url: str = field(repr=False)
    username: str | None
    password_encrypted: str | None = field(repr=False)
    wanted_fps: int | None
    managed_by: str
    device_name: str | None
    host: str | None
    status: str
    failures_in_row: int
    problem_code: str | None
    problem: str | None
    updated_at: datetime | None

    @property
    def failing(self) -> tuple[str, str] | None:
        """What was wrong at the last check, code and sentence; None where it had not failed."""
        if not self.failures_in_row:
            return None
        return self.problem_code or "failed", self.problem or "It brings no pictures."

    @property
    def is_recorded(self) -> bool:
        """Whether a host is to record it, and so can say how it is."""
        return self.managed_by == "host" or (self.host is not None and self.device_name is not None)


@dataclass(frozen=True, slots=True)
class CheckedCamera:
    """A camera as it was when it was looked at, and what came of it. `checked_at`: when the run began."""

    camera: WatchedCamera
    judgement: Judgement
    standing: Standing
    checked_at: datetime


class HealthRepository:
    """Reads and writes of checks."""

    def __init__(self, engine: Engine, *, checked_once_within_s: float = 30.0) -> None:
        self._engine = engine
        self._checked_once_within = timedelta(seconds=checked_once_within_s)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process checks; none does while this lasts. Holds a connection meanwhile."""
        with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            lock = {"lock": _RUN_LOCK}
            is_alone = bool(connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), lock).scalar_one())
            try:
                yield is_alone
            finally:
                if is_alone:
                    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), lock)

    def due_cameras(self, now: datetime) -> list[WatchedCamera]:
        """Those to be checked, the longest unchecked first.

        Not those of a run that began a moment ago: it may be made again after its worker has died, and none
        of its failures counts twice.
        """
        values = {"now": now, "since": now - self._checked_once_within}
        with self._engine.begin() as connection:
            return [WatchedCamera(*row) for row in connection.execute(_DUE, values)]

    def rest_inactive(self) -> int:
        """Nothing is said of cameras that are not active. Returns how many were told so."""
        with self._engine.begin() as connection:
            return connection.execute(_REST).rowcount

    def store(self, checked: Sequence[CheckedCamera], judged_by: str) -> int:
        """Write results to cameras and history, in one statement. Returns of how many.

        Left out are cameras that were changed, deleted or switched off since they were looked at.
        """
        if not checked:
            return 0
        with self._engine.begin() as connection:
            return connection.execute(_STORE, {"judged_by": judged_by, **_columns(checked)}).rowcount

    def forget_before(self, before: datetime, most: int) -> int:
        """Delete at most `most` of the older results. Returns how many."""
        with self._engine.begin() as connection:
            return connection.execute(_FORGET, {"before": before, "most": most}).rowcount


def _columns(checked: Sequence[CheckedCamera]) -> dict[str, list[Any]]:
    return {
        "id": [one.camera.id for one in checked],
        "updated_at": [one.camera.updated_at for one in checked],
        "checked_at": [one.checked_at for one in checked],
        "status": [one.standing.status for one in checked],
        "failures_in_row": [one.standing.failures_in_row for one in checked],
        "is_connected": [one.judgement.is_connected for one in checked],
        "latency_ms": [one.judgement.latency_ms for one in checked],
        "fps": [one.judgement.fps for one in checked],
        "code": [one.judgement.code[:_LONGEST_CODE] or None for one in checked],
        "sentence": [one.judgement.sentence[:_LONGEST_SENTENCE] or None for one in checked],
    }
