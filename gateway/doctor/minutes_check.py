"""Whether minutes of activity come and go by clocks that agree: judged from what hosts told last."""

from datetime import datetime

from sqlalchemy import Engine

from gateway.hosts.minute_days import BELIEVED_FOR
from gateway.hosts.minute_intake import AHEAD_AT_MOST
from gateway.hosts.partition_repository import PartitionRepository
from shared.finding import Finding, ok, warning

_SUBJECT = "minutes"


def examine_minutes(engine: Engine, now: datetime) -> Finding:
    """Look once. Raises sqlalchemy.exc.SQLAlchemyError."""
    repository = PartitionRepository(engine)
    return judge_minutes(repository.newest_told(), repository.set_aside_after(now + AHEAD_AT_MOST), now)


def judge_minutes(newest_told: datetime | None, set_aside: int, now: datetime) -> Finding:
    """`newest_told`: the newest moment that hosts reported at, by their own clocks; None: none ever did.
    `set_aside`: minutes that lie ahead of `now`."""
    if newest_told is not None and newest_told + BELIEVED_FOR < now:
        return warning(
            _SUBJECT,
            f"no host told of a time later than {newest_told:%Y-%m-%d %H:%M} UTC, and here it is"
            f" {now:%Y-%m-%d %H:%M}: no old ones are dropped.",
            "Is this machine's clock ahead? Set it right. Else have hosts report again.",
        )
    if set_aside:
        return warning(
            _SUBJECT,
            f"{set_aside} lie ahead of this machine's clock: they are shown when their time has come.",
            "Is this machine's clock behind? Set it right. Else that of a host is ahead: /hosts shows which.",
        )
    return ok(_SUBJECT, "come by clocks that agree.")
