"""Whether this host records, in one word and one sentence; and whether its parts answer."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from host_agent.capture.storage_state import StorageState
from host_agent.reported_state import ReportedState

OK, DEGRADED, DOWN = "ok", "degraded", "down"


@dataclass(frozen=True, slots=True)
class Health:
    """`status`: ok, degraded or down; `sentence` and `remedy` say why where it is not ok."""

    status: str
    sentence: str
    remedy: str


def judge_health(
    states: Mapping[str, ReportedState],
    stopped: frozenset[str],
    storages: Sequence[StorageState],
    capture_is_silent: bool,
) -> Health:
    """Judge a host by its devices. `stopped`: those that somebody asked to stop, which is no fault.

    It is down where nothing can be recorded: no capture process, no disk that takes it, or none of
    the wanted devices records or is starting.
    """
    if capture_is_silent:
        return Health(
            DOWN,
            "Nothing is recorded: the capture process is not running.",
            "Start it: python -m host_agent run, or the service coldframe-host-capture.",
        )
    unusable = [storage for storage in storages if not storage.is_usable]
    if storages and len(unusable) == len(storages):
        return Health(
            DOWN,
            f"Nothing can be recorded: {unusable[0].problem}",
            "Mount the disk, or correct its owner and mode; python -m host_agent doctor checks it.",
        )
    wanted = {name: state for name, state in states.items() if name not in stopped}
    idle = sorted(name for name, state in wanted.items() if not state.is_recording)
    if not states and not unusable:
        return Health(OK, "No device is to be recorded yet: the gateway assigns cameras to this host.", "")
    if not idle and not unusable:
        return Health(OK, "Every wanted device records.", "")
    if unusable and not idle:
        return Health(DEGRADED, unusable[0].problem, "python -m host_agent doctor checks it.")
    first = f"{idle[0]}: {wanted[idle[0]].sentence}"
    if len(idle) == len(wanted):
        return Health(
            DOWN, f"Nothing is recorded. {first}", "GET /api/host/devices has each device's reason."
        )
    return Health(
        DEGRADED,
        f"{len(idle)} of {len(wanted)} devices do not record. {first}",
        "GET /api/host/devices has each device's reason.",
    )


@dataclass(frozen=True, slots=True)
class Check:
    """What became of asking one dependency."""

    name: str
    ok: bool
    latency_ms: float


def run_check(name: str, ask: Callable[[], bool], errors: tuple[type[Exception], ...]) -> Check:
    """Ask one dependency and time it; `errors` are its ways to say no."""
    began = time.perf_counter()
    try:
        ok = ask()
    except errors:
        ok = False
    return Check(name, ok, round((time.perf_counter() - began) * 1000, 3))
