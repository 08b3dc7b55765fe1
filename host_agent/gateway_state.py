"""How this host and its gateway stand with each other, as it is shown to people and programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GatewayStatus(StrEnum):
    """`none`: no gateway is set. `enrolling`: the token is about to be traded. `refused`: the gateway will
    not have this host. `connecting`: enrolled, nothing was answered yet. `online`: the last report was
    taken. `unreachable`: no usable answer. `revoked`: the credential is not accepted any more.
    `faulty`: this host cannot keep what it needs to keep."""

    NONE = "none"
    ENROLLING = "enrolling"
    REFUSED = "refused"
    CONNECTING = "connecting"
    ONLINE = "online"
    UNREACHABLE = "unreachable"
    REVOKED = "revoked"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class GatewayState:
    """`code`: for programs, the gateway's own where it refused. `heartbeats_sent` were answered,
    `heartbeats_failed` were not; both since this process began. `assignment_problem`: why the cameras
    that the gateway assigns are not taken over, empty where they are. `last_success_monotonic_s`: by the
    clock that is never set; None before the first one."""

    status: GatewayStatus = GatewayStatus.NONE
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    since: datetime | None = None
    host_id: str = ""
    last_success_at: datetime | None = None
    last_success_monotonic_s: float | None = None
    heartbeats_sent: int = 0
    heartbeats_failed: int = 0
    minutes_waiting: int = 0
    assignment_problem: str = ""


class GatewayView:
    """What routes and metrics are given to look at it."""

    def __init__(self, state: Callable[[], GatewayState]) -> None:
        self.state = state


def no_gateway() -> GatewayState:
    """The state of a host that works alone."""
    return GatewayState()
