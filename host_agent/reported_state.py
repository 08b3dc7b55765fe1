"""What is to be said of a device's recording now, from what the capture process said last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from host_agent.journal.facts import ClockPair, WantedState
from shared.spans import from_utc_ms

# Capture notes a pair of clocks every 5 s and refreshes its states: three missed ones, and it is gone.
SILENT_AFTER_S = 15.0
UNKNOWN = "unknown"
UNASSIGNED = "unassigned"
NOT_RUNNING = "capture_not_running"
ARCHIVE_NOT_RUNNING = "archive_not_running"
ARCHIVE_SILENT_AFTER_S = 60.0
MISSED_CYCLES = 3
# With any other code it is tried again, and what was wrong before is why nothing has come yet.
_FIRST_START_CODES = frozenset({"starting", "live", "stopped_by_user"})


@dataclass(frozen=True, slots=True)
class ReportedState:
    """`state`: starting, live, stalled, backing_off, stopped, misconfigured; unknown without capture.

    `code`: the gap code of the time line, `live`, or `capture_not_running`. `told`: all that capture
    said, numbers included. `reported_at`: when.
    """

    state: str
    code: str
    sentence: str
    since: datetime | None
    reported_at: datetime | None
    told: Mapping[str, Any]

    @property
    def is_recording(self) -> bool:
        """Whether the newest second is being recorded, or about to be."""
        return self.state == "live" or (self.state == "starting" and self.code in _FIRST_START_CODES)

    @property
    def newest_segment_at(self) -> datetime | None:
        """The end of the newest segment."""
        return _time(self.told, "newest_segment_utc_ms")


def capture_silence_s(pairs: list[ClockPair], monotonic_s: float, boot_id: str) -> float | None:
    """For how long the capture process has said nothing; None where it did not run since this boot.

    By monotonic time: a wall clock that was stepped says nothing about it.
    """
    if not pairs or pairs[-1].boot_id != boot_id:
        return None
    return max(0.0, monotonic_s - pairs[-1].monotonic_ms / 1000)


def is_silent(silence_s: float | None) -> bool:
    """Whether the capture process is to be taken for gone."""
    return silence_s is None or silence_s > SILENT_AFTER_S


def reported_state(
    capture: Mapping[str, Any] | None, wanted: WantedState, silence_s: float | None, now: datetime
) -> ReportedState:
    """The state of a device. `capture`: the journal's part of that name, None where there is none yet."""
    told: Mapping[str, Any] = capture or {}
    reported_at = _time(told, "at_utc_ms")
    if is_silent(silence_s) and not _is_fresh(reported_at, now):
        return ReportedState(UNKNOWN, NOT_RUNNING, _silence(silence_s), None, reported_at, told)
    if reported_at is None:
        return ReportedState("starting", "starting", "It has just been added.", None, None, told)
    state = str(told.get("state", UNKNOWN))
    sentence = str(told.get("sentence", ""))
    if wanted.wanted == "stopped" and state != "stopped":
        sentence = f"{sentence} It is being stopped: {wanted.asked_by} asked for it.".strip()
    return ReportedState(
        state, str(told.get("code", state)), sentence, _time(told, "since_utc_ms"), reported_at, told
    )


def former_state(capture: Mapping[str, Any] | None) -> ReportedState:
    """The state of a device that was taken away, whatever it was in before."""
    told: Mapping[str, Any] = capture or {}
    is_told = told.get("code") == UNASSIGNED
    sentence = str(told.get("sentence", "")) if is_told else "This device is not recorded here any more."
    since = _time(told, "since_utc_ms") if is_told else None
    return ReportedState("stopped", UNASSIGNED, sentence, since, _time(told, "at_utc_ms"), told)


@dataclass(frozen=True, slots=True, order=True)
class ToldAlarm:
    """What a person must know. `code` is for programs and stable."""

    code: str
    sentence: str


def told_alarms(archive: Mapping[str, Any] | None, cycle_s: float, now: datetime) -> list[ToldAlarm]:
    """The alarms that the archive process told last; that it tells nothing any more is one itself.

    `archive`: the journal's part of that name, None where there is none yet. `cycle_s`: how often it
    is written.
    """
    if archive is None:
        return []
    alarms = [ToldAlarm(str(told["code"]), str(told["sentence"])) for told in archive.get("alarms", [])]
    reported_at = _time(archive, "at_utc_ms")
    silent_s = 0.0 if reported_at is None else (now - reported_at).total_seconds()
    if silent_s > max(MISSED_CYCLES * cycle_s, ARCHIVE_SILENT_AFTER_S):
        sentence = (
            f"The archive process has not reported for {silent_s:.0f} s: nothing is archived or cleaned."
            " Start it: python -m host_agent run, or the service coldframe-host-archiver."
        )
        alarms.append(ToldAlarm(ARCHIVE_NOT_RUNNING, sentence))
    return alarms


def _is_fresh(reported_at: datetime | None, now: datetime) -> bool:
    return reported_at is not None and 0 <= (now - reported_at).total_seconds() <= SILENT_AFTER_S


def _silence(silence_s: float | None) -> str:
    if silence_s is None:
        return "Nothing is recorded: the capture process has not run since this machine was started."
    return f"Nothing is recorded: the capture process is not running; last heard {silence_s:.0f} s ago."


def _time(told: Mapping[str, Any], key: str) -> datetime | None:
    value = told.get(key)
    return from_utc_ms(value) if isinstance(value, int) else None
