"""How addresses name hours: `0`–`23`, the last such hour, or dated, `2026-11-21T14`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from host_agent.ring.layout import HOURS_A_DAY, Hour
from shared.errors import BadRequestError

# As the ring's folders are named: no leading zero, and no digits of other scripts.
_NUMBERED = re.compile(r"^(?:[0-9]|1[0-9]|2[0-3])$")
_FIRST_YEAR, _LAST_YEAR = 1970, 9000


@dataclass(frozen=True, slots=True)
class HourAddress:
    """An hour as an address names it; `text` goes into the addresses of its files."""

    text: str
    hour: Hour


def parse_hour_address(text: str, now: datetime) -> HourAddress:
    """Return the hour that `text` names at `now`. Raises BadRequestError.

    A number names the last such hour that has begun: at 14:30 UTC, 14 is the running hour and 15
    yesterday's. An hour with no footage is not replaced by the same hour of an earlier day.
    """
    if _NUMBERED.fullmatch(text):
        current = Hour.of(now)
        hours_ago = (current.number - int(text)) % HOURS_A_DAY
        return HourAddress(text, Hour(current.start - timedelta(hours=hours_ago)))
    try:
        hour = Hour.parse(text)
    except ValueError:
        hour = None
    if hour is None or not _FIRST_YEAR <= hour.start.year < _LAST_YEAR:
        raise BadRequestError(
            f"{text[:40]!r} is no hour.",
            remedy="Name an hour of UTC as 0 to 23, the last such hour, or as 2026-11-21T14.",
        )
    return HourAddress(text, hour)
