"""Which of a host's minutes are stored, which are too old, and which lie ahead of the clock. Plain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.heartbeat import MinutesTaken
from shared.contracts.minutes import MinuteReport
from shared.spans import EPOCH

AHEAD_AT_MOST = timedelta(minutes=5)
_MINUTE = timedelta(minutes=1)
_MINUTE_MS = 60_000
_MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Intake:
    """Minutes of one heartbeat, each device and minute once: the newest revision of it."""

    stored: tuple[MinuteReport, ...] = ()
    too_old: tuple[MinuteReport, ...] = ()
    too_new: tuple[MinuteReport, ...] = ()

    def as_answer(self) -> MinutesTaken:
        """What the host is told."""
        return MinutesTaken(stored=len(self.stored), too_old=len(self.too_old), too_new=len(self.too_new))

    def device_names(self) -> frozenset[str]:
        """Of the minutes that are kept, stored or set aside."""
        return frozenset(minute.device for minute in (*self.stored, *self.too_new))


def sort_minutes(
    reported: Iterable[MinuteReport], now: datetime, kept_days: int, *, sent_utc_ms: int
) -> Intake:
    """Sort the minutes of a heartbeat by what becomes of them.

    Too old: begun more than `kept_days` before `now`, and before the host's own now (`sent_utc_ms`): were
    this gateway's clock ahead, what it refuses would be lost, since all is acknowledged. Too new: begun more
    than 5 minutes after `now`.
    """
    newest: dict[tuple[str, int], MinuteReport] = {}
    for minute in reported:
        before = newest.get((minute.device, minute.minute))
        if before is None or minute.revision > before.revision:
            newest[minute.device, minute.minute] = minute
    first = min(minute_number(now), sent_utc_ms // _MINUTE_MS) - kept_days * _MINUTES_A_DAY
    last = minute_number(now + AHEAD_AT_MOST)
    # In one order everywhere: two batches of the same minutes wait for each other, and do not lock up.
    ordered = [newest[key] for key in sorted(newest)]
    return Intake(
        stored=tuple(minute for minute in ordered if first <= minute.minute <= last),
        too_old=tuple(minute for minute in ordered if minute.minute < first),
        too_new=tuple(minute for minute in ordered if minute.minute > last),
    )


def minute_number(moment: datetime) -> int:
    """Whole minutes since 1970 until `moment`."""
    return (moment - EPOCH) // _MINUTE
