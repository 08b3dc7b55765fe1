"""A camera's status after each kind of check, and after several of them."""

import pytest

from gateway.cameras.health_status import (
    CODES_TO_MEND,
    Judgement,
    Outcome,
    Standing,
    connected,
    failed,
    standing_after,
)

GOOD, REFUSED = Judgement(Outcome.WELL), failed("refused", "Nothing listens.")
WRONG_LOGIN, STARTING = failed("unauthorised", "401"), Judgement(Outcome.BEGINNING)
FROZEN = connected(latency_ms=5, fps=25, wanted_fps=25, trouble=("frozen", "It stands still."))
STOPPED = Judgement(Outcome.RESTING)


@pytest.mark.parametrize(
    ("judgement", "before", "status", "failures"),
    [
        (GOOD, 0, "live", 0),
        (GOOD, 99, "live", 0),  # again at the first success
        (FROZEN, 0, "degraded", 0),
        (FROZEN, 99, "degraded", 0),
        (REFUSED, 0, "degraded", 1),
        (REFUSED, 1, "degraded", 2),
        (REFUSED, 2, "offline", 3),
        (REFUSED, 3, "offline", 4),
        (WRONG_LOGIN, 0, "error", 1),
        (WRONG_LOGIN, 7, "error", 8),
        (STARTING, 0, "degraded", 0),
        (STARTING, 2, "degraded", 2),
        (STOPPED, 5, "idle", 0),
    ],
)
def test_the_status_follows_from_a_check_and_from_the_failures_before_it(
    judgement: Judgement, before: int, status: str, failures: int
) -> None:
    assert standing_after(judgement, before, 3) == Standing(status, failures)


@pytest.mark.parametrize(
    ("checks", "statuses"),
    [
        ([GOOD, REFUSED, REFUSED, REFUSED, GOOD], ["live", "degraded", "degraded", "offline", "live"]),
        (
            [REFUSED, REFUSED, GOOD, REFUSED, REFUSED],
            ["degraded", "degraded", "live", "degraded", "degraded"],
        ),
        ([REFUSED, REFUSED, FROZEN, REFUSED], ["degraded"] * 4),
        # A host that restarts its recorder every other minute does not bring back what is offline.
        ([REFUSED, STARTING, REFUSED, STARTING, REFUSED], [*["degraded"] * 4, "offline"]),
        ([WRONG_LOGIN, WRONG_LOGIN, REFUSED, GOOD], ["error", "error", "offline", "live"]),
        ([REFUSED, STOPPED, REFUSED], ["degraded", "idle", "degraded"]),
    ],
)
def test_one_failure_is_not_offline_and_one_success_is_live(
    checks: list[Judgement], statuses: list[str]
) -> None:
    found, failures = [], 0
    for judgement in checks:
        standing = standing_after(judgement, failures, 3)
        failures = standing.failures_in_row
        found.append(standing.status)
    assert found == statuses


def test_how_many_failures_make_a_camera_offline_is_a_setting() -> None:
    assert standing_after(REFUSED, 0, 1).status == "offline"
    assert standing_after(REFUSED, 3, 5).status == "degraded"


@pytest.mark.parametrize(
    ("code", "is_to_mend"),
    [
        ("refused", False),
        ("unreachable", False),
        ("timeout", False),
        ("ended", False),
        ("other", False),
        ("stalled", False),
        ("source_unreachable", False),
        ("host_offline", False),
        ("host_revoked", False),
        ("not_recorded", False),
        ("a_code_of_the_future", False),
        ("unauthorised", True),
        ("not_found", True),
        ("not_video", True),
        ("leads_elsewhere", True),
        ("not_allowed", True),
        ("bad_address", True),
        ("secret_unreadable", True),
        ("source_refused", True),
        ("misconfigured", True),
        ("disk_full", True),
        ("disk_missing", True),
    ],
)
def test_what_a_person_must_change_is_an_error_and_what_may_pass_is_a_failure(
    code: str, is_to_mend: bool
) -> None:
    assert (code in CODES_TO_MEND) is is_to_mend
    judgement = failed(code, "Why.")
    assert judgement.outcome is (Outcome.TO_MEND if is_to_mend else Outcome.FAILED)
    assert judgement.is_connected is False


@pytest.mark.parametrize(
    ("fps", "wanted", "outcome"),
    [
        (None, 25, Outcome.WELL),
        (25.0, None, Outcome.WELL),
        (12.5, 25, Outcome.WELL),
        (12.4, 25, Outcome.WEAK),
        (0.0, 1, Outcome.WEAK),
        (60.0, 25, Outcome.WELL),
    ],
)
def test_a_camera_that_sends_less_than_half_of_its_pictures_is_not_well(
    fps: float | None, wanted: int | None, outcome: Outcome
) -> None:
    judgement = connected(latency_ms=9, fps=fps, wanted_fps=wanted)
    assert (judgement.outcome, judgement.is_connected) == (outcome, True)
    assert (judgement.code == "few_pictures") is (outcome is Outcome.WEAK)
    assert (judgement.latency_ms, judgement.fps) == (9, fps)


@pytest.mark.parametrize("judgement", [STARTING, STOPPED])
def test_what_is_not_known_is_neither_up_nor_down(judgement: Judgement) -> None:
    assert judgement.is_connected is None
