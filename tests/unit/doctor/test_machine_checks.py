"""What the doctor says about clock, port, cameras, gateway and the settings file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from host_agent.doctor.machine_checks import (
    judge_cameras,
    judge_clock,
    judge_enrolment,
    judge_gateway,
    judge_port,
    judge_setpriv,
    judge_settings_file,
    judge_source,
    judge_stream,
)
from host_agent.fleet.enrolment_plan import Aim
from shared.ffmpeg.stream_probe_failure import StreamProbe
from shared.finding import Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "synchronised", "newest", "verdict"),
    [
        (NOW, True, None, Verdict.OK),
        (NOW, None, None, Verdict.OK),
        (NOW, False, None, Verdict.WARNING),
        (datetime(1970, 1, 1, tzinfo=UTC), True, None, Verdict.PROBLEM),
        (NOW, True, NOW + timedelta(seconds=30), Verdict.OK),
        (NOW, True, NOW + timedelta(hours=1), Verdict.PROBLEM),
        (NOW, True, NOW - timedelta(days=9), Verdict.OK),
    ],
)
def test_the_clock_must_be_sane_synchronised_and_not_behind_the_footage(
    now: datetime, synchronised: bool | None, newest: datetime | None, verdict: Verdict
) -> None:
    [finding] = judge_clock(now, is_synchronised=synchronised, newest_footage=newest)
    assert finding.verdict is verdict


@pytest.mark.parametrize(
    ("bind_error", "agent_answers", "verdict"),
    [
        ("", False, Verdict.OK),
        ("Address already in use", True, Verdict.OK),
        ("Address already in use", False, Verdict.PROBLEM),
    ],
)
def test_a_port_may_be_taken_by_an_agent_only(bind_error: str, agent_answers: bool, verdict: Verdict) -> None:
    found = judge_port("127.0.0.1:8101", bind_error=bind_error, agent_answers=agent_answers)
    assert found.verdict is verdict


def test_a_gateway_out_of_reach_is_a_warning_since_recording_needs_none() -> None:
    assert judge_gateway("", error="") == []
    assert judge_gateway("https://gateway.example", error="")[0].verdict is Verdict.OK
    assert judge_gateway("https://gateway.example", error="timed out")[0].verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("mode", "is_torn", "aim", "is_pending", "verdicts", "says"),
    [
        (0o600, False, Aim.REPORT, False, [Verdict.OK], "is enrolled"),
        (0o644, False, Aim.REPORT, False, [Verdict.WARNING, Verdict.OK], "chmod 600"),
        (0, False, Aim.ENROL, False, [Verdict.OK], "as soon as"),
        (0o600, False, Aim.ENROL, True, [Verdict.WARNING], "is not yet"),
        (0, False, Aim.NEED_TOKEN, False, [Verdict.WARNING], "enrolment token"),
        (0o600, True, Aim.ENROL, False, [Verdict.WARNING], "torn"),
    ],
)
def test_a_host_that_is_not_enrolled_learns_what_to_do(
    mode: int, is_torn: bool, aim: Aim, is_pending: bool, verdicts: list[Verdict], says: str
) -> None:
    found = judge_enrolment(
        "https://gateway.example",
        path=Path("/state/gateway-credential.json"),
        error="",
        mode=mode,
        is_torn=is_torn,
        aim=aim,
        is_pending=is_pending,
    )
    assert [finding.verdict for finding in found] == verdicts
    assert says in " ".join(finding.sentence + finding.remedy for finding in found)


def test_without_a_gateway_nothing_is_said_of_enrolment_and_a_closed_file_is_told_of() -> None:
    def judged(url: str) -> list[Verdict]:
        found = judge_enrolment(
            url,
            path=Path("/state/gateway-credential.json"),
            error="Permission denied",
            mode=0,
            is_torn=False,
            aim=Aim.NOTHING,
            is_pending=False,
        )
        return [finding.verdict for finding in found]

    assert judged("") == []
    assert judged("https://gateway.example") == [Verdict.WARNING]


def test_local_cameras_are_listed_with_those_that_cannot_be_opened() -> None:
    found = judge_cameras([(Path("/dev/video0"), "C920")], [(Path("/dev/video2"), "Permission denied")])
    assert [(finding.verdict, finding.sentence) for finding in found] == [
        (Verdict.OK, "/dev/video0: C920."),
        (Verdict.WARNING, "/dev/video2 cannot be opened: Permission denied."),
    ]
    assert [finding.verdict for finding in judge_cameras([], [])] == [Verdict.OK]


@pytest.mark.parametrize(
    ("kind", "path", "error", "cameras", "verdicts"),
    [
        ("auto", None, "", 0, [Verdict.PROBLEM]),
        ("auto", None, "", 1, []),
        ("file", Path("/clips/a.mp4"), "", 0, []),
        ("file", Path("/clips/a.mp4"), "No such file or directory", 0, [Verdict.PROBLEM]),
        ("v4l2", Path("/dev/video0"), "Permission denied", 0, [Verdict.PROBLEM]),
        ("rtsp", None, "", 0, []),
    ],
)
def test_a_source_that_can_be_looked_at_is(
    kind: str, path: Path | None, error: str, cameras: int, verdicts: list[Verdict]
) -> None:
    found = judge_source("door", kind=kind, path=path, error=error, cameras=cameras)
    assert [finding.verdict for finding in found] == verdicts


def test_a_stream_that_was_tried_says_what_it_shows_or_what_to_do() -> None:
    h264 = StreamProbe("ok", "", 120, 1920, 1080, 25.0, "h264")
    found = judge_stream("door", "source", h264)
    assert (found.verdict, found.sentence) == (Verdict.OK, "source answers: h264, 1920x1080, 25 fps.")
    assert judge_stream("door", "source", StreamProbe("ok", codec="h264")).sentence == "source answers: h264."

    refused = StreamProbe("unauthorised", "The camera refused the login (401): check user and password.")
    found = judge_stream("door", "source", refused)
    assert (found.verdict, found.subject) == (Verdict.PROBLEM, "door")
    assert "source: The camera refused the login (401)" in found.sentence
    assert found.remedy.startswith("Correct source in host.toml, or the camera")
    assert judge_stream("door", "preview_source", refused).verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("mode", "holds_secrets", "speaks"),
    [(0o644, True, True), (0o640, True, True), (0o600, True, False), (0o644, False, False)],
)
def test_passwords_in_a_readable_file_are_worth_a_word(mode: int, holds_secrets: bool, speaks: bool) -> None:
    found = judge_settings_file(Path("/etc/host.toml"), mode=mode, holds_secrets=holds_secrets)
    assert (found is not None) is speaks


def test_without_setpriv_an_ffmpeg_could_outlive_its_agent() -> None:
    assert judge_setpriv(None).verdict is Verdict.PROBLEM
    assert judge_setpriv("/usr/bin/setpriv").verdict is Verdict.OK
