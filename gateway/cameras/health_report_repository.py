"""Histories of checks in PostgreSQL: of one camera by pages, of many summed up.

A month of 500 cameras is 22 million rows. They are summed up where they lie, a bounded number of cameras a
query, each read in the order of its index: no query takes long, needs much memory, or sorts what it reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, func, select, text

from gateway.cameras.health_report import (
    CHECK_EVERY,
    MOST_OUTAGES,
    TOGETHER_WITHIN,
    CheckTotals,
    FailedRun,
    FailedRuns,
)
from gateway.cameras.tables import camera_health
from shared.paging import Page, PageQuery
from shared.spans import Span

# Of a million short rows, compiling costs more than it saves. Only for this transaction.
_PLAN = text("SELECT set_config('jit', 'off', true), set_config('work_mem', '32MB', true)")
_CHECKS = (
    "camera_health WHERE camera_id = ANY (CAST(:cameras AS text[]))"
    " AND created_at >= :start AND created_at < :end"
)
_TOTALS = text(
    f"""
    SELECT camera_id, count(*) AS checks, count(*) FILTER (WHERE is_connected) AS connected,
        count(*) FILTER (WHERE NOT is_connected) AS failed,
        percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS latencies,
        max(latency_ms) AS latency_max, avg(fps_actual) AS fps_mean
    FROM {_CHECKS}
    GROUP BY camera_id
    """
)
# A run begins where the check before did not fail, or lies too far back; it ends in the same way. Between the
# two there is no other such row, so the one before an end is its begin.
_FAILED_RUNS = text(
    f"""
    WITH seen AS (
        SELECT camera_id, created_at AS at, is_connected, problem_code, problem,
            lag(is_connected) OVER by_time AS before,
            created_at - lag(created_at) OVER by_time AS since_before,
            lead(is_connected) OVER by_time AS next, lead(created_at) OVER by_time AS next_at
        FROM {_CHECKS}
        WINDOW by_time AS (PARTITION BY camera_id ORDER BY created_at)
    ), failed AS (
        SELECT *, before IS NOT FALSE OR since_before > :together AS begins,
            next_at IS NULL OR next_at - at > :together AS runs_out
        FROM seen WHERE is_connected IS FALSE
    ), edges AS (
        SELECT *, lag(at) OVER (PARTITION BY camera_id ORDER BY at) AS edge_before FROM (
            SELECT *, runs_out OR next IS NOT FALSE AS ends FROM failed
        ) AS failed
        WHERE begins OR ends
    ), runs AS (
        SELECT camera_id, CASE WHEN begins THEN at ELSE edge_before END AS first_at, at AS last_at,
            CASE WHEN NOT runs_out THEN next_at END AS next_at, CASE WHEN NOT runs_out THEN next END AS next,
            problem_code, problem
        FROM edges WHERE ends
    ), counted AS (
        SELECT *, row_number() OVER (PARTITION BY camera_id ORDER BY first_at DESC) AS number,
            count(*) OVER (PARTITION BY camera_id) AS total,
            max(seconds) OVER (PARTITION BY camera_id) AS longest_s,
            sum(seconds) OVER (PARTITION BY camera_id) AS all_s
        FROM (
            SELECT *, date_part('epoch', coalesce(next_at, last_at + :every) - first_at) AS seconds FROM runs
        ) AS runs
    )
    SELECT * FROM counted WHERE number <= :most ORDER BY camera_id, number
    """
)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A check as the history has it."""

    id: str
    camera_id: str
    is_connected: bool | None
    latency_ms: int | None
    fps_actual: float | None
    status: str | None
    judged_by: str | None
    problem_code: str | None
    problem: str | None
    last_check: datetime
    created_at: datetime


class HealthHistory:
    """Reads. Who may see which camera is for the caller to see to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(
        self, camera_id: str, asked: PageQuery, start: datetime | None, end: datetime | None
    ) -> Page[HealthCheck]:
        """A page of a camera's checks in `[start, end)`, the newest first; None: without that limit."""
        columns = camera_health.c
        conditions: list[ColumnElement[bool]] = [columns.camera_id == camera_id]
        if start is not None:
            conditions.append(columns.created_at >= start)
        if end is not None:
            conditions.append(columns.created_at < end)
        query = (
            select(*(columns[name] for name in HealthCheck.__slots__))
            .where(*conditions)
            .order_by(columns.created_at.desc(), columns.id)
        )
        with self._engine.begin() as connection:
            total = connection.execute(
                select(func.count()).select_from(camera_health).where(*conditions)
            ).scalar_one()
            found = connection.execute(query.offset(asked.offset).limit(asked.page_size))
            return Page([HealthCheck(*row) for row in found], total, asked)

    def totals(self, camera_ids: Sequence[str], period: Span) -> dict[str, CheckTotals]:
        """By camera; those without a check are left out."""
        with self._engine.begin() as connection:
            connection.execute(_PLAN)
            return {
                row.camera_id: _totals(row) for row in connection.execute(_TOTALS, _of(camera_ids, period))
            }

    def failed_runs(self, camera_ids: Sequence[str], period: Span) -> dict[str, FailedRuns]:
        """By camera; those without a failed check are left out."""
        values = {
            **_of(camera_ids, period),
            "together": TOGETHER_WITHIN,
            "every": CHECK_EVERY,
            "most": MOST_OUTAGES,
        }
        found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
        with self._engine.begin() as connection:
            connection.execute(_PLAN)
            for row in connection.execute(_FAILED_RUNS, values):
                found.setdefault(row.camera_id, []).append(row)
        return {
            camera_id: FailedRuns(
                tuple(_failed_run(row) for row in rows), rows[0].total, rows[0].longest_s, rows[0].all_s
            )
            for camera_id, rows in found.items()
        }


def _of(camera_ids: Sequence[str], period: Span) -> dict[str, Any]:
    return {"cameras": list(camera_ids), "start": period.start, "end": period.end}


def _totals(row: Row[*tuple[Any, ...]]) -> CheckTotals:
    p50, p95 = row.latencies or (None, None)
    return CheckTotals(row.checks, row.connected, row.failed, p50, p95, row.latency_max, row.fps_mean)


def _failed_run(row: Row[*tuple[Any, ...]]) -> FailedRun:
    return FailedRun(row.first_at, row.last_at, row.next_at, row.next, row.problem_code, row.problem)
