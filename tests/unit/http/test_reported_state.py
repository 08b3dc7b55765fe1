"""What is said of a device and of its host."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from host_agent.capture.health import DEGRADED, DOWN, OK, judge_health
from host_agent.capture.storage_state import StorageState
from host_agent.journal.facts import ClockPair, WantedState
from host_agent.reported_state import ReportedState, capture_silence_s, is_silent, reported_state
from shared.spans import utc_ms

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
RUNNING = WantedState("running", "", None, 0)
STOPPED = WantedState("stopped", "anna", NOW, 0)


def said(seconds_ago: float, **state: Any) -> dict[str, Any]:
    at = utc_ms(NOW - timedelta(seconds=seconds_ago))
    return {"state": "live", "code": "live", "sentence": "Recording.", "at_utc_ms": at, **state}


@pytest.mark.parametrize(
    ("capture", "wanted", "silence_s", "state", "code"),
    [
        (said(1), RUNNING, 1.0, "live", "live"),
        (
            said(1, state="backing_off", code="source_unreachable"),
            RUNNING,
            1.0,
            "backing_off",
            "source_unreachable",
        ),
        # The process reports, only this device has not changed for long.
        (said(3600), RUNNING, 1.0, "live", "live"),
        # Its pairs of clocks are missing (the journal is slow), but it has just said something.
        (said(3), RUNNING, 60.0, "live", "live"),
        (said(60), RUNNING, 60.0, "unknown", "capture_not_running"),
        (said(60), RUNNING, None, "unknown", "capture_not_running"),
        # The wall clock was set back: a report of the future proves nothing.
        (said(-3600), RUNNING, 60.0, "unknown", "capture_not_running"),
        (None, RUNNING, 1.0, "starting", "starting"),
        (None, RUNNING, None, "unknown", "capture_not_running"),
        (said(1), STOPPED, 1.0, "live", "live"),
        (
            said(1, state="stopped", code="stopped_by_user"),
            STOPPED,
            1.0,
            "stopped",
            "stopped_by_user",
        ),
    ],
)
def test_a_device_is_in_this_state(
    capture: dict[str, Any] | None, wanted: WantedState, silence_s: float | None, state: str, code: str
) -> None:
    found = reported_state(capture, wanted, silence_s, NOW)
    assert (found.state, found.code) == (state, code)
    assert found.sentence.endswith(".")


def test_a_silent_capture_process_is_named_with_its_silence() -> None:
    assert "60 s ago" in reported_state(said(60), RUNNING, 60.0, NOW).sentence


def test_a_device_that_is_being_stopped_says_who_asked() -> None:
    assert "anna asked" in reported_state(said(1), STOPPED, 1.0, NOW).sentence


@pytest.mark.parametrize(
    ("pairs", "silence_s"),
    [
        ([], None),
        ([ClockPair(NOW, 990_000, "this boot")], 10.0),
        ([ClockPair(NOW + timedelta(days=1), 999_000, "this boot")], 1.0),
        ([ClockPair(NOW, 999_000, "an earlier boot")], None),
    ],
)
def test_silence_is_measured_on_the_monotonic_clock_of_this_boot(
    pairs: list[ClockPair], silence_s: float | None
) -> None:
    assert capture_silence_s(pairs, 1000.0, "this boot") == silence_s
    assert is_silent(silence_s) is (silence_s is None)


def device(state: str) -> ReportedState:
    """`state`, or `state/code` where the code is not that of a dead camera."""
    state, _, code = state.partition("/")
    return ReportedState(state, code or "source_unreachable", "The camera does not answer.", None, NOW, {})


GOOD = StorageState(Path("/a"), None, "")
BAD = StorageState(Path("/b"), None, "/b is mounted read-only.")


@pytest.mark.parametrize(
    ("states", "stopped", "storages", "silent", "status"),
    [
        ({"a": "live", "b": "starting/starting"}, set(), [GOOD], False, OK),
        ({"a": "starting/stopped_by_user"}, set(), [GOOD], False, OK),
        # It is tried again: what was wrong still stands.
        ({"a": "live", "b": "starting"}, set(), [GOOD], False, DEGRADED),
        ({"a": "starting"}, set(), [GOOD], False, DOWN),
        ({"a": "live", "b": "stopped"}, {"b"}, [GOOD], False, OK),
        ({"a": "stopped"}, {"a"}, [GOOD], False, OK),
        ({}, set(), [], False, OK),
        ({"a": "live", "b": "backing_off"}, set(), [GOOD], False, DEGRADED),
        ({"a": "live"}, set(), [GOOD, BAD], False, DEGRADED),
        ({"a": "backing_off", "b": "stalled"}, set(), [GOOD], False, DOWN),
        ({"a": "backing_off", "b": "stopped"}, {"b"}, [GOOD], False, DOWN),
        ({"a": "live"}, set(), [BAD], False, DOWN),
        ({"a": "live"}, set(), [GOOD], True, DOWN),
    ],
)
def test_a_host_is_judged_by_what_it_records(
    states: dict[str, str], stopped: set[str], storages: list[StorageState], silent: bool, status: str
) -> None:
    judged = judge_health(
        {name: device(state) for name, state in states.items()}, frozenset(stopped), storages, silent
    )
    assert judged.status == status
    assert bool(judged.remedy) is (status != OK)
