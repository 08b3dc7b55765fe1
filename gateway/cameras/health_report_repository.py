"""Histories of checks in PostgreSQL: of one camera by pages, of many summed up.

A month of 500 cameras is 22 million rows. They are summed up where they lie, from the index alone and in its
order, a bounded number of cameras a query: 60 ms for a camera's month. So no query takes long, needs much
memory, or sorts what it reads.
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
_PLAN = text("SELECT set_config('jit', 'off', true), set_config('work_mem', '16MB', true)")
_CHECKS = "camera_health WHERE camera_id = camera.id AND created_at >= :start AND created_at < :end"
_TOTALS = text(
    f"""
    SELECT camera.id AS camera_id, totals.*
    FROM unnest(CAST(:cameras AS text[])) AS camera (id), LATERAL (
        SELECT count(*) AS checks, count(*) FILTER (WHERE is_connected) AS connected,
            count(*) FILTER (WHERE NOT is_connected) AS failed,
            percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) AS latencies,
            max(latency_ms) AS latency_max, avg(fps_actual) AS fps_mean
        FROM {_CHECKS}
    ) AS totals
    WHERE totals.checks > 0
    """
)
# A run begins where the check before did not fail, or lies too far back; it ends in the same way. Between the
# two there is no other such row, so the one before an end is its begin. All windows go back in time, as the
# index does.
_FAILED_RUNS = text(
    f"""
    SELECT camera.id AS camera_id, runs.*, said.problem_code, said.problem
    FROM unnest(CAST(:cameras AS text[])) AS camera (id), LATERAL (
        SELECT *, row_number() OVER (ORDER BY last_at DESC) AS number, count(*) OVER () AS total,
            max(seconds) OVER () AS longest_s, sum(seconds) OVER () AS all_s
        FROM (
            SELECT first_at, last_at, next_at, next,
                date_part('epoch', coalesce(next_at, last_at + :every) - first_at) AS seconds
            FROM (
                SELECT at AS last_at, ends,
                    CASE WHEN begins THEN at ELSE lead(at) OVER (ORDER BY at DESC) END AS first_at,
                    CASE WHEN until_next <= :together THEN next_at END AS next_at,
                    CASE WHEN until_next <= :together THEN next END AS next
                FROM (
                    SELECT at, next, next_at, next_at - at AS until_next,
                        before IS NOT FALSE OR at - before_at > :together AS begins,
                        next IS NOT FALSE OR next_at - at > :together AS ends
                    FROM (
                        SELECT created_at AS at, is_connected, lag(is_connected) OVER back AS next,
                            lag(created_at) OVER back AS next_at, lead(is_connected) OVER back AS before,
                            lead(created_at) OVER back AS before_at
                        FROM {_CHECKS}
                        WINDOW back AS (ORDER BY created_at DESC)
                    ) AS checks
                    WHERE is_connected IS FALSE
                ) AS failed
                WHERE begins OR ends
            ) AS edges
            WHERE ends
        ) AS runs
    ) AS runs, LATERAL (
        SELECT problem_code, problem FROM camera_health
        WHERE camera_id = camera.id AND created_at = runs.last_at LIMIT 1
    ) AS said
    WHERE runs.number <= :most
    ORDER BY camera.id, runs.number
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
