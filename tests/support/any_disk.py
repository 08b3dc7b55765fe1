"""Shares of a disk for agents of tests that are not about full disks.

An agent keeps 5 % of its disk free and pauses below 1 %. The disk of the machine that runs the tests may be
fuller than that, and is nobody's footage.
"""

from host_agent.settings import RingSettings

FLOOR_PERCENT = 0.2
RESERVE_PERCENT = 0.1
ANY_DISK: dict[str, object] = {
    "free_floor_percent": FLOOR_PERCENT,
    "free_reserve_percent": RESERVE_PERCENT,
}


def ring_on_any_disk(**others: float) -> RingSettings:
    """`[ring]` with these shares and `others` of its keys."""
    return RingSettings.model_validate({**ANY_DISK, **others})
