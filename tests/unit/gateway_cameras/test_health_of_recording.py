"""How a camera is that a host records: from what the host reports, or from its silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.cameras.health_of_recording import Recording, judge_recording, lasting
from gateway.cameras.health_status import Judgement, Outcome
from gateway.hosts.host_states import HostState
from gateway.hosts.host_status import HostStatus
from gateway.hosts.stored_report import Untold
from shared.contracts.heartbeat import DeviceReport
from shared.spans import utc_ms

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
ASSIGNED = Recording("door", is_assigned=True, changed_at=NOW - timedelta(hours=1), wanted_fps=25)
OF_THE_HOST = Recording("door", is_assigned=False, changed_at=NOW, wanted_fps=None)


def host(
    *devices: DeviceReport,
    state: HostState = HostState.ONLINE,
    silent_s: float | None = 5,
    offset_s: float = 0,
) -> HostStatus:
    return HostStatus(
        host_id="1",
        host="lab-2",
        state=state,
        public_url=None,
        enrolled_at=NOW,
        received_at=None if silent_s is None else NOW - timedelta(seconds=silent_s),
        version="1",
        clock_offset_s=offset_s,
        minutes_waiting=0,
        devices={device.name: device for device in devices},
    )


def device(**told: Any) -> DeviceReport:
    return DeviceReport.model_validate({"name": "door", "state": "live", "code": "live", **told})


def judged(status: HostStatus | None, recording: Recording = ASSIGNED) -> Judgement:
    return judge_recording(recording, status, NOW)


@pytest.mark.parametrize(
    ("told", "outcome", "code"),
    [
        ({"fps": 25.0, "picture": "ok"}, Outcome.WELL, ""),
        ({"fps": 25.0}, Outcome.WELL, ""),
        ({"fps": 25.0, "picture": "frozen"}, Outcome.WEAK, "frozen"),
        ({"fps": 25.0, "picture": "black"}, Outcome.WEAK, "black"),
        ({"fps": 4.0, "picture": "ok"}, Outcome.WEAK, "few_pictures"),
        ({"state": "starting", "code": "starting"}, Outcome.BEGINNING, "starting"),
        ({"state": "stalled", "code": "stalled"}, Outcome.FAILED, "stalled"),
        ({"state": "stalled", "code": "capture_not_running"}, Outcome.FAILED, "capture_not_running"),
        ({"state": "backing_off", "code": "source_unreachable"}, Outcome.FAILED, "source_unreachable"),
        ({"state": "backing_off", "code": "source_refused"}, Outcome.TO_MEND, "source_refused"),
        ({"state": "backing_off", "code": "disk_full"}, Outcome.TO_MEND, "disk_full"),
        ({"state": "backing_off", "code": "ffmpeg_crashed"}, Outcome.FAILED, "ffmpeg_crashed"),
        ({"state": "misconfigured", "code": "misconfigured"}, Outcome.TO_MEND, "misconfigured"),
        ({"state": "misconfigured", "code": ""}, Outcome.TO_MEND, "misconfigured"),
        ({"state": "stopped", "code": "stopped_by_user"}, Outcome.RESTING, "stopped_by_user"),
    ],
)
def test_what_a_host_says_of_a_device_is_how_its_camera_is(
    told: dict[str, Any], outcome: Outcome, code: str
) -> None:
    found = judged(host(device(sentence="As the host says.", **told)))
    assert (found.outcome, found.code) == (outcome, code)
    if outcome in (Outcome.FAILED, Outcome.TO_MEND, Outcome.BEGINNING, Outcome.RESTING):
        assert found.sentence == "As the host says."


def test_pictures_a_second_are_kept_and_latency_is_not_known() -> None:
    found = judged(host(device(fps=24.9)))
    assert (found.fps, found.latency_ms) == (24.9, None)


@pytest.mark.parametrize("offset_s", [0.0, -3600.0, 3600.0])
@pytest.mark.parametrize(("age_s", "outcome"), [(89, Outcome.WELL), (91, Outcome.WEAK)])
def test_a_device_that_is_live_and_keeps_nothing_is_not_well_whatever_the_hosts_clock(
    offset_s: float, age_s: float, outcome: Outcome
) -> None:
    said_at = NOW - timedelta(seconds=5) + timedelta(seconds=offset_s)
    newest = utc_ms(said_at - timedelta(seconds=age_s))
    found = judged(host(device(newest_segment_utc_ms=newest), offset_s=offset_s))
    assert found.outcome is outcome
    assert (found.code == "nothing_kept") is (outcome is Outcome.WEAK)


@pytest.mark.parametrize(
    ("silent_s", "words"), [(61, "61 s"), (125, "2 min"), (7200, "2 h"), (86_400 * 3, "3 days")]
)
def test_a_silent_host_is_said_to_be_silent_and_not_its_camera(silent_s: float, words: str) -> None:
    found = judged(host(device(), state=HostState.OFFLINE, silent_s=silent_s))
    assert (found.outcome, found.code) == (Outcome.FAILED, "host_offline")
    assert found.sentence.startswith(f"Host lab-2 has not reported for {words}, so nothing is known of this")


def test_a_late_host_is_still_believed() -> None:
    assert judged(host(device(), state=HostState.LATE, silent_s=40)).outcome is Outcome.WELL


def test_a_host_that_never_reported_or_was_revoked_says_nothing_of_its_cameras() -> None:
    never = judged(host(state=HostState.OFFLINE, silent_s=None))
    assert (never.code, never.sentence) == (
        "host_offline",
        "Host lab-2 has not reported yet: start its agent.",
    )
    revoked = judged(host(device(), state=HostState.REVOKED))
    assert (revoked.outcome, revoked.code) == (Outcome.FAILED, "host_revoked")
    assert "revoked" in revoked.sentence


def test_a_camera_that_its_host_is_not_told_of_says_why_at_once() -> None:
    untold = Untold(sentence="…", devices={"door": "its password is unreadable."}, others="")
    status = replace(host(), untold=untold)
    new = replace(ASSIGNED, changed_at=NOW)
    found = judged(status, new)
    assert (found.outcome, found.code) == (Outcome.FAILED, "not_recorded")
    assert found.sentence == "Host lab-2 does not record it: its password is unreadable."
    assert judged(status, replace(new, device="gate")).outcome is Outcome.BEGINNING
    frozen = replace(status, untold=untold.model_copy(update={"others": "it is told nothing new."}))
    assert judged(frozen, replace(new, device="gate")).sentence.endswith("it is told nothing new.")
    # What it records all the same is as it says.
    assert judged(replace(host(device()), untold=untold)).outcome is Outcome.WELL


def test_a_device_that_a_host_has_no_more_is_at_rest() -> None:
    found = judged(host(), OF_THE_HOST)
    assert (found.outcome, found.code) == (Outcome.RESTING, "not_reported")


@pytest.mark.parametrize(
    ("changed_s", "outcome"), [(0, Outcome.BEGINNING), (60, Outcome.BEGINNING), (61, Outcome.FAILED)]
)
def test_a_camera_that_was_just_assigned_gets_a_minute_before_it_is_missed(
    changed_s: float, outcome: Outcome
) -> None:
    recording = Recording(
        "door", is_assigned=True, changed_at=NOW - timedelta(seconds=changed_s), wanted_fps=25
    )
    assert judged(host(), recording).outcome is outcome


def test_a_host_that_was_deleted_leaves_its_cameras_at_rest() -> None:
    assert judged(None, OF_THE_HOST).outcome is Outcome.RESTING


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s"), (0, "0 s"), (119.9, "119 s"), (120, "2 min"), (7199, "119 min"), (172_800, "2 days")],
)
def test_a_time_that_lasts_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words


def test_a_recorder_that_tries_again_after_a_failure_has_not_begun_anew() -> None:
    failing = replace(ASSIGNED, failing=("source_unreachable", "Nothing listens there."))
    found = judged(host(device(state="starting", code="starting")), failing)
    assert (found.outcome, found.code) == (Outcome.FAILED, "source_unreachable")
    assert found.sentence == "Nothing listens there."
