"""Migrates a lot of cameras, one after the other, within the time that a job has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from redis import RedisError
from rq.timeouts import BaseTimeoutException

from gateway.captions.migration.migration import CaptionMigration
from gateway.captions.migration.migration_lots import MigrationLots
from gateway.captions.migration.migration_run import RunCounts, Trigger
from gateway.jobs.json_value import JSON
from shared.clock import Clock
from shared.errors import ColdframeError, UnavailableError

_GRAPH_UNREACHABLE = "graph_unreachable"
# How far a job is, is told so often.
_TELL_EVERY_S = 1.0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LotOrder:
    """What a job is to do: migrate what is due of `cameras`, or all there is."""

    cameras: Sequence[str]
    trigger: Trigger
    only_due: bool
    job_id: str


class LotFailedError(ColdframeError):
    """Some cameras of a lot could not be migrated; the others were."""

    code = "captions_not_migrated"


@dataclass
class LotReport:
    """What a job has done. `busy`: another one has these; `left`: these were not come to, or not finished."""

    counts: RunCounts = field(default_factory=RunCounts)
    migrated: int = 0
    busy: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, JSON]:
        return {
            "migrated": self.migrated,
            "captions": self.counts.read,
            "events_created": self.counts.created,
            "events_extended": self.counts.extended,
            "late": self.counts.late,
            "repeated": self.counts.repeated,
            "reduction_percent": self.counts.reduction_percent,
            "busy": list(self.busy),
            "left": list(self.left),
        }


@dataclass(frozen=True, slots=True)
class LotTerms:
    """`ends_after_s`: it ends by itself, between two batches. `waits_s`: for a camera that another one has,
    where all of it is wanted."""

    ends_after_s: float
    waits_s: float


class LotMigration:
    """`check`: raises UnavailableError where what all cameras need is away. `tell`: how far it is, a fraction
    from 0 to 1 and a text."""

    def __init__(
        self,
        migration: CaptionMigration,
        lots: MigrationLots,
        clock: Clock,
        terms: LotTerms,
        check: Callable[[], None],
        tell: Callable[[float, str], None],
    ) -> None:
        self._migration = migration
        self._lots = lots
        self._clock = clock
        self._terms = terms
        self._check = check
        self._tell = tell
        self._told_s = -_TELL_EVERY_S

    def migrate(self, order: LotOrder) -> LotReport:
        """Migrate each camera; one that fails does not stop the others, a graph or a Redis that is away does.

        What is left when time is over is for the next check, or where all was wanted, for another job.
        Raises LotFailedError where cameras failed, UnavailableError where all must wait (`graph_unreachable`,
        `captions_unavailable`), redis.RedisError.
        """
        ends_at_s = self._clock.monotonic() + self._terms.ends_after_s
        report = LotReport()
        for number in range(len(order.cameras)):
            if self._clock.monotonic() >= ends_at_s:
                report.left += order.cameras[number:]
                break
            self._one(report, order, number, ends_at_s)
        if order.only_due:
            done = [camera for camera in order.cameras if camera not in report.failed]
            self._lots.give_back(done, order.job_id)
        elif report.left:
            self._lots.start(report.left, trigger=order.trigger, only_due=False)
        if report.failed:
            raise _failure(report.failed, len(order.cameras))
        return report

    def _one(self, report: LotReport, order: LotOrder, number: int, ends_at_s: float) -> None:
        def may_go_on(counts: RunCounts) -> bool:
            self._say(number, len(order.cameras), report.counts.read + counts.read)
            return self._clock.monotonic() < ends_at_s

        camera_id = order.cameras[number]
        try:
            outcome = self._migration.migrate(
                camera_id,
                trigger=order.trigger,
                only_due=order.only_due,
                job_id=order.job_id,
                wait_s=0.0 if order.only_due else self._terms.waits_s,
                may_go_on=may_go_on,
            )
        except (RedisError, BaseTimeoutException):
            raise
        except UnavailableError as error:
            # Away for all, or is it this camera alone that takes too long?
            if error.code != _GRAPH_UNREACHABLE:
                raise
            self._check()
            report.failed[camera_id] = str(error)
            return
        except Exception as error:  # noqa: BLE001 (raised once the other cameras were migrated)
            structlog.get_logger().error("camera_not_migrated", camera_id=camera_id, exc_info=error)
            report.failed[camera_id] = f"{type(error).__name__}: {error}"
            return
        report.counts += outcome.counts
        if outcome.ending == "done":
            report.migrated += 1
        elif outcome.ending == "stopped":
            report.left.append(camera_id)
        elif order.only_due:
            report.busy.append(camera_id)  # whoever has it does just that
        else:
            report.failed[camera_id] = "Another job is at it."
        self._say(number + 1, len(order.cameras), report.counts.read)

    def _say(self, done: int, cameras: int, captions: int) -> None:
        now_s = self._clock.monotonic()
        if done < cameras and now_s - self._told_s < _TELL_EVERY_S:
            return
        self._told_s = now_s
        self._tell(done / cameras, f"{done} of {cameras} cameras, {captions} captions")


def _failure(failed: dict[str, str], cameras: int) -> LotFailedError:
    shown = " · ".join(f"{camera}: {sentence}" for camera, sentence in list(failed.items())[:_SHOWN])
    return LotFailedError(
        f"{len(failed)} of {cameras} cameras could not be migrated: {shown}",
        remedy="Their captions are kept, and tried again; the history of migrations names the reasons.",
        details={"cameras": sorted(failed)},
    )
