"""How a camera is that a host records, from what the host reports: no connection of our own. Plain."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.cameras.health_status import Judgement, Outcome, connected, failed
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from shared.contracts.heartbeat import DeviceReport
from shared.spans import from_utc_ms

# A host records a camera within 20 s of its assignment, and reports every 10 s.
BEGINS_WITHIN_S = 60.0
# A host calls what brings no segment stalled, after three of them; they are rarely longer than this together.
KEPT_WITHIN_S = 90.0


@dataclass(frozen=True, slots=True)
class Recording:
    """Which device of its host a camera is. `is_assigned`: here, and not by the host's own settings.

    `changed_at`: when somebody changed the camera last. `wanted_fps`: as it is set; None: it is not.
    `failing`: code and sentence of what was wrong at the last check; None: it had not failed.
    """

    device: str | None
    is_assigned: bool
    changed_at: datetime | None
    wanted_fps: int | None
    failing: tuple[str, str] | None = None


def judge_recording(recording: Recording, status: HostStatus | None, now: datetime) -> Judgement:
    """`status`: of its host; None where there is no such host any more."""
    if status is None or recording.device is None:
        return Judgement(Outcome.RESTING, "no_host", "The host that recorded it is gone: nobody does now.")
    if status.is_silent:
        return failed(f"host_{status.state}", silence(status, now))
    told = status.devices.get(recording.device)
    if told is None:
        return _not_reported(recording, recording.device, status, now)
    return _judge(told, recording, status)


def silence(status: HostStatus, now: datetime) -> str:
    """Why nothing is known of what a host records; the camera may be well."""
    if status.state is HostState.REVOKED:
        return (
            f"The credential of host {status.host} was revoked, so nothing is known of this camera:"
            " enrol the host again, or have another one record it."
        )
    if status.received_at is None:
        return f"Host {status.host} has not reported yet: start its agent."
    return (
        f"Host {status.host} has not reported for {lasting(now - status.received_at)}, so nothing is known of"
        " this camera: check the host's machine, agent and network."
    )


def lasting(span: timedelta) -> str:
    """`95 s`, `5 min`, `3 h`, `2 days`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} days"


def _not_reported(recording: Recording, device: str, status: HostStatus, now: datetime) -> Judgement:
    if not recording.is_assigned:
        return Judgement(
            Outcome.RESTING, "not_reported", f"Host {status.host} does not have this device any more."
        )
    reason = "" if status.untold is None else status.untold.reason(device)
    if reason:
        return failed("not_recorded", f"Host {status.host} does not record it: {reason}")
    since = recording.changed_at
    if since is not None and timedelta(0) <= now - since <= timedelta(seconds=BEGINS_WITHIN_S):
        return Judgement(Outcome.BEGINNING, "starting", f"Host {status.host} is about to record it.")
    return failed(
        "not_recorded", f"Host {status.host} does not record it: is its agent new enough, and has it room?"
    )


def _judge(told: DeviceReport, recording: Recording, status: HostStatus) -> Judgement:
    code, sentence = told.code or told.state, told.sentence or f"Host {status.host} says: {told.state}."
    match told.state:
        case "live":
            return connected(
                latency_ms=None,
                fps=told.fps,
                wanted_fps=recording.wanted_fps,
                trouble=_trouble(told, status),
            )
        case "starting":
            # A recorder that tries again and again is seen as often between two failures as after one.
            if recording.failing is not None:
                return failed(*recording.failing)
            return Judgement(Outcome.BEGINNING, "starting", sentence)
        case "stopped":
            return Judgement(Outcome.RESTING, code, sentence)
        case "misconfigured":
            return Judgement(Outcome.TO_MEND, code, sentence)
        case "stalled" | "backing_off":
            return failed(code, sentence)


def _trouble(told: DeviceReport, status: HostStatus) -> tuple[str, str] | None:
    """What is wrong with pictures that come."""
    if told.picture == "frozen":
        return "frozen", "Its picture stands still: check the camera, and restart it."
    if told.picture == "black":
        return "black", "Its picture is black: check its lens, light and settings."
    if told.newest_segment_utc_ms is None or status.received_at is None:
        return None
    # Both by the host's clock, which need not be ours.
    said_at = status.received_at + timedelta(seconds=status.clock_offset_s or 0.0)
    age = said_at - from_utc_ms(told.newest_segment_utc_ms)
    if age > timedelta(seconds=KEPT_WITHIN_S):
        return "nothing_kept", f"Host {status.host} has kept nothing of it for {lasting(age)}."
    return None
