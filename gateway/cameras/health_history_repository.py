"""A camera's checks in PostgreSQL, put together where they lie."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Row, text

from gateway.cameras.health_history import LatencyRange, Stretch
from shared.spans import Span

_STRETCHES = text(
    """
    SELECT start, count(*) AS checks,
        (array_agg(status ORDER BY rank, created_at))[1] AS status,
        min(latency_ms) AS least, avg(latency_ms) AS mean, max(latency_ms) AS most, avg(fps_actual) AS fps,
        (array_agg(problem_code ORDER BY rank, created_at))[1] AS problem_code,
        (array_agg(problem ORDER BY rank, created_at))[1] AS problem
    FROM (
        SELECT *, date_bin(:step, created_at, :start) AS start,
            array_position(ARRAY['offline', 'error', 'degraded', 'live', 'idle'], status::text) AS rank
        FROM camera_health
        WHERE camera_id = :camera AND created_at >= :start AND created_at < :end
    ) AS checks
    GROUP BY start
    ORDER BY start
    """
)


class HealthStretches:
    """Reads. Who may see which camera is for the caller to see to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, camera_id: str, period: Span, step: timedelta) -> list[Stretch]:
        """The camera's checks in `period`, oldest first; steps without any are left out."""
        values = {"camera": camera_id, "start": period.start, "end": period.end, "step": step}
        with self._engine.begin() as connection:
            return [_stretch(row) for row in connection.execute(_STRETCHES, values)]


def _stretch(row: Row[*tuple[Any, ...]]) -> Stretch:
    latency = None if row.least is None else LatencyRange(row.least, float(row.mean), row.most)
    return Stretch(row.start, row.checks, row.status, latency, row.fps, row.problem_code, row.problem)
