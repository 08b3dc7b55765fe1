"""Keeps the table of minutes partitioned by day: a week ahead, and as long back as minutes are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from gateway.hosts.minute_days import DayPlan, partition_name, plan_days
from gateway.hosts.partition_repository import BusyError, PartitionRepository
from shared.clock import Clock

_ATTEMPTS = 5


@dataclass(slots=True)
class MaintenanceReport:
    """What one round did. `not_done`: what others were in the way of, with the reason; a later round does
    it, and until then minutes of such a day are in the default partition, where they are found too."""

    made: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    moved_minutes: int = 0
    forgotten_minutes: int = 0
    not_done: list[str] = field(default_factory=list)


class MinutePartitions:
    """Any number of processes may maintain at the same time."""

    def __init__(self, repository: PartitionRepository, clock: Clock, kept_days: int) -> None:
        self._repository = repository
        self._clock = clock
        self._kept_days = kept_days

    def maintain(self) -> MaintenanceReport:
        """Make and drop what is due. Raises sqlalchemy.exc.SQLAlchemyError where the database refuses."""
        report, plan = MaintenanceReport(), self._plan()
        work: list[tuple[str, Callable[[], None]]] = [
            *((partition_name(day), partial(self._make, day, report)) for day in plan.missing),
            *((partition_name(day), partial(self._drop, day, report)) for day in plan.over),
            ("old minutes", partial(self._forget, plan.kept_since, report)),
        ]
        attempts_left = _ATTEMPTS  # of the whole round: what is in the way of one is in the way of all
        why = ""
        for what, do in work:
            while attempts_left:
                try:
                    do()
                    break
                except BusyError as error:
                    why = str(error)
                    attempts_left -= 1
            else:
                report.not_done.append(f"{what}: {why}")
        return report

    def _plan(self) -> DayPlan:
        now = self._clock.now()
        return plan_days(
            self._repository.partitioned(),
            self._repository.days_without(now - timedelta(days=self._kept_days)),
            now,
            self._kept_days,
        )

    def _make(self, day: date, report: MaintenanceReport) -> None:
        moved = self._repository.make(day)
        if moved is not None:
            report.made.append(partition_name(day))
            report.moved_minutes += moved

    def _drop(self, day: date, report: MaintenanceReport) -> None:
        if self._repository.drop(day):
            report.dropped.append(partition_name(day))

    def _forget(self, kept_since: datetime, report: MaintenanceReport) -> None:
        report.forgotten_minutes = self._repository.forget_before(kept_since)
