"""What people are told of cameras' health: a camera's history, and the report of many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from gateway.cameras.camera import CameraFilter
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.health_history import CameraHistory, step_for
from gateway.cameras.health_history_repository import HealthStretches
from gateway.cameras.health_report import (
    CHECK_EVERY,
    CameraReport,
    CheckTotals,
    FailedRuns,
    HealthReport,
    camera_report,
)
from gateway.cameras.health_report_repository import HealthCheck, HealthHistory
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.errors import BadRequestError, UnavailableError
from shared.http.fields import checked_span
from shared.paging import Page, PageQuery
from shared.spans import Span

DEFAULT_PERIOD = timedelta(hours=24)
# A query's: a second at most.
_CHECKS_A_QUERY = 500_000
# A report's: a month of 500 cameras, which takes half a minute.
_MOST_CHECKS = 500 * 31 * 1440
_AT_ONCE = 2
_WAIT_S = 5.0


class HealthReports:
    """Safe to be used by many threads; two reports are made at a time, so that others find a connection."""

    def __init__(
        self, cameras: CameraRepository, history: HealthHistory, stretches: HealthStretches, clock: Clock
    ) -> None:
        self._cameras = cameras
        self._history = history
        self._stretches = stretches
        self._clock = clock
        self._places = BoundedSemaphore(_AT_ONCE)

    def page(
        self, which: str, asked: PageQuery, start: datetime | None, end: datetime | None, scope: Scope
    ) -> Page[HealthCheck]:
        """A page of a camera's checks, the newest first. Raises NotFoundError."""
        return self._history.page(self._cameras.camera(which, scope).id, asked, start, end)

    def report(
        self,
        start: datetime | None,
        end: datetime | None,
        scope: Scope,
        *,
        group_id: str | None = None,
        host_id: str | None = None,
    ) -> HealthReport:
        """The report of the cameras in `scope`, of one group or host only where given.

        Without an end until now, without a begin of a day. Raises BadRequestError for a period that is none,
        or too long for so many cameras; UnavailableError (too_many_reports).
        """
        now = self._clock.now()
        period = _period(start, end, now)
        cameras = self._cameras.cameras(scope, CameraFilter(group_id=group_id, host_id=host_id))
        checks_each = max(1, int(period.duration_s / CHECK_EVERY.total_seconds()))
        if len(cameras) * checks_each > _MOST_CHECKS:
            raise BadRequestError(
                f"to: of {len(cameras)} cameras this is too long a period for one report.",
                remedy="Ask for less than a month, or for one group or host.",
                details={"fields": {"to": "is too far from `from` for so many cameras."}},
            )
        with self._turn():
            reports = self._reports([camera.id for camera in cameras], period, now, checks_each)
        return HealthReport(period, [(camera, reports[camera.id]) for camera in cameras])

    def history(
        self, which: str, start: datetime | None, end: datetime | None, scope: Scope, *, stretches: int
    ) -> CameraHistory:
        """A camera's checks in `stretches` steps at most, with its report of the same period.

        Without an end until now, without a begin of a day. Raises NotFoundError, BadRequestError for a period
        that is none.
        """
        now = self._clock.now()
        period = _period(start, end, now)
        camera_id = self._cameras.camera(which, scope).id
        step = step_for(period, stretches)
        report = self._reports([camera_id], period, now, 1)[camera_id]
        return CameraHistory(period, step, self._stretches.of(camera_id, period, step), report)

    def _reports(
        self, ids: list[str], period: Span, now: datetime, checks_each: int
    ) -> dict[str, CameraReport]:
        reports: dict[str, CameraReport] = {}
        at_once = max(1, _CHECKS_A_QUERY // checks_each)
        for first in range(0, len(ids), at_once):
            some = ids[first : first + at_once]
            totals, failed = self._history.totals(some, period), self._history.failed_runs(some, period)
            for id_ in some:
                reports[id_] = camera_report(
                    totals.get(id_, CheckTotals()), failed.get(id_, FailedRuns()), period, now
                )
        return reports

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_WAIT_S):
            raise UnavailableError(
                "Other health reports are being made right now.",
                code="too_many_reports",
                remedy="Try again in a moment, with a shorter period.",
            )
        try:
            yield
        finally:
            self._places.release()


def _period(start: datetime | None, end: datetime | None, now: datetime) -> Span:
    until = end or now
    try:
        return checked_span(start or until - DEFAULT_PERIOD, until)
    except ValueError as error:
        raise BadRequestError(
            f"to: {error}", remedy="Give another period.", details={"fields": {"to": str(error)}}
        ) from None
