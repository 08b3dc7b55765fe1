"""Whether a host is there: from the age of its last heartbeat. Plain."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class HostState(StrEnum):
    """`offline` is also a host that enrolled and never reported."""

    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class HostLimits:
    """Without a heartbeat for longer than this a host is late, then offline."""

    late_after_s: float
    offline_after_s: float


def host_state(
    received_at: datetime | None, now: datetime, limits: HostLimits, *, is_revoked: bool
) -> HostState:
    """The state of a host. `received_at`: of its last heartbeat, by the gateway's clock; None: never.

    One that lies ahead by more than a host may be silent was written before that clock was set back: whoever
    is there has reported since.
    """
    if is_revoked:
        return HostState.REVOKED
    if received_at is None:
        return HostState.OFFLINE
    silent_s = (now - received_at).total_seconds()
    if silent_s > limits.offline_after_s or silent_s <= -limits.offline_after_s:
        return HostState.OFFLINE
    return HostState.LATE if silent_s > limits.late_after_s else HostState.ONLINE


@dataclass(frozen=True, slots=True)
class Heard:
    """Which hosts are in a state: those whose last heartbeat came at `since` or later, and before `before`;
    with `or_else` all others, those that never reported among them."""

    since: datetime
    before: datetime
    or_else: bool = False


def heard_when(state: HostState, now: datetime, limits: HostLimits) -> Heard:
    """The same as `host_state` from the other side, for a database to look for hosts that are not revoked.

    Raises ValueError for `revoked`, which no heartbeat decides.
    """
    late = now - timedelta(seconds=limits.late_after_s)
    offline = now - timedelta(seconds=limits.offline_after_s)
    ahead = now + timedelta(seconds=limits.offline_after_s)
    match state:
        case HostState.ONLINE:
            return Heard(late, ahead)
        case HostState.LATE:
            return Heard(offline, late)
        case HostState.OFFLINE:
            return Heard(offline, ahead, or_else=True)
        case HostState.REVOKED:
            raise ValueError("revoked is not decided by heartbeats")
