"""Keeps the table of minutes partitioned by day: a week ahead, and as long back as minutes are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from gateway.hosts.minute_days import DayPlan, minutes_kept_since, partition_name, plan_days
from gateway.hosts.minute_intake import AHEAD_AT_MOST
from gateway.hosts.partition_repository import BusyError, PartitionRepository
from shared.clock import Clock

_ATTEMPTS = 5


@dataclass(slots=True)
class MaintenanceReport:
    """What one round did. `not_done`: what others were in the way of, with the reason; a later round does
    it, and until then minutes of such a day are in the default partition, where they are found too.

    `taken_up_minutes`: they were set aside, and their time has come; `unreadable_minutes` are of another
    version, and stay there. `kept_longer`: hosts told nothing as new
    as this gateway's clock says it is, so days that are over by that clock are kept.
    """

    made: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    moved_minutes: int = 0
    taken_up_minutes: int = 0
    unreadable_minutes: int = 0
    forgotten_minutes: int = 0
    kept_longer: bool = False
    not_done: list[str] = field(default_factory=list)


class MinutePartitions:
    """Any number of processes may maintain at the same time."""

    def __init__(self, repository: PartitionRepository, clock: Clock, kept_days: int) -> None:
        self._repository = repository
        self._clock = clock
        self._kept_days = kept_days

    def maintain(self) -> MaintenanceReport:
        """Make and drop what is due. Raises sqlalchemy.exc.SQLAlchemyError where the database refuses."""
        now = self._clock.now()
        since = minutes_kept_since(now, self._repository.newest_told(), self._kept_days)
        report = MaintenanceReport(kept_longer=since < minutes_kept_since(now, None, self._kept_days))
        plan = self._plan(now, since)
        work: list[tuple[str, Callable[[], None]]] = [
            *((partition_name(day), partial(self._make, day, report)) for day in plan.missing),
            ("minutes set aside", partial(self._take_up, now, since, report)),
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

    def _plan(self, now: datetime, since: datetime) -> DayPlan:
        return plan_days(self._repository.partitioned(), self._repository.days_without(since), now, since)

    def _make(self, day: date, report: MaintenanceReport) -> None:
        moved = self._repository.make(day)
        if moved is not None:
            report.made.append(partition_name(day))
            report.moved_minutes += moved

    def _take_up(self, now: datetime, since: datetime, report: MaintenanceReport) -> None:
        while (taken_up := self._repository.take_up(since, now + AHEAD_AT_MOST)).minutes:
            report.taken_up_minutes += taken_up.minutes
        report.unreadable_minutes = taken_up.unreadable

    def _drop(self, day: date, report: MaintenanceReport) -> None:
        if self._repository.drop(day):
            report.dropped.append(partition_name(day))

    def _forget(self, kept_since: datetime, report: MaintenanceReport) -> None:
        report.forgotten_minutes = self._repository.forget_before(kept_since)
