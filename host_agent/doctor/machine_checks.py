"""Judges the clock, the port, the programs, the cameras and the gateway. Plain: data in, findings out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_agent.fleet.enrolment_plan import Aim
from shared.ffmpeg.stream_probe_failure import StreamProbe
from shared.finding import Finding, ok, problem, warning

EARLIEST_SANE = datetime(2024, 1, 1, tzinfo=UTC)
_LATENESS = timedelta(minutes=1)


def judge_clock(
    now: datetime, *, is_synchronised: bool | None, newest_footage: datetime | None
) -> list[Finding]:
    """Return what is to be said about the clock; `is_synchronised` is None where the kernel does not say."""
    set_it = "Set the clock and have it synchronised (chrony or systemd-timesyncd)."
    shown = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < EARLIEST_SANE:
        return [problem("clock", f"the clock says {shown}, which cannot be.", set_it)]
    if newest_footage is not None and now < newest_footage - _LATENESS:
        return [
            problem(
                "clock",
                f"the clock says {shown}, but there is footage of {newest_footage:%Y-%m-%d %H:%M:%S} UTC.",
                f"{set_it} Until then nothing is deleted.",
            )
        ]
    if is_synchronised is False:
        return [warning("clock", f"{shown}, but it is not synchronised: times of footage may drift.", set_it)]
    state = "synchronised" if is_synchronised else "the kernel does not say whether it is synchronised"
    return [ok("clock", f"{shown}, {state}.")]


def judge_setpriv(path: str | None) -> Finding:
    """`path` is where setpriv was found."""
    if path is None:
        return problem(
            "setpriv",
            "setpriv is missing: an ffmpeg could outlive its agent.",
            "Install it: apt-get install util-linux.",
        )
    return ok("setpriv", f"{path}.")


def judge_port(listen: str, *, bind_error: str, agent_answers: bool) -> Finding:
    """`bind_error`: why `listen` could not be listened on; `agent_answers`: what has it is an agent."""
    if not bind_error:
        return ok("port", f"{listen} is free.")
    if agent_answers:
        return ok("port", f"{listen}: an agent is running there.")
    return problem(
        "port",
        f"{listen} cannot be listened on: {bind_error}.",
        "Stop the program that has it (ss -ltnp), or set another [agent] listen.",
    )


def judge_gateway(url: str, *, error: str) -> list[Finding]:
    """`error`: why the gateway could not be reached; empty where it could. No finding without a gateway."""
    if not url:
        return []
    if error:
        return [
            warning(
                "gateway",
                f"{url} cannot be reached: {error.rstrip('.')}. Recording does not need it.",
                "Check [gateway] url, the name server and the firewall.",
            )
        ]
    return [ok("gateway", f"{url} answers.")]


def judge_enrolment(
    url: str, *, path: Path, error: str, mode: int, is_torn: bool, aim: Aim, is_pending: bool
) -> list[Finding]:
    """Whether this host is enrolled. `path`: the credential's file, `error`: why it cannot be read, `mode`:
    its permission bits, 0 without a file. `aim`: what the agent does next. `is_pending`: it has tried."""
    if not url:
        return []
    ask = "Make an enrolment token for this host at the gateway, and put it into [gateway] enrolment_token."
    if error:
        return [
            warning("gateway", f"{path} cannot be read: {error}.", "Give it to the agent's user (chown).")
        ]
    findings = []
    if mode & 0o077:
        sentence = f"{path} can be used by other users (mode {mode:o})."
        findings.append(warning("gateway", sentence, f"chmod 600 {path}"))
    if is_torn:
        findings.append(warning("gateway", f"{path} is torn: this host has lost its credential.", ask))
    elif aim is Aim.NEED_TOKEN:
        findings.append(warning("gateway", f"this host is not enrolled with {url}.", ask))
    elif aim is Aim.ENROL and is_pending:
        sentence = f"this host has asked {url} to be enrolled, and is not yet."
        findings.append(warning("gateway", sentence, "GET /api/host/health of the agent says why."))
    elif aim is Aim.ENROL:
        findings.append(ok("gateway", "this host enrols as soon as the agent runs."))
    else:
        findings.append(ok("gateway", "this host is enrolled."))
    return findings


def judge_cameras(found: Sequence[tuple[Path, str]], unreadable: Sequence[tuple[Path, str]]) -> list[Finding]:
    """`found`: device file and name of each local camera; `unreadable`: device file and reason."""
    findings = [ok("camera", f"{path}: {card}.") for path, card in found]
    findings += [
        warning(
            "camera",
            f"{path} cannot be opened: {reason}.",
            "Put the agent's user into the group video: usermod -aG video USER.",
        )
        for path, reason in unreadable
    ]
    return findings or [ok("camera", "no local camera (/dev/video*) is plugged in.")]


def judge_source(device: str, *, kind: str, path: Path | None, error: str, cameras: int) -> list[Finding]:
    """What is to be said about a device's source: `path` of a file or camera, and why it cannot be read."""
    if kind == "auto" and cameras == 0:
        return [
            problem(
                device,
                'source = "auto" finds no camera.',
                "Plug one in, or name a source: rtsp://…, file:/…, pattern:testsrc2.",
            )
        ]
    if path is not None and error:
        return [problem(device, f"{path} cannot be read: {error}.", "Correct source, or its owner and mode.")]
    return []


def judge_stream(device: str, key: str, found: StreamProbe) -> Finding:
    """What is to be said about a stream in the network that was tried. `key`: which one in the settings."""
    if found.is_ok:
        seen = [found.codec or "video", found.resolution, None if found.fps is None else f"{found.fps:g} fps"]
        return ok(device, f"{key} answers: {', '.join(part for part in seen if part)}.")
    # Without its sub-stream a device has its pictures from the recording.
    judged = warning if key == "preview_source" else problem
    remedy = f"Correct {key} in host.toml, or the camera; the agent goes on trying by itself."
    return judged(device, f"{key}: {found.message}", remedy)


def judge_settings_file(path: Path, *, mode: int, holds_secrets: bool) -> Finding | None:
    """Passwords in a file that everybody may read are worth a word. `mode`: permission bits."""
    if holds_secrets and mode & 0o044:
        return warning(
            "configuration",
            f"{path} holds passwords or tokens and can be read by other users (mode {mode & 0o777:o}).",
            f"chmod 600 {path}, owned by the agent's user.",
        )
    return None
